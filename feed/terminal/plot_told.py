"""The panels of a drawing that say what came of a flight: who was warned, what people were told.

Both go by the minutes after each launch, as the panels above them do.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from feed.core.event_stream import EventStream
from feed.core.plan import Plan
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.message import Message
from feed.model.time import SECOND
from feed.terminal.drawing import INK, RED, Drawing, colour_of, fitted, label_style
from feed.wording.drawn import drawn_word
from feed.wording.headline import headline
from feed.wording.moments import span
from feed.wording.situation import words_of_span
from feed.wording.text import said

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "MOST_TOLD",
    "SIGNS",
    "ToldLine",
    "draw_told",
    "draw_warned",
    "signs",
    "told_lines",
    "told_of",
]

MOST_TOLD = 10
"""So many lines of alerts and links fit below a flight."""
SIGNS = {"alert": (">", "on"), "update": ("d", "changed"), "all-clear": ("|", "over"),
         "cancel": ("X", "withdrawn")}  # fmt: skip
"""By type of the message: its marker, and the word for it."""
_WORDS = 96
"""Columns of small letters across the panel."""
_BEHIND = 30 * 60 * SECOND
"""An alert that names no launch belongs to one that it follows within half an hour."""


class ToldLine(NamedTuple):
    """An alert, or a time for which a link is down; minutes after a launch."""

    ordinal: int
    """of the launch, from 1"""
    words: str
    since: float
    until: float | None
    marks: tuple[tuple[float, str], ...] = ()
    """when which type of message was made; none: it is a link"""

    def tail(self, end: float, language: str) -> str:
        """Return what becomes of it after the minute at which the axis ends."""
        after = [(minute, act) for minute, act in self.marks if minute > end]
        if after:
            minute, act = after[-1]
            word = drawn_word(SIGNS[act][1], language=language)
            return f" → {word} T+{words_of_span(minute * 60)}"
        return "" if self.until is not None and self.until <= end else " →"


def told_of(plan: Plan) -> dict[str, list[Message]]:
    """Return the messages of each alert of a story, by event."""
    alerts: dict[str, list[Message]] = {}
    for message in plan.messages():
        if message.kind == "alert":
            alerts.setdefault(message.event, []).append(message)
    return alerts


def told_lines(
    launches: Sequence[Launch], plan: Plan, ends: Sequence[int | None], language: str
) -> Iterator[ToldLine]:
    """Yield the alerts about each launch, then the times in which links were down meanwhile.

    ``ends`` are the moments at which the flights end, microseconds since 1970.
    """
    start = plan.event_stream.start
    alerts = told_of(plan)
    moments = [launch.at.resolve(start).us for launch in launches]
    for ordinal, (launch, zero) in enumerate(zip(launches, moments, strict=True), 1):
        for messages in alerts.values():
            if _about(messages[0], launches, moments) == launch.id:
                yield _alert(ordinal, messages, zero, language)
    for ordinal, (zero, end) in enumerate(zip(moments, ends, strict=True), 1):
        for link, down, up in _outages(plan.event_stream):
            if end is not None and down < end and (up is None or up > zero):
                words = drawn_word("down", link, language=language)
                until = None if up is None else _minutes(up, zero)
                yield ToldLine(ordinal, words, _minutes(down, zero), until)


def _about(message: Message, launches: Sequence[Launch], moments: Sequence[int]) -> str | None:
    about = message.data.get("about")
    if about is not None:
        return str(about)
    before = [
        (zero, launch.id)
        for launch, zero in zip(launches, moments, strict=True)
        if 0 <= message.at - zero < _BEHIND
    ]
    return max(before)[1] if before else None


def _alert(ordinal: int, messages: Sequence[Message], zero: int, language: str) -> ToldLine:
    first = messages[0]
    over = [each for each in messages if each.type in {"cancel", "all-clear"} and not each.partial]
    ends = [each.at for each in over] or [each.expires for each in messages if each.expires]
    channel = said(first.data["issuer"]["channel"], language)
    words = f"{channel}: {headline('alert', first.type, first.data, language)}"
    marks = tuple((_minutes(each.at, zero), each.type) for each in messages)
    until = _minutes(max(ends), zero) if ends else None
    return ToldLine(ordinal, words, _minutes(first.at, zero), until, marks)


def _outages(event_stream: EventStream) -> Iterator[tuple[str, int, int | None]]:
    """Yield each time in which a link is down: its name, since when, until when."""
    down: dict[str, int] = {}
    for event in event_stream.events(0):
        if isinstance(event, LinkChange):
            at = event.at.resolve(event_stream.start).us
            if event.state == "down":
                down.setdefault(event.id, at)
            elif event.id in down:
                yield event.id, down.pop(event.id), at
    yield from ((link, since, None) for link, since in down.items())


def _minutes(us: int, zero: int) -> float:
    return (us - zero) / SECOND / 60


def draw_warned(axes: "Axes", drawing: Drawing) -> None:
    """Draw a bar for each country and launch, from its first warning to the impact."""
    countries = list(drawing.arrangements.participants)
    height = 0.8 / max(1, len(drawing.known))
    end = axes.get_xlim()[1]
    for row, country in enumerate(countries):
        axes.axhspan(row - 0.42, row + 0.42, color=colour_of(row), alpha=0.07, linewidth=0)
        for index, compared in enumerate(drawing.known):
            middle = row - 0.4 + (index + 0.5) * height
            answers = (each for each in compared.answers[0] if each.country == country)
            first = next((each.first for each in answers), None)
            subject = compared.subject
            many = len(drawing.known) > 1
            name = f"{index + 1}  " if many else ""
            if first is None:
                if drawing.detailed:
                    words = name + drawn_word("never", language=drawing.language)
                    axes.annotate(words, (0, middle), (4, 0), **label_style("left", 7, "normal"))
                continue
            since = _minutes(first.due, subject.launched)
            until = end if subject.impact is None else _minutes(subject.impact, subject.launched)
            if since < until:
                axes.barh(
                    middle, until - since, left=since, height=0.8 * height,
                    color=colour_of(row), alpha=0.45, linewidth=0,
                )  # fmt: skip
            if drawing.detailed and since < end:
                words = f"{name}T+{span(first.due - subject.launched)}"
                if subject.impact is not None:
                    left = subject.impact - first.due
                    when = "left" if left >= 0 else "too-late"
                    words += f", {drawn_word(when, span(abs(left)), language=drawing.language)}"
                axes.plot(since, middle, "|", color=colour_of(row), markersize=9)
                axes.annotate(words, (since, middle), (5, 0), **label_style("left", 7, "normal"))
    axes.set_ylim(len(countries) - 0.5, -0.5)
    axes.set_yticks(range(len(countries)), countries, fontweight="bold")
    _finished(axes, drawn_word("knows", language=drawing.language))


def draw_told(axes: "Axes", drawing: Drawing) -> None:
    """Draw a line for each alert and each link that is down, with its words above it."""
    end = axes.get_xlim()[1]
    shown = [line for line in drawing.told if line.since < end][:MOST_TOLD]
    for row, line in enumerate(shown):
        until = end if line.until is None else line.until
        begin, stop = max(line.since, 0), min(until, end)
        colour = INK if line.marks else "#777777"
        style = "-" if line.marks else (0, (1, 1))
        axes.plot(
            [begin, stop], [row + 0.22] * 2, color=colour, linewidth=1.4 if line.marks else 3,
            linestyle=style, solid_capstyle="butt",
        )  # fmt: skip
        for minute, act in line.marks:
            marker, _ = SIGNS[act]
            wrong = RED if act == "cancel" else INK
            if minute <= end:
                axes.plot(minute, row + 0.22, marker, color=wrong, markersize=5)
        tail = line.tail(end, drawing.language)
        words = f"{line.ordinal}  {line.words}" if len(drawing.launches) > 1 else line.words
        at_right = begin > 0.5 * end
        room = begin if at_right else end - begin
        axes.annotate(
            fitted(words, round(_WORDS * room / end) - cell_len(tail)) + tail,
            (begin, row + 0.1),
            (1 if at_right else 0, 0),
            **{**label_style("right" if at_right else "left", 7, "normal"), "va": "bottom"},
        )  # fmt: skip
    left_out = len(drawing.told) - len(shown)
    title = drawn_word("told", language=drawing.language)
    if left_out > 0:
        title += f" ({drawn_word('more', f'{left_out:,}', language=drawing.language)})"
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.8)
    axes.set_yticks([])
    axes.annotate(
        "  ".join(signs(drawing.language)), (1, 1), (0, 3), xycoords="axes fraction",
        textcoords="offset points", ha="right", fontsize=7.5, color="#444444",
    )  # fmt: skip
    _finished(axes, title)


def signs(language: str) -> list[str]:
    """Return what the markers mean, in the order of ``SIGNS``."""
    return [
        f"{sign} {drawn_word(word, language=language)}"
        for sign, (_, word) in zip("▸◆|✖", SIGNS.values(), strict=True)
    ]


def _finished(axes: "Axes", title: str) -> None:
    axes.set_title(title, loc="left", fontsize=9, pad=3)
    axes.grid(axis="x", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)
    axes.spines[["top", "right", "left"]].set_visible(False)
