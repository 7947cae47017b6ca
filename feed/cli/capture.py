"""``feed capture``: whatever comes on some topics of any broker, written down as it came."""

from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, Verbose

__all__ = ["capture"]


def capture(
    topics: Annotated[
        list[str],
        typer.Option(
            "--topics", "-t", help="An MQTT topic filter; can be repeated.", metavar="FILTER"
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="A new file: .jsonl or .mcap.", metavar="FILE"),
    ],
    broker: Broker = None,
    credentials: Credentials = None,
    user: Annotated[
        str,
        typer.Option(
            "--as", help="As whom: observer, player, or a country's code.", metavar="ROLE"
        ),
    ] = "observer",
    rotate: Annotated[
        str | None,
        typer.Option(
            "--rotate", help="Begin a new file after so many bytes, such as 100MB.", metavar="SIZE"
        ),
    ] = None,
    rotate_every: Annotated[
        str | None,
        typer.Option(
            "--rotate-every", help="Begin a new file after so long, such as 1h.", metavar="DURATION"
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option("--keep", help="Keep only the newest N files.", min=1, metavar="N"),
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option("--limit", help="End before the capture is larger than this.", metavar="SIZE"),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("--count", "-n", help="End after so many messages.", min=1, metavar="N"),
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option("--for", help="End after so long, such as 10m.", metavar="DURATION"),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Write down whatever comes on a broker's topics.

    Payloads byte by byte, with QoS, retain flag and time.  Ctrl-C ends it.

    Example: feed capture --topics 'site/#' --broker mqtt://127.0.0.1:1883 --out site.jsonl
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.capture import CaptureOptions, parse_size
    from feed.app.capture import capture as record
    from feed.app.session import seconds
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr

    every = None if rotate_every is None else seconds(rotate_every, "--rotate-every")
    options = CaptureOptions(
        broker=named_broker(broker, credentials),
        out=out,
        topics=tuple(topics),
        role=user.lower(),
        rotate_bytes=None if rotate is None else parse_size(rotate, "--rotate"),
        rotate_us=None if every is None else round(every * 1e6),
        keep=keep,
        limit=None if limit is None else parse_size(limit, "--limit"),
        most=count,
        for_s=None if duration is None else seconds(duration, "--for"),
    )
    logging_to_stderr(verbose=verbose)
    raise typer.Exit(run_until_signal(lambda: record(options)))
