"""Tests of who would hear of an event at all."""

from typing import Any

import pytest

from feed.core.reach import first_report, may_hear, reporters
from feed.model.check_context import CheckContext
from feed.model.common import EventBase
from tests import make

GROUND = CheckContext(
    make.scenario(),
    make.arrangements(make.arrangement("accord", ["KOR", "JPN"], ["jpn-kor"])),
    make.size,
)
FLIGHT = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 100}
IMPOSSIBLE = {"azimuth_deg": 90, "range_km": 400}


@pytest.mark.parametrize(
    ("event", "seconds"),
    [
        (make.alert(at=5), 5),
        (make.launch(at=5, seen=["KOR", "JPN"]), 6),
        (make.launch(at=5, seen=["KOR"], flight=FLIGHT), 6),
        (make.launch(at=5, seen=()), None),
        (make.launch(at=5, detections=None, flight=FLIGHT), None),
        (make.launch(at=5, detections=None, originator="KOR"), 5),
    ],
)
def test_the_first_report(event: EventBase, seconds: float | None) -> None:
    """A launch is reported when it is seen, everything else when it happens."""
    expected = None if seconds is None else make.START + seconds * 1_000_000
    assert first_report(event, GROUND) == expected


def test_a_flight_that_cannot_be_flown_does_not_stop_the_other_checks() -> None:
    """What is impossible is said elsewhere; here it is as if everybody reported it."""
    event = make.launch(detections=None, flight=IMPOSSIBLE)
    assert first_report(event, GROUND) == make.START
    assert reporters(event, GROUND) == {"JPN", "KOR", "USA"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param({"seen": ["KOR", "JPN"]}, {"KOR", "JPN"}, id="both"),
        ({"seen": ()}, set()),
        ({"detections": None, "flight": FLIGHT}, set()),
        ({"detections": None, "originator": "KOR"}, {"KOR"}),
    ],
    ids=repr,
)
def test_who_reports_a_launch(members: dict[str, Any], expected: set[str]) -> None:
    """Whoever has it in view, as the file or the sensors say; here no country has sensors."""
    assert reporters(make.launch(**members), GROUND) == expected


@pytest.mark.parametrize(
    ("event", "recipient", "told_by", "hears"),
    [
        (make.alert(), "USA", {"JPN"}, True),
        (make.alert(to=["KOR"]), "USA", {"JPN"}, False),
        (make.alert(to=["KOR"]), "KOR", {"JPN"}, True),
        (make.alert(to=["KOR"]), "JPN", {"JPN"}, True),
        (make.alert(release="arrangement"), "KOR", {"JPN"}, True),
        (make.alert(release="arrangement"), "USA", {"JPN"}, False),
        (make.launch(), "JPN", {"KOR"}, True),
        (make.launch(), "USA", {"KOR"}, False),
        (make.launch(release="public"), "USA", {"KOR"}, True),
    ],
)
def test_who_may_hear(event: EventBase, recipient: str, told_by: set[str], hears: bool) -> None:
    """A report is heard by its maker, by all if it is public, or else by an arrangement."""
    assert may_hear(event, recipient, told_by, GROUND) is hears
