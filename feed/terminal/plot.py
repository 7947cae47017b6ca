"""A drawing of a plan: where its objects fly, how high, and who has them in view when.

A map, two panels that go by time, and a list of the launches, all marked as an exercise.  The same
plan gives the same bytes.
"""

import datetime as dt
import pathlib
import zoneinfo
from collections.abc import Sequence
from typing import TYPE_CHECKING

from feed.errors import UsageError
from feed.flight.trajectory import End
from feed.model.arrangement import Arrangements
from feed.model.base import one_name
from feed.model.launch import Launch
from feed.model.time import SECOND, Instant, rfc3339
from feed.terminal.drawing import BANNER, RED, SUFFIXES, Drawing, FlightLine, lines_of, save, styled
from feed.terminal.plot_map import draw_map
from feed.terminal.plot_time import draw_altitudes, draw_coverage

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SUFFIXES", "plot_plan"]

NOTE = (
    "Illustrative geometry, not capability: sensor places, ranges and elevations are assumed. "
    "Coastlines: Natural Earth."
)
ENDS = {End.LOST: "lost after ", End.BROKE_UP: "broke up after "}
LISTED = 18


def plot_plan(
    path: pathlib.Path,
    title: str,
    launches: Sequence[Launch],
    start: Instant,
    arrangements: Arrangements,
    *,
    zone: str | None = None,
    seed: int = 0,
) -> None:
    """Draw the flights of a scenario into an ``.svg`` or ``.png`` file.

    Times are in ``zone`` (an IANA name), or with the offset of the scenario's start.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"'{path.name}' is no picture feed can draw; use .svg or .png")
    if not launches:
        raise UsageError("there is nothing to plot; the scenario has no launch")
    lines = tuple(lines_of(launches, start, arrangements, seed))
    drawing = Drawing(launches, lines, start, arrangements, seed)

    with styled():
        figure = _figure(drawing)
        _words(figure, title, drawing, zone)
        save(figure, path)


def _figure(drawing: Drawing) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    listed = 0.17 * min(len(drawing.launches), LISTED)
    height = 7.6 + listed
    figure = Figure(figsize=(15, height), dpi=110, facecolor="white")
    grid = figure.add_gridspec(
        2,
        2,
        width_ratios=(1.25, 1),
        height_ratios=(3, 1.15),
        left=0.045,
        right=0.985,
        top=0.895,
        bottom=(0.76 + 0.94 * listed) / height,
        wspace=0.14,
        hspace=0.09,
    )
    draw_map(figure.add_subplot(grid[:, 0]), drawing)
    above = figure.add_subplot(grid[0, 1])
    draw_altitudes(above, drawing)
    draw_coverage(figure.add_subplot(grid[1, 1], sharex=above), drawing)
    return figure


def _words(figure: "Figure", title: str, drawing: Drawing, zone: str | None) -> None:
    figure.text(0.5, 0.975, BANNER, ha="center", va="center", color=RED, weight="bold")
    figure.text(0.045, 0.94, title, ha="left", va="center", fontsize=13, weight="bold")
    figure.text(0.045, 0.012, BANNER, ha="left", va="bottom", fontsize=8, color=RED)
    figure.text(0.985, 0.012, NOTE, ha="right", va="bottom", fontsize=8, color="#444444")
    words = [
        _sentence(ordinal, launch, drawing, zone)
        for ordinal, launch in enumerate(drawing.launches, 1)
    ]
    if len(words) > LISTED:
        words = [*words[: LISTED - 1], f"and {len(words) - LISTED + 1} more"]
    figure.text(
        0.045, 0.04, "\n".join(words), ha="left", va="bottom", fontsize=8.5, linespacing=1.3
    )


def _sentence(ordinal: int, launch: Launch, drawing: Drawing, zone: str | None) -> str:
    """Return one line of the list: what was launched, when, from where, and its figures."""
    moment = launch.at.resolve(drawing.start)
    told = rfc3339(moment.us, moment.offset_s if zone is None else _offset(zone, moment.us))
    mine = [line for line in drawing.lines if line.ordinal == ordinal]
    figures = [
        launch.vehicle.name or launch.vehicle.class_,
        one_name(launch.site.name),
        *_figures(mine),
    ]
    return f"{ordinal}   {launch.id}   {told[:10]} {told[11:16]} {told[-6:]}   {', '.join(figures)}"


def _figures(objects: Sequence[FlightLine]) -> list[str]:
    if not objects:
        return ["no figures of a flight"]
    path = objects[0].flying.trajectory
    more = len(objects) - 1
    minutes = path.duration_s / 60
    if path.end is End.ORBIT:
        told = [f"in orbit after {path.burnout_s / 60:.1f} min"]
    else:
        told = [
            f"apogee {path.apogee_m / 1000:,.0f} km",
            f"range {path.ground_range_m / 1000:,.0f} km",
            f"{ENDS.get(path.end, '')}{minutes:.1f} min",
        ]
    return [
        *told,
        *([f"{more} more object{'s' if more > 1 else ''}"] if more else []),
    ]


def _offset(zone: str, us: int) -> int:
    moment = dt.datetime.fromtimestamp(us / SECOND, zoneinfo.ZoneInfo(zone))
    shift = moment.utcoffset()
    return 0 if shift is None else round(shift.total_seconds())
