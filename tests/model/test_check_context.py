"""Tests of what the checks share."""

from feed.model.check_context import CheckContext, Finding, participant
from feed.model.time import parse_moment
from tests import make

GROUND = CheckContext(make.scenario(), make.arrangements(countries=["KOR", "JPN"]))


def test_moments_are_those_of_the_story() -> None:
    """An author's moment is counted from the start and shown in its zone."""
    moment = GROUND.moment(parse_moment("+PT1.5S"))
    assert moment == make.START + 1_500_000
    assert GROUND.shown(moment) == "2023-12-19T09:00:01.500+09:00"
    assert GROUND.shown(GROUND.start.us) == "2023-12-19T09:00:00+09:00"


def test_everybody_is_a_recipient_unless_the_header_says_who() -> None:
    """A story may be told to some of the participants only."""
    narrow = CheckContext(make.scenario(countries=["JPN"]), GROUND.arrangements)
    assert GROUND.recipients == {"KOR", "JPN"}
    assert narrow.recipients == {"JPN"}


def test_who_does_not_take_part_is_found() -> None:
    """A country that the arrangements do not know is said, with those that they know."""
    assert list(participant(GROUND, ("to", 0), "KOR")) == []
    assert list(participant(GROUND, ("to", 0), "BRA")) == [
        Finding(("to", 0), "'BRA' is no participant of the arrangements; they are JPN, KOR")
    ]
