"""``feed export``: a scenario, a run or a recording in a format of somebody else's."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import ArrangementsFile, AsOf, Exercise
from feed.cli.playing import countries_of

__all__ = ["export"]


def _formats(incomplete: str) -> list[str]:
    from feed.export import FORMATS

    return [each.name for each in FORMATS if each.name.startswith(incomplete)]


def export(
    what: Annotated[
        str,
        typer.Argument(
            help="A scenario (a name, a file, - for standard input), a run's id, or a file of what "
            "was received.",
            metavar="SCENARIO",
        ),
    ],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="One of cap, geojson, csv, ics, mcap, czml, cot, parquet.",
            metavar="FORMAT",
            autocompletion=_formats,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            help="A file, - for standard output, or a new folder where the format is several "
            "files.",
            metavar="FILE",
        ),
    ],
    country: Annotated[
        list[str] | None,
        typer.Option(
            "--country", help="What this country is told; can be repeated.", metavar="COUNTRY"
        ),
    ] = None,
    epoch: Annotated[
        int | None,
        typer.Option("--epoch", help="An epoch of a run; default: the last.", min=1, metavar="N"),
    ] = None,
    exercise: Exercise = None,
    as_of: AsOf = None,
    arrangements: ArrangementsFile = None,
) -> None:
    """Write a story as CAP, GeoJSON, CSV and other formats.

    A scenario as it would be delivered, a run as it was published, a file as it was received.

    Example: feed export over-aomori-2022 -f cap --country JPN -o cap-jpn
    """
    from feed.app.export import ExportOptions
    from feed.app.export import export as exported
    from feed.app.export_source import SourceOptions

    source = SourceOptions(
        what,
        countries=countries_of(country) or None,
        exercise=exercise,
        as_of=as_of,
        arrangements=arrangements,
        epoch=epoch,
    )
    summary = exported(ExportOptions(form, out, source))
    for line in summary.lines():
        print(line, file=sys.stderr if str(out) == "-" else sys.stdout)
