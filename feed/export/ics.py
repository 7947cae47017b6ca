"""iCalendar (RFC 5545): each meeting as one event, as its recipient knows it at the end.

A meeting that was postponed, moved or called off is one event whose ``SEQUENCE`` counts what was
said of it after the first report, never a second event; a calendar that had the earlier file
updates what it has.  ``STATUS`` is TENTATIVE, CONFIRMED or CANCELLED.  Times are in the zone of the
country that it is for: when it is scheduled, else when it was reported to start or to be held.  A
meeting of which only the date is on record lasts all day.  The mark:
summary and description begin with EXERCISE, the calendar's name and the category are EXERCISE.

What iCalendar cannot say: everything but meetings; when and by whom each step was reported; how
long a meeting takes, which nobody publishes; who of the participants came.  ``DTSTAMP`` is the
scenario's time of the last report.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from feed.export.reading import bodies, line, moment, texts
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.model.marking import BANNER, marked
from feed.model.message import Message

if TYPE_CHECKING:
    from icalendar import Event

__all__ = ["ICS"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_STARTED = "started"
_CANCELLED = ("cancelled", "not-held")
_TENTATIVE = ("announced", "postponed")
_VAGUE = ("date", "half-day")
_PRODUCT = "-//alert-feed//EXERCISE//EN"


@dataclass
class _KnownMeeting:
    """What is known of a meeting: the last report, how many came before it, when it began."""

    message: Message
    sequence: int
    start: Message
    """the report whose moment is the start, where none is scheduled"""


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield the calendar; it is written at the end, when nothing changes any more."""
    from icalendar import Calendar  # noqa: PLC0415 - an extra

    known: dict[str, _KnownMeeting] = {}
    for record in records:
        message = record.delivery.message
        known[message.event] = _updated(known.get(message.event), message)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", line(context.mark))
    for each in known.values():
        calendar.add_component(_event(each, context))
    calendar.add_missing_timezones()
    yield Part("", calendar.to_ical())


ICS = ExportFormat(
    "ics",
    "iCalendar, an event for each meeting",
    write,
    kinds=("meeting",),
    needs=("icalendar",),
)


def _updated(before: _KnownMeeting | None, message: Message) -> _KnownMeeting:
    """Return what is known after one more report."""
    if before is None:
        return _KnownMeeting(message, 0, message)
    started = line(before.start.data.get("state")) == _STARTED
    takes_place = line(message.data.get("state")) in {_STARTED, "held"}
    start = message if takes_place and not started else before.start
    return _KnownMeeting(message, before.sequence + 1, start)


def _event(known: _KnownMeeting, context: ExportContext) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - an extra

    message = known.message
    data = message.data
    titles = texts(data.get("title"))
    state = line(data.get("state"))
    called_off = message.type == "cancel" or state in _CANCELLED
    event = Event()
    event.add("uid", f"{message.event}@{context.slug}.exercise.invalid")
    event.add("sequence", known.sequence)
    event.add("dtstamp", _time(message.at))
    event.add("last-modified", _time(message.at))
    event.add("dtstart", _start(known, context))
    event.add("summary", line(context.text(data.get("title")) or marked("Meeting")))
    event.add("status", "CANCELLED" if called_off else _status(state))
    event.add("categories", ["EXERCISE"])
    if where := line(data.get("place")):
        event.add("location", where)
    event.add("description", _description(message, state, titles))
    event.add("transp", "TRANSPARENT")
    return event


def _status(state: str) -> str:
    return "TENTATIVE" if state in _TENTATIVE else "CONFIRMED"


def _start(known: _KnownMeeting, context: ExportContext) -> dt.date:
    """Return when it begins: a moment in the country's zone, or a day."""
    scheduled, message = moment(known.message.data.get("scheduled")), known.start
    at = _time(message.at if scheduled is None else scheduled)
    offset = dt.timezone(dt.timedelta(seconds=message.offset_s))
    if scheduled is None and message.data.get("precision") in _VAGUE:
        return at.astimezone(offset).date()
    return at.astimezone(ZoneInfo(context.zone) if context.zone else dt.UTC)


def _time(us: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=us // 1_000_000 * 1_000_000)


def _description(message: Message, state: str, titles: Mapping[str, str]) -> str:
    """Return everything that has no property of its own, under the banner."""
    data = message.data
    lines = [f"{BANNER}. State: {state or message.type}", *titles.values()]
    lines += [
        f"- {line(who.get('name'))} ({line(who.get('country'))}"
        f"{_also(who.get('role'))}{_also(who.get('attends'))})"
        for who in bodies(data.get("participants"))
    ]
    for name in ("outcome", "text"):
        lines += texts(data.get(name)).values()
    for point in bodies(data.get("agenda")):
        lines += texts(point).values()
    if reason := line(data.get("reason")):
        lines.append(f"Reason: {reason}")
    if data.get("assumed") is True and moment(data.get("scheduled")) is None:
        lines.append("The time of day is assumed; the record has none.")
    return "\n".join(lines)


def _also(value: Any) -> str:
    text = line(value)
    return f", {text}" if text else ""
