"""Tests of incidents: what happened, how often, and whether its date is on record."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.incident import IncidentBody
from feed.model.time import Instant
from tests import make

START = Instant(make.START, 9 * 3600)


def test_an_incident_fits_its_published_body() -> None:
    """What goes out is what the schema promises."""
    event = make.incident(
        title="Shots",
        summary={"en": "Shots were fired.", "ko": "사격"},
        count=10,
        ends="10:00",
        place="the sea",
        point={"lat": 38, "lon": 125},
        parties=["PRK"],
    )
    (draft,) = event.drafts(START)
    IncidentBody.model_validate(draft.data)
    assert draft.data["ends"] == "2023-12-19T10:00:00.000+09:00"
    assert draft.data["point"] == {"type": "Point", "coordinates": [125.0, 38.0]}


def test_an_incident_always_says_whether_it_is_synthetic() -> None:
    """Nobody has to guess whether a date is on record."""
    assert [
        draft.data["synthetic"]
        for made in (False, True)
        for draft in make.incident(synthetic=made).drafts(START)
    ] == [False, True]


def test_an_incident_has_no_reporter_of_its_own() -> None:
    """Who reports it must be said."""
    assert make.incident(country="KOR").reporter() == "KOR"
    assert make.incident().model_copy(update={"originator": None}).reporter() is None


@pytest.mark.parametrize("wrong", [{"category": "war"}, {"count": -1}], ids=repr)
def test_an_incident_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Categories are a list, counts are not negative."""
    with pytest.raises(ValidationError):
        make.incident(**wrong)
