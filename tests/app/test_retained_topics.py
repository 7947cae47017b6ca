"""What stands retained, seen by a client of somebody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

import aiomqtt
from aiomqtt import ProtocolVersion

from feed.app.retained_topics import RetainedTopics, seconds_left
from feed.clock import VirtualClock
from feed.core.actions import Pause, Play, Rate, Seek, Verb
from feed.core.plan import Plan
from feed.core.run import Run
from feed.model.time import SECOND
from feed.mqtt.publisher import Publisher
from feed.wire.compact import compact
from tests import make
from tests.app.stage import COUNTRIES, Client, Stage, eventful
from tests.brokers import EmbeddedMosquitto, RunningBroker

SENT = dict.fromkeys(COUNTRIES, 3)


@dataclass
class Board:
    """A run and what of it stands."""

    clock: VirtualClock
    publisher: Publisher
    retained: RetainedTopics
    run: Run

    async def show(self, seconds: float) -> None:
        """Play up to a moment after the start, and refresh what stands."""
        self.clock.advance(seconds - self.clock.now())
        self.run.due(self.clock.now(), 1000)
        await self.retained.pictures(self.run, late_ms=4)
        await self.publisher.flushed()


def board(stage: Stage, publisher: Publisher, plan: Plan | None = None) -> Board:
    """Return a run that plays."""
    plan, clock = plan or eventful(), VirtualClock(wall=make.START)
    run = Run(plan)
    run.apply(Play(), 0.0)
    retained = RetainedTopics(stage.about(plan, "run"), publisher, clock)
    return Board(clock, publisher, retained, run)


@asynccontextmanager
async def playing(
    stage: Stage, what: str, plan: Plan | None = None
) -> AsyncIterator[tuple[Board, Client]]:
    """Give a run on a broker, and a client that hears some of it; in the end nothing stands."""
    async with (
        Publisher(stage.address("player"), f"feed-player-{stage.exercise}") as publisher,
        stage.client("player", f"{stage.topics.base}/{what}") as client,
    ):
        on = board(stage, publisher, plan)
        yield on, client
        await on.retained.clear()
        await client.until(lambda: not client.standing)


async def test_only_what_changed_goes_out(stage: Stage) -> None:
    """An event that did not change is not sent again; the numbers are."""
    topics = stage.topics
    async with playing(stage, "#") as (on, client):
        for _ in range(2):
            await on.show(5)
        await client.until(lambda: len(client.on(topics.metrics("USA"))) == 2)
        await on.retained.heads(1, SENT, final=False)
        await on.retained.heads(1, SENT, final=False)
        await on.retained.heads(1, {**SENT, "KOR": 4}, final=False)
        await client.until(lambda: len(client.on(topics.head("KOR"))) == 2)

    assert len([raw for raw in client.on(topics.state("KOR", "alert", "warning")) if raw]) == 1
    assert len([raw for raw in client.on(topics.head("JPN")) if raw]) == 1
    numbers = json.loads(client.on(topics.metrics("KOR"))[0])
    assert numbers["late_ms"] == 4
    assert (numbers["sequence"], numbers["position_s"]) == (on.run.sequences["KOR"], 5.0)


async def test_what_a_jump_leaves_standing_names_the_new_epoch(stage: Stage) -> None:
    """Who begins with nothing at a new epoch finds in it what stands there, and nothing else."""
    topics = stage.topics
    async with playing(stage, "state/#") as (on, client):
        await on.show(5)
        on.run.apply(Seek(to=make.START + 6 * SECOND), on.clock.now())
        await on.show(5)
        await client.until(lambda: epochs(client) == {2})
        assert topics.state("KOR", "alert", "warning") in client.standing


def epochs(client: Client) -> set[int]:
    """Return the epochs that what stands names."""
    return {json.loads(raw)["epoch"] for raw in client.standing.values()}


async def test_what_expires_is_taken_away(stage: Stage) -> None:
    """Nothing is shown as current after it expired, although no message ends it."""
    topics = stage.topics
    async with playing(
        stage, "state/#", make.plan(make.alert(expires="PT10M"), make.incident(at=700))
    ) as (on, client):
        await on.show(5)
        await client.until(lambda: topics.state("KOR", "alert", "warning") in client.standing)
        await on.show(600)
        await client.until(lambda: topics.state("KOR", "alert", "warning") not in client.standing)
        await client.until(lambda: said_nothing(client, stage))


def said_nothing(client: Client, stage: Stage) -> bool:
    """Tell whether only 'nothing active' stands for a country."""
    mine = [topic for topic in client.standing if "/state/kor/" in topic]
    return mine == [stage.topics.nothing("KOR")]


async def test_everything_goes_out_anew_when_a_broker_may_have_lost_it(stage: Stage) -> None:
    """After ``forget`` pictures, heads and 'nothing active' are sent again."""
    topics = stage.topics
    async with playing(stage, "#") as (on, client):
        for _ in range(2):
            await on.show(0.5)
            await on.retained.heads(1, SENT, final=False)
            on.retained.forget(on.run)
        for _ in range(2):
            await on.show(5)
            on.retained.forget(on.run)
        await on.retained.put(topics.manifest, compact({"title": "朝"}))
        await client.until(lambda: topics.manifest in client.standing)

    assert len([raw for raw in client.on(topics.head("KOR")) if raw]) == 2
    assert len([raw for raw in client.on(topics.state("KOR", "alert", "warning")) if raw]) == 2
    assert len([raw for raw in client.on(topics.nothing("USA")) if raw]) == 2
    assert client.on(topics.manifest)[0] == '{"title":"朝"}'.encode()


async def test_a_picture_expires_at_the_present_pace(
    shared: Callable[[str], RunningBroker], exercise: str, tmp_path: Path
) -> None:
    """A broker that speaks MQTT 5 forgets it by itself, told anew whenever time moves otherwise."""
    stage = Stage(shared(EmbeddedMosquitto.name), exercise, tmp_path)
    state, geo = stage.topics.state("KOR", "alert", "warning"), stage.topics.geo("KOR", "warning")
    plan = make.plan(make.alert(at=0, expires="PT10M"), make.incident(at=6000))
    seen: list[int | None] = []

    async with Publisher(stage.address("player"), f"feed-player-{exercise}") as publisher:
        on = board(stage, publisher, plan)
        on.run.transport.lasts_until(make.START + 6_000_000_000)
        paces: list[tuple[float, Verb | None]] = [
            (60, None),
            (120, Rate(rate=60)),
            (121, Pause()),
            (122, Play()),
        ]
        for seconds, action in paces:
            if action is not None:
                on.run.apply(action, seconds)
            await on.show(seconds)
            for topic in (state, geo):
                client = aiomqtt.Client(
                    **stage.broker.login("kor"), protocol=ProtocolVersion.V5, timeout=15
                )
                async with client, asyncio.timeout(15):
                    await client.subscribe(topic)
                    message = await anext(aiter(client.messages))
                assert message.properties is not None
                seen.append(getattr(message.properties, "MessageExpiryInterval", None))

    # 540 s are left at first, and of 480 s a sixtieth; while time stands still nothing passes.
    expected = [540, 540, 8, 8, None, None, 7, 7]
    assert all(
        told == meant or (told is not None and meant is not None and 0 <= meant - told <= 2)
        for told, meant in zip(seen, expected, strict=True)
    ), seen


def test_what_is_never_reached_does_not_expire() -> None:
    """Time that ends before, and time that does not move by itself."""
    run = Run(make.plan(make.alert(at=0, expires="PT10M"), make.incident(at=60)))
    run.apply(Play(), 0.0)
    run.due(1.0, 10)
    shown = run.pictures["KOR"].shown["alert", "warning"]
    assert shown.expires == make.START + 600_000_000
    assert seconds_left(run, shown, 1.0) is None
    run.transport.head.ends = shown.expires
    assert seconds_left(run, shown, 1.0) == 599
    assert seconds_left(run, shown, 5000.0) == 1
    run.transport.head.rate = inf
    assert seconds_left(run, shown, 1.0) is None
