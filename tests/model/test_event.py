"""Tests of the union of events: the key an event starts with says what it is."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from feed.model.common import EventBase
from feed.model.event import EVENT_WORDS, KINDS_OF_EVENTS, AnyEvent, id_in, tag_of
from tests import make

EVENTS: TypeAdapter[EventBase] = TypeAdapter(AnyEvent)

ONE_OF_EACH = (
    make.launch(),
    make.alert(),
    make.correction(),
    make.meeting(),
    make.agreement(),
    make.incident(),
    make.statement(),
    make.cut("hub", 0),
)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.word)
def test_an_event_is_known_by_its_key(event: EventBase) -> None:
    """What is written under a key comes back as the class of that key."""
    written = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert event.word in written
    assert EVENTS.validate_python(written) == event


def test_one_of_each_is_every_kind() -> None:
    """The list of kinds is the union itself, and nothing else lists them."""
    assert tuple(type(event) for event in ONE_OF_EACH) == KINDS_OF_EVENTS
    assert len(set(EVENT_WORDS)) == len(EVENT_WORDS) == len(KINDS_OF_EVENTS)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.word)
def test_an_event_passes_through_as_it_is(event: EventBase) -> None:
    """An event that was read already is not read again."""
    assert EVENTS.validate_python(event) is event


@pytest.mark.parametrize("value", [{}, {"lunch": "a"}, "launch", None, ["launch"], 3], ids=repr)
def test_what_is_no_event(value: Any) -> None:
    """Whatever has no key of a kind is refused in one way."""
    with pytest.raises(ValidationError) as caught:
        EVENTS.validate_python(value)
    assert [detail["type"] for detail in caught.value.errors()] == ["event_kind"]


def test_the_first_key_of_a_kind_decides() -> None:
    """A second key of a kind is a mistake of the first kind."""
    with pytest.raises(ValidationError) as caught:
        EVENTS.validate_python({"link": "hub", "at": "07:22", "state": "up", "launch": "a"})
    assert [detail["loc"] for detail in caught.value.errors()] == [(tag_of("link"), "launch")]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"launch": "a", "wrong": "b"}, "a"),
        ({"notes": "x", "alert": "b"}, "b"),
        ({"launch": ["a"]}, None),
        ({"lunch": "a"}, None),
        ("a", None),
    ],
    ids=repr,
)
def test_the_id_is_found_in_an_event_that_is_wrong(data: object, name: str | None) -> None:
    """Who refers to an event that cannot be read is not told that there is none."""
    assert id_in(data) == name
