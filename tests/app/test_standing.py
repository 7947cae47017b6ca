"""What stands retained, seen by a client of somebody else."""

import json
from dataclasses import dataclass

from feed.app.standing import Standing, compact
from feed.core.picture import Picture
from feed.core.plan import Plan
from feed.model.time import SECOND
from feed.mqtt.publisher import Publisher
from tests import make
from tests.app.stage import COUNTRIES, Client, Stage, eventful

SENT = dict.fromkeys(COUNTRIES, 3)


@dataclass
class Board:
    """The pictures of a run and what of them stands."""

    stage: Stage
    publisher: Publisher
    standing: Standing
    pictures: dict[str, Picture]

    async def show(self, seconds: float) -> None:
        """Refresh what stands, at a moment after the start."""
        await self.standing.pictures(
            self.pictures,
            epoch=1,
            sequences=SENT,
            position=make.START + round(seconds * SECOND),
            wall=make.START,
            late_ms=4,
        )
        await self.publisher.flushed()


def board(stage: Stage, publisher: Publisher) -> Board:
    """Return the empty pictures of a run."""
    standing = Standing(stage.about(eventful(), "run"), publisher)
    return Board(stage, publisher, standing, {country: Picture() for country in COUNTRIES})


def fold(on: Board, until: float, plan: Plan | None = None) -> None:
    """Fold a story up to a moment into the pictures."""
    for delivery in (plan or eventful()).deliveries():
        if delivery.due <= make.START + until * SECOND:
            key = on.pictures[delivery.recipient].take(delivery)
            if key is not None:
                on.standing.changed(delivery.recipient, key)


async def test_only_what_changed_goes_out(stage: Stage) -> None:
    """An event that did not change is not sent again; the numbers are."""
    topics = stage.topics
    async with (
        Publisher(stage.address("player"), f"feed-player-{stage.exercise}") as publisher,
        stage.client("player", f"{topics.base}/#") as client,
    ):
        on = board(stage, publisher)
        fold(on, 5)
        for _ in range(2):
            await on.show(5)
        await client.until(lambda: len(client.on(topics.metrics("USA"))) == 2)
        await on.standing.heads(1, SENT, final=False)
        await on.standing.heads(1, SENT, final=False)
        await on.standing.heads(1, {**SENT, "KOR": 4}, final=False)
        await client.until(lambda: len(client.on(topics.head("KOR"))) == 2)
        await on.standing.clear()
        await client.until(lambda: not client.standing)

    assert len([raw for raw in client.on(topics.state("KOR", "alert", "warning")) if raw]) == 1
    assert len([raw for raw in client.on(topics.head("JPN")) if raw]) == 1
    numbers = json.loads(client.on(topics.metrics("KOR"))[0])
    assert numbers["late_ms"] == 4
    assert (numbers["sequence"], numbers["position_s"]) == (3, 5.0)


async def test_what_expires_is_taken_away(stage: Stage) -> None:
    """Nothing is shown as current after it expired, although no message ends it."""
    topics = stage.topics
    async with (
        Publisher(stage.address("player"), f"feed-player-{stage.exercise}") as publisher,
        stage.client("player", f"{topics.base}/state/#") as client,
    ):
        on = board(stage, publisher)
        fold(on, 5, make.plan(make.alert(expires="PT10M")))
        await on.show(5)
        await client.until(lambda: topics.state("KOR", "alert", "warning") in client.standing)
        await on.show(600)
        await client.until(lambda: topics.state("KOR", "alert", "warning") not in client.standing)
        await client.until(lambda: said_nothing(client, stage))
        await on.standing.clear()
        await client.until(lambda: not client.standing)


def said_nothing(client: Client, stage: Stage) -> bool:
    """Tell whether only 'nothing active' stands for a country."""
    mine = [topic for topic in client.standing if "/state/kor/" in topic]
    return mine == [stage.topics.nothing("KOR")]


async def test_everything_goes_out_anew_when_a_broker_may_have_lost_it(stage: Stage) -> None:
    """After ``forget`` pictures, heads and 'nothing active' are sent again."""
    topics = stage.topics
    async with (
        Publisher(stage.address("player"), f"feed-player-{stage.exercise}") as publisher,
        stage.client("player", f"{topics.base}/#") as client,
    ):
        on = board(stage, publisher)
        fold(on, 5)
        on.pictures["USA"].shown.clear()
        for _ in range(2):
            await on.show(5)
            await on.standing.heads(1, SENT, final=False)
            on.standing.forget(on.pictures)
        await on.standing.put(topics.manifest, compact({"title": "朝"}))
        await client.until(lambda: topics.manifest in client.standing)
        await on.standing.clear()
        await client.until(lambda: not client.standing)

    assert len([raw for raw in client.on(topics.head("KOR")) if raw]) == 2
    assert len([raw for raw in client.on(topics.state("KOR", "alert", "warning")) if raw]) == 2
    assert len([raw for raw in client.on(topics.nothing("USA")) if raw]) == 2
    assert client.on(topics.manifest)[0] == '{"title":"朝"}'.encode()
