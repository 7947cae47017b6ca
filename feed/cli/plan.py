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
            help="Draw the flights, or what else happens, into a .svg or .png file in place of the "
            "table.",
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
        _draw(prepared, span, plot, lang, tz)
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


def _draw(prepared: "Prepared", span: "Span", path: Path, language: str, zone: str | None) -> None:
    """Draw the flights; a story without any as what was announced when."""
    import sys

    from feed.model.launch import Launch
    from feed.terminal.lettering import boxes_in
    from feed.terminal.plot import can_be_drawn, plot_plan
    from feed.wording.text import said

    can_be_drawn(path)
    header, event_stream = prepared.loaded.header, prepared.loaded.event_stream
    title = said(header.title, language)
    launches = [
        event
        for event in event_stream.events(0)
        if isinstance(event, Launch) and _holds(span, event.at.resolve(header.starts).us)
    ]
    if launches:
        missing = plot_plan(path, title, launches, prepared.plan(), zone=zone, language=language)
        drawn = "1 flight" if len(launches) == 1 else f"{len(launches)} flights"
    else:
        drawn, missing = _draw_story(prepared, span, path, language, zone)
    print(f"{path}: {drawn} of EXERCISE {header.exercise}")
    if boxes := boxes_in(path, missing):
        print(f"feed: {boxes}", file=sys.stderr)


def _draw_story(
    prepared: "Prepared", span: "Span", path: Path, language: str, zone: str | None
) -> tuple[str, set[str]]:
    from feed.terminal.plot_story import StoryDrawing, plot_story
    from feed.wording.text import said
    from feed.wording.times import Times, named_zone

    header = prepared.loaded.header
    messages = [each for each in prepared.plan().messages() if _holds(span, each.at)]
    participants = list(prepared.arrangements.participants)
    times = Times(header.starts.offset_s, named_zone(zone))
    story = StoryDrawing(said(header.title, language), messages, participants, times, language)
    missing = plot_story(path, story)
    events = len({each.event for each in messages})
    return f"{events} event{'' if events == 1 else 's'}", missing


def _holds(span: "Span", moment: int) -> bool:
    return (span.begin is None or moment >= span.begin) and (
        span.until is None or moment <= span.until
    )
