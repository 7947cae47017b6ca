"""A picture of what countries knew under different arrangements: one panel for each launch.

Time goes from left to right since the launch, by powers of ten, because seconds and hours both
matter.  The same answers give the same bytes.
"""

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from feed.core.compare import Compared, ComparedAnswer, Subject
from feed.errors import UsageError
from feed.model.quoting import quoted
from feed.model.time import SECOND
from feed.terminal.drawing import BANNER, COLOURS, RED, SUFFIXES, save, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

__all__ = ["MOST", "SUFFIXES", "plot_compared"]

MOST = 12
"""So many launches fit into a picture that can be read."""
MARKS = {
    "launch": ("o", "launch point"),
    "track": ("s", "first track"),
    "impact": ("D", "first predicted impact"),
}
TICKS = {
    5: "5 s", 10: "10 s", 20: "20 s", 30: "30 s", 60: "1 min", 120: "2 min", 300: "5 min",
    600: "10 min", 1800: "30 min", 3600: "1 h", 7200: "2 h", 14_400: "4 h", 86_400: "1 day",
}  # fmt: skip
EARLIEST = 5.0
_ROW = 0.27
_HEAD = 0.95
_MARGIN = 0.95


def plot_compared(
    path: pathlib.Path,
    title: str,
    compared: Sequence[Compared],
    labels: Sequence[str],
    participants: Sequence[str] = (),
) -> None:
    """Draw the answers into an ``.svg`` or ``.png`` file.

    A country has the colour of its place among the participants, as everywhere else.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{quoted(path.name)} is no picture feed can draw; use .svg or .png")
    with styled():
        figure = _figure(title, compared[:MOST], labels, len(compared) - MOST, participants)
        save(figure, path)


def _figure(
    title: str,
    compared: Sequence[Compared],
    labels: Sequence[str],
    left_out: int,
    participants: Sequence[str],
) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    rows = len(labels) * len(compared[0].answers[0])
    panel = _HEAD + _ROW * (rows + 1)
    height = _MARGIN + panel * len(compared)
    figure = Figure(figsize=(12, height), dpi=110, facecolor="white")
    for index, each in enumerate(compared):
        top = height - 0.5 - panel * index
        axes = figure.add_axes(
            (0.13, (top - panel + 0.55) / height, 0.72, (panel - _HEAD) / height)
        )
        _panel(axes, each, labels, participants)
        if index == 0:
            axes.legend(
                handles=_handles(),
                loc="lower right",
                bbox_to_anchor=(1.0, 1.0),
                ncols=len(MARKS) + 1,
                frameon=False,
                fontsize=8,
            )
    figure.text(0.5, 1 - 0.2 / height, BANNER, ha="center", va="center", color=RED, weight="bold")
    figure.text(0.02, 1 - 0.48 / height, title, ha="left", va="center", fontsize=12, weight="bold")
    words = "Bar: from the first warning to the impact."
    if left_out > 0:
        words += f"  {left_out} more launches are not shown."
    figure.text(0.98, 0.15 / height, words, ha="right", va="bottom", fontsize=8, color="#444444")
    figure.text(0.02, 0.15 / height, BANNER, ha="left", va="bottom", fontsize=8, color=RED)
    return figure


def _handles() -> "list[Line2D]":
    """Return the signs of the legend; their colours are the countries'."""
    from matplotlib.lines import Line2D  # noqa: PLC0415 - as above

    signs = [
        Line2D([], [], marker=marker, linestyle="", color="#555555", label=label)
        for marker, label in MARKS.values()
    ]
    return [*signs, Line2D([], [], color="#1a1a1a", linewidth=1, label="impact")]


def _panel(
    axes: "Axes", compared: Compared, labels: Sequence[str], participants: Sequence[str]
) -> None:
    """Draw one launch: a row for each country and date, countries together."""
    subject = compared.subject
    names, row = [], 0
    times = _times(subject, compared) or [EARLIEST, 600.0]
    begin, end = max(EARLIEST, 0.6 * min(times)), 1.4 * max(*times, 60.0)
    axes.set_xscale("log")
    axes.set_xlim(begin, end)
    for index in range(len(compared.answers[0])):
        country = compared.answers[0][index].country
        place = participants.index(country) if country in participants else index
        colour = COLOURS[place % len(COLOURS)]
        for label, answers in zip(labels, compared.answers, strict=True):
            _row(axes, row, subject, answers[index], colour)
            if answers is not compared.answers[0] and answers[index] == compared.answers[0][index]:
                last = end if subject.impact is None else _after(subject, subject.impact)
                axes.text(
                    last / 1.03, row, f"as at {labels[0]}", ha="right", va="center",
                    color="#555555", fontsize=7.5, style="italic",
                )  # fmt: skip
            names.append(f"{answers[index].country}  {label}")
            row += 1
        if index:
            axes.axhline(row - len(labels) - 0.5, color="#cccccc", linewidth=0.6)
    ticks = [second for second in TICKS if begin <= second <= end]
    axes.set_xticks(ticks, [TICKS[second] for second in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("time since the launch", fontsize=8, labelpad=2)
    axes.set_ylim(row - 0.4, -0.6)
    axes.set_yticks(range(row), names)
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    if subject.impact is not None:
        axes.axvline(_after(subject, subject.impact), color="#1a1a1a", linewidth=1)
    axes.set_title(subject.event, loc="left", fontsize=10, weight="bold")
    axes.annotate(
        "flight known\nbefore impact; first by", (1.01, 1.01), xycoords="axes fraction",
        va="bottom", fontsize=7.5, color="#444444",
    )  # fmt: skip


def _row(axes: "Axes", row: int, subject: Subject, answer: ComparedAnswer, colour: str) -> None:
    begin, end = axes.get_xlim()
    if answer.first is None:
        axes.text(begin * 1.05, row, "never", va="center", color="#777777", fontsize=8)
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
    share = answer.ever if answer.before_impact is None else answer.before_impact
    if subject.moments:
        words = f"{share * 1000 // subject.moments / 10:.1f} %"
        words += "" if answer.first is None else f"   {answer.first.arrangement}"
        axes.annotate(
            words, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8
        )


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
