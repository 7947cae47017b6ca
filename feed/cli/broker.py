"""``feed broker``: the embedded broker alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import ArrangementsFile

if TYPE_CHECKING:
    from feed.app.venue import Venue

__all__ = ["broker"]


def broker(
    host: Annotated[
        str, typer.Option("--host", help="Where it listens.", metavar="HOST")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", help="MQTT port; 0: a free one.", min=0, max=65535, metavar="N"),
    ] = 1883,
    websocket_port: Annotated[
        int,
        typer.Option(
            "--websocket-port",
            help="WebSocket port; 0: a free one.",
            min=0,
            max=65535,
            metavar="N",
        ),
    ] = 8083,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            help="Keep messages and sessions in this folder; default: a temporary one.",
            metavar="FOLDER",
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-origin",
            help="A web origin that may connect; can be repeated.",
            metavar="ORIGIN",
        ),
    ] = None,
    nats_server: Annotated[
        str | None,
        typer.Option(
            "--nats-server",
            envvar="FEED_NATS_SERVER",
            help="Its program; default: the one that was installed with feed.",
            metavar="FILE",
        ),
    ] = None,
    arrangements: ArrangementsFile = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    """Run the embedded broker alone, until Ctrl-C.

    Countries connect as the user of their code without a password, observers without a user; the
    player's password is kept in a file that only you can read, where 'feed publish' finds it.
    """
    from feed.app.broker import serve
    from feed.app.signals import run_until_signal
    from feed.app.venue import BrokerOptions
    from feed.cli.logs import logging_to_stderr

    options = BrokerOptions(
        host=host,
        port=port,
        websocket_port=websocket_port,
        nats_server=nats_server,
        allowed_origins=tuple(allow_origin or ()),
    )
    logging_to_stderr(verbose=verbose)

    def started(place: "Venue", countries: Sequence[str]) -> None:
        mqtt, websocket = place.shown
        users = ", ".join(country.lower() for country in countries)
        print(f"EXERCISE broker: {mqtt} (MQTT), {websocket} (WebSocket)")
        print(f"users without a password: {users}; without a user: observer")
        print("try: feed connect; feed watch; feed publish activation-eve-2023", flush=True)

    raise typer.Exit(
        run_until_signal(
            lambda: serve(options, arrangements=arrangements, store=store, started=started)
        )
    )
