"""The panels of a drawing that go by time: how high, and in whose view."""

from typing import TYPE_CHECKING

import numpy as np

from feed.model.time import SECOND
from feed.terminal.drawing import (
    FEW,
    INK,
    Drawing,
    FlightLine,
    colour_of,
    dashes_of,
    label_style,
    together,
)
from feed.wording.drawn import drawn_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_altitudes", "draw_coverage"]

FAR_APART = 30.0
"""Apogees that differ by this factor are drawn on a scale that shows both."""
TICKS_KM = (0, 10, 50, 100, 250, 500, 1000, 2000, 4000, 6000, 8000, 10_000)


def draw_altitudes(axes: "Axes", drawing: Drawing) -> None:
    """Draw altitude against the minutes after each launch."""
    for line in drawing.lines:
        axes.plot(
            line.minutes,
            np.maximum(line.states.altitude_m / 1000, 0.0),
            color=INK,
            linewidth=1.7 if line.main and drawing.detailed else 0.9,
            linestyle=dashes_of(line) if drawing.detailed else "-",
        )
    paths = [(line.ordinal, line.flying.trajectory) for line in drawing.vehicles]
    summits = [(ordinal, (path.apogee_s / 60, path.apogee_m / 1000)) for ordinal, path in paths]
    highest = max((km for _, (_, km) in summits), default=0.0)
    longest = max((float(line.minutes[-1]) for line in drawing.lines), default=1.0)
    for name, (minute, km) in together(summits, longest / 40, highest / 40):
        words = name if len(summits) > FEW else f"{name}: {km:,.0f} km"
        # A label over the first minutes would lie on the axis.
        left = minute < longest / 8
        style = label_style("left" if left else "center")
        axes.annotate(words, (minute, km), (8 if left else 0, 4), **style)
    spread = bool(summits) and highest > FAR_APART * min(km for _, (_, km) in summits)
    if spread:
        axes.set_yscale("function", functions=(lambda km: np.sqrt(np.abs(km)), np.square))
        axes.set_yticks([km for km in TICKS_KM if km <= 1.1 * highest])
    if summits:
        axes.set_ylim(0, highest * (1.22 if spread else 1.1))
    else:
        words = drawn_word("no-figures", language=drawing.language)
        axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center")
    label = drawn_word("root-scale" if spread else "altitude", language=drawing.language)
    axes.set_ylabel(label)
    axes.set_xlim(0, longest * 1.05)
    axes.grid(color="#dddddd", linewidth=0.5)
    axes.tick_params(labelbottom=False, length=2)
    axes.spines[["top", "right"]].set_visible(False)


def draw_coverage(axes: "Axes", drawing: Drawing) -> None:
    """Draw one band for each country: shaded when one of its sensors has an object in view."""
    countries = list(drawing.arrangements.participants)
    countries += sorted({who for line in drawing.lines for who in line.contacts} - set(countries))
    height = 0.8 / max(1, len(drawing.lines))
    for row, country in enumerate(countries):
        axes.axhspan(row - 0.42, row + 0.42, color=colour_of(row), alpha=0.07, linewidth=0)
        for index, line in enumerate(drawing.lines):
            spans = [
                (look.since / SECOND / 60, (look.until - look.since) / SECOND / 60)
                for look in line.contacts.get(country, ())
            ]
            bottom = row - 0.4 + index * height
            axes.broken_barh(spans, (bottom, height * 0.86), facecolors=colour_of(row), linewidth=0)
            if spans and 1 < len(drawing.lines) <= 2 * FEW:
                end = max(since + long for since, long in spans)
                name = _name(line, alone=len(drawing.launches) == 1)
                axes.annotate(name, (end, bottom + height / 2), (3, 0), **label_style("left", 7))
    axes.set_ylim(len(countries) - 0.5, -0.5)
    axes.set_yticks(range(len(countries)), countries, fontweight="bold")
    axes.set_title(drawn_word("in-view", language=drawing.language), loc="left", fontsize=9, pad=3)
    axes.grid(axis="x", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _name(line: FlightLine, *, alone: bool) -> str:
    if line.main:
        return str(line.ordinal)
    piece = line.flying.name.removeprefix(f"{line.launch.id}-")
    return piece if alone else f"{line.ordinal} {piece}"
