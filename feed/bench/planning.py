"""Figures without a broker: plan, encode, check, seek, memory, and how cost grows."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from itertools import islice
from math import inf
from pathlib import Path

from feed.bench.figure import CLOCK, Effort, MeasuredRow, middle
from feed.bench.peers import PATIENCE_S, ended
from feed.bench.stories import countries_file, folder, incidents, launches, lines, prepared
from feed.core.actions import Play, Seek
from feed.core.place import at_once
from feed.core.plan import Plan
from feed.core.run import Run
from feed.errors import IncompleteError
from feed.files.arrangements import load_arrangements
from feed.files.scenario import load
from feed.model.time import SECOND
from feed.wire.encoding import encode
from feed.wire.envelope import Played

__all__ = ["check", "growth", "memory", "plan", "seek"]

_MILLION = 334_000
"""incidents; each is a delivery to each of three countries"""
_PLANNED_US = 10.0
_CHECKED = 50_000.0


def _timed(repeat: int, work: Callable[[], object]) -> float:
    """Return how many seconds a piece of work takes."""
    took = []
    for _ in range(repeat):
        began = CLOCK.now()
        work()
        took.append(CLOCK.now() - began)
    return middle(took)


def _all(made: Plan) -> int:
    return sum(1 for _ in made.deliveries())


async def plan(effort: Effort) -> list[MeasuredRow]:
    """Measure what planning a delivery takes, and encoding one, where three share a message."""
    with folder() as at:
        effort.progress("plan")
        made = prepared(incidents(at, effort.of(10_000))).plan()
        count = _all(made)
        planned = _timed(effort.repeat, partial(_all, made)) / count * 1e6
        few = list(islice(made.deliveries(), 3_000))
        played = Played("01", 1, "BENCH", "bench")
        encoded = (
            _timed(effort.repeat, lambda: [encode(each, played, 1, 0) for each in few])
            / len(few)
            * 1e6
        )
    return [
        MeasuredRow("plan a delivery", planned, "µs", reach=_PLANNED_US, at_most=True),
        MeasuredRow("encode a delivery by itself", encoded, "µs", at_most=True),
    ]


async def check(effort: Effort) -> list[MeasuredRow]:
    """Measure how many events of JSON Lines are read and checked a second."""
    count = effort.of(50_000)
    agreed = load_arrangements()
    with folder() as at:
        effort.progress("check")
        path = lines(at, count)
        took = _timed(effort.repeat, lambda: load(path, agreed))
    return [MeasuredRow("check events of JSON Lines", count / took, "/s", reach=_CHECKED)]


async def seek(effort: Effort) -> list[MeasuredRow]:
    """Measure a seek in a story of the library's size, and in 10⁶ deliveries back to what was."""
    with folder() as at:
        effort.progress("seek")
        story = prepared(incidents(at, 1_500))
        start = story.loaded.header.starts.us
        run = Run(story.plan(), rate=inf)
        small = _timed(
            effort.repeat, lambda: at_once(run.prepare(Seek(to=start + 1_800 * SECOND), 0.0))
        )
        many = effort.of(_MILLION)
        run = Run(prepared(incidents(at, many)).plan(), rate=inf)
        run.apply(Play(), 0.0)
        while run.due(0.0, 10_000):
            pass
        back = _timed(effort.repeat, lambda: run.apply(Seek(to=start + 1_700 * SECOND), 0.0))
    return [
        MeasuredRow("seek in 4,500 deliveries", small * 1e3, "ms", reach=100.0, at_most=True),
        MeasuredRow(
            f"seek back in {3 * many:,} played deliveries", back * 1e3, "ms",
            reach=1_000.0, at_most=True,
        ),
    ]  # fmt: skip


async def memory(effort: Effort) -> list[MeasuredRow]:
    """Measure how much memory a player takes that sends many messages, and few."""
    found = {}
    for count in (effort.of(_MILLION) // 100, effort.of(_MILLION)):
        effort.progress(f"memory for {3 * count:,} deliveries")
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(Path(__file__).with_name("memory_child.py")), str(count),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            output, _ = await asyncio.wait_for(process.communicate(), 4 * PATIENCE_S)
        finally:
            await ended(process)
        if process.returncode:
            raise IncompleteError(f"the measured player ended with {process.returncode}")
        sent, kilobytes = map(int, output.split())
        if sent != 3 * count:
            raise IncompleteError(f"{sent} of {3 * count} messages were sent")
        found[count] = kilobytes / 1024
    (few, small), (many, large) = sorted(found.items())
    what = f"memory of a player with {3 * many:,} deliveries"
    return [
        MeasuredRow(
            what, large, "MiB", small, f"the same with {3 * few:,}", reach=1.2, at_most=True
        ),
        MeasuredRow(what, large, "MiB", reach=150.0, at_most=True),
    ]


async def growth(effort: Effort) -> list[MeasuredRow]:
    """Measure what a delivery costs with more countries, and with more launches at once."""
    rows = []
    with folder() as at:
        base: float | None = None
        for count in (3, 10, 30):
            effort.progress(f"growth to {count} countries")
            agreed = countries_file(at, count)
            made = prepared(incidents(at, effort.of(3_000), agreed=agreed), agreed).plan()
            cost = _timed(effort.repeat, partial(_all, made)) / _all(made) * 1e6
            rows.append(
                MeasuredRow(
                    f"plan a delivery with {count} countries", cost, "µs", base,
                    "" if base is None else "three countries", at_most=True,
                )
            )  # fmt: skip
            base = cost if base is None else base
        one: float | None = None
        for count in (1, 18):
            effort.progress(f"growth to {count} launches")
            made = prepared(launches(at, count)).plan()
            cost = _timed(1, partial(_all, made)) / _all(made) * 1e6
            rows.append(
                MeasuredRow(
                    f"plan a delivery with {count} launch{'es' * (count > 1)} at once", cost, "µs",
                    one, "" if one is None else "one launch", at_most=True,
                )
            )  # fmt: skip
            one = cost
    return rows
