"""Tests of corrections: update, cancel and all-clear are three different things."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.alert import ALERT, AlertBody
from feed.model.correction import Correction
from feed.model.marking import BANNER
from feed.model.message import Draft
from feed.model.time import Instant
from tests import make

START = Instant(make.START, 9 * 3600)
AREAS = ["North", "South", "East"]


def corrected(as_: str, *, alert: dict[str, Any] | None = None, **members: Any) -> Draft:
    """Return the message that corrects an alert for three areas."""
    original = make.alert(areas=AREAS, **(alert or {}))
    (draft,) = original.drafts(START)
    return make.correction(as_=as_, **members).corrected(
        START,
        kind=ALERT,
        originator="JPN",
        data=draft.data,
        outstanding=draft.data["areas"],
        original=original,
    )


def names(areas: list[dict[str, Any]] | None) -> list[str]:
    """Return the names of areas."""
    return [area["name"] for area in areas or ()]


@pytest.mark.parametrize("as_", ["update", "cancel", "all-clear"])
def test_a_correction_fits_the_body_of_what_it_corrects(as_: str) -> None:
    """What goes out is what the schema promises, under the id of the event itself."""
    draft = corrected(as_, reason="threat-passed", text="It is over.", areas=["North"])
    AlertBody.model_validate(draft.data)
    assert (draft.event, draft.kind, draft.type) == ("warning", "alert", as_)
    assert draft.data["text"]["en"] == f"{BANNER}. It is over."
    assert draft.data["reason"] == "threat-passed"


def test_a_part_can_end() -> None:
    """What is ended and what goes on are both said, and the event stays open."""
    draft = corrected("cancel", areas=["North"])
    assert names(draft.data["areas"]) == ["North"]
    assert names(draft.data["remaining"]) == ["South", "East"]
    assert draft.partial


def test_the_last_part_ends_the_whole() -> None:
    """When nothing remains, nothing is said to remain."""
    draft = corrected("all-clear", areas=AREAS)
    assert "remaining" not in draft.data
    assert not draft.partial


def test_without_areas_all_that_is_outstanding_ends() -> None:
    """A cancel that names no area is of all of them."""
    draft = corrected("cancel")
    assert names(draft.data["areas"]) == AREAS
    assert not draft.partial


def test_an_update_keeps_what_it_does_not_change() -> None:
    """Only what the file names becomes different."""
    draft = corrected("update", certainty="Observed")
    assert draft.data["certainty"] == "Observed"
    assert names(draft.data["areas"]) == AREAS
    assert draft.data["urgency"] == "Immediate"


def test_an_end_tells_people_that_it_is_over() -> None:
    """The advice to take shelter does not outlive the alert."""
    draft = corrected("all-clear")
    assert (draft.data["response"], draft.data["urgency"]) == ("AllClear", "Past")
    assert corrected("cancel", response="Monitor").data["response"] == "Monitor"


def test_claims_are_not_said_again() -> None:
    """What was claimed of the event was said with its first report."""
    draft = corrected("update", alert={"claims": [make.claim()]})
    assert "claims" not in draft.data


def test_release_and_expiry_are_those_of_the_original_unless_it_says_otherwise() -> None:
    """Whoever got the event gets its correction."""
    closed = {"release": "arrangement", "to": ["KOR"], "expires": "PT60S"}
    draft = corrected("update", alert=closed, at=30)
    assert (draft.release, draft.to) == ("arrangement", ("KOR",))
    assert draft.expires == draft.at + 60_000_000
    own = corrected("update", alert=closed, release="public", to=["USA"], expires="PT1S")
    assert (own.release, own.to, own.expires) == ("public", ("USA",), own.at + 1_000_000)


def test_an_assumed_time_is_not_inherited() -> None:
    """The time of a correction may be better known than that of its event."""
    draft = corrected("update", alert={"assumed": True}, precision="minute")
    assert "assumed" not in draft.data
    assert corrected("update", assumed=True).data["assumed"] is True


def test_who_corrects() -> None:
    """An issuer or an originator may be named; otherwise it is whoever reported."""
    issuer = {"country": "KOR", "authority": "A", "channel": "B"}
    assert make.correction().reporter() is None
    assert make.correction(issuer=issuer).reporter() == "KOR"
    assert make.correction(issuer=issuer, originator="USA").reporter() == "USA"


def test_a_correction_reports_nothing_without_its_event() -> None:
    """There is nothing to say before it is known what is corrected."""
    assert list(make.correction().drafts(START)) == []


@pytest.mark.parametrize(
    "wrong", [{"as": "cancelled"}, {"reason": "oops"}, {"text": "not a drill"}], ids=repr
)
def test_a_correction_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    """Kinds and reasons are lists; its texts are published too."""
    with pytest.raises(ValidationError):
        Correction.model_validate(
            {"correction": "a", "at": "09:00", "of": "b", "as": "cancel", **wrong}
        )
