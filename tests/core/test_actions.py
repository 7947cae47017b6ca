"""The actions: JSON both ways, and a table that has an answer for every verb in every state."""

from itertools import product
from math import inf

import pytest
from pydantic import ValidationError

from feed.core.actions import (
    ACTION,
    TRANSITIONS,
    VERBS,
    Burst,
    Loop,
    Pause,
    Rate,
    Seek,
    State,
    Stop,
    checked_rate,
)


@pytest.mark.parametrize(("state", "verb"), list(product(State, VERBS)))
def test_every_verb_has_an_answer_in_every_state(state: State, verb: str) -> None:
    """Either a state follows, or it is so already, or it is refused with a reason."""
    transition = TRANSITIONS[state][verb]
    assert not (transition.refused and transition.to)
    assert set(TRANSITIONS[state]) == set(VERBS)


@pytest.mark.parametrize(
    "action",
    [
        Rate(rate=inf),
        Rate(rate=2.5),
        Seek(to=5),
        Loop(begin=1, end=2),
        Stop(over=True),
        Pause(at=3),
    ],
)
def test_actions_come_back_from_json_as_they_were(action: object) -> None:
    """The ledger and the wire hold them so."""
    text = ACTION.dump_json(action)  # type: ignore[arg-type]
    assert ACTION.validate_json(text) == action
    assert b"Infinity" not in text


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"do":"explode"}',
        '{"do":"seek"}',
        '{"do":"seek","to":1e400}',
        '{"do":"rate","rate":"fast"}',
        '{"do":"burst","count":0}',
        '{"do":"burst","count":1000000000}',
        '{"do":"play","now":true}',
        "[" * 10_000,
    ],
)
def test_what_is_no_action_is_refused(text: str) -> None:
    """By the model, at the door."""
    with pytest.raises(ValidationError):
        ACTION.validate_json(text)


def test_a_rate_is_bounded() -> None:
    """Beyond its bounds products would no longer be microseconds."""
    assert checked_rate(inf) == inf
    assert Burst(count=3).count == 3
    with pytest.raises(ValueError, match="a rate is"):
        checked_rate(1e-9)
