"""``feed publish``: play a scenario on a broker, for receivers anywhere."""

from typing import Annotated

import typer

from feed.cli.options import (
    ArrangementsFile,
    AsOf,
    Broker,
    Credentials,
    Dashboard,
    DashboardPort,
    Exercise,
    Scenario,
    Set,
    Verbose,
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

__all__ = ["publish"]


def publish(
    scenario: Scenario = "",
    broker: Broker = None,
    credentials: Credentials = None,
    rate: Rate = None,
    wait_for: Annotated[
        str | None,
        typer.Option(
            "--wait-for",
            help="Begin when these countries have a receiver, and end when those have everything; "
            "such as KOR,JPN,USA.",
            metavar="COUNTRIES",
        ),
    ] = None,
    wait: Annotated[
        str | None,
        typer.Option(
            "--wait", help="Wait no longer than this; default: for ever.", metavar="DURATION"
        ),
    ] = None,
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
    dashboard: Dashboard = False,
    dashboard_port: DashboardPort = None,
    verbose: Verbose = False,
) -> None:
    """Play a scenario on a broker, for receivers anywhere.

    Example: feed publish over-aomori-2022 --wait-for KOR,JPN,USA --rate 10
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.dashboard import beside_options
    from feed.app.options import PlayOptions
    from feed.app.publish import PublishOptions
    from feed.app.publish import publish as play
    from feed.app.session import seconds
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr
    from feed.errors import UsageError

    if not scenario and resume is None:
        raise UsageError("name a scenario; 'feed scenarios' lists the library")
    if wait is not None and not wait_for:
        raise UsageError("--wait has no effect: nobody is waited for; name countries in --wait-for")
    options = PublishOptions(
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
            wait_for=countries_of([wait_for] if wait_for else None),
            wait_s=None if wait is None else seconds(wait, "--wait"),
            linger_s=0.0 if linger is None else seconds(linger, "--linger"),
        ),
        broker=named_broker(broker, credentials),
        resume=resume,
        dashboard=beside_options(asked=dashboard, port=dashboard_port),
    )
    logging_to_stderr(verbose=verbose)
    raise typer.Exit(run_until_signal(lambda: play(options)))
