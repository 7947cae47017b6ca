"""Answers to a request for missed messages."""

import pytest
from hypothesis import given

from feed.wire.answer import decode_answer
from tests.absurd import absurd, each_absurd


def test_the_end_of_an_answer_and_its_messages_are_told_apart() -> None:
    """A message is a CloudEvent; an end has a count, or says why there is none."""
    assert decode_answer(b'{"specversion": "1.0", "id": "x"}') is None
    end = decode_answer(b'{"id": "q", "done": true, "count": 3, "more": 9}')
    assert end is not None
    assert (end.id, end.count, end.error) == ("q", 3, None)
    refused = decode_answer(b'{"id": "q", "error": "' + b"x" * 1000 + b'"}')
    assert refused is not None
    assert len(refused.why) == 200


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"id": 5}', b'{"id": "q", "count": -1}'])
def test_what_is_neither_is_refused(payload: bytes) -> None:
    """By a ``ValueError``."""
    with pytest.raises(ValueError, match="validation error"):
        decode_answer(payload)


@each_absurd({"id": "q", "done": True, "count": 3, "more": 9, "error": None})
@given(absurd({"id": "q", "done": True, "count": 3, "more": 9, "error": None}))
def test_no_count_of_an_answer_is_more_than_can_be_asked_for(payload: bytes) -> None:
    """It is refused, or it says how many there were, and why it is none in a few words."""
    try:
        answer = decode_answer(payload)
    except ValueError:
        return
    assert answer is not None
    assert type(answer.count) is int
    assert 0 <= answer.count <= 10**6
    assert len(answer.why) <= 200
