"""Notes to the control staff, at moments of a story."""

from feed.core.staff import StaffNotes
from feed.model.header import Header
from feed.model.time import SECOND
from tests import make
from tests.make import START

STARTS = "2023-12-19T09:00:00+09:00"


def notes(*moments: str) -> StaffNotes:
    """Return the notes of a header, each of its own moment, in the order of the file."""
    staff = [{"at": at, "note": f"at {at}"} for at in moments]
    said = {"feed": 1, "id": "a", "title": "A", "exercise": "A", "starts": STARTS, "staff": staff}
    return StaffNotes(Header.model_validate(said))


def shown(staff: StaffNotes, seconds: int) -> list[str]:
    """Return what is shown at a moment."""
    return [one["note"] for one in staff.told(START + seconds * SECOND)["notes"]]


def test_what_is_shown_is_what_has_come_by_then() -> None:
    """Whatever was shown before: a seek back takes it away again."""
    staff = notes("+30s", "+10s")

    assert shown(staff, 9) == []
    assert shown(staff, 10) == ["at +10s"]
    assert shown(staff, 40) == ["at +10s", "at +30s"]
    assert staff.told(START)["next"] == {"at": STARTS.replace("00+", "10.000+"), "note": "at +10s"}
    assert "next" not in staff.told(START + 30 * SECOND)
    assert [one["note"] for one in staff.between(START + 10 * SECOND, START + 30 * SECOND)] == [
        "at +30s"
    ]
    assert staff.latest(START + 40 * SECOND, 1) == [(START + 30 * SECOND, "at +30s")]


def test_only_the_last_are_told() -> None:
    """So that they fit into a message; how many there were before is said."""
    staff = notes(*[f"+{n}s" for n in range(10)])

    assert shown(staff, 9) == ["at +7s", "at +8s", "at +9s"]
    assert staff.told(START + 9 * SECOND)["earlier"] == 7
    assert not notes()


def test_a_story_lasts_until_its_last_note() -> None:
    """Else it would never be shown."""
    plan = make.plan(make.alert(at=5), staff=[{"at": "+1h", "note": "Debrief."}])

    assert plan.event_stream.gathered.last == START + 3600 * SECOND
