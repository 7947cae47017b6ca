"""What a participant may do by the rights that it has, and what it must not reach by that.

On the embedded broker and on mosquitto: whoever is hostile here is a country, with that country's
own rights.  Each of these attacks was seen to succeed with the defence taken away.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from feed.app import history, patience, publication, receivers, settling
from feed.app.exercises import clean
from feed.app.publication import Publication
from feed.broker.engines.engine import ACK_WAIT_S, LARGEST_PAYLOAD, MAX_ACK_PENDING
from feed.clock import SystemClock
from feed.core.actions import Play
from feed.mqtt.subscriber import Arrival, Subscriber
from tests.app.stage import Client, Stage, eventful, everything, fast, many, numbers
from tests.brokers import EmbeddedLike, EmbeddedMosquitto

ALL = ("KOR", "JPN", "USA")
JUNK = 300
"""more than a broker hands to a client that acknowledges nothing"""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a crowd be small, so that it is made quickly."""
    monkeypatch.setattr(receivers, "_MOST_LISTENERS", 20)
    monkeypatch.setattr(settling, "MOMENT_S", 0.5)
    return 20


async def crowd(country: Client, stage: Stage, count: int) -> None:
    """Leave retained presences of receivers that are not there."""
    for number in range(count):
        await country.say(stage.topics.presence("JPN", f"a{number}"), b"online", retain=True)


async def test_a_crowd_does_not_keep_out_who_is_there(stage: Stage, small: int) -> None:
    """A thousand retained presences fill the table; who acknowledges something has its place."""
    async with stage.client("jpn") as hostile:
        await crowd(hostile, stage, 3 * small)
    player = stage.publication(many(40), fast(wait_for=ALL))
    got = await stage.play(player, *(stage.receiver(country) for country in ALL))

    assert all(numbers(messages) == [*range(1, 41)] for messages in got.values())
    assert player.receivers.left_out["crowd"] >= 2 * small
    assert (
        len([one for one in player.receivers.listeners.values() if one.country == "JPN"]) <= small
    )


async def test_listeners_that_lag_delay_the_end_by_a_moment(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was waited for has everything; the rest gets a moment, and not the whole minute."""
    monkeypatch.setattr(settling, "MOMENT_S", 0.3)
    player = stage.publication(eventful(), fast(wait_for=ALL, settle_s=1000.0))
    absurd = [[1, 2**62]]
    async with stage.client("jpn") as hostile:

        async def lag() -> None:
            for number in range(30):
                said = {"run": player.description.run, "epoch": 1, "sequence": 2**62 + 1}
                topic = stage.topics.acknowledgement("JPN", f"c{number}")
                await hostile.say(topic, {**said, "missing": absurd, "final": False})

        lagging: list[asyncio.Task[None]] = []
        player.begun = lambda: lagging.append(asyncio.create_task(lag()))
        got = await stage.play(player, *(stage.receiver(country) for country in ALL))

    assert {*got} == {"kor", "jpn", "usa"}
    assert player.receivers.lacking(1, {"JPN": 5}) == {}


async def test_junk_does_not_hide_the_word_of_who_was_waited_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its acknowledgements come by a connection of their own, before what stands in line.

    The line never ends here, as the player's other connection takes nothing more from it.
    """
    take_nothing_more(monkeypatch, "jpn-listener", lambda: player.awaited.stands)
    monkeypatch.setattr(settling, "MOMENT_S", 0.1)
    monkeypatch.setattr(patience, "MOST_NOISE", 30)
    player = stage.publication(many(60), fast(wait_for=ALL, paused=True))
    ready = asyncio.create_task(until_begun(player))
    async with stage.playing(player) as played:
        heard = [asyncio.create_task(everything(stage.receiver(country))) for country in ALL]
        await stage.together(ready)
        async with stage.client("jpn") as hostile:
            for _ in range(JUNK):
                await hostile.say(stage.topics.acknowledgement("JPN", "x"), b"junk")
        await player.player.do(Play())
        assert await stage.together(played) == [True]
        got = await stage.together(*heard)

    assert [numbers(each) for each in got] == [[*range(1, 61)]] * 3


def take_nothing_more(monkeypatch: pytest.MonkeyPatch, name: str, once: Callable[[], bool]) -> None:
    """Let whose id has a part in it acknowledge nothing once something holds: its line is full."""
    acknowledge = Subscriber.acknowledge

    def busy(subscriber: Subscriber, arrivals: Sequence[Arrival]) -> None:
        if name not in subscriber.client_id or not once():
            acknowledge(subscriber, arrivals)

    monkeypatch.setattr(Subscriber, "acknowledge", busy)


async def until_begun(player: Publication) -> None:
    """Wait until the receivers are there, and the player has turned to those that are awaited."""
    while not (player.receivers.chosen and player.awaited.stands):
        await SystemClock().sleep(0.01)


async def test_who_speaks_in_a_receiver_s_name_stops_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the highest rate the player stays near the slowest; what was said once stays true."""
    monkeypatch.setattr(settling, "MOMENT_S", 0.3)
    monkeypatch.setattr(publication, "AHEAD", 20)
    player = stage.publication(many(200), fast(wait_for=ALL))
    payload = {"run": player.description.run, "epoch": 1, "sequence": 1}
    speaking: list[asyncio.Task[None]] = []
    async with stage.client("jpn") as hostile:

        async def speak() -> None:
            while True:
                await hostile.say(stage.topics.acknowledgement("JPN", "jpn"), payload)

        player.begun = lambda: speaking.append(asyncio.create_task(speak()))
        async with stage.playing(player) as played:
            got = await stage.together(*(everything(stage.receiver(country)) for country in ALL))
            await stage.together(played)
        speaking[0].cancel()

    assert [numbers(each) for each in got] == [[*range(1, 201)]] * 3


async def test_junk_in_a_receiver_s_own_name_stops_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it acknowledges its word is never heard again; the others are waited for alone."""
    take_nothing_more(monkeypatch, "jpn-", lambda: player.awaited.stands)
    monkeypatch.setattr(settling, "MOMENT_S", 0.3)
    monkeypatch.setattr(patience, "MOMENT_S", 0.3)
    monkeypatch.setattr(patience, "MOST_NOISE", 30)
    monkeypatch.setattr(publication, "AHEAD", 20)
    player = stage.publication(many(60), fast(wait_for=ALL, settle_s=1000.0, paused=True))
    ready = asyncio.create_task(until_begun(player))
    async with stage.playing(player) as played:
        heard = [asyncio.create_task(everything(stage.receiver(country))) for country in ALL]
        await stage.together(ready)
        async with stage.client("jpn") as hostile:
            for _ in range(JUNK):
                await hostile.say(stage.topics.acknowledgement("JPN", "jpn"), b"junk")
        await player.player.do(Play())
        got = await stage.together(*heard)
        assert await stage.together(played) == [False]

    assert [numbers(each) for each in got] == [[*range(1, 61)]] * 3


async def test_a_country_that_never_acknowledges_holds_up_nobody_for_ever(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the highest rate the run goes on without it after what it is waited for in the end."""
    monkeypatch.setattr(publication, "AHEAD", 20)
    player = stage.publication(many(60), fast(wait_for=("KOR", "JPN"), settle_s=0.5))
    async with (
        stage.client("jpn") as silent,
        stage.playing(player) as played,
    ):
        await silent.say(stage.topics.presence("JPN", "silent"), b"online", retain=True)
        (got,) = await stage.together(everything(stage.receiver("KOR")))
        assert await stage.together(played) == [False]

    assert numbers(got) == [*range(1, 61)]
    assert player.receivers.lacking(1, {"KOR": 60, "JPN": 60}) == {"JPN": 60}


async def test_a_country_that_drowns_its_own_receivers_delays_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its word is not heard for what it says, so that nobody waits for it for long."""
    monkeypatch.setattr(settling, "MOMENT_S", 0.3)
    monkeypatch.setattr(patience, "MOST_NOISE", 30)
    options = fast(wait_for=("KOR", "JPN"), settle_s=1000.0)
    player = stage.publication(many(9), options)
    begun = asyncio.Event()
    player.begun = begun.set
    async with stage.client("jpn") as hostile, stage.playing(player) as played:
        await begun.wait()
        for _ in range(40):
            await hostile.say(stage.topics.acknowledgement("JPN", "x"), b"junk")
        # There is somebody, who never says how far it is.
        await hostile.say(stage.topics.presence("JPN", "x"), b"online")
        (got,) = await stage.together(everything(stage.receiver("KOR")))
        assert await stage.together(played) != [True]

    assert numbers(got) == [*range(1, 10)]


async def test_a_crowd_that_hides_its_own_receivers_delays_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many that only say that they are there are no receivers that the end waits for."""
    monkeypatch.setattr(settling, "MOMENT_S", 0.3)
    monkeypatch.setattr(receivers, "_CROWD", 10)
    player = stage.publication(many(9), fast(wait_for=("KOR", "JPN"), settle_s=1000.0))
    async with stage.client("jpn") as hostile, stage.playing(player) as played:
        await crowd(hostile, stage, 12)
        (got,) = await stage.together(everything(stage.receiver("KOR")))
        assert await stage.together(played) == [False]

    assert numbers(got) == [*range(1, 10)]


async def test_junk_costs_a_counter_and_a_line_a_minute(stage: Stage) -> None:
    """Whatever is said that no receiver says; what is too long is not even read."""
    player = stage.publication(eventful(), fast(wait_for=ALL))
    junk = [b"x", b"[" * 8000, b'{"run":5}', b"y" * 60_000]
    begun = asyncio.Event()
    player.begun = begun.set
    # However another test may have set up the logs.
    with capture_logs() as logs:
        async with stage.client("jpn") as hostile, stage.playing(player) as played:
            await begun.wait()
            for _ in range(30):
                for payload in junk:
                    await hostile.say(stage.topics.acknowledgement("JPN", "junk"), payload)
                    await hostile.say(stage.topics.presence("JPN", "junk"), payload)
            got = await stage.together(*(everything(stage.receiver(country)) for country in ALL))
            assert await played

    assert all(got)
    said = player.receivers.left_out
    assert said["acknowledgements"] > 0
    assert said["presences"] > 0
    assert said["too_large"] > 0
    assert [line["event"] for line in logs].count("left out what is no message of a receiver") == 1


async def test_history_in_a_loop_is_answered_within_a_budget(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens, and it asks for everything again and again; the others have their turn."""
    monkeypatch.setattr(history, "_SAVED", 100.0)
    monkeypatch.setattr(history, "_PER_S", 1.0)
    player = stage.publication(many(300), fast(wait_for=ALL))
    topic = stage.topics.history("JPN", "thirsty")
    async with stage.client("jpn", stage.topics.down("JPN", "thirsty")) as hostile:

        async def ask() -> None:
            for number in range(200):
                asked = {"id": str(number), "client": "thirsty", "epoch": 1, "from": 1, "to": 10**9}
                await hostile.say(topic, asked)

        asking: list[asyncio.Task[None]] = []
        player.begun = lambda: asking.append(asyncio.create_task(ask()))
        got = await stage.play(player, *map(stage.receiver, ALL))
        asking[0].cancel()

    assert all(len(messages) == 300 for messages in got.values())
    assert player.receivers.history.answered <= 3
    assert len(hostile.heard) <= 2 * 301 + 10


@pytest.fixture(params=[EmbeddedLike, EmbeddedMosquitto], ids=lambda kind: kind.name)
def as_used(request: pytest.FixtureRequest, exercise: str, tmp_path: Path) -> Iterator[Stage]:
    """Give each broker with the windows that users have; those of other tests are wider."""
    broker = request.param(ack_wait_s=ACK_WAIT_S, max_ack_pending=MAX_ACK_PENDING)
    yield Stage(broker, exercise, tmp_path)
    broker.close()


@pytest.mark.slow
@pytest.mark.broker
async def test_what_somebody_left_stops_neither_a_player_nor_a_cleaning(as_used: Stage) -> None:
    """More than a server keeps for a client that is slow to read, under the exercise."""
    stage, large = as_used, b"z" * (LARGEST_PAYLOAD - 1000)
    async with stage.client("jpn") as hostile:
        for number in range(280):
            await hostile.say(stage.topics.presence("JPN", f"d{number}"), large, retain=True)
    player = stage.publication(eventful(), fast(wait_for=("KOR",)))
    async with asyncio.timeout(60):
        complete, got = await asyncio.gather(player.play(), everything(stage.receiver("KOR")))

    assert complete
    assert numbers(got) == [*range(1, len(got) + 1)]
    async with asyncio.timeout(60):
        assert await clean(stage.address("player"), stage.exercise, SystemClock()) >= 280
    assert await stage.retained() == {}


async def test_a_retained_request_is_not_obeyed_and_answers_go_nowhere_else(stage: Stage) -> None:
    """Neither control nor history; and nobody names the topic that is answered on."""
    topics = stage.topics
    player = stage.publication(many(20), fast(wait_for=("KOR",), paused=True))
    role = "player" if stage.broker.name == "mosquitto" else "operator"
    stop = {"id": "1", "client": "x/../../feed/jpn", "do": "stop"}
    answers = f"{topics.control}/#"
    async with stage.client(role) as operator, stage.client("player", answers) as listening:
        await operator.say(topics.control, {**stop, "client": "c"}, retain=True)
        async with stage.playing(player) as played:
            heard = asyncio.create_task(everything(stage.receiver("KOR")))
            await listening.until(lambda: player.controller.dropped == 1)
            await operator.say(topics.control, stop)
            await listening.until(lambda: player.controller.dropped == 2)
            await player.player.do(Play())
            got, complete = await stage.together(heard, played)
        await operator.say(topics.control, b"", retain=True)

    assert complete
    assert len(got) == 20
    assert {topic for topic, _ in listening.heard} <= {topics.control}


def test_the_numbers_of_the_attacks_are_not_those_of_the_defences() -> None:
    """What is tried here is more than what is allowed."""
    assert 280 * (LARGEST_PAYLOAD - 1000) > 64 * 1024 * 1024
    assert json.loads(json.dumps(2**62)) == 2**62
