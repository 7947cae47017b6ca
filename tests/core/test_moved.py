"""Tests of events that are moved into another scenario."""

from feed.core.moved import moved
from feed.model.link import LinkChange
from feed.model.time import SECOND, Instant
from tests import make

START = Instant(make.START, 9 * 3600)


def test_every_moment_of_an_event_moves_alike() -> None:
    """Claims too; what has no moment stays the same object."""
    claims = [{"country": "KOR", "by": "JCS", "said": "+90s", "source": "p"}]
    event = make.incident(at=60, claims=claims)
    start = START
    other = moved(event, start, start.us + 3600 * SECOND, "north")
    assert other.id == f"north-{event.id}"
    for (_, before), (_, after) in zip(event.moments(), other.moments(), strict=True):
        assert after.resolve(start).us - before.resolve(start).us == 3600 * SECOND


def test_a_link_keeps_its_name() -> None:
    """It is one of the arrangements."""
    link = LinkChange.model_validate({"link": "hub", "at": "+90s", "state": "down"})
    assert moved(link, START, START.us, "north").id == "hub"
