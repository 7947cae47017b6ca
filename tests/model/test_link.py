"""Tests of links that fail: they make no message."""

import pytest
from pydantic import ValidationError

from feed.model.link import LinkChange
from feed.model.time import Instant
from tests import make


def test_a_link_that_fails_is_no_message() -> None:
    """It decides how others travel, and is not heard of itself."""
    assert list(make.cut("hub", 5).drafts(Instant(make.START, 0))) == []
    assert make.restore("hub", 9).state == "up"


def test_a_link_is_down_or_up() -> None:
    """There is no third state."""
    with pytest.raises(ValidationError):
        LinkChange.model_validate({"link": "hub", "at": "09:00", "state": "slow"})
