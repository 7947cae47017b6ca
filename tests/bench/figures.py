"""What is measured: one function a figure, each returns its numbers by name."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path
from statistics import median

from feed.app.options import Options
from feed.app.player import Player
from feed.app.publication import Publication
from feed.app.run_description import RunDescription, new_run_id
from feed.app.sink import MemorySink
from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.clock import SystemClock
from feed.core.actions import Play, Seek
from feed.core.place import at_once
from feed.core.plan import Plan
from feed.core.run import Run
from feed.files.ledger import PlayerLedger
from feed.model.time import SECOND
from feed.mqtt.address import parse_address
from feed.wire.envelope import Played, encode
from tests import make

Figures = dict[str, float]
COUNTRIES = ("KOR", "JPN", "USA")
_MESSAGES = 10_000
"""of each country; three times as many deliveries"""
_PATIENCE_S = 120.0


def incidents(count: int, seconds: float = 3600) -> Plan:
    """Return so many public incidents, told to three countries."""
    repeat = {"count": count, "until": make.moment(seconds), "spread": "seeded"}
    return make.plan(make.incident(repeat=repeat), recipients=COUNTRIES)


def launches(count: int) -> Plan:
    """Return so many launches at once, each tracked once a second."""
    flight = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 50}
    return make.plan(
        *(
            make.launch(f"rocket-{n}", at=n, seen=COUNTRIES, flight=flight, track={"every": "PT1S"})
            for n in range(count)
        ),
        recipients=COUNTRIES,
    )


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="feed-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@asynccontextmanager
async def broker(at: Path) -> AsyncIterator[EmbeddedBroker]:
    """Give an embedded broker on free ports."""
    countries = COUNTRIES
    async with embedded_broker(
        countries=countries, clock=SystemClock(), port=0, websocket_port=0, store=at / "store"
    ) as running:
        yield running


def described(plan: Plan) -> RunDescription:
    """Return what is said of a plan that is played."""
    return RunDescription.of(new_run_id(time.time_ns() // 1000), plan, "0" * 64)


def publication(plan: Plan, running: EmbeddedBroker, at: Path, options: Options) -> Publication:
    """Return a plan to be played on a broker."""
    about = described(plan)
    return Publication(
        Run(plan, rate=options.rate),
        about,
        address=parse_address(running.url_for("player")),
        ledger=PlayerLedger.create(at / f"{about.run}.sqlite", {"run": about.run}),
        clock=SystemClock(),
        options=options,
    )


async def stretch(repeat: int) -> Figures:
    """Measure the longest stretch without a turn of the loop: 18 launches, live view on."""
    found: list[list[float]] = []
    for _ in range(repeat):
        with folder() as home:
            environment = {**os.environ, "FEED_HOME": str(home), "FEED_BENCH_TURNS": "1"}
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(Path(__file__).with_name("turns.py")), env=environment,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            output, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
            found.append([float(figure) for figure in output.decode().split()[-4:]])
    names = ("longest_ms", "p99.9_ms", "longest_on_processor_ms", "p99.9_on_processor_ms")
    return {name: median(each[n] for each in found) for n, name in enumerate(names)}


async def plan(repeat: int) -> Figures:
    """Measure what planning a delivery and encoding it takes, where three share a message."""
    made, planning, encoding = incidents(_MESSAGES), [], []
    for _ in range(repeat):
        began = time.perf_counter()
        deliveries = list(made.deliveries())
        planning.append((time.perf_counter() - began) / len(deliveries))
        played = Played("01", 1, "MADE", "made")
        began = time.perf_counter()
        for delivery in deliveries[:3000]:
            encode(delivery, played, 1, 0)
        encoding.append((time.perf_counter() - began) / 3000)
    return {"plan_us": median(planning) * 1e6, "encode_us_alone": median(encoding) * 1e6}


async def seek(repeat: int) -> Figures:
    """Measure a seek in a story of the library's size, and in 10⁶ deliveries back to what was."""
    small, back = [], []
    for _ in range(repeat):
        run = Run(incidents(1500), rate=inf)
        began = time.perf_counter()
        at_once(run.prepare(Seek(to=make.START + 1800 * SECOND), 0.0))
        small.append(time.perf_counter() - began)
    run = Run(incidents(334_000), rate=inf)
    run.apply(Play(), 0.0)
    while run.due(0.0, 10_000):
        pass
    for _ in range(repeat):
        began = time.perf_counter()
        run.apply(Seek(to=make.START + 1700 * SECOND), 0.0)
        back.append(time.perf_counter() - began)
    return {"small_ms": median(small) * 1e3, "million_back_ms": median(back) * 1e3}


async def start(repeat: int) -> Figures:
    """Measure how long it takes until the first message leaves, of few and of 10⁶ deliveries."""
    found = {}
    for name, count in (("thousand", 334), ("million", 334_000)):
        times = []
        for _ in range(repeat):
            with folder() as at:
                began = time.perf_counter()
                made = incidents(count)
                ledger = PlayerLedger.create(at / "player.sqlite", {"run": "run"})
                sink = MemorySink(room=1)
                about = described(made)
                player = Player(
                    Run(made, rate=inf), about, ledger=ledger, clock=SystemClock(), sink=sink
                )
                player.act(Play())
                playing = asyncio.create_task(player.play())
                while not sink.sent:  # noqa: ASYNC110 - as soon as it is there
                    await asyncio.sleep(0)  # noqa: TID251
                times.append(time.perf_counter() - began)
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
                ledger.close()
        found[f"{name}_ms"] = median(times) * 1e3
    return found


async def publish(repeat: int) -> Figures:
    """Measure messages a second that are planned, written down and acknowledged; and the peer."""
    ours, peers = [], []
    made = incidents(_MESSAGES)
    payload = encode(next(made.deliveries()), Played("01", 1, "MADE", "made"), 1, 0)
    for _ in range(repeat):
        with folder() as at:
            async with broker(at) as running:
                one = publication(made, running, at, Options(rate=inf))
                began = time.perf_counter()
                await asyncio.wait_for(one.play(), _PATIENCE_S)
                ours.append(one.run.sent / (time.perf_counter() - began))
                peers.append(await _mosquitto_pub(running, payload, 3 * _MESSAGES))
    return {
        "ours_a_second": median(ours),
        "mosquitto_pub_a_second": median(peers),
        "ratio": median(ours) / median(peers),
    }


async def _mosquitto_pub(running: EmbeddedBroker, payload: bytes, count: int) -> float:
    """Return how many messages a second one ``mosquitto_pub -l`` gets acknowledged."""
    address = parse_address(running.url_for("player"))
    process = await asyncio.create_subprocess_exec(
        "mosquitto_pub", "-h", address.host, "-p", str(address.port), "-u", str(address.user),
        "-P", str(address.password), "-q", "1", "-t", "exercise/v1/peer/feed/kor/incident/x", "-l",
        stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    began = time.perf_counter()
    await asyncio.wait_for(process.communicate((payload + b"\n") * count), _PATIENCE_S)
    return count / (time.perf_counter() - began)


async def deliver(repeat: int) -> Figures:
    """Measure messages a second of each of three receivers in processes of their own; the peer."""
    ours, peers = [], []
    made = incidents(_MESSAGES // 2)
    for _ in range(repeat):
        ours.append(await _delivered(made, _our_receiver))
        peers.append(await _delivered(made, _mosquitto_sub))
    return {
        "ours_a_second_each": median(ours),
        "mosquitto_sub_a_second_each": median(peers),
        "ratio": median(ours) / median(peers),
    }


Command = Callable[[EmbeddedBroker, str, str, int], list[str]]


def _our_receiver(running: EmbeddedBroker, country: str, exercise: str, count: int) -> list[str]:
    del count
    url = running.url_for(country.lower())
    command = [sys.executable, "-m", "feed", "receive", country, "--broker", url, "--quiet"]
    return [*command, "--exercise", exercise]


def _mosquitto_sub(running: EmbeddedBroker, country: str, exercise: str, count: int) -> list[str]:
    address = parse_address(running.url_for(country.lower()))
    return [
        "mosquitto_sub", "-h", address.host, "-p", str(address.port), "-u", country.lower(),
        "-q", "1", "-c", "-i", f"peer-{country.lower()}", "-C", str(count),
        "-t", f"exercise/v1/{exercise}/feed/{country.lower()}/#",
    ]  # fmt: skip


async def _delivered(made: Plan, command: Command) -> float:
    """Return how many messages a second each of three receivers got, all of them."""
    count = sum(1 for _ in made.messages())
    with folder() as at:
        async with broker(at) as running:
            theirs = command is _our_receiver
            options = Options(rate=inf, wait_for=COUNTRIES if theirs else ())
            one = publication(made, running, at, options)
            exercise = one.description.topics.exercise
            environment = {**os.environ, "FEED_HOME": str(at / "home")}
            processes = [
                await asyncio.create_subprocess_exec(
                    *command(running, country, exercise, count), env=environment,
                    stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
                )
                for country in COUNTRIES
            ]  # fmt: skip
            try:
                if not theirs:
                    await SystemClock().sleep(1.0)  # until they have subscribed, which nobody tells
                began = time.perf_counter()
                one.begun = lambda: None
                await asyncio.wait_for(one.play(), _PATIENCE_S)
                codes = await asyncio.wait_for(
                    asyncio.gather(*(each.wait() for each in processes)), _PATIENCE_S
                )
                took = time.perf_counter() - began
            finally:
                for each in processes:
                    with contextlib.suppress(ProcessLookupError):
                        each.send_signal(signal.SIGKILL)
            assert codes == [0, 0, 0], f"not everything arrived: {codes}"
    return count / took


async def whole_run(repeat: int) -> Figures:
    """Measure messages a second of ``feed run`` with everything in one process."""
    found = []
    for _ in range(repeat):
        with folder() as at:
            environment = {**os.environ, "FEED_HOME": str(at)}
            began = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "feed", "run", "activation-eve-2023", "--rate", "max",
                "--port", "0", "--websocket-port", "0", "--lines", env=environment,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            assert await asyncio.wait_for(process.wait(), _PATIENCE_S) == 0
            found.append(4302 / (time.perf_counter() - began))
    return {"messages_a_second": median(found)}
