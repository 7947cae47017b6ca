"""Requests of operators: what is read, what is refused in one sentence, and who is told."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.actions import VERBS
from feed.wire.control import (
    LARGEST_REQUEST,
    EditRequest,
    InjectRequest,
    RateRequest,
    Refused,
    Request,
    decode_request,
)

WHO = {"id": "1", "client": "op-1"}


def asked(**members: object) -> Request | Refused:
    """Return a request as a player reads it."""
    return decode_request(json.dumps({**WHO, **members}).encode())


def why(**members: object) -> str:
    """Return why a request is refused; the one who asked is told."""
    refused = asked(**members)
    assert isinstance(refused, Refused)
    assert (refused.id, refused.client) == ("1", "op-1")
    assert "\n" not in refused.why
    return refused.why


def test_every_action_can_be_asked_for() -> None:
    """And beside them the status, and the key that plays or pauses."""
    verbs = {get_args(kind.model_fields["do"].annotation)[0] for kind in get_args(Request)}

    assert verbs == {*VERBS, "status", "toggle"}


@pytest.mark.parametrize(
    "members",
    [
        {"do": "play", "wall": "2026-01-01T00:00:00Z"},
        {"do": "rate", "rate": "max"},
        {"do": "rate", "rate": 2.5},
        {"do": "seek", "by": "-1m"},
        {"do": "loop"},
        {"do": "loop", "begin": "07:22", "end": "+10m"},
        {"do": "until"},
        {"do": "burst", "count": 3},
        {"do": "hold", "target": "jalert.jpn.1"},
        {"do": "edit", "target": "jalert", "data": {"count": 3}},
    ],
)
def test_what_is_right_is_read(members: dict[str, object]) -> None:
    """As it was written."""
    request = asked(**members)
    assert not isinstance(request, Refused)
    said = request.model_dump(mode="json", exclude_none=True, exclude={"id", "client"})
    assert said == members


def test_one_event_is_a_list_of_one() -> None:
    """Whoever adds one event need not write a list."""
    request = asked(do="inject", events={"alert": "a"})

    assert isinstance(request, InjectRequest)
    assert request.events == [{"alert": "a"}]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"do": "explode"}, "'do' must be one of status, play, pause, toggle, rate"),
        ({}, "'do' must be one of"),
        ({"do": "rate"}, "'rate' needs 'rate'"),
        ({"do": "rate", "rate": "fast"}, "'rate' is not a number"),
        ({"do": "rate", "rate": -1}, "'rate' must be at least 0.000001"),
        ({"do": "pause", "at": 5}, "'pause' has no 'at'; leave it out"),
        ({"do": "seek", "wall": "x", "to": "07:00"}, "'seek' has no 'wall'; leave it out"),
        ({"do": "burst", "count": 10**9}, "'count' must be at most 100000"),
        ({"do": "hold", "target": "../x"}, "'target' may have only lower"),
        ({"do": "inject", "events": []}, "'events' is empty"),
        ({"do": "inject", "events": [{}] * 101}, "'events' has more than 100 entries"),
        ({"do": "edit", "target": "a", "data": {}}, "'data' is empty"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(members: dict[str, object], said: str) -> None:
    """To the one who asked."""
    assert why(**members).startswith(said)


@pytest.mark.parametrize(
    "client", [None, 5, "", "A", "a/b", "+", "#", "a" * 101, "exercise/../x", "a\nb"]
)
def test_nobody_is_told_whose_name_makes_no_topic(client: object) -> None:
    """An answer never goes where a request may send it."""
    refused = decode_request(json.dumps({"id": "1", "do": "play", "client": client}).encode())

    assert isinstance(refused, Refused)
    assert refused.client is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"{" * 9000,
        b'{"a":' * 5000,
        b'{"do":"play","id":"\\ud800","client":"op"}',
        b'{"do":"rate","rate":NaN',
    ],
)
def test_what_is_no_object_is_refused(payload: bytes) -> None:
    """Nobody can be told."""
    refused = decode_request(payload)

    assert isinstance(refused, Refused)
    assert refused.client is None
    assert refused.why == "not a JSON object"


def test_what_is_too_large_is_not_even_read() -> None:
    """The largest that is read has exactly the limit."""
    request = json.dumps({**WHO, "do": "edit", "target": "a", "data": {"text": ""}}).encode()
    filling = b"x" * (LARGEST_REQUEST - len(request))
    largest = request.replace(b'"text": "', b'"text": "' + filling)

    assert isinstance(decode_request(largest), EditRequest)
    refused = decode_request(largest + b" ")
    assert isinstance(refused, Refused)
    assert refused.why == "30001 bytes are more than 30000; ask in several parts"


def test_an_answer_can_always_be_written() -> None:
    """Whatever the id was, it is echoed as far as it can be printed."""
    refused = decode_request(b'{"id":"' + b"i" * 500 + b'","client":"op","do":"play","x":1}')
    assert isinstance(refused, Refused)
    assert refused.id == "i" * 100


@given(
    said=st.dictionaries(
        st.sampled_from(["id", "client", "do", "rate", "to", "by", "target", "data", "events"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
            max_leaves=5,
        )
        | st.sampled_from(["op-1", "seek", "rate", "hold", "edit", "inject"]),
    )
)
def test_whatever_comes_is_a_request_or_a_refusal(said: dict[str, object]) -> None:
    """Nothing raises, and a rate is a rate."""
    request = decode_request(json.dumps(said).encode())

    if isinstance(request, Refused):
        assert request.why
        assert "\n" not in request.why
    elif isinstance(request, RateRequest):
        assert request.rate > 0
