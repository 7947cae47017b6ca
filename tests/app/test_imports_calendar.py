"""Entries of a calendar become meetings; what a calendar does not say is said to be missing."""

from pathlib import Path

import pytest

from feed.app.imports_calendar import read_calendar
from feed.app.scenarios_table import Table
from feed.errors import ScenarioError
from feed.files.text import parse

HELD = """\
BEGIN:VEVENT
UID:1
DTSTART;TZID=Asia/Seoul:20231112T150000
SUMMARY:EXERCISE EXERCISE EXERCISE. Defence ministers: talks
LOCATION:Seoul
ATTENDEE;CN=A. Person:mailto:a@example.org
END:VEVENT
"""
OTHERS = """\
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20231212
STATUS:CANCELLED
SUMMARY:Talks
RRULE:FREQ=DAILY
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20231213T010000Z
STATUS:TENTATIVE
SUMMARY:Talks
END:VEVENT
"""
USELESS = """\
BEGIN:VEVENT
DTSTART:notadate
SUMMARY:When
END:VEVENT
BEGIN:VEVENT
SUMMARY:No moment
END:VEVENT
BEGIN:VEVENT
DTSTART:20231113T000000Z
END:VEVENT
BEGIN:VEVENT
DTSTART:20231113T000000Z
SUMMARY:This is not a drill
END:VEVENT
BEGIN:VTODO
SUMMARY:Something else
END:VTODO
"""


def read(folder: Path, entries: str, country: str | None = "KOR") -> Table:
    """Return what a calendar with these entries gives."""
    path = folder / "a.ics"
    path.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{entries}END:VCALENDAR\n", encoding="utf-8")
    return read_calendar(path, country)


def said(table: Table) -> list[str]:
    """Return what could not be used, without the folder."""
    return [line.rpartition("/")[2] for line in table.left_out]


def test_an_entry_is_a_meeting_as_far_as_it_says(tmp_path: Path) -> None:
    """Its zone, date and state are kept, our own mark is taken off, ids differ."""
    table = read(tmp_path, HELD + OTHERS)
    told = parse(table.events, "x.yaml").data
    assert [(each["meeting"], each["at"], each["state"]) for each in told] == [
        ("defence-ministers-talks-2023-11-12", "2023-11-12T15:00:00+09:00", "held"),
        ("talks-2023-12-12", "2023-12-12", "cancelled"),
        ("talks-2023-12-13", "2023-12-13T01:00:00+00:00", "announced"),
    ]
    assert told[0]["title"] == "Defence ministers: talks"
    assert (told[0]["place"], told[1]["place"]) == ("Seoul", "not stated")
    assert table.first_day == "2023-11-12"
    assert said(table) == [
        "a.ics:3: 1 attendee has no country here; write them as 'participants'",
        "a.ics:10: it repeats; only this one is taken",
    ]


def test_what_is_no_meeting_is_named_with_its_line(tmp_path: Path) -> None:
    """Each for its own reason, and the others are taken."""
    table = read(tmp_path, USELESS + HELD)
    assert table.taken == 1
    reasons = said(table)
    assert [each.partition(": ")[0] for each in reasons] == [
        "a.ics:3", "a.ics:7", "a.ics:10", "a.ics:13", "a.ics:20", "a.ics"
    ]  # fmt: skip
    assert "no DTSTART that can be read" in reasons[0]
    assert "no SUMMARY" in reasons[2]
    assert "not a drill" in reasons[3]
    assert reasons[-1] == "a.ics: 1 VTODO: no meeting"


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("", "KOR", "no event can be made of it|this is no iCalendar"),
        ("nonsense", "KOR", "no event can be made of it|this is no iCalendar"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:X\n", "KOR", "no event|this is no iCalendar"),
        ("END:VEVENT\n", "KOR", "no event can be made of it|this is no iCalendar"),
        (f"BEGIN:VCALENDAR\n{HELD}END:VCALENDAR\n", None, "name one with --country"),
    ],
)
def test_a_calendar_of_which_nothing_can_be_made(
    tmp_path: Path, text: str, country: str | None, why: str
) -> None:
    """One sentence, whatever the file holds."""
    path = tmp_path / "a.ics"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=why):
        read_calendar(path, country)
