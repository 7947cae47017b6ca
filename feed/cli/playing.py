"""What ``feed run`` and ``feed publish`` have in common: how a scenario is played."""

from math import inf
from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import complete_countries, complete_runs

__all__ = [
    "Countries",
    "FaultsFile",
    "Linger",
    "MaxGap",
    "Paused",
    "Rate",
    "Resume",
    "StartAt",
    "StartOffset",
    "Until",
    "countries_of",
]


def _rate(text: str) -> float:
    if text == "max":
        return inf
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < inf:
        raise typer.BadParameter(f"'{text}' is not a rate; write a positive number, or max")

    from feed.core.actions import TransportError, checked_rate

    try:
        return checked_rate(rate)
    except TransportError as error:
        raise typer.BadParameter(str(error)) from None


Rate = Annotated[
    float | None,
    typer.Option(
        "--rate",
        parser=_rate,
        help="Scenario seconds in each second: any positive number, or max; default: 1, or with "
        "--resume as before.",
        metavar="N|max",
    ),
]
StartOffset = Annotated[
    str | None,
    typer.Option(
        "--start-offset",
        help="Begin here: a clock time (07:40, 07:40:00), so long after the start (+10m), or a "
        "date-time. What came before is in the first picture.",
        metavar="TIME",
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--until", help="End here, written as --start-offset.", metavar="TIME"),
]
Paused = Annotated[bool, typer.Option("--paused", help="Begin paused.")]
StartAt = Annotated[
    str | None,
    typer.Option(
        "--start-at",
        help="Begin at this wall time (RFC 3339), so that several machines begin together.",
        metavar="TIME",
    ),
]
MaxGap = Annotated[
    str | None,
    typer.Option(
        "--max-gap",
        help="Shorten every silence to this wall time, such as 10s; the clock says by how much.",
        metavar="DURATION",
    ),
]
FaultsFile = Annotated[
    Path | None,
    typer.Option(
        "--faults",
        help="Faults on purpose, in place of those of the scenario; 'feed schema faults'.",
        metavar="FILE",
    ),
]
Linger = Annotated[
    str | None,
    typer.Option(
        "--linger",
        help="Go on answering requests for missed messages for so long after the end.",
        metavar="DURATION",
    ),
]
Resume = Annotated[
    str | None,
    typer.Option(
        "--resume",
        help="Go on with a run that was cut off; 'feed runs' lists them.",
        metavar="RUN",
        autocompletion=complete_runs,
    ),
]
Countries = Annotated[
    list[str] | None,
    typer.Option(
        "--country",
        help="Play for this country only; can be repeated.",
        metavar="COUNTRY",
        autocompletion=complete_countries,
    ),
]


def countries_of(texts: list[str] | None) -> tuple[str, ...]:
    """Return country codes, given one by one or separated by commas."""
    parts = [part.strip().upper() for text in texts or () for part in text.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))
