"""A player on a folder, in virtual time and without a broker, that can be killed and comes back."""

import asyncio
from math import inf
from pathlib import Path

from feed.app.player import Player
from feed.app.run_description import RunDescription
from feed.app.session import cut_off
from feed.app.sink import MemorySink
from feed.clock import VirtualClock
from feed.core.actions import Loop, Play, Rate, TransportError, Until, Verb
from feed.core.plan import Plan
from feed.core.run import Run
from feed.files.ledger import PlayerLedger
from tests.make import START

__all__ = ["House"]


class House:
    """A player on a folder, that can be killed and comes back."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.description = RunDescription.of("run", plan, "0" * 64)
        self.path = folder / "player.sqlite"
        self.clock = VirtualClock(wall=START, autojump=False)
        self.sink = MemorySink()
        self.ledger = PlayerLedger.at(self.path, {"run": "run"})
        self.player = self.anew()
        self.playing = asyncio.create_task(self.player.play())

    def anew(self) -> Player:
        """Return the player by what is written down."""
        run = Run(self.plan, cut_off=cut_off(self.ledger))
        about, ledger = self.description, self.ledger
        return Player(run, about, ledger=ledger, clock=self.clock, sink=self.sink)

    async def turn(self, times: int = 30) -> None:
        """Let the player do what it can do now."""
        for _ in range(times):
            await self.clock.sleep(0)

    async def kill(self) -> None:
        """End the player wherever it is, and begin with what is written down."""
        was_playing = self.player.run.playing
        self.playing.cancel()
        await asyncio.gather(self.playing, return_exceptions=True)
        self.ledger.close()
        self.ledger = PlayerLedger.open(self.path)
        sent, self.sink = self.sink.sent, MemorySink(self.sink.room)
        self.sink.sent = sent
        self.player = self.anew()
        if was_playing:
            await self.player.begin()
        self.playing = asyncio.create_task(self.player.play())

    def go_on(self) -> None:
        """Play on if the run had ended and something was done that begins it again."""
        if self.playing.done():
            self.playing.result()
            if not self.player.run.ended:
                self.playing = asyncio.create_task(self.player.play())

    async def do(self, step: object) -> None:
        """Do one step of a script."""
        match step:
            case ("wait", float(seconds)):
                self.clock.advance(seconds)
            case ("room", int(room)):
                self.sink.room = room
                self.player.changed.set()
            case ("kill", _):
                await self.kill()
            case _:
                await self.act(step)  # type: ignore[arg-type]  # the rest of a script
        await self.turn()

    async def act(self, action: Verb) -> None:
        """Do something to the run, unless it is refused."""
        try:
            await self.player.do(action)
        except TransportError:
            return

    async def finish(self) -> None:
        """Play to the end."""
        self.sink.room = 1000
        for action in (Loop(), Until(), Rate(rate=inf), Play()):
            await self.act(action)
        for _ in range(1000):
            await self.turn(3)
            self.clock.advance(1.0)
            if self.playing.done():
                await self.playing
                return
        raise AssertionError("it does not end")

    async def close(self) -> None:
        """Leave nothing behind."""
        self.playing.cancel()
        await asyncio.gather(self.playing, return_exceptions=True)
        self.ledger.close()
