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
    table: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A CSV table of launches; docs/write-a-scenario.md has its columns.",
            metavar="TABLE",
        ),
    ] = None,
) -> None:
    """Write a commented scenario to start from.

    It can be played as it is: a launch, an alert with its corrections, and what two sides say.

    With --from, the launches of a table, and for each row that is left out the reason.

    Example: feed new my-scenario.yaml
    """
    from shlex import quote

    from feed.app.scenarios_new import new_scenario

    found = new_scenario(file, title=title, exercise=exercise, starts=starts, table=table)
    name = quote(str(file))
    print(f"wrote {file}")
    if found is not None:
        launches = "1 launch" if found.taken == 1 else f"{found.taken:,} launches"
        print(f"took {launches} from {table}, left out {len(found.left_out):,}")
        for line in found.left_out:
            print(f"  {line}")
    print(f"now:  feed check {name}    every mistake, with its line")
    print(f"      feed plan {name}     the timeline")
    print(f"      feed run {name}      play it; --rate 60 for a minute a second")
