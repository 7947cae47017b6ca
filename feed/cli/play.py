"""``feed play``: captured MQTT traffic played again."""

from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, Exercise, Verbose
from feed.cli.playing import Paused, Rate, StartAt, Until

__all__ = ["play"]


def play(
    file: Annotated[
        Path,
        typer.Argument(
            help="A capture, or - for standard input: of 'feed capture', 'feed receive --out', "
            "mosquitto_sub -F '%J', mqtt-recorder, or MCAP.",
            show_default=False,
            metavar="FILE",
        ),
    ],
    broker: Broker = None,
    credentials: Credentials = None,
    exercise: Exercise = None,
    rate: Rate = None,
    start_offset: Annotated[
        str | None,
        typer.Option(
            "--start-offset",
            help="Begin here: so long after the first message (+10m), or a time of the capture.",
            metavar="TIME",
        ),
    ] = None,
    until: Until = None,
    loop: Annotated[bool, typer.Option("--loop", help="Again and again, until it is ended.")] = (
        False
    ),
    paused: Paused = False,
    start_at: StartAt = None,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", help="Only what fits this MQTT filter; can be repeated.", metavar="FILTER"
        ),
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Exchange the beginning of topics; the first that fits counts; can be repeated.",
            metavar="OLD=NEW",
        ),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Play captured MQTT traffic again, whatever it carries.

    Below exercise/v1/NAME/foreign/, payloads byte by byte, with QoS, retain flag and the pauses
    between them.  'feed control' and keys: space pauses and goes on, + and - change the rate,
    right arrow steps, n goes to the next message, q ends.

    Example: feed play site.jsonl --exercise 'QUIET HARBOUR' --rate 10
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.foreign import ForeignOptions
    from feed.app.foreign import play as replay
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr

    options = ForeignOptions(
        file=file,
        broker=named_broker(broker, credentials),
        exercise=exercise,
        rate=1.0 if rate is None else rate,
        start_offset=start_offset,
        until=until,
        loop=loop,
        paused=paused,
        start_at=start_at,
        filters=tuple(filters or ()),
        maps=tuple(maps or ()),
    )
    logging_to_stderr(verbose=verbose)
    raise typer.Exit(run_until_signal(lambda: replay(options)))
