"""The report's drawings, as SVG inside the page: who knew when, and how latencies are spread."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from feed.web.report_html import Html, element, link, text

__all__ = ["WarningBar", "bars_of_warning", "histogram", "shape_of"]

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A7A00")
_SHAPES = ("■", "●", "▲", "◆", "★", "⬟", "✚")
_WIDTH = 640
_LEFT = 60
_ROW = 22
_PER_DECADE = 4
_TALL = 90


class WarningBar(NamedTuple):
    """When one country was warned, in seconds since the launch."""

    country: str
    rank: int
    first_s: float | None
    message: str


def shape_of(rank: int) -> str:
    """Return the shape of the n-th country."""
    return _SHAPES[rank % len(_SHAPES)]


def bars_of_warning(bars: Sequence[WarningBar], end_s: float, end_words: str) -> Html:
    """Return a bar for each country, from its first warning to the impact."""
    span = max(end_s, *(bar.first_s or 0.0 for bar in bars), 1.0)
    height = _ROW * len(bars) + 30

    def x(seconds: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - 20) * min(1.0, max(0.0, seconds / span))

    parts: list[Html] = []
    for row, bar in enumerate(bars):
        y = 8 + row * _ROW
        colour = _COLOURS[bar.rank % len(_COLOURS)]
        label = f"{shape_of(bar.rank)} {bar.country}"
        parts.append(element("text", label, x=4, y=y + 12, fill=colour, font_weight="bold"))
        parts.append(
            element(
                "rect", x=_LEFT, y=y + 5, width=f"{x(end_s) - _LEFT:.1f}", height=4, fill="#ddd"
            )
        )
        if bar.first_s is None:
            parts.append(element("text", "never", x=_LEFT + 4, y=y + 14, fill="#555"))
            continue
        first, last = x(bar.first_s), x(end_s)
        if last > first:
            rect = element(
                "rect", x=f"{first:.1f}", y=y + 1, width=f"{last - first:.1f}", height=12,
                fill=colour,
            )  # fmt: skip
            parts.append(link(bar.message, rect))
        parts.append(element("circle", cx=f"{first:.1f}", cy=y + 7, r=4, fill=colour,
                             stroke="#fff"))  # fmt: skip
    y = height - 6
    parts.append(element("text", "launch", x=_LEFT, y=y, fill="#333"))
    parts.append(
        element("text", end_words, x=f"{x(end_s):.1f}", y=y, fill="#333", text_anchor="end")
    )
    described = "; ".join(
        f"{bar.country} {'never' if bar.first_s is None else f'{bar.first_s:.0f} s'}"
        for bar in bars
    )
    return _svg(height, parts, f"First warning after the launch: {described}")


def histogram(values_us: Sequence[int], label: str, rank: int = 0) -> Html:
    """Return how values are spread: a bar for each quarter of a power of ten."""
    if min(values_us) == max(values_us):
        return text("all the same")
    counts: dict[int, int] = {}
    for value in values_us:
        slot = math.floor(_PER_DECADE * math.log10(max(value, 1)))
        counts[slot] = counts.get(slot, 0) + 1
    low, high = min(counts), max(counts)
    low, high = min(low, high - _PER_DECADE), high + 1
    most = max(counts.values())
    wide = (_WIDTH - _LEFT - 20) / (high - low + 1)
    colour = _COLOURS[rank % len(_COLOURS)]
    parts: list[Html] = []
    for slot in range(low, high + 1):
        x = _LEFT + (slot - low) * wide
        count = counts.get(slot, 0)
        tall = math.ceil(_TALL * count / most) if count else 0
        if count:
            hover = element("title", f"{_duration(slot)} to {_duration(slot + 1)}: {count:,}")
            parts.append(
                element("rect", hover, x=f"{x:.1f}", y=_TALL + 6 - tall, width=f"{wide - 1:.1f}",
                        height=tall, fill=colour)
            )  # fmt: skip
        if slot % _PER_DECADE == 0 or high - low <= _PER_DECADE * 2:
            parts.append(element("text", _duration(slot), x=f"{x:.1f}", y=_TALL + 20, fill="#333"))
    parts.append(element("text", f"{most:,}", x=4, y=16, fill="#333"))
    return _svg(_TALL + 26, parts, label)


def _duration(slot: int) -> str:
    """Return where a slot begins, in the unit that fits."""
    value = 10.0 ** (slot / _PER_DECADE)
    for unit, size in (("h", 3.6e9), ("min", 6e7), ("s", 1e6), ("ms", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} µs"


def _svg(height: int, parts: Sequence[Html], label: str) -> Html:
    inside = "".join(parts)
    return Html(
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{text(label)}">{inside}</svg>'
    )
