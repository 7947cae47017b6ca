"""The warnings that can be accepted, by every kind of event."""

from typing import get_args

import pytest
from pydantic import ValidationError

from feed.model.event import KINDS_OF_EVENTS
from feed.model.plausibility import WARNINGS, WarningCode
from feed.model.statement import Statement

STATEMENT = {"statement": "word", "at": "09:00", "country": "JPN", "speaker": "MOD"}


def test_the_table_has_every_warning() -> None:
    """What can be accepted and what is explained are the same."""
    assert list(WARNINGS) == list(get_args(WarningCode)) == sorted(WARNINGS)


def test_every_kind_of_event_can_accept() -> None:
    """Corrections and links too."""
    assert all("accept" in kind.model_fields for kind in KINDS_OF_EVENTS)


def test_what_is_no_warning_cannot_be_accepted() -> None:
    """A slip there would hide nothing, and look as if it did."""
    assert Statement.model_validate({**STATEMENT, "accept": ["no-end"]}).accept == ("no-end",)
    with pytest.raises(ValidationError):
        Statement.model_validate({**STATEMENT, "accept": ["no-ends"]})
