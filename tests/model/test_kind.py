"""Tests of what the kinds say about themselves."""

import re
from typing import get_args

import pytest

from feed.model.alert import Reason
from feed.model.correction import Correction
from feed.model.event import KINDS_OF_EVENTS, MESSAGE_KINDS
from feed.model.incident import IncidentBody
from feed.model.kind import MessageKind, joined
from feed.model.track import Phase
from feed.wording.terms import COMMON, LANGUAGES

KINDS = [pytest.param(kind, id=name) for name, kind in MESSAGE_KINDS.items()]
WORDS = {
    "track": get_args(Phase),
    "incident": [
        word
        for word in get_args(IncidentBody.model_fields["category"].annotation)
        if word != "other"
    ],
    "alert": get_args(Reason),
}
"""what a headline shows besides a state"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_says_of_its_body_is_in_its_body(kind: MessageKind) -> None:
    """States, changes, parts and the members of an ending are those of the body."""
    members = set(kind.body.model_fields)

    assert set(kind.over) <= set(kind.states)
    assert kind.changes <= members & set(Correction.model_fields)
    assert set(kind.ending) <= members
    assert not kind.parts or {kind.parts, "remaining"} <= members
    assert "reason" in kind.changes or kind.name in {"track", "impact"}
    assert kind.lasts_as in {"", *MESSAGE_KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_fixed_word_has_its_terms(kind: MessageKind, language: str) -> None:
    """No language lacks a word, and every phrase takes the values that the English one takes."""
    english = {**COMMON["en"], **kind.terms["en"]}
    terms = {**COMMON[language], **kind.terms[language]}
    words = {kind.name, *kind.states, *WORDS.get(kind.name, ()), *english}

    assert words <= set(terms)
    for phrase, text in english.items():
        assert set(re.findall(r"\{\d\}", text)) == set(re.findall(r"\{\d\}", terms[phrase]))


def test_an_event_is_of_its_own_kind_first() -> None:
    """The first kind of an event that makes messages has the name of the event."""
    assert [event.kinds[0].name for event in KINDS_OF_EVENTS if event.kinds] == [
        event.word for event in KINDS_OF_EVENTS if event.kinds
    ]


def test_states_are_read_from_the_body() -> None:
    """A kind whose body has no state has none."""
    assert "held" in MESSAGE_KINDS["meeting"].states
    assert MESSAGE_KINDS["alert"].states == ()


def test_what_says_nothing_is_not_joined() -> None:
    """Empty parts leave no separators behind."""
    assert joined(("a", "", "b")) == "a, b"
    assert joined((), " – ") == ""
