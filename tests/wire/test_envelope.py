"""Tests of ``feed.wire.envelope``: what others write can be read, and can do no harm."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app.message import ReceivedMessage
from feed.core.picture import Picture
from feed.model.message import LARGEST
from feed.model.time import rfc3339
from feed.wire.encoding import encode
from feed.wire.envelope import Envelope, decode, message_of, moment_of
from tests.make import (
    PATIENT,
    START,
)
from tests.wire.test_encoding import (
    PLAYED,
    SENT,
    VALUES,
    members,
    one,
)

HOUR_S = 3600
STRANGE_TIMES = [
    *("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00-14:00", "1889-12-31T23:59:59Z"),
    *("9999-12-31T23:59:59+14:00", "9999-12-31T23:59:59-14:00", "2211-01-01T00:00:00Z"),
    *("2023-W51-2T09:00:00+09:00", "20231219T090000+0900", "2023-12-19T09+09", "2023-12-19"),
]


def test_unknown_members_and_kinds_are_ignored() -> None:
    """Within v1 members and kinds are added, and a receiver of today goes on."""
    written = members(encode(one(), PLAYED, 1, SENT))
    written |= {"traceparent": "00-ab-cd-01", "type": "exercise.volcano.alert.v1", "x": None}

    envelope = decode(json.dumps(written).encode())

    assert envelope.kind == "volcano"
    assert Picture().fold(*message_of(envelope)) is None


def test_the_order_of_members_means_nothing() -> None:
    """JSON objects have no order."""
    written = members(encode(one(), PLAYED, 1, SENT))

    assert decode(json.dumps(dict(reversed(written.items()))).encode()) == decode(
        encode(one(), PLAYED, 1, SENT)
    )


def assert_one_sentence(error: BaseException) -> None:
    """Check that an error is one short line, in lower case, without a full stop."""
    text = str(error)
    assert text
    assert len(text) < 300
    assert text.isprintable()
    assert not text.endswith(".")
    assert text[0] == text[0].lower()


def read(payload: bytes) -> None:
    """Read a payload as a receiver does; whatever is wrong with it is a ValueError."""
    try:
        envelope = decode(payload)
        told, due = message_of(envelope)
        sent = moment_of(envelope.sent)
    except ValueError as error:
        assert_one_sentence(error)
    else:
        assert max(abs(told.at), abs(due), abs(sent), envelope.number) < 2**63
        for moment in (told.at, due, sent, told.expires or 0):
            for offset_s in (told.offset_s, 14 * HOUR_S, -14 * HOUR_S):
                assert rfc3339(moment, offset_s)
        picture = Picture()
        picture.fold(told, due)
        for shown in picture.shown.values():
            shown.feature({})


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_in_one_sentence(payload: bytes) -> None:
    """What is no message at all is a ValueError with a sentence, never anything else."""
    with pytest.raises(ValueError, match="not a message of the feed") as refusal:
        decode(payload)

    assert_one_sentence(refusal.value)


@PATIENT
@given(st.data())
def test_a_payload_with_any_other_value_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands in a member, a receiver reads it or refuses it in one sentence."""
    written = members(encode(one(), PLAYED, 1, SENT))
    name = data.draw(st.sampled_from(sorted(written)))
    written[name] = data.draw(
        VALUES | st.none() | st.text() | st.integers() | st.datetimes().map(str)
    )
    if data.draw(st.booleans()):
        del written[data.draw(st.sampled_from(sorted(written)))]
    read(json.dumps(written).encode())


@pytest.mark.parametrize("name", ["time", "due", "sent", "expires"])
@pytest.mark.parametrize("time", STRANGE_TIMES)
def test_a_time_that_no_clock_shows_is_refused(name: str, time: str) -> None:
    """At the ends of the calendar, where no other zone has a date for it; or no time at all."""
    written = {**members(encode(one(), PLAYED, 1, SENT)), name: time}
    read(json.dumps(written).encode())
    with pytest.raises(ValueError, match=r"is not between 1890 and 2210|is no time of RFC 3339"):
        ReceivedMessage.read("a/b", json.dumps(written).encode(), 0)


@given(st.data())
def test_a_damaged_payload_is_read_or_refused(data: st.DataObject) -> None:
    """Bytes that were changed, cut or added never cause anything but a refusal."""
    payload = bytearray(encode(one(), PLAYED, 1, SENT))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(payload) - 1))
        length = data.draw(st.integers(0, 5))
        payload[place : place + length] = data.draw(st.binary(max_size=5))
    read(bytes(payload))


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("status", "Actual", "status: input should be 'Exercise'"),
        ("specversion", "0.3", "specversion"),
        ("type", "alert", "type"),
        ("type", "exercise.alert.alert.v2", "type"),
        ("subject", "a/b", "subject"),
        ("subject", "a\n", "subject"),
        ("source", "/real/kor", "source"),
        ("recipient", "jpn", "recipient"),
        ("run", "a b", "run"),
        ("epoch", 0, "epoch"),
        ("epoch", 2**31, "epoch"),
        ("sequence", 184, "sequence"),
        ("sequence", "-1", "sequence"),
        ("sequence", "1" * 19, "sequence"),
        ("sequence", "00000000", "counted from 1"),
        ("data", [], "data"),
        ("time", "yesterday", "'yesterday' is no time"),
        ("due", "2023-12-19T09:00:00", "has no offset"),
        ("expires", "\x1b[31m", "no time"),
        ("time", "10000-01-01T00:00:00+00:00", "no time"),
    ],
)
def test_a_member_that_cannot_be_is_refused(name: str, value: Any, why: str) -> None:
    """A payload that does not say that it is an exercise, or cannot be placed, is refused."""
    written = members(encode(one(), PLAYED, 1, SENT)) | {name: value}

    with pytest.raises(ValueError, match=why) as refusal:
        message_of(decode(json.dumps(written).encode()))

    assert_one_sentence(refusal.value)


@pytest.mark.parametrize(
    "name", [name for name, field in Envelope.model_fields.items() if field.is_required()]
)
def test_a_required_member_must_be_there(name: str) -> None:
    """A payload without a required member is refused by the name of that member."""
    written = members(encode(one(), PLAYED, 1, SENT))
    del written[name]

    with pytest.raises(ValueError, match=rf"\({name}: field required\)"):
        decode(json.dumps(written).encode())


def test_more_bytes_than_a_message_may_have_are_refused() -> None:
    """A payload of 8,192 bytes is read; one more is too many, and is not even parsed."""
    written = members(encode(one(), PLAYED, 1, SENT))
    size = len(json.dumps(written | {"x": ""}).encode())

    payload = json.dumps(written | {"x": "x" * (LARGEST - size)}).encode()

    assert decode(payload).subject == "rocket"
    with pytest.raises(ValueError, match="8193 bytes are more"):
        decode(payload + b" ")


def test_times_of_others_may_be_in_utc() -> None:
    """We never write Z, and read it."""
    assert moment_of("2023-12-19T00:00:00Z") == START


# -- the present picture ---------------------------------------------------------------------------
