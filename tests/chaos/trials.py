"""Single misfortunes, each on real processes: somebody stands still, or a disk is full."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

from feed.broker.ready import connect_packet
from feed.files.ledger import PlayerLedger
from feed.files.receiver_ledger import ReceiverLedger
from feed.wire.topics import Topics
from tests.brokers import HOST
from tests.chaos.battle import Battle, Outcome, Scene, scene_of
from tests.chaos.disk import small_disk
from tests.chaos.parts import Part, memory_kb
from tests.chaos.story import EXERCISE

__all__ = ["Standstill", "full_disk", "killed_early", "stopped_receiver", "unread_subscriber"]

_TICK_S = 0.2
_LIMIT_S = 90.0
"""how long to wait for an end"""
_FULL = 74
_SETTLE_S = 2.0


@dataclass
class Standstill:
    """What was seen while somebody did not take what was sent."""

    outcome: Outcome = field(default_factory=Outcome)
    ahead: list[int] = field(default_factory=list)
    """how many messages the player was ahead of the one that stood still"""
    player_kb: list[int] = field(default_factory=list)
    broker_kb: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"ahead at most {max(self.ahead, default=0)}; "
            f"player {_course(self.player_kb)}; broker {_course(self.broker_kb)}"
        )

    def look(self, scene: Scene) -> None:
        """Measure once."""
        serving = scene.server or scene.brokers[0]
        for pid, memory in ((scene.player.pid, self.player_kb), (serving.pid, self.broker_kb)):
            if pid is not None:
                memory.append(memory_kb(pid))


async def stopped_receiver(battle: Battle, seconds: float) -> Standstill:
    """Stop a receiver that the player waits for, for a while in mid-run at the highest rate."""
    seen = Standstill()
    async with scene_of(battle, _nothing) as scene, scene.playing():
        stopped = scene.receivers[1]
        await scene.until(battle.messages // 2)
        assert stopped.pid is not None
        os.kill(stopped.pid, signal.SIGSTOP)
        # Until the player has run ahead as far as it may.
        await scene.clock.sleep(_SETTLE_S)
        for _ in range(round(seconds / _TICK_S)):
            seen.look(scene)
            seen.ahead.append(_ahead(scene, stopped.country))
            await scene.clock.sleep(_TICK_S)
        os.kill(stopped.pid, signal.SIGCONT)
        await scene.over(_LIMIT_S)
        seen.outcome = scene.judge()
    return seen


async def unread_subscriber(battle: Battle) -> Standstill:
    """Let a client of somebody else subscribe at QoS 1, and then never read."""
    seen = Standstill()
    async with scene_of(battle, _nothing) as scene, scene.playing():
        with _never_reading(scene):
            for _ in range(round(_LIMIT_S / _TICK_S)):
                seen.look(scene)
                if all(part.over for part in scene.receivers):
                    break
                await scene.clock.sleep(_TICK_S)
        await scene.over(_LIMIT_S)
        seen.outcome = scene.judge()
    return seen


async def full_disk(battle: Battle, what: str, size: int) -> tuple[Outcome, str]:
    """Fill the disk under a receiver's file or ledger, or the player's; then make room.

    Return how it ended, and what was said when the disk was full.
    """
    async with scene_of(battle, _nothing) as scene:
        with small_disk(scene.folder / "small", size) as disk:
            receiver = scene.receivers[1]
            suffers: Part = scene.player if what == "player" else receiver
            if what == "file":
                receiver.out = disk.path / receiver.out.name
            else:
                suffers.home = disk.path
            suffers.before = disk.before
            suffers.waits_after = _FULL
            async with scene.playing():
                async with asyncio.timeout(_LIMIT_S):
                    await suffers.stands.wait()
                said = suffers.last_words()
                disk.free()
                suffers.goes_on.set()
                await scene.over(_LIMIT_S)
            return scene.judge(), said


async def killed_early(battle: Battle) -> tuple[Outcome, list[str]]:
    """Kill the player before its first message; return how it went on, and the runs there are."""
    async with scene_of(battle, _nothing) as scene:
        player = scene.player
        await player.start()
        async with asyncio.timeout(_LIMIT_S):
            while "waiting for receivers" not in player.said.read_text(encoding="utf-8"):
                await scene.clock.sleep(_TICK_S)
        player.kill()
        assert player.process is not None
        await player.process.wait()
        async with scene.playing():
            await scene.over(_LIMIT_S)
        runs = [path.name for path in (player.home / "runs").iterdir()]
        return scene.judge(), runs


def _course(memory: list[int]) -> str:
    """Return how the resident memory of a process went, in megabytes."""
    steps = memory[:: max(1, len(memory) // 6)]
    return " ".join(f"{kb / 1000:.0f}" for kb in steps) + f" MB (at most {max(memory) / 1000:.0f})"


def _nothing(_: str) -> None:
    """Report to nobody."""


def _ahead(scene: Scene, country: str) -> int:
    """Return how many messages the player has sent to a country beyond what is in its ledger."""
    run = scene.player.run
    assert run is not None, "messages have come, so there is a run"
    sent = scene.player.home / "runs" / run / "player.sqlite"
    got = next(one.ledger(run) for one in scene.receivers if one.country == country)
    with PlayerLedger.open(sent, read_only=True, check=False) as ledger:
        head = ledger.heads(1).get(country, 0)
    with ReceiverLedger.open(got, read_only=True, check=False) as received:
        return head - received.progress(run, 1).received


@contextlib.contextmanager
def _never_reading(scene: Scene) -> Iterator[None]:
    """Have a subscriber of a country's feed that reads nothing once its connection stands."""
    name = f"{Topics(EXERCISE.lower()).base}/feed/jpn/#".encode()
    subscribe = b"\x00\x01" + len(name).to_bytes(2, "big") + name + b"\x01"
    with socket.create_connection((HOST, scene.port)) as client:
        client.sendall(connect_packet("feed-observer-never-reading", "jpn", ""))
        client.recv(4)
        client.sendall(bytes((0x82, len(subscribe))) + subscribe)
        yield
