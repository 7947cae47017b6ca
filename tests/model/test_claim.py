"""Tests of claims: they stand as they were made, side by side."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.claim import Claim, ClaimBody, claim_body
from feed.model.time import Instant
from tests import make

START = Instant(make.START, 9 * 3600)
FULL: dict[str, Any] = {
    "country": "KOR",
    "by": "JCS",
    "said": "09:40",
    "launched": "09:22",
    "fell": "09:44",
    "range_km": "4500",
    "apogee_km": "970",
    "flight_time": "22m",
    "count": "1",
    "vehicle": "Hwasong-12",
    "approximate": "true",
    "source": "yonhap",
}


def test_a_claim_goes_out_as_it_was_made() -> None:
    """Every figure reaches the body, with its unit in its name and its time in RFC 3339."""
    body = claim_body(Claim.model_validate(FULL), START, {"en": "marked"})
    assert body == {
        "country": "KOR",
        "by": "JCS",
        "said": "2023-12-19T09:40:00.000+09:00",
        "text": {"en": "marked"},
        "launched": "2023-12-19T09:22:00.000+09:00",
        "fell": "2023-12-19T09:44:00.000+09:00",
        "range_km": 4500.0,
        "apogee_km": 970.0,
        "flight_time_s": 1320.0,
        "count": 1,
        "vehicle": "Hwasong-12",
        "approximate": True,
        "source": ["yonhap"],
    }
    assert ClaimBody.model_validate(body).model_dump(exclude_none=True) == body


def test_a_short_claim_is_a_short_body() -> None:
    """What a claim does not say is left out, and so is a doubt of ours."""
    claim = Claim.model_validate({"country": "KOR", "by": "JCS", "disputed": True})
    assert claim_body(claim, START, None) == {"country": "KOR", "by": "JCS"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"range_km": "-1"},
        {"apogee_km": "nan"},
        {"count": "1.5"},
        {"flight_time": "22"},
        {"country": "Korea"},
        {"vehicle": "this is not a drill"},
    ],
    ids=repr,
)
def test_a_claim_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    """Figures are finite and not negative, times have units, texts do not deny the exercise."""
    with pytest.raises(ValidationError):
        Claim.model_validate({**FULL, **wrong})
