"""Holds the page against eighteen objects for MINUTES, and says whether it stays fast and small."""

import argparse
import statistics
import sys

from tests.brokers import embedded_like
from tests.dashboard.browser import DESK, Watched, chromium
from tests.dashboard.load.measure import Sample, begin, sample, traced
from tests.dashboard.load.page import served
from tests.dashboard.load.salvo import OBJECTS, Salvo

__all__ = ["main"]

FRAMES = 30
"""A second; fewer are seen to stutter."""
GROWTH_MB = 8
"""From the second tenth of the time to the last."""
STRETCH_S = 10


def main() -> int:
    """Measure; return 1 if the page was slow or grew."""
    parser = argparse.ArgumentParser(prog="python tests/dashboard/load")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20, help="messages a second for each object")
    asked = parser.parse_args()
    broker = embedded_like()
    salvo = Salvo(broker, asked.rate)
    try:
        with served(broker) as address, chromium() as browser:
            watched = Watched(browser, f"{address}?lang=en&theme=dark&exercise=load", DESK)
            watched.page.locator(".brief").nth(OBJECTS - 1).wait_for(timeout=60_000)
            session = begin(watched.page)
            samples: list[Sample] = []
            for number in range(max(round(asked.minutes * 60 / STRETCH_S), 3)):
                sent = salvo.sent
                samples.append(sample(watched.page, session, STRETCH_S))
                told = (salvo.sent - sent) / samples[-1].seconds
                _line(number * STRETCH_S, samples[-1], told)
            drawn = traced(browser, watched.page, STRETCH_S)
            watched.close()
    finally:
        salvo.close()
        broker.close()
    return _verdict(samples, drawn)


def _line(at: float, measured: Sample, told: float) -> None:
    sys.stdout.write(
        f"{at:6.0f} s  {told:5.0f} messages/s  {measured.frames:5.1f} frames/s  main thread "
        f"{measured.busy:4.0%}  heap {measured.heap_mb:5.1f} MB  {measured.nodes} nodes\n"
    )
    sys.stdout.flush()


def _verdict(samples: list[Sample], drawn: float) -> int:
    settled = samples[len(samples) // 5 :]
    frames = statistics.median(each.frames for each in settled)
    grown = settled[-1].heap_mb - settled[0].heap_mb
    sys.stdout.write(
        f"median {frames:.1f} frames/s, fewest {min(each.frames for each in settled):.1f}, "
        f"{drawn:.1f} in Chromium's trace; "
        f"heap grew by {grown:.1f} MB\n"
    )
    return int(min(frames, drawn) < FRAMES or grown > GROWTH_MB)
