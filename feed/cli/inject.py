"""``feed inject``: add events to a run while it is played."""

from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import Broker, Credentials, Exercise, Json

__all__ = ["inject"]


def inject(
    file: Annotated[
        Path,
        typer.Argument(
            help="Events as in a scenario: a list, 'events:' with a list, or one event; - for "
            "standard input.",
            metavar="FILE",
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            help="When those happen that have no time of their own; default: now.",
            metavar="TIME",
        ),
    ] = None,
    exercise: Exercise = None,
    broker: Broker = None,
    credentials: Credentials = None,
    json: Json = False,
) -> None:
    """Add events to a run while it is played, now or at a time.

    All of them are added, or none; what is wrong with one is said with its place.

    Example: feed inject surprise.yaml --at +10m
    """
    from feed.app.broker_in_use import named_broker
    from feed.app.control_command import inject as add
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr
    from feed.cli.streams import print_json
    from feed.terminal.controlled import controlled_lines

    logging_to_stderr(verbose=False)

    async def show() -> int:
        answer = await add(file, at, exercise=exercise, broker=named_broker(broker, credentials))
        if json:
            print_json(answer)
        else:
            print("\n".join(controlled_lines(answer)))
        return 0

    raise typer.Exit(run_until_signal(show))
