"""A drawing of a plan: where its objects fly, how high, who sees them, who is warned of them.

A map, panels that go by the time since each launch, and a list of the launches, all marked as an
exercise.  The same plan gives the same bytes, with the same fonts.
"""

import datetime as dt
import pathlib
import zoneinfo
from collections.abc import Sequence
from typing import TYPE_CHECKING

from feed.core.compare import compare
from feed.core.plan import Plan
from feed.errors import UsageError
from feed.flight.trajectory import End
from feed.model.launch import Launch
from feed.model.quoting import quoted
from feed.model.time import SECOND, rfc3339
from feed.terminal.drawing import BANNER, RED, SUFFIXES, Drawing, FlightLine, lines_of, save
from feed.terminal.lettering import styled
from feed.terminal.plot_map import draw_map
from feed.terminal.plot_time import draw_altitudes, draw_coverage
from feed.terminal.plot_told import MOST_TOLD, draw_told, draw_warned, told_lines
from feed.wording.drawn import drawn_word
from feed.wording.situation import vehicle_words
from feed.wording.text import said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SUFFIXES", "can_be_drawn", "plot_plan"]

ENDS = {End.LOST: "lost", End.BROKE_UP: "broke-up"}
LISTED = 18
_TOLD_IN = 0.3
"""Inches for a line of an alert."""


def can_be_drawn(path: pathlib.Path) -> None:
    """Refuse what is no picture."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{quoted(path.name)} is no picture feed can draw; use .svg or .png")


def plot_plan(
    path: pathlib.Path,
    title: str,
    launches: Sequence[Launch],
    plan: Plan,
    *,
    zone: str | None = None,
    language: str = "en",
) -> set[str]:
    """Draw flights of a plan into an ``.svg`` or ``.png`` file; return letters that no font has.

    Times are in ``zone`` (an IANA name), or with the offset of the scenario's start.
    """
    can_be_drawn(path)
    if not launches:
        raise UsageError("there is nothing to plot; the scenario has no launch")
    start, arrangements = plan.event_stream.start, plan.sharing.arrangements
    lines = tuple(lines_of(launches, start, arrangements, plan.seed))
    by_event = {each.subject.event: each for each in compare([plan])}
    known = [by_event[launch.id] for launch in launches]
    told = tuple(told_lines(launches, plan, [each.subject.ends for each in known], language))
    drawing = Drawing(launches, lines, start, arrangements, plan.seed, language, known, told)
    with styled(language) as missing:
        figure = _figure(drawing)
        _words(figure, title, drawing, zone)
        save(figure, path)
    return missing


def _figure(drawing: Drawing) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    listed = 0.17 * min(len(drawing.launches), LISTED)
    told = min(len(drawing.told), MOST_TOLD)
    more = _TOLD_IN * told + (0.35 if told else 0.0)
    height = 8.3 + listed + max(0.0, more - 1.0)
    figure = Figure(figsize=(15, height), dpi=110, facecolor="white")
    sides = {"left": 0.045, "right": 0.985, "top": 1 - 0.75 / height}
    bottom = (0.78 + 0.94 * listed) / height
    grid = figure.add_gridspec(1, 2, width_ratios=(1.25, 1), bottom=bottom, wspace=0.14, **sides)
    ratios = [3.0, 1.0, 1.0, *([more] if told else [])]
    right = grid[0, 1].subgridspec(len(ratios), 1, height_ratios=ratios, hspace=0.28)
    draw_map(figure.add_subplot(grid[0, 0]), drawing)
    panels = [figure.add_subplot(right[0, 0])]
    panels += [figure.add_subplot(right[n, 0], sharex=panels[0]) for n in range(1, len(ratios))]
    draw_altitudes(panels[0], drawing)
    draw_coverage(panels[1], drawing)
    draw_warned(panels[2], drawing)
    if told:
        draw_told(panels[3], drawing)
    for panel in panels[:-1]:
        panel.tick_params(labelbottom=False)
    panels[-1].set_xlabel(drawn_word("after", language=drawing.language))
    return figure


def _words(figure: "Figure", title: str, drawing: Drawing, zone: str | None) -> None:
    inch = 1 / figure.get_figheight()
    note = drawn_word("note", language=drawing.language)
    figure.text(0.5, 1 - 0.2 * inch, BANNER, ha="center", va="center", color=RED, weight="bold")
    figure.text(0.045, 1 - 0.47 * inch, title, ha="left", va="center", fontsize=13, weight="bold")
    figure.text(0.045, 0.1 * inch, BANNER, ha="left", va="bottom", fontsize=8, color=RED)
    figure.text(0.985, 0.1 * inch, note, ha="right", va="bottom", fontsize=8, color="#444444")
    words = [
        _sentence(ordinal, launch, drawing, zone)
        for ordinal, launch in enumerate(drawing.launches, 1)
    ]
    if len(words) > LISTED:
        more = f"{len(words) - LISTED + 1:,}"
        words = [*words[: LISTED - 1], drawn_word("more", more, language=drawing.language)]
    figure.text(
        0.045, 0.33 * inch, "\n".join(words), ha="left", va="bottom", fontsize=8.5, linespacing=1.3
    )


def _sentence(ordinal: int, launch: Launch, drawing: Drawing, zone: str | None) -> str:
    """Return one line of the list: what was launched, when, from where, and its figures."""
    moment = launch.at.resolve(drawing.start)
    told = rfc3339(moment.us, moment.offset_s if zone is None else _offset(zone, moment.us))
    mine = [line for line in drawing.lines if line.ordinal == ordinal]
    figures = [
        vehicle_words(launch.vehicle, drawing.language),
        said(launch.site.name, drawing.language),
        *_figures(mine, drawing.language),
    ]
    return f"{ordinal}   {launch.id}   {told[:10]} {told[11:16]} {told[-6:]}   {', '.join(figures)}"


def _figures(objects: Sequence[FlightLine], language: str) -> list[str]:
    def word(name: str, *values: str) -> str:
        return drawn_word(name, *values, language=language)

    if not objects:
        return [word("no-figures")]
    path = objects[0].flying.trajectory
    more = len(objects) - 1
    minutes = f"{path.duration_s / 60:.1f}"
    if path.end is End.ORBIT:
        told = [word("orbit", f"{path.burnout_s / 60:.1f}")]
    else:
        told = [
            word("apogee", f"{path.apogee_m / 1000:,.0f}"),
            word("range", f"{path.ground_range_m / 1000:,.0f}"),
            word(ENDS.get(path.end, "flies"), minutes),
        ]
    if more:
        told.append(word("objects", str(more)) if more > 1 else word("object"))
    return told


def _offset(zone: str, us: int) -> int:
    moment = dt.datetime.fromtimestamp(us / SECOND, zoneinfo.ZoneInfo(zone))
    shift = moment.utcoffset()
    return 0 if shift is None else round(shift.total_seconds())
