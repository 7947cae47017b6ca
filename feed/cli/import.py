"""``feed import``: what others have, as a scenario."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["import_"]


def import_(
    source: Annotated[
        Path,
        typer.Argument(
            help="Launches (.csv, .tsv), points (.geojson) or meetings (.ics); "
            "docs/write-a-scenario.md says what is read.",
            metavar="SOURCE",
            show_default=False,
        ),
    ],
    file: Annotated[
        Path,
        typer.Argument(
            help="Where to write the scenario, such as my-scenario.yaml.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            help="Who reports what names no reporter, as meetings in a calendar.",
            metavar="COUNTRY",
        ),
    ] = None,
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
            help="When it begins, with its zone; default: the first day, in UTC+9.",
            metavar="TIME",
        ),
    ] = None,
) -> None:
    """Make a scenario of launches, points or meetings.

    What could not be used is said with its line and the reason; nothing is made up for it.

    Example: feed import launches.csv my-scenario.yaml
    """
    from shlex import quote

    from feed.app.scenarios_new import new_scenario

    found = new_scenario(
        file, title=title, exercise=exercise, starts=starts, table=source, country=country
    )
    assert found is not None, "a source always gives a table"
    events = "1 event" if found.taken == 1 else f"{found.taken:,} events"
    print(f"wrote {file}: took {events} from {source}, could not use {len(found.left_out):,}")
    for line in found.left_out:
        print(f"  {line}")
    print(f"now:  feed check {quote(str(file))}    every mistake, with its line")


globals()["import"] = import_  # the verb's name is a word of the language
