"""``feed broker``: the embedded broker alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import (
    AllowOrigin,
    ArrangementsFile,
    BrokerName,
    Dashboard,
    DashboardPort,
    EngineName,
    Host,
    MosquittoFile,
    NatsServer,
    Secure,
    Verbose,
    names_of_broker,
    programs_for,
    refuse_together,
)

if TYPE_CHECKING:
    from feed.app.broker_in_use import BrokerInUse

__all__ = ["broker"]

MOST_CONNECTIONS = 50_000
_PORTS, _SECURED = (1883, 8083), (8883, 8084)
"""for MQTT and WebSocket, by custom"""


def broker(
    host: Host = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            help="Its MQTT port; 0: a free one; default: 1883, with --secure 8883.",
            min=0,
            max=65535,
            metavar="N",
        ),
    ] = None,
    websocket_port: Annotated[
        int | None,
        typer.Option(
            "--websocket-port",
            help="Its WebSocket port; 0: a free one; default: 8083, with --secure 8084.",
            min=0,
            max=65535,
            metavar="N",
        ),
    ] = None,
    secure: Secure = None,
    name: BrokerName = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            help="Keep messages and sessions in this folder; default: a temporary one.",
            metavar="FOLDER",
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            help="Be a node of the cluster of this name: three that keep everything three times.",
            metavar="NAME",
        ),
    ] = None,
    node: Annotated[
        int | None,
        typer.Option(
            "--node", help="Which of the three it is: its place in --routes.", metavar="1|2|3"
        ),
    ] = None,
    routes: Annotated[
        str | None,
        typer.Option(
            "--routes",
            help="Where the three nodes listen for each other, the same on each.",
            metavar="HOST:PORT,HOST:PORT,HOST:PORT",
        ),
    ] = None,
    leaf: Annotated[
        str | None,
        typer.Option(
            "--leaf",
            help="Be the broker of one country's site: it holds that feed alone, and keeps what "
            "stands when the line to the hub is cut.",
            metavar="COUNTRY",
        ),
    ] = None,
    hub: Annotated[
        str | None,
        typer.Option(
            "--hub",
            help="With --leaf: the broker that the player uses, as mqtt://host:port or mqtts://…, "
            "or several with commas between.",
            metavar="URL",
        ),
    ] = None,
    credentials: Annotated[
        Path | None,
        typer.Option(
            "--credentials",
            help="With --leaf: the folder that the country was handed for a secured hub.",
            metavar="DIR",
        ),
    ] = None,
    allow_origin: AllowOrigin = None,
    connections: Annotated[
        int,
        typer.Option(
            "--connections",
            help="How many connections each country, and the operator, may have at once.",
            min=1,
            max=MOST_CONNECTIONS,
            metavar="N",
        ),
    ] = 200,
    observers: Annotated[
        int,
        typer.Option(
            "--observers",
            help="How many connections all observers may have at once.",
            min=1,
            max=MOST_CONNECTIONS,
            metavar="N",
        ),
    ] = 1000,
    engine: EngineName = None,
    nats_server: NatsServer = None,
    mosquitto: MosquittoFile = None,
    arrangements: ArrangementsFile = None,
    print_acl: Annotated[
        str | None,
        typer.Option(
            "--print-acl",
            help="Print what another broker has to grant, and end.",
            metavar="mosquitto",
        ),
    ] = None,
    print_config: Annotated[
        str | None,
        typer.Option(
            "--print-config",
            help="Print a whole configuration of another broker, rights included, and end.",
            metavar="nats|mosquitto|rabbitmq",
        ),
    ] = None,
    dashboard: Dashboard = False,
    dashboard_port: DashboardPort = None,
    verbose: Verbose = False,
) -> None:
    """Run the embedded broker alone, until Ctrl-C.

    Countries connect as the user of their code without a password, observers without a user; the
    player's password is kept in a file that only you can read, where 'feed publish' finds it.

    With --cluster any one of three nodes may fail; a client is given the address of each.

    With --leaf it is the broker of one country's site, which takes that feed from a hub.

    With --secure everybody has credentials, so others can reach it: hand each of them its folder.

    Example: feed broker --secure workshop --host 0.0.0.0 --name broker.example
    """
    from feed.app.broker import access_list, serve, whole_configuration
    from feed.app.broker_in_use import BrokerOptions
    from feed.app.connections import Connections
    from feed.app.dashboard import beside_options
    from feed.app.leaf import leaf_options
    from feed.app.signals import run_until_signal
    from feed.broker.cluster import cluster_of
    from feed.cli.logs import logging_to_stderr
    from feed.errors import UsageError

    if print_config is not None:
        refuse_together("--print-config", {"--print-acl": print_acl is not None}, "print one")
        print(whole_configuration(print_config, arrangements), end="")
        return
    if print_acl is not None:
        print(access_list(print_acl, arrangements), end="")
        return
    usual = _PORTS if secure is None else _SECURED
    options = BrokerOptions(
        host=host,
        port=usual[0] if port is None else port,
        websocket_port=usual[1] if websocket_port is None else websocket_port,
        secure=secure,
        names=names_of_broker(name, secure),
        cluster=cluster_of(cluster, node, routes),
        engine=engine,
        programs=programs_for(engine, nats_server, mosquitto),
        allowed_origins=tuple(allow_origin or ()),
        connections=Connections(each=connections, observers=observers),
    )
    site = leaf_options(leaf, hub, credentials)
    if site is not None and options.cluster is not None:
        raise UsageError("--leaf and --cluster exclude each other; a site has one broker")
    logging_to_stderr(verbose=verbose)

    page = beside_options(asked=dashboard, port=dashboard_port)

    def started(place: "BrokerInUse", countries: Sequence[str], page: str) -> None:
        mqtt, websocket = place.shown
        users = ", ".join(country.lower() for country in countries)
        print(f"EXERCISE broker: {mqtt} (MQTT), {websocket} (WebSocket)")
        if secure is None:
            print(f"users without a password: {users}; without a user: observer")
        else:
            print(f"credentials: {secure.absolute()}/ROLE for player, operator, observer, {users}")
            print("hand each its own folder; 'feed credentials' rotates and revokes them")
        if page:
            print(f"EXERCISE dashboard: {page}")
        print("try: feed connect; feed watch; feed publish activation-eve-2023", flush=True)

    raise typer.Exit(
        run_until_signal(
            lambda: serve(
                options,
                arrangements=arrangements,
                store=store,
                dashboard=page,
                leaf=site,
                started=started,
            )
        )
    )
