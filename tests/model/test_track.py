"""Tests of the published body of a track."""

import pytest
from pydantic import ValidationError

from feed.model.track import TrackBody
from tests import make


def test_a_flight_reports_tracks_that_fit() -> None:
    """What the core makes of a flight is what the schema promises."""
    bodies = [
        message.data
        for message in make.plan(
            make.launch(flight={"azimuth_deg": 90, "range_km": 400, "apogee_km": 100})
        ).messages()
        if message.kind == "track"
    ]
    assert bodies
    for body in bodies:
        TrackBody.model_validate(body)


def test_a_phase_is_one_of_a_list() -> None:
    """Clients can rely on the words."""
    with pytest.raises(ValidationError) as caught:
        TrackBody.model_validate({"phase": "falling"})
    assert ("phase",) in {detail["loc"] for detail in caught.value.errors()}
