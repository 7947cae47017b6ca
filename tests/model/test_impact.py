"""Tests of the published body of an impact."""

import pytest
from pydantic import ValidationError

from feed.model.impact import ImpactBody
from tests import make

FULL = {
    "object": "rocket",
    "track_number": "K1234",
    "state": "predicted",
    "point": {"type": "Point", "coordinates": [150.0, 41.0]},
    "area": {"radius_m": 20_000},
    "time": "2023-12-19T09:22:00.000+09:00",
    "uncertainty_s": 12.5,
    "basis": "rocket.kor.3",
}


def test_an_impact_is_predicted_or_observed() -> None:
    """There is no third state."""
    assert ImpactBody.model_validate(FULL).area.radius_m == 20_000
    with pytest.raises(ValidationError):
        ImpactBody.model_validate({**FULL, "state": "hoped"})


def test_a_flight_reports_impacts_that_fit() -> None:
    """What the core makes of a flight is what the schema promises."""
    bodies = [
        message.data
        for message in make.plan(
            make.launch(flight={"azimuth_deg": 90, "range_km": 400, "apogee_km": 100})
        ).messages()
        if message.kind == "impact"
    ]
    for body in bodies:
        ImpactBody.model_validate(body)
