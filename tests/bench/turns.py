"""Play 18 launches with a live view, and print the longest stretches without a turn of the loop."""

import asyncio
import io
import os
import sys
import time
from pathlib import Path
from unittest import mock

from feed.app import run as run_module
from feed.app.broker_in_use import BrokerOptions
from feed.app.options import PlayOptions
from feed.app.run import RunOptions
from feed.terminal.log import Notes

STORY = """feed: 1
id: eighteen
title: Eighteen at once
exercise: BENCH
starts: 2024-05-30T06:00:00+09:00
sources: {made: {by: nobody}}
events:
"""
LAUNCH = """  - launch: rocket-{n}
    at: +{n}s
    site: {{name: Place, lat: 39.2, lon: 125.7}}
    vehicle: {{class: srbm}}
    flight: {{azimuth_deg: 60, range_km: 350, apogee_km: 100}}
    source: made
"""


Turn = tuple[float, float, float]
"""seconds that a turn took, of them on a processor, and since when it was measured"""


async def watch(turns: list[Turn]) -> None:
    """Take every turn of the loop, and note how long the one before took."""
    began = before = time.perf_counter()
    worked = time.thread_time()
    while True:
        await asyncio.sleep(0)  # noqa: TID251 - the turn itself is measured
        now, work = time.perf_counter(), time.thread_time()
        turns.append((now - before, work - worked, now - began))
        before, worked = now, work


async def main() -> None:
    """Play, and measure."""
    home = Path(os.environ["FEED_HOME"])
    story = home / "eighteen.yaml"
    story.write_text(STORY + "".join(LAUNCH.format(n=n) for n in range(18)), encoding="utf-8")
    turns: list[Turn] = []
    options = RunOptions(
        play=PlayOptions(scenario=str(story), rate=10.0, max_gap="2s"),
        broker=BrokerOptions(port=0, websocket_port=0),
        live=True,
    )
    screen = io.StringIO()
    with mock.patch.object(sys, "stdout", screen):
        watching = asyncio.create_task(watch(turns))
        await run_module.run(options, Notes())
        watching.cancel()
    # The first second is spent on starting, the last on clearing up: neither is in a run's way.
    playing = [turn for turn in turns if 1.0 < turn[2] < turns[-1][2] - 1.0]
    for taken, worked, since in sorted(playing, key=lambda turn: -turn[1])[:5]:
        sys.stderr.write(f"{worked * 1e3:.2f} ms of {taken * 1e3:.2f} ms at {since:.2f} s\n")
    gaps = sorted(taken for taken, _, _ in playing)
    works = sorted(worked for _, worked, _ in playing)
    figures = (gaps[-1], gaps[int(len(gaps) * 0.999)], works[-1], works[int(len(works) * 0.999)])
    sys.stdout.write(" ".join(f"{figure * 1e3:.2f}" for figure in figures) + "\n")


asyncio.run(main())
