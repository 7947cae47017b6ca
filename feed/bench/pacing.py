"""Figures of time: how punctual messages leave, and how long they take to whoever receives them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from feed.bench.broker import NOT_THERE, broker, payload_of
from feed.bench.figure import CLOCK, Effort, MeasuredRow
from feed.bench.peers import PATIENCE_S, PUB, SUB, ended, mosquitto_sub, there
from feed.bench.stories import folder, incidents, prepared
from feed.errors import IncompleteError
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.runs import RunFolder, list_runs
from feed.mqtt.address import parse_address

__all__ = ["latency", "pace", "percentile"]

_RATES = (100, 1_000, 5_000)
"""messages a second, to all countries together"""
_SECONDS = 10.0
_MOST_LATE_MS = 3.0
_MOST_TIMES = 1.5


def percentile(values: list[float], part: float) -> float:
    """Return the value that a part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


@asynccontextmanager
async def _played(rate: int, seconds: float) -> AsyncIterator[RunFolder]:
    """Give the folder of a run of ``feed run`` at so many messages a second, live view and all."""
    with folder() as at:
        recipients = 3
        path = incidents(at, max(round(rate * seconds / recipients), 2), seconds)
        environment = {**os.environ, "FEED_HOME": str(at), "COLUMNS": "100", "LINES": "40"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "feed", "run", str(path), "--port", "0",
            "--websocket-port", "0", "--live", env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await asyncio.wait_for(process.wait(), PATIENCE_S)
        finally:
            await ended(process)
        if process.returncode:
            raise IncompleteError(f"feed run ended with {process.returncode}")
        (info,) = list_runs(at / "runs")
        yield RunFolder(info.path)


async def pace(effort: Effort) -> list[MeasuredRow]:
    """Measure how late messages leave ``feed run``, beside a bare timer of asyncio."""
    rows = []
    seconds = 2.0 if effort.short else _SECONDS
    for rate in _RATES:
        effort.progress(f"pace at {rate:,} a second")
        async with _played(rate, seconds) as run:
            late = _lateness(run)
        bare = await _bare(rate, seconds)
        tenth = max(len(late) // 10, 1)
        drift = sum(late[-tenth:]) / tenth - sum(late[:tenth]) / tenth
        rows.append(
            MeasuredRow(
                f"p99 lateness at {rate:,} a second, live view on",
                percentile(late, 0.99),
                "ms",
                percentile(bare, 0.99),
                "a bare asyncio timer",
                reach=_MOST_TIMES,
                at_most=True,
                note=f"p50 {percentile(late, 0.5):.2f}, most {max(late):.2f}, drift {drift:+.2f} "
                f"ms; the timer {percentile(bare, 0.5):.2f} and {max(bare):.2f}",
                details={"p50_ms": percentile(late, 0.5), "max_ms": max(late), "drift_ms": drift},
            )
        )
    return rows


def _lateness(run: RunFolder) -> list[float]:
    """Return in milliseconds how late each message was handed out, in order.

    The most punctual one is the origin: a timer never comes early.
    """
    with PlayerLedger.open(run.player_ledger, read_only=True) as ledger:
        rows = sorted(_rows(ledger), key=lambda row: row.sent)
    offsets = [row.sent - row.due for row in rows]
    return [(offset - min(offsets)) / 1000 for offset in offsets]


def _rows(ledger: PlayerLedger) -> Iterator[Published]:
    for recipient, head in ledger.heads(1).items():
        yield from ledger.history(recipient, 1, 1, head, head)


async def _bare(rate: int, seconds: float) -> list[float]:
    """Return how late a loop that does nothing but wait is, in milliseconds."""
    clock, late = CLOCK, []
    start = clock.now()
    for n in range(round(rate * seconds)):
        due = start + n / rate
        await clock.sleep_until(due)
        late.append((clock.now() - due) * 1000)
    return late


async def latency(effort: Effort) -> list[MeasuredRow]:
    """Measure the time from handing out to having received, beside mosquitto's clients."""
    rows = []
    seconds = 2.0 if effort.short else _SECONDS
    for rate in _RATES[:2]:
        effort.progress(f"latency at {rate:,} a second")
        async with _played(rate, seconds) as run:
            ours = _latencies(run)
        what = f"p99 from sent to received, at {rate:,} a second"
        note = f"p50 {percentile(ours, 0.5):.2f} ms"
        if not (there(PUB) and there(SUB)):
            rows.append(MeasuredRow(what, percentile(ours, 0.99), "ms", note=NOT_THERE.format(PUB)))
            continue
        peer = await _peer_latencies(rate, seconds)
        rows.append(
            MeasuredRow(
                what, percentile(ours, 0.99), "ms", percentile(peer, 0.99), f"{PUB} and {SUB}",
                note=f"{note}; theirs {percentile(peer, 0.5):.2f} ms", at_most=True,
                details={"p50_ms": percentile(ours, 0.5)},
            )
        )  # fmt: skip
    return rows


def _latencies(run: RunFolder) -> list[float]:
    with PlayerLedger.open(run.player_ledger, read_only=True) as ledger:
        sent = {(row.recipient, row.sequence): row.sent for row in _rows(ledger)}
    found = []
    for country in {recipient for recipient, _ in sent}:
        path = run.receiver_ledger(country, country.lower())
        with ReceiverLedger.open(path, read_only=True) as ledger:
            found += [
                (row.received - sent.pop((country, row.sequence))) / 1000
                for row in ledger.rows(run.id)
            ]
    if sent:
        raise IncompleteError(f"{len(sent)} messages were not received")
    return found


async def _peer_latencies(rate: int, seconds: float) -> list[float]:
    """Return what mosquitto_pub and mosquitto_sub take at the same pace, in milliseconds."""
    count = round(rate * seconds)
    with folder() as at:
        story = prepared(incidents(at, 10))
        filler = b"x" * len(payload_of(story))
        async with broker(at, story) as running:
            country = story.recipients[0].lower()
            topic = f"exercise/v1/peer/feed/{country}/incident/x"
            command = mosquitto_sub(running.url_for(country), "peer", topic, count)
            subscriber = await asyncio.create_subprocess_exec(
                *command, "-F", "%U %p", stdout=asyncio.subprocess.PIPE, limit=1 << 20
            )
            address = parse_address(running.url_for("player"))
            publisher = await asyncio.create_subprocess_exec(
                PUB, "-h", address.host, "-p", str(address.port), "-u", str(address.user),
                "-P", str(address.password), "-q", "1", "-t", topic, "-l",
                stdin=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                await CLOCK.sleep(1.0)  # until it has subscribed, which nobody tells
                reading = asyncio.create_task(subscriber.communicate())
                await _written(publisher, rate, count, filler)
                output, _ = await asyncio.wait_for(reading, PATIENCE_S)
            finally:
                await ended(publisher)
                await ended(subscriber)
    pairs = [line.split(b" ") for line in output.splitlines()]
    return [(float(received) - int(sent) / 1e6) * 1000 for received, sent, _ in pairs]


async def _written(
    publisher: asyncio.subprocess.Process, rate: int, count: int, filler: bytes
) -> None:
    """Write lines at a pace, each with the wall time at which it is written."""
    assert publisher.stdin is not None
    clock = CLOCK
    start = clock.now()
    for n in range(count):
        await clock.sleep_until(start + n / rate)
        publisher.stdin.write(b"%d %b\n" % (clock.wall(), filler))
        await publisher.stdin.drain()
    publisher.stdin.close()
    await publisher.wait()
