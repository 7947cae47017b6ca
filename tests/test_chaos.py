"""What ``docs/reliability.md`` promises, broken on purpose, in short; ``make chaos`` goes further.

Real processes, unless it is time itself that jumps.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import structlog

from feed.clock import SystemClock, VirtualClock
from tests.app.stage import COUNTRIES, Stage, fast, many, planned
from tests.brokers import EmbeddedLike
from tests.chaos.battle import CLUSTER, NODES, Battle, Outcome, Scene, fight
from tests.chaos.parts import Player, Supervised
from tests.chaos.trials import full_disk, killed_early, stopped_receiver
from tests.chaos.verdict import compare

HOUR_US = 3_600_000_000

pytestmark = pytest.mark.slow


class JumpingClock(SystemClock):
    """A clock whose time of day somebody sets back and forward by an hour, again and again."""

    def __init__(self) -> None:
        self.asked = 0

    def wall(self) -> int:
        """Return the time of day as it was set last."""
        self.asked += 1
        return super().wall() + (-1, 0, 1)[self.asked // 50 % 3] * HOUR_US


@pytest.fixture
def stage(embedded: EmbeddedLike, exercise: str, tmp_path: Path) -> Stage:
    """Give the embedded broker's server with an exercise of its own."""
    return Stage(embedded, exercise, tmp_path)


def said(outcome: Outcome) -> str:
    """Return what is wrong, to be read by people."""
    return "\n".join([*outcome.problems, *map(str, outcome.verdicts)])


async def test_nothing_is_lost_when_everything_is_killed() -> None:
    """Broker, player and receivers die and come back, links break: all is there, once, in order."""
    battle = Battle(
        seed=5,
        kills=5,
        messages=400,
        duration_s=2.0,
        faults=("cut", "stall"),
        linger_s=3,
        patience_s=30.0,
    )

    outcomes = await asyncio.gather(
        fight(replace(battle, broker="embedded", proxies=True)),
        fight(replace(battle, broker="mosquitto")),
    )

    for outcome in outcomes:
        assert outcome.right, said(outcome)
        assert sum(outcome.kills.values()) == 5


@pytest.mark.nats_server("mosquitto makes no cluster")
async def test_any_node_of_a_cluster_may_be_killed_and_come_back_empty() -> None:
    """Clients go over to another node; nothing is lost, nothing comes twice."""
    battle = Battle(
        broker=CLUSTER, seed=4, kills=1, messages=300, duration_s=3.0, linger_s=3, victims=NODES
    )

    outcome = await fight(battle)

    assert outcome.right, said(outcome)
    assert sum(outcome.kills.values()) == 1


async def test_a_receiver_that_stands_still_holds_the_player() -> None:
    """It is never more than 2,000 ahead, memory stays flat, and all goes on afterwards."""
    seen = await stopped_receiver(
        Battle(broker="mosquitto", messages=3000, fastest=True, linger_s=0), seconds=1.0
    )

    assert seen.outcome.right, said(seen.outcome)
    assert 500 < max(seen.ahead) <= 2000
    assert max(seen.player_kb) - min(seen.player_kb) < 4000, str(seen)
    assert max(seen.broker_kb) - min(seen.broker_kb) < 4000, str(seen)


async def test_a_full_disk_loses_nothing() -> None:
    """It is said in one sentence, and with room again everything is complete."""
    battle = Battle(broker="mosquitto", messages=1200, fastest=True, linger_s=0)

    outcome, sentence = await full_disk(battle, "ledger", 700_000)

    assert outcome.right, said(outcome)
    assert sentence.startswith("feed: ")
    assert "the disk is full" in sentence or "cannot be read or written" in sentence


async def test_a_player_killed_before_its_first_message_goes_on() -> None:
    """The run that was begun is the one that is played, and there is no other."""
    battle = Battle(broker="mosquitto", messages=60, fastest=True, linger_s=0)

    outcome, runs = await killed_early(battle)

    assert outcome.right, said(outcome)
    assert len(runs) == 1


async def test_a_clock_that_jumps_changes_nothing(stage: Stage) -> None:
    """The time of day jumps by hours: every message comes when due, once, in the plan's order."""
    plan = many(400)
    player = stage.publication(plan, fast(rate=1800.0, wait_for=COUNTRIES), clock=JumpingClock())

    got = await stage.play(player, *(stage.receiver(c, clock=JumpingClock()) for c in COUNTRIES))

    for country in COUNTRIES:
        expected = [delivery.message.key for delivery in planned(plan, country)]
        assert [message.envelope.message for message in got[country.lower()]] == expected
    assert player.progress.latest_ms < 1000


async def test_a_receiver_without_a_player_says_why_it_waits(stage: Stage) -> None:
    """Started again when the run is over and the player gone, it does not wait in silence."""
    receiver = stage.receiver("JPN", clock=VirtualClock())

    with structlog.testing.capture_logs() as logs:
        async with receiver, stage.client("observer") as client:
            await client.until(lambda: any("no player is heard" in one["event"] for one in logs))

    assert len([one for one in logs if "no player is heard" in one["event"]]) == 1


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (["a", "c"], "missing"),
        (["a", "b", "b", "c"], "double"),
        (["a", "c", "b"], "disordered"),
        (["a", "b", "c", "d"], "foreign"),
    ],
)
def test_the_judge_sees_what_is_wrong(found: list[str], wrong: str) -> None:
    """A message that is lost, double, foreign or out of order never passes for right."""
    verdict = compare("file", ["a", "b", "c"], found)

    assert not verdict.right
    assert getattr(verdict, wrong) == 1
    assert compare("file", ["a", "b", "c"], ["a", "b", "c"]).right


async def test_who_hangs_is_named_with_its_last_word(tmp_path: Path) -> None:
    """A battle ends with a verdict, whatever hangs in it."""

    class Hanging(Supervised):
        """A receiver that has said something and says nothing more."""

        over = False

    said: list[str] = []
    clock = VirtualClock()
    scene = Scene(Battle(), tmp_path, clock, said.append)
    scene.player = cast("Player", Hanging("player", tmp_path, clock, ()))
    scene.player.said.write_text("waiting for Godot\n", encoding="utf-8")

    await scene.over(1000.0)

    assert clock.now() < 200
    ended, word = scene.outcome.problems
    assert "no end of player, and for 150 s nothing had happened" in ended
    assert word == "player said last: waiting for Godot"
    assert not scene.outcome.right
