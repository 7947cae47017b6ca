"""Who listens, how far each is, and what is answered to whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.app import receivers
from feed.app.fault_record import FaultRecord
from feed.app.listener import Listener
from feed.app.receivers import _MOST_LISTENERS, Receivers
from feed.clock import SystemClock
from feed.files.ledger import PlayerLedger, Published
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival
from feed.wire.topics import Topics
from tests.app.stage import COUNTRIES, Client, Stage

RUN = "run"


def rows(count: int, recipient: str = "KOR") -> list[Published]:
    """Return so many messages as they were sent to a country."""
    return [
        Published(1, recipient, n, n, f"m.{n}", 0, 0, "t", f"{recipient} {n}".encode())
        for n in range(1, count + 1)
    ]


class Hall:
    """The receivers of a run, and what is said by them."""

    def __init__(self, stage: Stage, ledger: PlayerLedger, publisher: Publisher) -> None:
        self.topics: Topics = stage.topics
        self.ledger = ledger
        self.changes = 0
        self.publisher = publisher
        self.epoch = 2
        """the one that the run is in"""
        self.receivers = self.anew()

    def anew(self) -> Receivers:
        """Return the receivers of a player that was resumed."""
        return Receivers(
            RUN,
            self.topics,
            self.ledger,
            self.publisher,
            self._changed,
            clock=SystemClock(),
            countries=COUNTRIES,
            faults=FaultRecord(self.ledger),
            epoch=lambda: self.epoch,
        )

    def _changed(self) -> None:
        self.changes += 1

    async def say(self, topic: str, payload: bytes | dict[str, object], **members: bool) -> None:
        """Let something arrive."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        retain = members.get("retain", False)
        self.receivers.take(Arrival(topic, raw, retain, 1, 1, 1), wall=5)
        self.receivers.write_down()

    async def acknowledge(self, **members: object) -> None:
        """Let a receiver of KOR say how far it is."""
        said = {"run": RUN, "epoch": 1, "sequence": 10, **members}
        await self.say(self.topics.acknowledgement("KOR", "one"), said)

    @property
    def one(self) -> Listener:
        """The receiver called one."""
        return self.receivers.listeners["KOR", "one"]


@asynccontextmanager
async def hall(stage: Stage, *filters: str) -> AsyncIterator[tuple[Hall, Client]]:
    """Give receivers on a broker, and a client that hears what is answered."""
    publisher = Publisher(stage.address("player"), f"feed-player-{stage.exercise}")
    with stage.ledger(RUN) as ledger:
        async with publisher, stage.client("player", *filters) as client:
            house = Hall(stage, ledger, publisher)
            answering = asyncio.create_task(house.receivers.answer())
            try:
                yield house, client
            finally:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)


async def test_presence_says_who_is_there(stage: Stage) -> None:
    """A receiver is there from its word until its word or will; the countries are told apart."""
    async with hall(stage) as (house, _):
        await house.say(house.topics.presence("KOR", "one"), b"online", retain=True)
        assert house.receivers.present(["KOR"])
        assert not house.receivers.present(["KOR", "JPN"])
        await house.say(house.topics.presence("JPN", "two"), b"online")
        assert house.receivers.present(["KOR", "JPN"])
        await house.say(house.topics.presence("KOR", "one"), b"offline")
        assert house.receivers.of("KOR") == []
        await house.say(house.topics.presence("USA", "three"), b"")

    assert set(house.receivers.listeners) == {("KOR", "one"), ("JPN", "two")}
    assert house.changes == 4


async def test_acknowledgements_say_how_far_each_is(stage: Stage) -> None:
    """The last word counts; it is in the ledger, and known to a player that goes on."""
    async with hall(stage) as (house, _):
        await house.acknowledge(sequence=10, missing=[[4, 5], [8, 8]])
        assert (house.one.count(1), house.one.reached(1)) == (7, 3)
        assert not house.one.has(1, 10)
        assert (house.one.count(2), house.one.reached(2)) == (0, 0)
        assert house.receivers.lacking(1, {"KOR": 12, "JPN": 0}) == {"KOR": 5}
        await house.acknowledge(sequence=12)
        assert house.one.has(1, 12)
        assert house.receivers.lacking(1, {"KOR": 12}) == {}
        (receipt,) = house.ledger.receipts()
        assert (receipt.client, receipt.sequence, receipt.missing) == ("one", 12, [])

        again = house.anew().listeners["KOR", "one"]

    assert again.has(1, 12)
    assert not again.online


async def test_who_does_not_know_of_the_end_says_so(stage: Stage) -> None:
    """Only a receiver that speaks of the end can be unaware of it; other people's need not."""
    async with hall(stage) as (house, _):
        for members, unaware in (({}, False), ({"final": False}, True), ({"final": True}, False)):
            await house.acknowledge(sequence=3, **members)
            assert house.one.unaware is unaware


async def test_who_left_with_everything_counts_as_served(secured: Stage) -> None:
    """A receiver takes its presence away at the end of a run, which takes back nothing it said."""
    async with hall(secured) as (house, _):
        await house.say(house.topics.presence("KOR", "one"), b"online")
        await house.acknowledge(sequence=10)
        await house.say(house.topics.presence("KOR", "one"), b"")

        assert house.receivers.of("KOR") == []
        assert house.one.has(1, 10)
        assert house.receivers.lacking(1, {"KOR": 10}) == {}


@pytest.mark.parametrize(
    "members",
    [
        {"run": "another"},
        {"sequence": -1},
        {"sequence": 2**70},
        {"sequence": "12"},
        {"epoch": 0},
        {"epoch": 2**63},
        {"missing": [[5, 4]]},
        {"missing": [[0, 3]]},
        {"missing": [[4, 6], [6, 8]]},
        {"missing": [[4, 10]]},
        {"missing": [[1, 2]] * 1001},
        {"missing": "none"},
        {"epoch": 3},
    ],
)
async def test_an_acknowledgement_that_makes_no_sense_changes_nothing(
    secured: Stage, members: dict[str, object]
) -> None:
    """Whatever another client says of itself, what was known before stays."""
    async with hall(secured) as (house, _):
        await house.acknowledge(sequence=9)
        await house.acknowledge(**members)

        assert (house.one.epoch, house.one.sequence, house.one.missing) == (1, 9, [])


async def test_what_nobody_should_say_is_ignored(secured: Stage) -> None:
    """Odd topics, retained requests and payloads that are none make no receiver and no noise."""
    async with hall(secured) as (house, _):
        base = house.topics.base
        for topic in (
            f"{base}/up/kor/ack",
            f"{base}/up/kor/ack/Big",
            f"{base}/up/none/presence/look",
            f"{base}/up/xyz/presence/of-no-recipient",
            f"{base}/up/kor/nonsense/one",
            f"{base}/player/probe",
            house.topics.acknowledgement("KOR", "one"),
        ):
            for payload in (b"", b"{", b"[" * 9000, b"\xff", b"null", b"1"):
                await house.say(topic, payload)
        retained = {"run": RUN, "epoch": 1, "sequence": 3}
        await house.say(house.topics.acknowledgement("KOR", "one"), retained, retain=True)

        assert house.receivers.listeners == {}
        assert house.changes == 0
        assert house.publisher.in_flight == 0


async def test_who_tries_whether_it_may_write_says_nothing(stage: Stage) -> None:
    """Every receiver does, with an empty acknowledgement: that is no junk to be told of."""
    async with hall(stage) as (house, _):
        await house.say(house.topics.acknowledgement("KOR", "one"), b"")

        assert house.receivers.listeners == {}
        assert house.receivers.left_out == {}
        await house.say(house.topics.acknowledgement("KOR", "one"), b"{")
        assert house.receivers.left_out == {"acknowledgements": 1}


async def test_a_crowd_costs_no_more_than_so_much(stage: Stage) -> None:
    """Whoever makes up receivers fills neither memory nor ledger; those that are known stay."""
    async with hall(stage) as (house, _):
        for number in range(_MOST_LISTENERS + 5):
            await house.say(house.topics.presence("KOR", f"one-{number}"), b"online")
        await house.say(house.topics.presence("JPN", "two"), b"online")
        await house.say(house.topics.presence("KOR", "one-3"), b"offline")

    assert len(house.receivers.listeners) == _MOST_LISTENERS + 1
    assert not house.receivers.listeners["KOR", "one-3"].online
    assert house.receivers.present(["JPN"])


async def test_who_the_run_began_with_keeps_its_place(
    secured: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many acknowledge something after it."""
    monkeypatch.setattr(receivers, "_MOST_LISTENERS", 5)
    async with hall(secured) as (house, _):
        await house.say(house.topics.presence("KOR", "one"), b"online")
        await house.acknowledge()
        house.receivers.await_no_longer(["KOR"])
        said = {"run": RUN, "epoch": 1, "sequence": 1}
        for number in range(20):
            await house.say(house.topics.acknowledgement("KOR", f"x{number}"), said)

        assert ("KOR", "one") in house.receivers.listeners
        assert len(house.receivers.listeners) == 5


def request(first: int, last: int, **members: object) -> dict[str, object]:
    """Return a request for history by a receiver called one."""
    return {"id": "q", "client": "one", "epoch": 1, "from": first, "to": last, **members}


async def test_history_is_the_same_bytes_again(stage: Stage) -> None:
    """A receiver gets what it asks for, in order, then how many that were, and nobody else does."""
    down = stage.topics.down("KOR", "one")
    async with hall(stage, f"{stage.topics.base}/down/#") as (house, client):
        house.ledger.add(rows(30) + rows(30, "JPN"))
        await house.say(house.topics.history("KOR", "one"), request(5, 8))
        await house.say(house.topics.history("KOR", "one"), request(29, 40))
        await house.say(house.topics.history("KOR", "one"), request(1, 9, epoch=2))
        await client.until(lambda: len(client.heard) == 9)

    assert {topic for topic, _ in client.heard} == {down}
    assert [raw for _, raw in client.heard] == [
        *(f"KOR {n}".encode() for n in (5, 6, 7, 8)),
        b'{"id":"q","done":true,"count":4}',
        b"KOR 29",
        b"KOR 30",
        b'{"id":"q","done":true,"count":2}',
        b'{"id":"q","done":true,"count":0}',
    ]
    assert house.receivers.history.answered == 3


async def test_a_long_history_comes_in_parts(stage: Stage) -> None:
    """At most 1,000 messages answer a request, and the answer says where to go on."""
    async with hall(stage, stage.topics.down("KOR", "one")) as (house, client):
        house.ledger.add(rows(1200))
        await house.say(house.topics.history("KOR", "one"), request(100, 1200))
        await client.until(lambda: len(client.heard) == 1001)

    assert json.loads(client.heard[-1][1]) == {"id": "q", "done": True, "count": 1000, "more": 1100}
    assert client.heard[999][1] == b"KOR 1099"


async def test_nobody_s_requests_hold_up_another(stage: Stage) -> None:
    """Who asks for very much is answered in turn with the others, and not for ever."""
    topics = stage.topics
    async with hall(stage, topics.down("KOR", "one"), topics.down("JPN", "one")) as (house, client):
        house.ledger.add(rows(100) + rows(100, "JPN"))
        for _ in range(100):
            await house.say(topics.history("KOR", "one"), request(1, 100))
        await house.say(topics.history("JPN", "one"), request(7, 7))
        await client.until(lambda: len(client.on(topics.down("JPN", "one"))) == 2)
        await client.until(lambda: house.receivers.history.answered == 20 + 1)

    # In the order in which they came: whoever looks at the time may look late.
    came = [topic for topic, _ in client.heard]
    assert came.index(topics.down("JPN", "one")) <= 2 * 101


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (
            request(1, 9, client="other"),
            {"id": "q", "error": "client must be the one of the topic"},
        ),
        (request(9, 1), {"id": "q", "error": "client must be the one of the topic"}),
        (request(0, 1), {"id": "q", "error": "not a request for history"}),
        (request(1, 2**70), {"id": "q", "error": "not a request for history"}),
        ({"id": "q"}, {"id": "q", "error": "not a request for history"}),
        ({"id": 7}, {"id": "", "error": "not a request for history"}),
        (b"{", {"id": "", "error": "not a request for history"}),
        (b"[" * 9000, {"id": "", "error": "not a request for history"}),
        (b'{"id":"\\ud800"}', {"id": "", "error": "not a request for history"}),
    ],
)
async def test_a_request_that_cannot_be_answered_is_told_why(
    secured: Stage, payload: bytes | dict[str, object], answer: dict[str, str]
) -> None:
    """A request that cannot be read is answered where it can be, and harms nothing."""
    async with hall(secured, secured.topics.down("KOR", "one")) as (house, client):
        house.ledger.add(rows(9))
        await house.say(house.topics.history("KOR", "one"), payload)
        await client.until(lambda: client.heard)

    ((_, raw),) = client.heard
    said = json.loads(raw)
    assert said["id"] == answer["id"]
    assert said["error"].startswith(answer["error"])
    assert house.receivers.history.answered == 0


@pytest.mark.nats_server("mosquitto hangs up on who writes where it may not")
async def test_a_country_gets_only_its_own(secured: Stage) -> None:
    """A country can ask under its own name alone: the broker drops the rest."""
    player = secured.topics.history("KOR", "thief")
    marker = secured.topics.history("JPN", "thief")
    heard: list[str] = []

    async with secured.client("player", f"{secured.topics.base}/up/#") as watching:
        async with secured.client("jpn") as thief:
            await thief.say(player, request(1, 9))
            await thief.say(marker, request(1, 9))
        await watching.until(lambda: watching.on(marker))
        heard = [topic for topic, _ in watching.heard]

    assert heard == [marker]


NUMBERS = st.integers(0, 2**63 - 1)


async def test_no_number_of_a_stranger_is_waited_for_or_believed_beyond_what_was_sent(
    secured: Stage,
) -> None:
    """Whatever is acknowledged: how far it is stays between nothing and what was sent, at once."""
    async with hall(secured) as (house, _):
        wall = 5

        @settings(max_examples=100, deadline=1000)
        @given(
            NUMBERS,
            st.lists(st.tuples(NUMBERS, NUMBERS), max_size=5),
            st.integers(1, 10**9),
            st.integers(0, 100),
        )
        def whatever(sequence: int, missing: list[tuple[int, int]], epoch: int, sent: int) -> None:
            said = {"run": RUN, "epoch": epoch, "sequence": sequence, "missing": sorted(missing)}
            topic = house.topics.acknowledgement("KOR", "one")
            raw = json.dumps(said).encode()
            house.receivers.take(Arrival(topic, raw, False, 1, 1, 1), wall)
            for one in (1, epoch):
                assert 0 <= house.receivers.behind(one, {"KOR": sent}) <= sent
                assert 0 <= house.receivers.lacking(one, {"KOR": sent}).get("KOR", 0) <= sent
                house.receivers.served(one, {"KOR": sent})

        whatever()
