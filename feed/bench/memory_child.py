"""A player in a process of its own: prints how many messages it sent, and its memory in KiB."""

import asyncio
import resource
import sys
from collections.abc import Iterable
from math import inf

from feed.app.player import Player
from feed.app.run_description import RunDescription
from feed.app.sink import MemorySink, Outgoing
from feed.bench.stories import folder, incidents, prepared
from feed.clock import SystemClock
from feed.core.actions import Play
from feed.core.run import Run
from feed.files.ledger import PlayerLedger

__all__ = ["main"]

_KIB = 1024


class Counting(MemorySink):
    """Counts messages and keeps none."""

    count = 0

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Count messages."""
        super().send(messages)
        self.count += len(self.sent)
        self.sent.clear()


async def main(count: int) -> None:
    """Play so many incidents as fast as it goes."""
    with folder() as at:
        story = prepared(incidents(at, count))
        plan = story.plan()
        about = RunDescription.of("01bench", plan, story.loaded.digest)
        sink = Counting(room=1_000)
        with PlayerLedger.create(at / "player.sqlite", {"run": "01bench"}) as ledger:
            run = Run(plan, rate=inf)
            player = Player(run, about, ledger=ledger, clock=SystemClock(), sink=sink)
            player.act(Play())
            await player.play()
            player.save()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{sink.count} {most // _KIB if sys.platform == 'darwin' else most}\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
