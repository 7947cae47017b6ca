"""``feed run``: play a scenario to a receiver of each country, and show it."""

from typing import Annotated

import typer

from feed.cli.options import (
    AllowOrigin,
    ArrangementsFile,
    AsOf,
    Broker,
    BrokerName,
    Credentials,
    Dashboard,
    DashboardPort,
    EngineName,
    Exercise,
    Host,
    Language,
    MosquittoFile,
    NatsServer,
    Port,
    Scenario,
    Secure,
    Set,
    Verbose,
    WebsocketPort,
    Zone,
    names_of_broker,
    programs_for,
    refuse_together,
)
from feed.cli.playing import (
    Countries,
    FaultsFile,
    Linger,
    MaxGap,
    Paused,
    Rate,
    Resume,
    StartAt,
    StartOffset,
    Until,
    countries_of,
)

__all__ = ["run"]

HOST = "127.0.0.1"
PORT = 1883
WEBSOCKET_PORT = 8083


def run(
    scenario: Scenario = "",
    rate: Rate = None,
    start_offset: StartOffset = None,
    until: Until = None,
    paused: Paused = False,
    start_at: StartAt = None,
    max_gap: MaxGap = None,
    exercise: Exercise = None,
    country: Countries = None,
    as_of: AsOf = None,
    arrangements: ArrangementsFile = None,
    set_: Set = None,
    faults: FaultsFile = None,
    resume: Resume = None,
    linger: Linger = None,
    broker: Broker = None,
    credentials: Credentials = None,
    secure: Secure = None,
    name: BrokerName = None,
    host: Host = HOST,
    port: Port = PORT,
    websocket_port: WebsocketPort = WEBSOCKET_PORT,
    allow_origin: AllowOrigin = None,
    engine: EngineName = None,
    nats_server: NatsServer = None,
    mosquitto: MosquittoFile = None,
    lang: Language = "en",
    tz: Zone = None,
    live: Annotated[
        bool | None,
        typer.Option("--live/--lines", help="A live view, or lines; default: what fits."),
    ] = None,
    dashboard: Dashboard = False,
    dashboard_port: DashboardPort = None,
    verbose: Verbose = False,
) -> None:
    """Play a scenario to a receiver of each country, and show it.

    Through a broker of its own, unless --broker names another.

    Keys: space pauses and goes on, + and - change the rate, right arrow steps while paused, n moves
    to the next event, q ends.

    Example: feed run activation-eve-2023 --rate 60
    """
    from feed.app.broker_in_use import BrokerOptions, named_broker
    from feed.app.dashboard import beside_options
    from feed.app.options import PlayOptions
    from feed.app.run import RunOptions
    from feed.app.run import run as play
    from feed.app.session import seconds
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr
    from feed.errors import UsageError

    if not scenario and resume is None:
        raise UsageError("name a scenario; 'feed scenarios' lists the library")
    where = named_broker(broker, credentials) if broker or credentials else None
    if where is not None:
        refuse_together(
            "--broker" if broker else "--credentials",
            {
                "--host": host != HOST,
                "--port": port != PORT,
                "--websocket-port": websocket_port != WEBSOCKET_PORT,
                "--allow-origin": bool(allow_origin),
                "--engine": engine is not None,
                "--nats-server": nats_server is not None,
                "--mosquitto": mosquitto is not None,
                "--secure": secure is not None,
                "--name": bool(name),
            },
            "that is for a broker of its own",
        )
    options = RunOptions(
        play=PlayOptions(
            scenario=scenario,
            variables=tuple(set_ or ()),
            arrangements=arrangements,
            faults=faults,
            exercise=exercise,
            as_of=as_of,
            countries=countries_of(country),
            rate=rate,
            start_offset=start_offset,
            until=until,
            paused=paused,
            start_at=start_at,
            max_gap=max_gap,
            linger_s=0.0 if linger is None else seconds(linger, "--linger"),
        ),
        broker=BrokerOptions(
            url=where,
            host=host,
            port=port,
            websocket_port=websocket_port,
            engine=engine,
            programs=programs_for(engine, nats_server, mosquitto),
            secure=secure,
            names=names_of_broker(name, secure),
            allowed_origins=tuple(allow_origin or ()),
        ),
        resume=resume,
        dashboard=beside_options(asked=dashboard, port=dashboard_port),
        language=lang,
        zone=tz,
        live=live,
        verbose=verbose,
    )
    notes = logging_to_stderr(verbose=verbose)
    raise typer.Exit(run_until_signal(lambda: play(options, notes)))
