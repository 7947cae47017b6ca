"""Tests of meetings: announced, held or not, and who took part in which way."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.meeting import MeetingBody
from feed.model.time import Instant
from tests import make

START = Instant(make.START, 9 * 3600)


def test_a_meeting_fits_its_published_body() -> None:
    """What goes out is what the schema promises."""
    event = make.meeting(
        scheduled="2023-12-20",
        mode="hybrid",
        agenda=["Warning data", {"en": "Exercises", "ko": "훈련"}],
        outcome="They agreed.",
        participants=[
            {"country": "KOR", "name": "A", "role": "Minister", "attends": "in-person"},
            {"country": "JPN", "name": "B", "attends": "by-video"},
        ],
    )
    (draft,) = event.drafts(START)
    MeetingBody.model_validate(draft.data)
    assert [person["attends"] for person in draft.data["participants"]] == [
        "in-person",
        "by-video",
    ]
    assert draft.data["scheduled"] == "2023-12-20T09:00:00.000+09:00"


def test_the_first_participant_reports_unless_another_is_named() -> None:
    """Without participants and originator nobody does."""
    assert make.meeting(country="USA").reporter() == "USA"
    assert make.meeting(country="USA", originator="JPN").reporter() == "JPN"
    assert make.meeting(participants=[]).reporter() is None


@pytest.mark.parametrize("wrong", [{"state": "over"}, {"mode": "video"}, {"place": ""}], ids=repr)
def test_a_meeting_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """States and modes are lists, a place is a text."""
    with pytest.raises(ValidationError):
        make.meeting(**wrong)
