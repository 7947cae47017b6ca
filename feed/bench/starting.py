"""Figures of the beginning: how soon help is shown, and the first message is somebody's."""

import asyncio
import os
import sys

from feed.bench.broker import NOT_THERE
from feed.bench.figure import CLOCK, Effort, MeasuredRow, middle
from feed.bench.peers import PATIENCE_S, SUB, ended, there
from feed.bench.stories import folder, incidents, prepared
from feed.broker.embedded import embedded_broker
from feed.clock import SystemClock
from feed.errors import IncompleteError
from feed.mqtt.address import parse_address

__all__ = ["start"]

_MILLION = 334_000


async def start(effort: Effort) -> list[MeasuredRow]:
    """Measure ``feed --help``, and the first message at somebody else's subscriber."""
    effort.progress("start: help")
    helped, bare = [], []
    for _ in range(effort.repeat):
        helped.append(await _process("-m", "feed", "--help"))
        bare.append(await _process("-c", "pass"))
    rows = [
        MeasuredRow(
            "feed --help", middle(helped), "ms", middle(bare), "python -c pass", at_most=True
        )
    ]
    if not there(SUB):
        return [*rows, MeasuredRow("first message", 0.0, "ms", note=NOT_THERE.format(SUB))]
    for count in (334, effort.of(_MILLION)):
        effort.progress(f"start: first of {3 * count:,}")
        took = [await _first(count) for _ in range(effort.repeat)]
        what = f"to the first message of {3 * count:,} at {SUB}"
        rows.append(MeasuredRow(what, middle(took), "ms", at_most=True))
    return rows


async def _process(*arguments: str) -> float:
    """Return how many milliseconds a Python process takes."""
    began = CLOCK.now()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise IncompleteError(f"{' '.join(arguments)} ended with {process.returncode}")
    return (CLOCK.now() - began) * 1e3


async def _first(count: int) -> float:
    """Return the milliseconds from the start of a player's process to the first message."""
    with folder() as at:
        path = incidents(at, count)
        countries = prepared(path).recipients
        low = countries[0].lower()
        async with embedded_broker(
            countries=countries, clock=SystemClock(), port=0, websocket_port=0, store=at / "store"
        ) as running:
            address = parse_address(running.url_for(low))
            subscriber = await asyncio.create_subprocess_exec(
                SUB, "-h", address.host, "-p", str(address.port), "-u", low, "-q", "1",
                "-C", "1", "-t", f"exercise/v1/+/feed/{low}/#", stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            await CLOCK.sleep(0.5)  # until it has subscribed, which nobody tells
            began = CLOCK.now()
            player = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "feed", "publish", str(path), "--rate", "max",
                "--broker", running.url_for("player"),
                env={**os.environ, "FEED_HOME": str(at / "home")},
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                if await asyncio.wait_for(subscriber.wait(), PATIENCE_S):
                    raise IncompleteError(f"{SUB} ended with {subscriber.returncode}")
                return (CLOCK.now() - began) * 1e3
            finally:
                await ended(player)
                await ended(subscriber)
