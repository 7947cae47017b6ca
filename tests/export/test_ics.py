"""iCalendar: one event for each meeting, whatever became of it, read back by the library."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from icalendar import Calendar, Event

from feed.export.ics import ICS
from feed.export.record import Exported
from feed.model.marking import BANNER
from tests import make
from tests.export.told import FEW, hostile, library, one, told


def events(records: list[Exported]) -> list[Event]:
    """Return the events of a calendar, which is marked, and so is each of them."""
    calendar: Any = Calendar.from_ical(one(ICS, records))
    assert str(calendar["X-WR-CALNAME"]).startswith("EXERCISE ")
    found = [each for each in calendar.walk("VEVENT") if isinstance(each, Event)]
    for event in found:
        assert str(event["SUMMARY"]).startswith(BANNER)
        assert str(event["DESCRIPTION"]).startswith(BANNER)
        assert event.categories == ["EXERCISE"]
    assert len({str(event["UID"]) for event in found}) == len(found)
    return found


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("announced", "TENTATIVE"),
        ("confirmed", "CONFIRMED"),
        ("postponed", "TENTATIVE"),
        ("cancelled", "CANCELLED"),
        ("not-held", "CANCELLED"),
        ("held", "CONFIRMED"),
    ],
)
def test_what_becomes_of_a_meeting_is_its_status(state: str, status: str) -> None:
    """Each state has a status of a calendar."""
    (event,) = events(told(make.meeting(state=state)))
    assert event["STATUS"] == status
    assert event["SEQUENCE"] == 0


def test_a_postponed_meeting_is_an_update_and_not_a_second_event() -> None:
    """The same UID, a higher SEQUENCE."""
    first = told(make.meeting(state="announced", scheduled="2023-12-21T10:00"))
    both = told(
        make.meeting(state="announced", scheduled="2023-12-21T10:00"),
        make.correction("talks", "update", at=60, state="postponed", text="Later."),
    )
    (before,), (after,) = events(first), events(both)
    assert before["UID"] == after["UID"] == "talks@morning-calm.exercise.invalid"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before["STATUS"], after["STATUS"]) == ("TENTATIVE", "TENTATIVE")
    assert "State: postponed" in str(after["DESCRIPTION"])
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")


def test_a_cancelled_report_is_a_cancelled_event() -> None:
    """Whatever its state said."""
    (event,) = events(told(make.meeting(), make.correction("talks", "cancel", at=60)))
    assert event["STATUS"] == "CANCELLED"


def test_times_are_in_the_zone_of_the_country() -> None:
    """With the zone's own definition in the file, and the same moment."""
    records = told(make.meeting(scheduled="2023-12-21T10:00"))
    (event,) = events(records)
    start = event.decoded("DTSTART")
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert start.astimezone(dt.UTC) == dt.datetime(2023, 12, 21, 1, 0, tzinfo=dt.UTC)
    assert b"BEGIN:VTIMEZONE" in one(ICS, records)


def test_a_date_alone_lasts_all_day() -> None:
    """No time of day is made up."""
    (event,) = events(told(make.meeting(at=0, precision="date")))
    assert event.decoded("DTSTART") == dt.date(2023, 12, 19)
    assert "assumed" in str(event["DESCRIPTION"])
    # What is scheduled is no assumption, whenever it was announced.
    (other,) = events(told(make.meeting(precision="date", scheduled="2023-12-21T10:00")))
    assert "assumed" not in str(other["DESCRIPTION"])


@pytest.mark.parametrize(
    ("states", "start"),
    [(("announced", "held"), 60), (("started", "held"), 0), (("announced", "not-held"), 0)],
)
def test_without_a_schedule_it_begins_when_it_was_said_to(
    states: tuple[str, str], start: int
) -> None:
    """At the report of the start, else of the meeting itself, else of its announcement."""
    first, then = states
    records = told(make.meeting(state=first), make.correction("talks", "update", at=60, state=then))
    (event,) = events(records)
    begins = event.decoded("DTSTART").astimezone(dt.UTC)
    assert begins == dt.datetime(2023, 12, 19, tzinfo=dt.UTC) + dt.timedelta(seconds=start)


def test_the_meetings_of_a_week() -> None:
    """A real story: every meeting once, in two languages where it has them."""
    records = list(library("week-of-2023-11"))
    meetings = {
        record.delivery.message.event
        for record in records
        if record.delivery.message.kind == "meeting"
    }
    assert len(events(records)) == len(meetings) > 5


@given(records=hostile(ICS.kinds))
@FEW
def test_hostile_texts_stay_well_formed(records: list[Exported]) -> None:
    """No line break of a text ends a property or begins an event."""
    expected = {record.delivery.message.event for record in records}
    assert len(events(records)) == len(expected)
