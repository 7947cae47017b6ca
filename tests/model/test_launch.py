"""Tests of launches: the figures that a file may give."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.launch import Launch, LaunchBody
from feed.model.time import SECOND, Instant
from tests import make


def test_a_launch_reports_nothing_by_itself() -> None:
    """What is reported follows from its flight and from who saw it."""
    assert list(make.launch().drafts(Instant(make.START, 0))) == []
    assert make.launch().reporter() is None
    assert make.launch(originator="KOR").reporter() == "KOR"


def test_a_track_is_reported_every_five_seconds_unless_it_says_otherwise() -> None:
    """The rate of a track has a default."""
    assert make.launch().track.every == 5 * SECOND
    assert make.launch(track={"every": "PT0.1S"}).track.every == SECOND // 10


def test_text_becomes_figures() -> None:
    """A file has text only; the model makes numbers of it."""
    flight = {"azimuth_deg": "80", "range_km": "4500", "apogee_km": "970", "time": "PT22M"}
    launch = make.launch(flight=flight, site={"name": "A", "lat": "40.6", "lon": "126.4"})
    assert launch.flight is not None
    assert (launch.flight.range_km, launch.flight.time) == (4500.0, 22 * 60 * SECOND)
    assert launch.site.lat == 40.6


def test_no_detections_is_not_the_same_as_none_given() -> None:
    """An empty list says that nobody saw it; leaving it out lets the sensors decide."""
    assert make.launch(seen=()).detections == ()
    assert make.launch(detections=None).detections is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"flight": {"azimuth_deg": "361"}},
        {"flight": {"azimuth_deg": "80", "range_km": "0"}},
        {"flight": {"azimuth_deg": "80", "apogee_km": "inf"}},
        {"flight": {"azimuth_deg": "80", "break_up": {"at": "PT10S", "pieces": "1"}}},
        {"flight": {"azimuth_deg": "80", "orbit": {"altitude_km": "50", "after": "PT9M"}}},
        {"track": {"every": "PT0.01S"}},
        {"track": {"every": "0"}},
        {"vehicle": {"class": "not a drill"}},
        {"vehicle": {"name": "A"}},
        {"detections": [{"country": "kor", "at": "09:00"}]},
    ],
    ids=repr,
)
def test_a_launch_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Figures have bounds that no flight on record leaves."""
    with pytest.raises(ValidationError):
        make.launch(**wrong)


def test_the_published_body_allows_what_a_correction_adds() -> None:
    """A launch that is withdrawn says why."""
    body = {
        "when": "2023-12-19T09:00:00.000+09:00",
        "site": {"name": "A", "point": {"type": "Point", "coordinates": [126.4, 40.6]}},
        "vehicle": {"class": "srbm"},
        "count": 1,
        "object": "rocket",
        "track_number": "K1234",
        "state": "detected",
        "sensor_class": "land-radar",
        "precision": "minute",
        "text": {"en": "It was none."},
        "reason": "issued-in-error",
    }
    assert LaunchBody.model_validate(body).reason == "issued-in-error"
    assert Launch.word == "launch"
