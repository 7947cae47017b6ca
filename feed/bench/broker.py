"""Figures with a real broker between: publish, deliver, latency, and ``feed run`` as a whole."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path

from feed.app.options import Options
from feed.app.prepare import Prepared
from feed.app.publication import Publication
from feed.app.run_description import RunDescription, new_run_id
from feed.app.undisturbed import undisturbed
from feed.bench.figure import CLOCK, Effort, MeasuredRow, middle
from feed.bench.peers import (
    PATIENCE_S,
    PUB,
    SUB,
    aiomqtt_script,
    ended,
    mosquitto_pub,
    mosquitto_sub,
    there,
)
from feed.bench.stories import folder, incidents, launches, prepared
from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.clock import SystemClock
from feed.core.run import Run
from feed.errors import IncompleteError
from feed.files.ledger import PlayerLedger
from feed.mqtt.address import parse_address
from feed.wire.encoding import encode
from feed.wire.envelope import Played

__all__ = ["broker", "deliver", "publication", "publish", "whole_run"]

_MESSAGES = 10_000
"""of each country; three times as many deliveries"""
_COUNTRIES = 3
_OF_RUN = 33_334
"""of each country, so many that the start hardly counts; 1,390 a second were measured with it"""
_PEER_TOPIC = "exercise/v1/peer/feed/{}/incident/x"
NOT_THERE = "{} is not installed"


@asynccontextmanager
async def broker(at: Path, story: Prepared) -> AsyncIterator[EmbeddedBroker]:
    """Give an embedded broker on free ports."""
    countries = story.recipients
    async with embedded_broker(
        countries=countries, clock=SystemClock(), port=0, websocket_port=0, store=at / "store"
    ) as running:
        yield running


def publication(
    story: Prepared, running: EmbeddedBroker, at: Path, options: Options
) -> Publication:
    """Return a story to be played on a broker."""
    plan = story.plan()
    about = RunDescription.of(new_run_id(CLOCK.wall()), plan, story.loaded.digest)
    return Publication(
        Run(plan, rate=options.rate),
        about,
        address=parse_address(running.url_for("player")),
        ledger=PlayerLedger.create(at / f"{about.run}.sqlite", {"run": about.run}),
        clock=SystemClock(),
        options=options,
    )


def payload_of(story: Prepared) -> bytes:
    """Return the first message of a story as it is sent: what a peer publishes too."""
    return encode(next(story.plan().deliveries()), Played("01", 1, "BENCH", "bench"), 1, 0)


async def publish(effort: Effort) -> list[MeasuredRow]:
    """Measure messages a second that are planned, written down and acknowledged."""
    ours: list[float] = []
    peers: dict[str, list[float]] = {PUB: [], "aiomqtt script": []}
    count = effort.of(_MESSAGES)
    for turn in range(effort.repeat):
        effort.progress(f"publish {turn + 1} of {effort.repeat}")
        with folder() as at:
            story = prepared(incidents(at, count))
            payload, total = payload_of(story), count * len(story.recipients)
            async with broker(at, story) as running:
                one = publication(story, running, at, Options(rate=inf))
                with undisturbed():  # as the command is
                    began = CLOCK.now()
                    await asyncio.wait_for(one.play(), PATIENCE_S)
                    ours.append(one.run.sent / (CLOCK.now() - began))
                if one.run.sent != total:
                    raise IncompleteError(f"{one.run.sent} of {total} messages were published")
                topic, url = _PEER_TOPIC.format("x"), running.url_for("player")
                if there(PUB):
                    peers[PUB].append(await mosquitto_pub(url, topic, payload, total))
                peers["aiomqtt script"].append(
                    await aiomqtt_script(url, topic, payload, max(total // 3, 1))
                )
    what = "published, written down, acknowledged"
    rows = []
    for name, reach in ((PUB, 0.5), ("aiomqtt script", 2.5)):
        shown = f"{name} -q 1 -l" if name == PUB else f"{name}, 50 in flight"
        rows.append(_beside(what, ours, "/s", peers[name], name=shown, reach=reach))
    return rows


def _beside(
    what: str, ours: list[float], unit: str, peer: list[float], *, name: str, reach: float
) -> MeasuredRow:
    if not peer:
        note = NOT_THERE.format(name.split(maxsplit=1)[0])
        return MeasuredRow(what, middle(ours), unit, peer_name=name, note=note)
    return MeasuredRow(what, middle(ours), unit, middle(peer), name, reach)


def _our_receiver(running: EmbeddedBroker, country: str, exercise: str) -> list[str]:
    url = running.url_for(country.lower())
    command = [sys.executable, "-m", "feed", "receive", country, "--broker", url, "--quiet"]
    return [*command, "--exercise", exercise]


def _their_receiver(running: EmbeddedBroker, country: str, exercise: str, count: int) -> list[str]:
    low = country.lower()
    topic = f"exercise/v1/{exercise}/feed/{low}/#"
    return mosquitto_sub(running.url_for(low), f"peer-{low}", topic, count)


async def deliver(effort: Effort) -> list[MeasuredRow]:
    """Measure messages a second of each of three receivers in processes of their own."""
    ours, peers = [], []
    count = effort.of(_MESSAGES // 2)
    for turn in range(effort.repeat):
        effort.progress(f"deliver {turn + 1} of {effort.repeat}")
        ours.append(await _delivered(count))
        if there(PUB) and there(SUB):
            peers.append(await _delivered_by_peer(count))
    what = "delivered to each of three receivers"
    shown = f"{PUB} and {SUB} × 3"
    return [_beside(what, ours, "/s each", peers, name=shown, reach=0.35)]


@asynccontextmanager
async def _started(
    commands: Iterable[list[str]], home: Path
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Give a receiver of each country, each a process of its own."""
    environment = {**os.environ, "FEED_HOME": str(home)}
    processes = [
        await asyncio.create_subprocess_exec(
            *command, env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )
        for command in commands
    ]  # fmt: skip
    try:
        yield processes
    finally:
        for each in processes:
            await ended(each)


async def _all_complete(processes: list[asyncio.subprocess.Process]) -> None:
    codes = await asyncio.wait_for(asyncio.gather(*(each.wait() for each in processes)), PATIENCE_S)
    if any(codes):
        raise IncompleteError(f"not everything arrived: the receivers ended with {codes}")


async def _delivered(count: int) -> float:
    """Return how many messages a second each of three receivers of ours got, all of them."""
    with folder() as at:
        story = prepared(incidents(at, count))
        async with broker(at, story) as running:
            one = publication(story, running, at, Options(rate=inf, wait_for=story.recipients))
            exercise = one.description.topics.exercise
            commands = (_our_receiver(running, country, exercise) for country in story.recipients)
            async with _started(commands, at / "home") as processes:
                with undisturbed():
                    playing = asyncio.create_task(one.play())
                    while one.phase != "playing" and not playing.done():
                        await CLOCK.sleep(0.005)
                    began = CLOCK.now()
                    await asyncio.wait_for(playing, PATIENCE_S)
                    await _all_complete(processes)
                    return count / (CLOCK.now() - began)


async def _delivered_by_peer(count: int) -> float:
    """Return the same of mosquitto's clients: one publishes to three in turn, each takes all."""
    with folder() as at:
        story = prepared(incidents(at, 10))
        payload = payload_of(story)
        async with broker(at, story) as running:
            commands = (
                _their_receiver(running, country, "peer", count) for country in story.recipients
            )
            async with _started(commands, at / "home") as processes:
                await CLOCK.sleep(1.0)  # until they have subscribed, which nobody tells
                began = CLOCK.now()
                url = running.url_for("player")
                for country in story.recipients:
                    topic = _PEER_TOPIC.format(country.lower())
                    await mosquitto_pub(url, topic, payload, count)
                await _all_complete(processes)
                return count / (CLOCK.now() - began)


async def whole_run(effort: Effort) -> list[MeasuredRow]:
    """Measure messages a second of ``feed run`` with everything in one command."""
    found = []
    for turn in range(effort.repeat):
        effort.progress(f"run {turn + 1} of {effort.repeat}")
        with folder() as at:
            path = launches(at, 2) if effort.short else incidents(at, _OF_RUN)
            environment = {**os.environ, "FEED_HOME": str(at)}
            began = CLOCK.now()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "feed", "run", str(path), "--rate", "max",
                "--port", "0", "--websocket-port", "0", "--lines", env=environment,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                output, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
            finally:
                await ended(process)
            took = CLOCK.now() - began
            counted = re.findall(r"([\d,]+)(?: of [\d,]+)? received, 0 missing", output.decode())
            received = {int(each.replace(",", "")) for each in counted}
            if process.returncode or len(counted) != _COUNTRIES or 0 in received:
                raise IncompleteError(
                    f"feed run ended with {process.returncode}, received were {sorted(received)}"
                )
            if not effort.short and received != {_OF_RUN}:
                raise IncompleteError(f"{sorted(received)} messages arrived of {_OF_RUN}")
            found.append(max(received) / took)
    what = f"feed run of {_COUNTRIES} × {_OF_RUN:,}, its start included"
    return [MeasuredRow(what, middle(found), "/s each", reach=4_170.0)]
