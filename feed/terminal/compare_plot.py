"""A picture of what countries knew under different arrangements: one panel for each launch.

Time goes from left to right since the launch, by powers of ten, because seconds and hours both
matter.  The same answers give the same bytes.
"""

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from feed.core.compare import Compared, ComparedAnswer, Subject
from feed.errors import UsageError
from feed.model.message import OWN, PUBLIC
from feed.model.quoting import quoted
from feed.model.time import SECOND
from feed.terminal.drawing import BANNER, COLOURS, RED, SUFFIXES, save
from feed.terminal.lettering import styled
from feed.wording.compared import compared_word
from feed.wording.moments import since_launch
from feed.wording.situation import vehicle_words
from feed.wording.text import said
from feed.wording.times import Times

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

__all__ = ["MOST", "SUFFIXES", "Lettering", "plot_compared"]

MOST = 12
"""So many launches fit into a picture that can be read."""
MARKS = {"launch": ("o", "launch"), "track": ("s", "first-track"), "impact": ("D", "first-impact")}
"""By kind of the report: its marker, and what it brought."""
TICKS = {
    5: ("s", 5), 10: ("s", 10), 20: ("s", 20), 30: ("s", 30), 60: ("min", 1), 120: ("min", 2),
    300: ("min", 5), 600: ("min", 10), 1800: ("min", 30), 3600: ("h", 1), 7200: ("h", 2),
    14_400: ("h", 4), 86_400: ("d", 1),
}  # fmt: skip
EARLIEST = 5.0
_ROW = 0.27
_HEAD = 0.95
_MARGIN = 1.1
_COLUMNS = {1.01: "first", 1.12: "known-before", 1.25: "first-by"}
"""Where the numbers of a row stand, in widths of the panel, and what they are."""


class Lettering(NamedTuple):
    """What is written beside the answers."""

    title: str
    labels: Sequence[str]
    """of the dates"""
    participants: Sequence[str] = ()
    """a country has the colour of its place among them, as everywhere else"""
    times: Times = Times()
    language: str = "en"

    def word(self, name: str, *values: str) -> str:
        """Return a word in the language."""
        return compared_word(name, *values, language=self.language)


def plot_compared(path: pathlib.Path, compared: Sequence[Compared], written: Lettering) -> set[str]:
    """Draw the answers into an ``.svg`` or ``.png`` file; return the letters that no font has."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{quoted(path.name)} is no picture feed can draw; use .svg or .png")
    with styled(written.language) as missing:
        save(_figure(compared[:MOST], len(compared) - MOST, written), path)
    return missing


def _figure(compared: Sequence[Compared], left_out: int, written: Lettering) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    rows = len(written.labels) * len(compared[0].answers[0])
    panel = _HEAD + _ROW * (rows + 1)
    height = _MARGIN + panel * len(compared)
    figure = Figure(figsize=(13, height), dpi=110, facecolor="white")
    for index, each in enumerate(compared):
        top = height - 0.75 - panel * index
        axes = figure.add_axes(
            (0.13, (top - panel + 0.55) / height, 0.62, (panel - _HEAD) / height)
        )
        _panel(axes, each, written)
    figure.text(0.5, 1 - 0.2 / height, BANNER, ha="center", va="center", color=RED, weight="bold")
    figure.text(
        0.02, 1 - 0.48 / height, written.title, ha="left", va="center", fontsize=12, weight="bold"
    )
    figure.legend(
        handles=_handles(written), loc="upper left", ncols=len(MARKS) + 1, frameon=False,
        bbox_to_anchor=(0.012, 1 - 0.62 / height), fontsize=8,
    )  # fmt: skip
    words = written.word("bar")
    if left_out > 0:
        words += f"  {written.word('not-shown', str(left_out))}"
    figure.text(0.98, 0.15 / height, words, ha="right", va="bottom", fontsize=8, color="#444444")
    figure.text(0.02, 0.15 / height, BANNER, ha="left", va="bottom", fontsize=8, color=RED)
    return figure


def _handles(written: Lettering) -> "list[Line2D]":
    """Return the signs of the legend; their colours are the countries'."""
    from matplotlib.lines import Line2D  # noqa: PLC0415 - as above

    signs = [
        Line2D([], [], marker=marker, linestyle="", color="#555555", label=written.word(name))
        for marker, name in MARKS.values()
    ]
    impact = Line2D([], [], color="#1a1a1a", linewidth=1, label=written.word("came-down"))
    return [*signs, impact]


def _panel(axes: "Axes", compared: Compared, written: Lettering) -> None:
    """Draw one launch: a row for each country and date, countries together."""
    subject, labels = compared.subject, written.labels
    names, row = [], 0
    times = _times(subject, compared) or [EARLIEST, 600.0]
    begin, end = max(EARLIEST, 0.6 * min(times)), 1.4 * max(*times, 60.0)
    axes.set_xscale("log")
    axes.set_xlim(begin, end)
    for index in range(len(compared.answers[0])):
        country = compared.answers[0][index].country
        known = country in written.participants
        place = list(written.participants).index(country) if known else index
        colour = COLOURS[place % len(COLOURS)]
        for label, answers in zip(labels, compared.answers, strict=True):
            _row(axes, row, answers[index], (subject, colour), written)
            if answers is not compared.answers[0] and answers[index] == compared.answers[0][index]:
                last = end if subject.impact is None else _after(subject, subject.impact)
                axes.text(
                    last / 1.03, row, written.word("as-at", labels[0]), ha="right", va="center",
                    color="#555555", fontsize=7.5, style="italic",
                )  # fmt: skip
            names.append(f"{answers[index].country}  {label}")
            row += 1
        if index:
            axes.axhline(row - len(labels) - 0.5, color="#cccccc", linewidth=0.6)
    ticks = [second for second in TICKS if begin <= second <= end]
    axes.set_xticks(ticks, [written.word(TICKS[n][0], str(TICKS[n][1])) for n in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(written.word("since"), fontsize=8, labelpad=2)
    axes.set_ylim(row - 0.4, -0.6)
    axes.set_yticks(range(row), names)
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    if subject.impact is not None:
        axes.axvline(_after(subject, subject.impact), color="#1a1a1a", linewidth=1)
    _heading(axes, subject, written)


def _heading(axes: "Axes", subject: Subject, written: Lettering) -> None:
    launch, told = subject.launch, written.times.rfc3339(subject.launched)
    what = [
        vehicle_words(launch.vehicle, written.language),
        said(launch.site.name, written.language),
        f"{told[:10]} {told[11:16]} {told[-6:]}",
    ]
    axes.set_title(f"{subject.event}   {', '.join(what)}", loc="left", fontsize=9, weight="bold")
    for place, name in _COLUMNS.items():
        axes.annotate(
            written.word(name), (place, 1.01), xycoords="axes fraction", va="bottom", fontsize=7.5,
            color="#444444",
        )  # fmt: skip


def _row(
    axes: "Axes", row: int, answer: ComparedAnswer, look: tuple[Subject, str], written: Lettering
) -> None:
    subject, colour = look
    begin, end = axes.get_xlim()
    if answer.first is None:
        never = written.word("never")
        axes.text(begin * 1.05, row, never, va="center", color="#777777", fontsize=8)
    else:
        first = max(begin, _after(subject, answer.first.due))
        impact = end if subject.impact is None else _after(subject, subject.impact)
        if first < impact:
            axes.barh(row, impact - first, left=first, height=0.62, color=colour, alpha=0.25)
    for kind, (marker, _) in MARKS.items():
        known = answer.elements.get(kind)
        if known is not None:
            axes.plot(
                [max(begin, _after(subject, known.due))], [row], marker, color=colour,
                markersize=5, markeredgecolor="white", markeredgewidth=0.5, zorder=3,
            )  # fmt: skip
    for place, words in zip(_COLUMNS, _numbers(subject, answer, written), strict=True):
        axes.annotate(
            words, (place, row), xycoords=("axes fraction", "data"), va="center", fontsize=8
        )


def _numbers(subject: Subject, answer: ComparedAnswer, written: Lettering) -> tuple[str, str, str]:
    """Return the numbers at the end of a row: first warning, flight known, by which way."""
    share = answer.ever if answer.before_impact is None else answer.before_impact
    known = f"{share * 1000 // subject.moments / 10:.1f} %" if subject.moments else ""
    if answer.first is None:
        return "", known, ""
    by = answer.first.arrangement
    since = since_launch(answer.first.due - subject.launched)
    return since, known, written.word(by) if by in {OWN, PUBLIC} else by


def _times(subject: Subject, compared: Compared) -> list[float]:
    times = [
        _after(subject, known.due)
        for answers in compared.answers
        for answer in answers
        for known in answer.elements.values()
    ]
    return times if subject.impact is None else [*times, _after(subject, subject.impact)]


def _after(subject: Subject, us: int) -> float:
    return (us - subject.launched) / SECOND
