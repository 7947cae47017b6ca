"""The program as it is used: real processes on a real broker, killed and brought back."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.app.stage import Client, Stage
from tests.brokers import RunningBroker

pytestmark = pytest.mark.slow

COUNT = 300
PATIENCE_S = 30

SCENARIO = f"""\
feed: 1
id: busy
title: Busy
exercise: MORNING CALM
starts: 2023-12-19T09:00:00+09:00
seed: 5
events:
  - incident: shots
    at: 09:00
    originator: KOR
    category: artillery
    repeat: {{count: {COUNT}, until: +PT300S, spread: seeded}}
"""


class House:
    """A broker, a home of feed's own, and the programs that run there."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.scenario = stage.folder / "busy.yaml"
        self.scenario.write_text(SCENARIO, encoding="utf-8")
        self.out = stage.folder / "jpn.jsonl"
        self.programs: list[subprocess.Popen[str]] = []

    def feed(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the program."""
        started = subprocess.Popen(
            [sys.executable, "-m", "feed", *arguments],
            env={**os.environ, "FEED_HOME": str(self.stage.folder / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.programs.append(started)
        return started

    def receive(self) -> subprocess.Popen[str]:
        """Start a receiver of JPN."""
        url = self.stage.broker.url_for("jpn")
        where = ("--broker", url, "--exercise", self.stage.exercise, "--out", str(self.out))
        return self.feed("receive", "JPN", *where, "--quiet")

    def publish(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a player that waits for JPN."""
        url = self.stage.broker.url_for("player")
        where = ("--broker", url, "--exercise", self.stage.exercise, "--country", "JPN")
        return self.feed("publish", *arguments, *where, "--wait-for", "JPN")

    async def sees(self, client: Client, condition: Callable[[], object]) -> None:
        """Wait until a condition holds, or a program fails, which fails the test."""
        well = (None, 0, -signal.SIGKILL)

        def failed() -> list[subprocess.Popen[str]]:
            return [program for program in self.programs if program.poll() not in well]

        await client.until(lambda: condition() or failed())
        for program in failed():
            pytest.fail(program.communicate()[1])

    async def ends(self, program: subprocess.Popen[str]) -> None:
        """Wait until a program ends, which has to be well."""
        _, errors = await asyncio.to_thread(program.communicate, timeout=PATIENCE_S)
        assert program.returncode == 0, errors

    def kill(self, program: subprocess.Popen[str]) -> None:
        """End a program as ``kill -9`` does."""
        program.kill()
        program.communicate()

    def lines(self) -> list[dict[str, Any]]:
        """Return what the receiver wrote."""
        return [json.loads(line) for line in self.out.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def house(broker: RunningBroker, exercise: str, tmp_path: Path) -> Iterator[House]:
    """Give a house in which nothing runs when the test is over."""
    given = House(Stage(broker, exercise, tmp_path))
    yield given
    for program in given.programs:
        program.kill()
        program.communicate()


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[Client]:
    """Give a client that hears the feed of JPN and how far its receiver is."""
    topics = house.stage.topics
    filters = (topics.feed_filter("JPN"), f"{topics.base}/up/#", f"{topics.base}/clock")
    async with house.stage.client("player", *filters) as client:
        yield client


def sent(house: House, client: Client) -> int:
    """Return how many messages of JPN's feed went over the broker."""
    return sum("/feed/" in topic for topic, _ in client.heard)


def numbers(client: Client) -> dict[str, set[str]]:
    """Return what was heard under each id of JPN's feed: one message, however often it came."""
    heard: dict[str, set[str]] = {}
    for topic, raw in client.heard:
        if "/feed/" in topic:
            message = json.loads(raw)
            heard.setdefault(message["id"], set()).add(message["message"])
    return heard


async def test_a_run_is_received_whole(house: House) -> None:
    """Player and receiver end well, the file has every message, and nothing stands afterwards."""
    async with listening(house) as client:
        receiver = house.receive()
        await house.sees(client, lambda: b"online" in client.standing.values())
        player = house.publish(str(house.scenario), "--rate", "max")
        await house.ends(player)
        await house.ends(receiver)

    assert [int(line["sequence"]) for line in house.lines()] == list(range(1, COUNT + 1))
    assert await house.stage.retained() == {}


async def test_a_player_that_is_killed_goes_on(house: House) -> None:
    """Resumed after ``kill -9`` it sends the rest of the same run; what comes twice is the same."""
    async with listening(house) as client:
        receiver = house.receive()
        first = house.publish(str(house.scenario), "--rate", "300")
        await house.sees(client, lambda: sent(house, client) > COUNT // 4)
        house.kill(first)
        (run,) = [path.name for path in (house.stage.folder / "home" / "runs").iterdir()]
        second = house.publish("--resume", run[:20], "--rate", "max")
        await house.ends(second)
        await house.ends(receiver)
        # Whoever has several filters may get what was too much at once only after the ack_wait.
        await client.until(lambda: len(numbers(client)) == COUNT)

    lines = house.lines()
    assert [int(line["sequence"]) for line in lines] == list(range(1, COUNT + 1))
    assert {(line["run"], line["epoch"]) for line in lines} == {(run, 1)}
    assert all(len(said) == 1 for said in numbers(client).values())
    assert await house.stage.retained() == {}


async def test_a_receiver_that_is_killed_ends_complete(house: House) -> None:
    """Started again after ``kill -9`` in the middle of a run it has everything, in order, once."""
    async with listening(house) as client:
        first = house.receive()
        player = house.publish(str(house.scenario), "--rate", "150")
        await house.sees(client, lambda: sent(house, client) > COUNT // 4)
        house.kill(first)
        receiver = house.receive()
        await house.ends(player)
        await house.ends(receiver)

    assert [int(line["sequence"]) for line in house.lines()] == list(range(1, COUNT + 1))
