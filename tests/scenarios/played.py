"""Play stories of the library through the embedded broker to a receiver of each country.

``make library`` does so with every story, or those of ``STORIES``; the tests with some of them.
"""

import asyncio
import io
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, redirect_stdout
from math import inf
from typing import NamedTuple

from feed.app.broker_in_use import BrokerOptions, broker_in_use
from feed.app.check import check_file
from feed.app.options import PlayOptions
from feed.app.run import RunOptions, run
from feed.app.verify import VerifyOptions, verify
from feed.clock import SystemClock
from feed.files.library import entries
from feed.files.runs import list_runs, runs_folder
from feed.terminal.log import Notes
from tests.scenarios.library import arrangements

__all__ = ["Judged", "judged", "main", "one_broker"]


class Judged(NamedTuple):
    """What came of one story."""

    name: str
    wrong: list[str]
    """why it is not as it should be; empty if it is"""
    counts: dict[str, int]
    """how many messages each country got; and ``published`` how many left the player"""

    @property
    def said(self) -> str:
        """Return it as one line."""
        counts = ", ".join(f"{who} {count:,}" for who, count in self.counts.items())
        return f"{self.name}: {'; '.join(self.wrong) or 'clean'} ({counts})"


@asynccontextmanager
async def one_broker() -> AsyncIterator[str]:
    """Have an embedded broker that all stories are played through; FEED_HOME says where it is."""
    options = BrokerOptions(port=0, websocket_port=0)  # free ones
    countries = arrangements().countries()
    async with broker_in_use(options, countries=countries, clock=SystemClock()) as place:
        yield f"mqtt://{place.address.shown}"


async def judged(name: str, broker: str) -> Judged:
    """Check a story as strictly as can be, play it at rate max, and compare what was received."""
    checked = check_file(name, arrangements(), strict=True)
    wrong = [str(problem) for problem in (*checked.mistakes, *checked.warnings)]
    with redirect_stdout(io.StringIO()):
        code = await run(
            RunOptions(PlayOptions(name, rate=inf), BrokerOptions(url=broker), live=False), Notes()
        )
    if code:
        wrong.append(f"feed run ended with {code}")
    newest = list_runs(runs_folder(os.environ))[0]
    verified = verify(VerifyOptions(newest.id))
    counts = {each.source: each.verdict.records for each in verified.sources}
    if not verified.clean or verified.notes:
        wrong += [f"feed verify {newest.id} is not clean", *verified.notes]
    return Judged(name, wrong, counts)


async def _all(names: Sequence[str]) -> int:
    bad = 0
    async with one_broker() as broker:
        for name in names:
            found = await judged(name, broker)
            bad += bool(found.wrong)
            sys.stdout.write(f"{found.said}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(names) - bad} of {len(names)} stories are clean\n")
    return min(bad, 1)


def main() -> None:
    """Play the stories that are named, or all; end with 1 if one is not clean."""
    names = sys.argv[1:] or [entry.name for entry in entries()]
    with tempfile.TemporaryDirectory(prefix="feed-library-") as folder:
        os.environ["FEED_HOME"] = folder
        code = asyncio.run(_all(names))
    sys.exit(code)
