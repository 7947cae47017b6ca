"""``feed receive``: the feed of one country, complete and in order."""

import sys
from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, Language, Verbose, Zone, complete_countries

__all__ = ["receive"]


def receive(
    country: Annotated[
        str,
        typer.Argument(
            help="Whose feed, by ISO code.",
            metavar="COUNTRY",
            autocompletion=complete_countries,
        ),
    ],
    broker: Broker = None,
    credentials: Credentials = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            help="Wait for this exercise; default: the only one that is being played.",
            metavar="NAME",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", help="Tells two receivers of one country apart.", metavar="NAME"),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            help="Write each message as a line of JSON to a file, or to - (standard output).",
            metavar="FILE",
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with the exercise's next run.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print no line for each message.")] = False,
    lang: Language = "en",
    tz: Zone = None,
    verbose: Verbose = False,
) -> None:
    """Receive one country's feed, complete and in order.

    It ends when the run is over.  Killed and started again it goes on where it was, and asks for
    what it missed.

    Example: feed receive JPN --exercise morning-calm --out jpn.jsonl
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.receive import ReceiveOptions, receive_and_show
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr
    from feed.errors import FilesError

    if out == "-" and sys.__stdout__ is None:
        raise FilesError("standard output", "is closed; open it, or name a file with --out")
    options = ReceiveOptions(
        country=country,
        broker=named_broker(broker, credentials),
        exercise=exercise,
        name=name,
        out=out,
        follow=follow,
        quiet=quiet,
        language=lang,
        zone=tz,
    )
    logging_to_stderr(verbose=verbose)
    raise typer.Exit(run_until_signal(lambda: receive_and_show(options)))
