"""Tests of agreements: who agreed, what became of it, what it does to sharing."""

import pytest
from pydantic import ValidationError

from feed.model.agreement import AgreementBody
from feed.model.time import Instant
from tests import make

START = Instant(make.START, 9 * 3600)


def test_an_agreement_fits_its_published_body() -> None:
    """What goes out is what the schema promises."""
    event = make.agreement(changes="realtime", effect="Warning data is shared at once.")
    (draft,) = event.drafts(START)
    AgreementBody.model_validate(draft.data)
    assert draft.data["arrangement"] == {"id": "realtime", "becomes": "in-force"}


def test_an_agreement_without_an_effect_says_nothing_of_one() -> None:
    """No arrangement changes unless the file says so."""
    (draft,) = make.agreement().drafts(START)
    assert "arrangement" not in draft.data


def test_the_first_party_reports_unless_another_is_named() -> None:
    """Somebody must report it."""
    assert make.agreement().reporter() == "KOR"
    assert make.agreement(originator="USA").reporter() == "USA"


def test_an_agreement_has_parties() -> None:
    """Nobody cannot agree."""
    with pytest.raises(ValidationError):
        make.agreement(parties=[])
