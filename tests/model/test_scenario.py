"""Tests of a scenario: a header with events."""

import pytest
from pydantic import ValidationError

from feed.model.scenario import Scenario, Source
from tests import make


def test_a_source_is_not_published_and_may_say_anything() -> None:
    """The titles of what others printed are exempt."""
    assert Source.model_validate({"by": "A", "title": "This is not a drill"}).title is not None


def test_a_scenario_has_events() -> None:
    """A story without events is none."""
    assert len(make.scenario(make.alert()).events) == 1
    header = {"feed": "1", "id": "made", "title": "Made", "exercise": "MORNING CALM"}
    with pytest.raises(ValidationError, match="events"):
        Scenario.model_validate({**header, "starts": "2022-10-04T07:22:00+09:00", "events": []})
