"""The plan of a scenario as a table for people, or as JSON Lines for programs.

Lines are made one after the other while the plan is worked out, so a long plan shows its beginning
at once and never has to fit in memory.  Updates of a path that nothing else stands between are one
row: a table with every track update hides what happens.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from feed.model.marking import BANNER
from feed.model.message import OWN, PUBLIC, Delivery
from feed.model.scenario import Header
from feed.model.time import render_duration
from feed.wording.headline import headline, kind_and_act
from feed.wording.text import clean, said
from feed.wording.times import Times, after

__all__ = ["TimelineRow", "TimelineStyle", "Totals", "folded", "record", "table"]

_WIDE = 140
"""from this width on a message has one line, not two"""
_INDENT = 10
_EVENT = 24
_COLUMNS = f"{'DUE':8} {'DELAY':>8}  {'TO':3}  {'KIND':17}  {'FROM':11}  {'BY':16}"
_STYLES = {"alert": "bold", "update": "", "cancel": "magenta", "all-clear": "green"}


class TimelineRow(NamedTuple):
    """One row of the table: a delivery, or the first and the last of several."""

    first: Delivery
    last: Delivery
    kinds: tuple[str, ...]
    """the kinds that it stands for, in order of their first"""
    deliveries: int
    """how many deliveries it stands for"""
    longest: int
    """the longest delay, in microseconds"""


@dataclass(frozen=True)
class TimelineStyle:
    """How a plan is shown."""

    header: Header
    times: Times
    language: str = "en"
    every: bool = False
    """every delivery has a row of its own"""
    width: int | None = None
    """columns of the terminal; None: lines are as long as they are"""


@dataclass
class Totals:
    """What a plan amounts to, counted while it passes."""

    recipients: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)
    first: int | None = None
    last: int = 0

    def counted(self, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
        """Yield the deliveries, and count them."""
        for delivery in deliveries:
            self.recipients[delivery.recipient] += 1
            self.kinds[delivery.message.kind] += 1
            self.events.add(delivery.message.event)
            self.first = delivery.due if self.first is None else self.first
            self.last = delivery.due
            yield delivery

    def lines(self, times: Times) -> Iterator[Text]:
        """Yield the counts in words."""
        if self.first is None:
            yield Text("nothing is delivered")
            return
        total, events = self.recipients.total(), len(self.events)
        yield Text.assemble(
            (f"{_many(total, 'delivery', 'deliveries')} about {_many(events, 'event')}", "bold"),
            f": {_counts(self.recipients)}",
        )
        yield Text(f"of these {_counts(self.kinds)}")
        yield Text(
            f"from {times.day(self.first)} {times.clock(self.first)} to {times.day(self.last)} "
            f"{times.clock(self.last)} {times.offset_text(self.last)}, "
            f"{render_duration(self.last - self.first).partition('.')[0]} of scenario time"
        )


def folded(deliveries: Iterable[Delivery]) -> Iterator[TimelineRow]:
    """Yield rows in order of their first delivery.

    Track and predicted-impact updates that one recipient gets of one object from one originator the
    same way are one row, until anything else is delivered to anybody.
    """
    open_: dict[tuple[object, ...], TimelineRow] = {}
    for delivery in deliveries:
        message = delivery.message
        delay = delivery.due - message.at
        if not _folds(delivery):
            yield from open_.values()
            open_.clear()
            yield TimelineRow(delivery, delivery, (message.kind,), 1, delay)
            continue
        key = (delivery.recipient, message.event, delivery.arrangement, delivery.path)
        row = open_.get(key)
        if row is None:
            open_[key] = TimelineRow(delivery, delivery, (message.kind,), 1, delay)
        else:
            kinds = row.kinds if message.kind in row.kinds else (*row.kinds, message.kind)
            open_[key] = TimelineRow(
                row.first, delivery, kinds, row.deliveries + 1, max(row.longest, delay)
            )
    yield from open_.values()


def table(deliveries: Iterable[Delivery], shown: TimelineStyle) -> Iterator[RenderableType]:
    """Yield the lines of the table, a heading for each day among them."""
    header, times = shown.header, shown.times
    yield Text.assemble((BANNER, "bold white on red"), f"  {clean(header.exercise)}")
    yield Text(said(header.title, shown.language), style="bold", overflow="fold")
    wide = shown.width is None or shown.width >= _WIDE
    yield Text(f"{_COLUMNS}  {'EVENT':{_EVENT}}  WHAT" if wide else _COLUMNS, style="dim")
    rows = map(_alone, deliveries) if shown.every else folded(deliveries)
    day = ""
    for row in rows:
        due = row.first.due
        today = f"{times.day(due)} {times.offset_text(due)}"
        if today != day:
            day = today
            yield Text(f"── {day}", style="bold cyan")
        start, what = _start(row, times), _what(row, shown)
        event = row.first.message.event
        if shown.width is None:
            yield Text(f"{start.plain}  {event:{_EVENT}}  {what}")
        elif wide:
            yield from _wide(start, event, what, shown.width)
        else:
            yield start
            yield Padding(Text.assemble((event, "cyan"), "  ", what), (0, 0, 0, _INDENT))


def record(delivery: Delivery, shown: TimelineStyle) -> dict[str, Any]:
    """Return a delivery as a program reads it; its keys are always the same."""
    message, times = delivery.message, shown.times
    expires = message.expires
    return {
        "status": "Exercise",
        "exercise": f"EXERCISE {shown.header.exercise}",
        "due": times.rfc3339(delivery.due),
        "time": times.rfc3339(message.at),
        "offset_s": (delivery.due - shown.header.starts.us) / 1e6,
        "delay_s": (delivery.due - message.at) / 1e6,
        "recipient": delivery.recipient,
        "kind": message.kind,
        "act": message.type,
        "event": message.event,
        "originator": message.originator,
        "message": message.key,
        "arrangement": delivery.arrangement,
        "path": list(delivery.path),
        "late": delivery.late,
        "releasable_to": list(delivery.releasable),
        "references": list(delivery.references),
        "expires": None if expires is None else times.rfc3339(expires),
        "headline": _headline(delivery, shown),
        "data": message.data,
    }


def _folds(delivery: Delivery) -> bool:
    message = delivery.message
    if message.type != "update":
        return False
    # An impact that was observed is news, however many were predicted before.
    return message.kind == "track" or (
        message.kind == "impact" and message.data.get("state") == "predicted"
    )


def _alone(delivery: Delivery) -> TimelineRow:
    message = delivery.message
    return TimelineRow(delivery, delivery, (message.kind,), 1, delivery.due - message.at)


def _start(row: TimelineRow, times: Times) -> Text:
    """Return the columns in front of the event."""
    delivery, message = row.first, row.first.message
    kind = kind_and_act(message.kind, message.type)
    delay = after(row.longest)
    if row.deliveries > 1:
        kind = f"{'+'.join(row.kinds)} ×{row.deliveries}"
        delay = delay.replace("+", "≤")
    by = f"{delivery.arrangement} (held)" if delivery.late else delivery.arrangement
    way = delivery.path if delivery.arrangement not in {OWN, PUBLIC} else (message.originator,)
    return Text.assemble(
        f"{times.clock(delivery.due)} ",
        (f"{delay:>8}", "yellow" if delivery.late else ""),
        "  ",
        (f"{delivery.recipient:3}", "bold"),
        "  ",
        (f"{kind:17}", _STYLES[message.type]),
        f"  {'>'.join(way):11}  ",
        (f"{by:16}", "dim" if delivery.arrangement in {OWN, PUBLIC} else ""),
    )


def _what(row: TimelineRow, shown: TimelineStyle) -> str:
    line = _headline(row.last, shown)
    if row.deliveries == 1:
        return line
    return f"until {shown.times.clock(row.last.due)}: {line}"


def _wide(start: Text, event: str, what: str, width: int) -> Iterator[RenderableType]:
    """Yield a row that has its text beside it, or below it where it is too long."""
    line = Text.assemble(start, f"  {event:{_EVENT}}", style="")
    beside = Text.assemble(line, f"  {what}")
    if beside.cell_len <= width:
        yield beside
    else:
        yield line
        yield Padding(Text(what), (0, 0, 0, _INDENT))


def _headline(delivery: Delivery, shown: TimelineStyle) -> str:
    message = delivery.message
    return headline(message.kind, message.type, message.data, shown.language, shown.times.zone)


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counter.items()))
