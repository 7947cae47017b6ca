"""``feed export``: a scenario, a run or a recording in a format of somebody else's."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import (
    ArrangementsFile,
    AsOf,
    Exercise,
    OneLanguage,
    Set,
    Verbose,
    complete_stories,
    refuse_together,
)
from feed.cli.playing import countries_of

__all__ = ["export"]


def _formats(incomplete: str) -> list[str]:
    from feed.export import FORMATS

    return [each.name for each in FORMATS if each.name.startswith(incomplete)]


def export(
    what: Annotated[
        str | None,
        typer.Argument(
            help="A scenario (a name, a file, - for standard input), a run's id, or a file of what "
            "was received; with --follow none.",
            metavar="SCENARIO",
            autocompletion=complete_stories,
        ),
    ] = None,
    *,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="One of cap, geojson, csv, ics, mcap, czml, cot, cot-protobuf, wnm, parquet.",
            metavar="FORMAT",
            autocompletion=_formats,
        ),
    ],
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            help="A file, - for standard output, a new folder where the format is several files, "
            "or tcp://127.0.0.1:PORT or udp://… for cot, cot-protobuf and wnm.",
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
    set_: Set = None,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="What is being played on a broker, while it is; Ctrl-C ends it whole."
        ),
    ] = False,
    broker: Annotated[
        str | None,
        typer.Option(
            "--broker",
            help="With --follow: an MQTT broker, as mqtt://user:password@host:port, or several "
            "with commas between; default: FEED_BROKER, else the one that feed runs on this "
            "machine.",
            metavar="URL",
        ),
    ] = None,
    credentials: Annotated[
        Path | None,
        typer.Option(
            "--credentials",
            help="With --follow: the folder of what you were handed for a secured broker; default: "
            "FEED_CREDENTIALS.",
            metavar="DIR",
        ),
    ] = None,
    language: OneLanguage = None,
    verbose: Verbose = False,
) -> None:
    """Write a story as CAP, GeoJSON, CSV and other formats.

    A scenario as it would be delivered, a run as it was published, a file as it was received, and
    with --follow what is told now.

    Example: feed export over-aomori-2022 -f cap --country JPN -o cap-jpn
    """
    from feed.errors import UsageError

    countries = countries_of(country)
    if follow:
        refuse_together(
            "--follow",
            {
                "SCENARIO": what is not None,
                "--epoch": epoch is not None,
                "--as-of": as_of is not None,
                "--arrangements": arrangements is not None,
                "--set": bool(set_),
            },
            "it takes what is being played; name its exercise with --exercise",
        )
        from feed.app.broker_in_use import broker_of

        where = broker_of(broker, credentials)
        _follow(form, out, countries, exercise, where, language=language or "", verbose=verbose)
    if what is None:
        raise UsageError(
            "name a scenario, a run or a file, or take --follow for what is played now"
        )
    for option, given in {"--broker": broker, "--credentials": credentials}.items():
        if given is not None:
            raise UsageError(f"{option} is for --follow; a scenario, a run and a file need none")
    from feed.app.export import ExportOptions
    from feed.app.export import export as exported
    from feed.app.export_source import SourceOptions

    source = SourceOptions(
        what,
        countries=countries or None,
        exercise=exercise,
        as_of=as_of,
        arrangements=arrangements,
        variables=tuple(set_ or ()),
        epoch=epoch,
    )
    summary = exported(ExportOptions(form, out, source, language or ""))
    for line in summary.lines():
        print(line, file=sys.stderr if out == "-" else sys.stdout)


def _follow(
    form: str,
    out: str,
    countries: tuple[str, ...],
    exercise: str | None,
    where: str,
    *,
    language: str,
    verbose: bool,
) -> None:
    from feed.app.export_follow import FollowOptions, export_follow
    from feed.app.signals import run_until_signal
    from feed.cli.logs import logging_to_stderr

    options = FollowOptions(
        form,
        out,
        countries,
        where,
        exercise,
        language,
    )
    logging_to_stderr(verbose=verbose)

    def said(line: str) -> None:
        print(line, file=sys.stderr if out == "-" else sys.stdout)

    raise typer.Exit(run_until_signal(lambda: export_follow(options, said)))
