"""``feed plan``: who gets what, and when, without a broker."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import (
    ArrangementsFile,
    AsOf,
    Exercise,
    Json,
    Language,
    Scenario,
    Set,
    Zone,
    refuse_together,
)
from feed.cli.playing import Countries, StartOffset, Until, countries_of

if TYPE_CHECKING:
    from feed.app.prepare import Prepared
    from feed.core.run import Span
    from feed.model.message import Delivery
    from feed.terminal.timeline import TimelineStyle

__all__ = ["plan", "print_table"]


def plan(
    scenario: Scenario,
    start_offset: StartOffset = None,
    until: Until = None,
    exercise: Exercise = None,
    country: Countries = None,
    as_of: AsOf = None,
    arrangements: ArrangementsFile = None,
    set_: Set = None,
    every: Annotated[
        bool, typer.Option("--all", help="Give every update of a track a row of its own.")
    ] = False,
    json: Json = False,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            help="Draw the flights into a file (.svg or .png) in place of the table.",
            metavar="FILE",
            dir_okay=False,
        ),
    ] = None,
    lang: Language = "en",
    tz: Zone = None,
) -> None:
    """Print the timeline of a scenario, without a broker.

    That is every delivery: when, to whom, and by which arrangement.  Nothing is published.

    Example: feed plan over-aomori-2022 --country JPN --lang ja
    """
    from feed.app.prepare import prepare
    from feed.terminal.timeline import TimelineStyle
    from feed.wording.times import Times, named_zone

    if plot is not None:
        refuse_together("--plot", {"--json": json, "--all": every}, "it draws in place of printing")
    zone = named_zone(tz)
    prepared = prepare(
        scenario,
        arrangements=arrangements,
        variables=set_ or (),
        exercise=exercise,
        as_of=as_of,
        countries=countries_of(country),
    )
    span = prepared.span(start_offset, until)
    if plot is not None:
        _draw(prepared, span, plot, tz)
        return
    header = prepared.loaded.header
    shown = TimelineStyle(header, Times(header.starts.offset_s, zone), lang, every=every)
    deliveries = _within(prepared, span)
    if json:
        _print_records(deliveries, shown)
    else:
        print_table(deliveries, shown)


def _within(prepared: "Prepared", span: "Span") -> "Iterator[Delivery]":
    for delivery in prepared.plan().deliveries():
        if span.until is not None and delivery.due > span.until:
            return
        if span.begin is None or delivery.due >= span.begin:
            yield delivery


def _print_records(deliveries: "Iterator[Delivery]", shown: "TimelineStyle") -> None:
    from feed.cli.streams import print_json
    from feed.terminal.timeline import record

    for delivery in deliveries:
        print_json(record(delivery, shown))


def print_table(deliveries: "Iterator[Delivery]", shown: "TimelineStyle") -> None:
    """Print deliveries as a table, as wide as the terminal, and what they amount to."""
    from dataclasses import replace
    from itertools import chain

    from rich.console import Console
    from rich.text import Text

    from feed.terminal.timeline import Totals, table

    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        shown = replace(shown, width=console.width)
    totals = Totals()
    for line in chain(table(totals.counted(deliveries), shown), totals.lines(shown.times)):
        if shown.width is None and isinstance(line, Text):
            print(line.plain)  # through a pipe a row is a line, however long
        else:
            console.print(line)


def _draw(prepared: "Prepared", span: "Span", path: Path, zone: str | None) -> None:
    from feed.errors import UsageError
    from feed.model.launch import Launch
    from feed.terminal.plot import plot_plan
    from feed.wording.text import said

    header, event_stream = prepared.loaded.header, prepared.loaded.event_stream
    launches = [
        event
        for event in event_stream.events(0)
        if isinstance(event, Launch) and _holds(span, event.at.resolve(header.starts).us)
    ]
    if not launches:
        raise UsageError("--plot: nothing is launched here; leave it out to see the table")
    plot_plan(
        path,
        said(header.title),
        launches,
        header.starts,
        prepared.arrangements,
        zone=zone,
        seed=header.seed,
    )
    flights = "1 flight" if len(launches) == 1 else f"{len(launches)} flights"
    print(f"{path}: {flights} of EXERCISE {header.exercise}")


def _holds(span: "Span", moment: int) -> bool:
    return (span.begin is None or moment >= span.begin) and (
        span.until is None or moment <= span.until
    )
