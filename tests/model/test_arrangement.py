"""Tests of the arrangements file's models: who takes part, what joins them, what they agreed."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.arrangement import Arrangement, Arrangements, Delay, Link, Participant, StateSince
from feed.model.time import SECOND
from tests import make


def refusals(model: type[Any], value: object) -> list[str]:
    """Return the names of the errors with which a model refuses a value."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    return [detail["type"] for detail in caught.value.errors()]


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [("PT2S", 2, 2), ({"at_least": "PT1S", "at_most": "PT3S"}, 1, 3), ({"at_most": "PT3S"}, 0, 3)],
    ids=repr,
)
def test_a_delay_is_fixed_or_between_bounds(written: object, low: int, high: int) -> None:
    """A single duration is both bounds."""
    link = make.link("KOR", "JPN", delay=written)
    assert (link.delay.at_least, link.delay.at_most) == (low * SECOND, high * SECOND)


def test_bounds_are_in_order() -> None:
    """The longest delay is not shorter than the shortest."""
    assert refusals(Delay, {"at_least": "PT2S", "at_most": "PT1S"}) == ["delay_order"]


@pytest.mark.parametrize("ends", [{}, {"between": ["KOR", "JPN"], "at": "USA"}], ids=repr)
def test_a_link_has_one_form(ends: dict[str, Any]) -> None:
    """It joins two, or is a junction inside one: not both, not neither."""
    assert refusals(Link, {"id": "a", "title": "A", **ends}) == ["link_form"]


@pytest.mark.parametrize(
    ("written", "us"),
    [
        ("1970-01-02", 86_400 * SECOND),
        ("1970-01-02T09:00:00+09:00", 86_400 * SECOND),
        ("1970-01-02T00:00", 86_400 * SECOND),
    ],
)
def test_a_standing_begins_in_utc_unless_it_says_otherwise(written: str, us: int) -> None:
    """A plain date begins at midnight, in no country's zone."""
    standing = StateSince.model_validate({"from": written, "state": "in-force"})
    assert standing.instant().us == us


def test_an_arrangement_covers_its_members_and_kinds() -> None:
    """Whatever is not written down does not exist."""
    accord = make.arrangement("accord", ["KOR", "JPN"], ["a"], kinds=["launch"])
    assert accord.covers("launch", "KOR", "JPN")
    assert not accord.covers("track", "KOR", "JPN")
    assert not accord.covers("launch", "KOR", "USA")
    assert not accord.covers("launch", "USA", "KOR")


@pytest.mark.parametrize("zone", ["Asia/Atlantis", "../../etc/passwd", "", "Asia", "/etc/passwd"])
def test_a_zone_exists(zone: str) -> None:
    """A name that is no zone, or a path, is refused as such."""
    assert refusals(Participant, {"name": "A", "zone": zone}) == ["zone"]


def test_participants_are_in_order_of_the_alphabet() -> None:
    """The order of the file decides nothing."""
    assert make.arrangements(countries=["USA", "JPN", "KOR"]).countries() == ("JPN", "KOR", "USA")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"members": ["KOR"]}, "too_short"),
        ({"links": []}, "too_short"),
        ({"kinds": ["launch", "alert"]}, "literal_error"),
        ({"needs": "luck"}, "literal_error"),
    ],
    ids=repr,
)
def test_an_arrangement_that_makes_no_sense_is_refused(wrong: dict[str, Any], error: str) -> None:
    """It has two members, a link, and is about warning data."""
    good = {"id": "a", "title": "A", "members": ["KOR", "JPN"], "links": ["b"]}
    assert Arrangement.model_validate(good).third_party is False
    assert refusals(Arrangement, {**good, **wrong}) == [error]


def test_a_file_has_participants() -> None:
    """Nobody is no one to tell."""
    assert refusals(Arrangements, {"participants": {}}) == ["too_short"]
