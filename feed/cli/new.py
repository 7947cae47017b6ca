"""``feed new``: a scenario to start from."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["new"]


def new(
    file: Annotated[
        Path,
        typer.Argument(
            help="Where to write it, such as my-scenario.yaml.", metavar="FILE", show_default=False
        ),
    ],
    title: Annotated[
        str | None,
        typer.Option("--title", help="Its title; default: from the file's name.", metavar="TEXT"),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise", help="The name it is played under; default: the same.", metavar="NAME"
        ),
    ] = None,
    starts: Annotated[
        str | None,
        typer.Option(
            "--starts",
            help="When it begins, with its zone, such as 2024-06-03T09:00:00+09:00.",
            metavar="TIME",
        ),
    ] = None,
) -> None:
    """Write a commented scenario to start from.

    It can be played as it is: a launch, an alert with its corrections, and what two sides say.

    Example: feed new my-scenario.yaml
    """
    from shlex import quote

    from feed.app.scenarios_new import STARTS, new_scenario

    new_scenario(file, title=title, exercise=exercise, starts=starts or STARTS)
    name = quote(str(file))
    print(f"wrote {file}")
    print(f"now:  feed check {name}    every mistake, with its line")
    print(f"      feed plan {name}     the timeline")
    print(f"      feed run {name}      play it; --rate 60 for a minute a second")
