"""A drawing of a story in which nothing flies: what was announced, warned of and agreed, when.

A line for each event, in order; time goes from left to right, and where nothing happens for long
it is made shorter, so that 38 minutes and three days fit on one axis.
"""

import bisect
import itertools
import pathlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from feed.model.message import Message
from feed.model.time import SECOND
from feed.terminal.drawing import BANNER, INK, RED, colour_of, fitted, marker_of, save
from feed.terminal.lettering import styled
from feed.terminal.plot_told import SIGNS, signs
from feed.wording.drawn import drawn_word
from feed.wording.headline import headline
from feed.wording.times import Times

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["MOST_EVENTS", "ShortenedTime", "StoryDrawing", "plot_story"]

MOST_EVENTS = 40
"""So many lines can be read on one page."""
_SHARE = 6
"""A gap is at most so many times as long as all others would be on the average."""
_TICKS = 9
_WORDS = 118
_ROW = 0.45
"""Inches for an event."""


class StoryDrawing(NamedTuple):
    """What is drawn, and for whom."""

    title: str
    messages: Sequence[Message]
    participants: Sequence[str]
    times: Times
    language: str = "en"


class ShortenedTime:
    """Moments along an axis on which long gaps are shortened; the unit has no meaning."""

    def __init__(self, moments: Iterable[int]) -> None:
        """Give each moment (microseconds) its place."""
        self._moments = sorted(set(moments))
        gaps = [after - before for before, after in itertools.pairwise(self._moments)]
        usual = sorted(gaps)[len(gaps) // 2] if gaps else SECOND
        longest = max(_SHARE * usual, SECOND)
        self.places = [0.0]
        self.shortened: list[float] = []
        """the middle of each gap that is shorter than it was"""
        for gap in gaps:
            last = self.places[-1]
            self.places.append(last + min(gap, longest) / SECOND)
            if gap > longest:
                self.shortened.append((last + self.places[-1]) / 2)

    def __call__(self, us: int) -> float:
        """Return the place of one of the moments, or of the last one before it."""
        return self.places[max(0, bisect.bisect_right(self._moments, us) - 1)]

    def ticks(self, most: int) -> list[tuple[float, int]]:
        """Return moments to name on the axis, far enough from each other, with their places."""
        apart = self.places[-1] / most
        chosen: list[tuple[float, int]] = []
        for place, us in zip(self.places, self._moments, strict=True):
            if not chosen or place - chosen[-1][0] >= apart:
                chosen.append((place, us))
        return chosen


def plot_story(path: pathlib.Path, story: StoryDrawing) -> set[str]:
    """Draw it into an ``.svg`` or ``.png`` file; return the letters that no font has."""
    with styled(story.language) as missing:
        save(_figure(story), path)
    return missing


def _figure(story: StoryDrawing) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    events: dict[str, list[Message]] = {}
    for message in story.messages:
        events.setdefault(message.event, []).append(message)
    shown = dict(itertools.islice(events.items(), MOST_EVENTS))
    height = 1.6 + _ROW * len(shown)
    figure = Figure(figsize=(13, height), dpi=110, facecolor="white")
    axes = figure.add_axes((0.065, 0.72 / height, 0.915, 1 - 1.6 / height))
    _lines(axes, list(shown.values()), story)
    figure.text(0.5, 1 - 0.2 / height, BANNER, ha="center", va="center", color=RED, weight="bold")
    figure.text(
        0.02, 1 - 0.5 / height, fitted(story.title, _WORDS), ha="left", va="center", fontsize=12,
        weight="bold",
    )  # fmt: skip
    figure.text(0.02, 0.15 / height, BANNER, ha="left", va="bottom", fontsize=8, color=RED)
    # The first report of each has the country's own marker.
    words = signs(story.language)[1:]
    words.append(f"// {drawn_word('gap', language=story.language)}")
    if len(events) > len(shown):
        more = drawn_word("more", f"{len(events) - len(shown):,}", language=story.language)
        words.insert(0, more)
    figure.text(
        0.98, 0.15 / height, "    ".join(words), ha="right", va="bottom", fontsize=8,
        color="#444444",
    )  # fmt: skip
    return figure


def _lines(axes: "Axes", events: Sequence[Sequence[Message]], story: StoryDrawing) -> None:
    scale = ShortenedTime(each.at for messages in events for each in messages)
    end = max(scale.places[-1], 1.0)
    axes.set_xlim(-0.02 * end, 1.06 * end)
    for row, messages in enumerate(events):
        _line(axes, row, messages, scale, story)
    ticks = scale.ticks(_TICKS)
    axes.set_xticks([place for place, _ in ticks], _names([us for _, us in ticks], story.times))
    for place in scale.shortened:
        axes.axvline(place, color="#cfcfcf", linewidth=0.8, linestyle=(0, (1, 3)), zorder=0)
        axes.text(
            place, 1.0, "//", transform=axes.get_xaxis_transform(), ha="center", va="bottom",
            color="#777777", fontsize=8,
        )  # fmt: skip
    axes.set_ylim(len(events) - 0.3, -0.8)
    axes.set_yticks(range(len(events)), [each[0].originator for each in events], fontweight="bold")
    for label, messages in zip(axes.get_yticklabels(), events, strict=True):
        label.set_color(_look(messages[0].originator, story)[0])
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2, labelsize=8)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _line(
    axes: "Axes", row: int, messages: Sequence[Message], scale: ShortenedTime, story: StoryDrawing
) -> None:
    first, last = messages[0], messages[-1]
    colour, marker = _look(first.originator, story)
    over = last.type in {"cancel", "all-clear"} and not last.partial
    lasts = first.kind in {"alert", "agreement"} and not over
    begin = scale(first.at)
    stop = axes.get_xlim()[1] if lasts else scale(last.at)
    if stop > begin:
        axes.plot([begin, stop], [row + 0.25] * 2, color=colour, linewidth=2, alpha=0.45)
    for each in messages:
        sign = SIGNS[each.type][0] if each.type != "alert" else marker
        ink = RED if each.type == "cancel" else colour
        axes.plot(scale(each.at), row + 0.25, sign, color=ink, markersize=6, zorder=3)
    times = story.times
    told = headline(first.kind, first.type, first.data, story.language, times.zone)
    ends = [each for each in messages[1:] if each.type != "update"][-1:]
    clock = times.clock(first.at)[:5]
    if ends:
        word = drawn_word(SIGNS[ends[0].type][1], language=story.language)
        told = f"{told} → {times.clock(ends[0].at)[:5]} {word}"
    at_right = begin > 0.55 * axes.get_xlim()[1]
    axes.annotate(
        fitted(f"{clock}  {told}", _WORDS), (begin, row + 0.1), (-2 if not at_right else 4, 1),
        textcoords="offset points", ha="right" if at_right else "left", va="bottom", fontsize=8,
        color=INK,
    )  # fmt: skip


def _look(country: str, story: StoryDrawing) -> tuple[str, str]:
    """Return colour and marker of a country; grey and a dot for who takes no part."""
    if country not in story.participants:
        return "#555555", "o"
    place = list(story.participants).index(country)
    return colour_of(place), marker_of(place)


def _names(moments: Sequence[int], times: Times) -> list[str]:
    """Return the names of ticks: the date wherever it is a new one."""
    names, before = [], ""
    for us in moments:
        day = times.day(us)[:10]
        clock = times.clock(us)[:5]
        names.append(clock if day == before else f"{clock}\n{day}")
        before = day
    if names:
        names[0] += f" {times.offset_text(moments[0])}"
    return names
