"""iCalendar (RFC 5545): each entry as a meeting.

An entry that is cancelled, or only tentative, is a meeting that is cancelled, or announced; any
other is held when it begins.  A calendar does not say how people meet or for which country they
come: that stays out, and is said.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from feed.app.scenarios_table import Ids, Table, UnusableError, table_of
from feed.errors import Problem, ScenarioError
from feed.files.text import decode, read_bytes
from feed.model.marking import BANNER
from feed.model.meeting import Meeting
from feed.model.quoting import quoted

if TYPE_CHECKING:
    from icalendar import Component

__all__ = ["read_calendar"]

_STATES = {"CANCELLED": "cancelled", "TENTATIVE": "announced"}
_REPEATING = ("RRULE", "RDATE", "RECURRENCE-ID")


def read_calendar(path: Path, country: str | None) -> Table:
    """Read the entries of a calendar; ``country`` reports them, for a calendar names none."""
    from icalendar import Calendar  # noqa: PLC0415 - only here, and it takes a while to load

    shown = str(path)
    text = decode(read_bytes(path, shown), shown)
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "BEGIN:VEVENT"]
    try:
        entries = [each for one in Calendar.from_ical(text, multiple=True) for each in one.walk()]
    except OSError as error:
        # The library looks a zone up by its name, which may be that of a folder, or too long.
        words = "a TZID in it is no time zone; write one as Asia/Seoul"
        raise ScenarioError([Problem(shown, 1, 1, words)]) from error
    except (ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        words = f"this is no iCalendar: {' '.join(str(error).split()) or 'it cannot be read'}"
        raise ScenarioError([Problem(shown, 1, 1, words)]) from error
    events: list[dict[str, Any]] = []
    left_out: list[str] = []
    others: dict[str, int] = {}
    ids = Ids()
    places = iter(lines)
    for entry in entries:
        name = str(entry.name)
        if name != "VEVENT":
            others[name] = others.get(name, 0) + 1
            continue
        line = next(places, 1)
        try:
            events.append(_meeting(entry, country, ids))
            ids.take(events[-1])
        except UnusableError as error:
            left_out.append(f"{shown}:{line}: {error}")
            continue
        left_out += [f"{shown}:{line}: {each}" for each in _unused(entry)]
    for name in ("VTODO", "VJOURNAL", "VFREEBUSY", "VALARM"):
        if others.get(name):
            left_out.append(f"{shown}: {others[name]} {name}: no meeting")
    return table_of(events, left_out, shown)


def _meeting(entry: "Component", country: str | None, ids: Ids) -> dict[str, Any]:
    if country is None:
        raise UnusableError(
            "a calendar does not say who reports a meeting; name one with --country"
        )
    title = _text(entry, "SUMMARY")
    if not title:
        raise UnusableError("it has no SUMMARY that could be its title")
    begins = _moment(entry)
    state = _STATES.get(_text(entry, "STATUS").upper(), "held")
    meeting: dict[str, Any] = {
        "meeting": ids.free(title, begins[:10]),
        "at": begins,
        "originator": country,
        "title": title,
        "state": state,
        "place": _text(entry, "LOCATION") or "not stated",
        "source": "table",
    }
    if state == "announced":
        meeting["scheduled"] = begins
    if notes := _text(entry, "DESCRIPTION"):
        meeting["notes"] = notes
    try:
        Meeting.model_validate(meeting)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UnusableError(f"{where}: {_why(first)}") from None
    return meeting


def _why(detail: Any) -> str:
    if detail["type"] == "claims_to_be_real":
        return f"says that it is not a drill ({quoted(detail['msg'])})"
    return str(detail["msg"])


def _text(entry: "Component", name: str) -> str:
    """Return a property as one line, without the exercise mark that our own calendars have."""
    value = entry.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())
    return text.removeprefix(BANNER).lstrip(". ").removeprefix("EXERCISE ").strip()


def _moment(entry: "Component") -> str:
    """Return when an entry begins, as exactly as it says."""
    value = entry.get("DTSTART")
    if isinstance(value, list):
        value = value[0] if value else None
    try:
        when = getattr(value, "dt", None)
    except ValueError:  # the library keeps what it cannot read, until somebody looks
        when = None
    if isinstance(when, dt.datetime):
        return when.isoformat(timespec="seconds")
    if isinstance(when, dt.date):
        return when.isoformat()
    raise UnusableError("it has no DTSTART that can be read")


def _unused(entry: "Component") -> Iterator[str]:
    """Yield what of an entry that was taken could not be used."""
    if any(entry.get(name) is not None for name in _REPEATING):
        yield "it repeats; only this one is taken"
    attendees = entry.get("ATTENDEE")
    if attendees is not None:
        count = len(attendees) if isinstance(attendees, list) else 1
        who = "1 attendee has" if count == 1 else f"{count} attendees have"
        yield f"{who} no country here; write them as 'participants'"
