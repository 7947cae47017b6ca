"""What a receiver hears beside the feed: whatever comes there, it harms nothing."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app.aside import Aside
from feed.app.gate import Gate
from feed.app.message import ReceivedMessage
from feed.clock import VirtualClock
from feed.core.reception import Reception
from feed.core.repair import Asking
from feed.mqtt.address import parse_address
from feed.mqtt.subscriber import Arrival
from feed.wire.topics import Topics
from tests.absurd import absurd, each_absurd
from tests.make import PATIENT

TOPICS = Topics("calm")
HOSTILE = [
    b"{",
    b"[" * 60_000,
    b"\xff\xfe",
    b"null",
    b"5",
    b'{"run": 7}',
    b'{"run": "../../x", "epoch": 1, "sequence": 1}',
    b'{"run": "a", "title": 5, "epoch": -1, "sequence": 1e400}',
    b'{"run": "a", "title": 5, "epoch": 1, "state": [], "time": "9999-99-99"}',
    b'{"run": "' + b"a" * 100_000 + b'"}',
    b'{"id": "x", "title": 5, "count": "many"}',
]


def aside(left_out: list[str]) -> Aside:
    """Return one that is connected to nothing."""
    return Aside(
        parse_address("mqtt://127.0.0.1:1"),
        "client",
        TOPICS,
        "JPN",
        "jpn",
        reception=Reception[ReceivedMessage]("jpn"),
        clock=VirtualClock(),
        wake=lambda: None,
        gate=Gate(parse_address("mqtt://127.0.0.1:1"), VirtualClock()),
        left_out=lambda topic, _: left_out.append(topic),
        answer=lambda _: None,
    )


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "topic", [TOPICS.clock, TOPICS.manifest, TOPICS.head("JPN"), TOPICS.down("JPN", "jpn")]
)
async def test_what_cannot_be_read_is_counted_and_left_out(topic: str, payload: bytes) -> None:
    """Any payload at any topic: no error, and nothing is believed."""
    left_out: list[str] = []
    one = aside(left_out)
    arrival = Arrival(topic, payload, retain=True, qos=1, mid=1, connection=1)
    if topic == TOPICS.down("JPN", "jpn"):
        await one._heed_answer(arrival)
    else:
        one._heed(arrival)
    assert left_out == [topic]
    assert one._reception.run is None
    assert one.playing == {}


async def test_what_a_run_is_known_by_is_taken_in() -> None:
    """Manifest and clock together."""
    one = aside([])
    clock = (
        b'{"run": "01a", "epoch": 1, "state": "playing", "rate": "max", "position_s": 1,'
        b' "time": "2023-12-19T09:00:00.000+09:00", "wall": "2023-12-19T09:00:00.000+09:00"}'
    )
    one._heed(Arrival(TOPICS.manifest, b'{"run": "01a"}', retain=True, qos=1, mid=1, connection=1))
    assert one._reception.run is None
    one._heed(Arrival(TOPICS.clock, clock, retain=True, qos=1, mid=1, connection=1))
    assert one._reception.run == "01a"
    assert one.playing["rate"] == "max"


async def test_who_was_away_asks_as_soon_as_it_hears_what_it_lacks() -> None:
    """What a broker does not send again by itself is not looked for a second later."""
    one = aside([])
    reception: Reception[ReceivedMessage] = Reception("jpn", remembers=True)
    one._reception = reception
    head = '{{"run": "01a", "epoch": 1, "sequence": {}}}'
    reception.clock("01a", 1, 0)
    reception.manifest("01a")
    reception.head("01a", 1, 3, final=False)
    reception.recall_there(1, [(1, 3)])
    reception.recalled(1, 0.0)
    one.hurry_if_lacking()
    assert not one._soon.is_set(), "nothing is missing"

    for number in (3, 9):
        payload = head.format(number).encode()
        one._heed(Arrival(TOPICS.head("JPN"), payload, retain=True, qos=1, mid=1, connection=1))
        assert one._soon.is_set() == (number > 3)

    (asked,) = reception.look(0.0, heard=0.0).requests
    assert (asked.first, asked.last) == (4, 9)
    assert not reception.in_a_hurry, "it is asked for once"


SAID: dict[str, dict[str, Any]] = {
    TOPICS.clock: {
        "run": "01a",
        "epoch": 1,
        "state": "playing",
        "rate": 1.5,
        "position_s": 3.25,
        "time": "2023-12-19T09:00:00.000+09:00",
        "wall": "2026-01-01T00:00:00.000+00:00",
    },
    TOPICS.manifest: {"run": "01a", "title": "A", "countries": ["JPN"]},
    TOPICS.head("JPN"): {"run": "01a", "epoch": 1, "sequence": 9, "final": True},
    TOPICS.down("JPN", "jpn"): {"id": "jpn-1", "done": True, "count": 3, "more": 9},
}
WAITS = [0.1, 2.0, 40.0, 2.0]


def heard(said: list[tuple[str, bytes]], waits: list[float]) -> list[Asking]:
    """Return what is asked for when some things are said after clock and manifest, and then.

    Whatever is said, the clock can be told of afterwards.
    """
    one = aside([])
    asked: list[Asking] = []

    async def request(each: Asking) -> None:
        asked.append(each)

    async def hear() -> None:
        usual = [
            (name, json.dumps(SAID[name]).encode()) for name in (TOPICS.clock, TOPICS.manifest)
        ]
        for topic, payload in [*usual, *said]:
            arrival = Arrival(topic, payload, retain=True, qos=1, mid=1, connection=1)
            if topic == TOPICS.down("JPN", "jpn"):
                await one._heed_answer(arrival)
            else:
                one._heed(arrival)
            await one._look()
            json.dumps(one.playing, allow_nan=False)
        assert not asked, "no time has passed"
        for wait in waits:
            before = len(asked)
            await one._clock.sleep(wait)  # virtual
            await one._look()
            assert len(asked) <= before + 1, "there is one gap"

    one._request = request  # type: ignore[assignment, method-assign]
    asyncio.run(hear())
    assert all(1 <= each.first <= each.last < each.first + 1000 for each in asked), asked
    return asked


@pytest.mark.parametrize("topic", SAID)
def test_no_number_in_any_member_is_asked_for_beyond_measure(topic: str) -> None:
    """Every absurd value in every member, one by one."""

    @each_absurd(SAID[topic])
    @PATIENT
    @given(absurd(SAID[topic]))
    def say(payload: bytes) -> None:
        heard([(topic, payload)], WAITS)

    say()


def test_what_a_head_tells_of_is_asked_for_a_thousand_at_a_time() -> None:
    """Or the properties here would be of nothing."""
    head = json.dumps({**SAID[TOPICS.head("JPN")], "sequence": 10**17}).encode()
    assert [each[2:] for each in heard([(TOPICS.head("JPN"), head)], [2.0])] == [(1, 1000)]


ARRIVALS = st.lists(
    st.sampled_from(sorted(SAID)).flatmap(
        lambda topic: st.tuples(st.just(topic), absurd(SAID[topic]))
    ),
    min_size=1,
    max_size=12,
)


@PATIENT
@given(ARRIVALS, st.lists(st.sampled_from(WAITS), min_size=1, max_size=4))
def test_whatever_strangers_say_little_is_asked_for_and_little_done(
    said: list[tuple[str, bytes]], waits: list[float]
) -> None:
    """Clock, manifest, head and answer with any numbers, one after another."""
    heard(said, waits)
