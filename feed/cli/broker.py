"""``feed broker``: the embedded broker alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import (
    AllowOrigin,
    ArrangementsFile,
    Dashboard,
    DashboardPort,
    Host,
    NatsServer,
    Port,
    Verbose,
    WebsocketPort,
)

if TYPE_CHECKING:
    from feed.app.broker_in_use import BrokerInUse

__all__ = ["broker"]


def broker(
    host: Host = "127.0.0.1",
    port: Port = 1883,
    websocket_port: WebsocketPort = 8083,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            help="Keep messages and sessions in this folder; default: a temporary one.",
            metavar="FOLDER",
        ),
    ] = None,
    allow_origin: AllowOrigin = None,
    nats_server: NatsServer = None,
    arrangements: ArrangementsFile = None,
    print_acl: Annotated[
        str | None,
        typer.Option(
            "--print-acl",
            help="Print what another broker has to grant, and end.",
            metavar="mosquitto",
        ),
    ] = None,
    dashboard: Dashboard = False,
    dashboard_port: DashboardPort = None,
    verbose: Verbose = False,
) -> None:
    """Run the embedded broker alone, until Ctrl-C.

    Countries connect as the user of their code without a password, observers without a user; the
    player's password is kept in a file that only you can read, where 'feed publish' finds it.
    """
    from feed.app.broker import access_list, serve
    from feed.app.broker_in_use import BrokerOptions
    from feed.app.dashboard import beside_options
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr

    if print_acl is not None:
        print(access_list(print_acl, arrangements), end="")
        return
    options = BrokerOptions(
        host=host,
        port=port,
        websocket_port=websocket_port,
        nats_server=nats_server,
        allowed_origins=tuple(allow_origin or ()),
    )
    logging_to_stderr(verbose=verbose)

    page = beside_options(asked=dashboard, port=dashboard_port)

    def started(place: "BrokerInUse", countries: Sequence[str], page: str) -> None:
        mqtt, websocket = place.shown
        users = ", ".join(country.lower() for country in countries)
        print(f"EXERCISE broker: {mqtt} (MQTT), {websocket} (WebSocket)")
        print(f"users without a password: {users}; without a user: observer")
        if page:
            print(f"EXERCISE dashboard: {page}")
        print("try: feed connect; feed watch; feed publish activation-eve-2023", flush=True)

    raise typer.Exit(
        run_until_signal(
            lambda: serve(
                options, arrangements=arrangements, store=store, dashboard=page, started=started
            )
        )
    )
