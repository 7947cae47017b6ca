"""The processes of a replay: each is started, killed and started again, as by a service manager.

A part decides from its own exit code whether it is done, comes again, or has failed; whatever it
says goes to one file, which is searched for what must never be there.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from feed.clock import Clock

__all__ = ["FEED", "Part", "Player", "Receiving", "Supervised", "complaints", "memory_kb"]

FEED = (sys.executable, "-m", "feed")
BROKER_AWAY = 3
USAGE = 2
_BAD = (
    b"Traceback",
    b"never retrieved",
    b"this is a bug",
    b"was never awaited",
    b"Task was destroyed",
)
_AROUND = 300
"""bytes that are shown before what may not be said; five times as many after it"""
_AGAIN_S = 0.3


class Part:
    """One process that comes back until it is done."""

    def __init__(self, name: str, folder: Path, clock: Clock) -> None:
        self.name = name
        self.said = folder / f"{name}.log"
        self.process: asyncio.subprocess.Process | None = None
        self.done = False
        self.failed: str | None = None
        self.starts = 0
        self.kills = 0
        self.pause_s = _AGAIN_S
        """how long it stays away after it ended"""
        self.before: Callable[[], None] | None = None
        """called in the new process before its program"""
        self.waits_after: int | None = None
        """an exit code after which it stands until ``goes_on``"""
        self.stands = asyncio.Event()
        self.goes_on = asyncio.Event()
        self._clock = clock
        self.home = folder / "home"

    def command(self) -> Sequence[str]:
        """Return how it is started now."""
        raise NotImplementedError

    def judge(self, code: int) -> None:
        """Decide what an exit code means: done, failed, or neither."""
        if code == 0:
            self.done = True
        elif code == -signal.SIGKILL or (code == BROKER_AWAY and not self._refused()):
            return
        else:
            self.failed = f"{self.name} ended with code {code}: {self.last_words()}"

    def _refused(self) -> bool:
        """Tell whether a broker that is there does not let it in."""
        return "authori" in self.last_words() or "password" in self.last_words()

    @property
    def pid(self) -> int | None:
        """The process to kill, if there is one now."""
        process = self.process
        return None if process is None or process.returncode is not None else process.pid

    @property
    def over(self) -> bool:
        """Tell whether it will not be started again."""
        return self.done or self.failed is not None

    def kill(self) -> bool:
        """End it as ``kill -9`` does; False if it does not run."""
        pid = self.pid
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.kills += 1
        return True

    def last_words(self) -> str:
        """Return the last line it said."""
        if not self.said.exists():
            return ""
        lines = self.said.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else ""

    async def start(self) -> None:
        """Start it once."""
        self.starts += 1
        with self.said.open("ab") as said:
            self.process = await asyncio.create_subprocess_exec(
                *self.command(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                preexec_fn=self.before,
                env={**os.environ, "FEED_HOME": str(self.home), "NO_COLOR": "1"},
            )

    async def keep(self) -> None:
        """Start it again and again until it is done or has failed."""
        while not self.over:
            await self.start()
            assert self.process is not None
            code = await self.process.wait()
            if code == self.waits_after:
                self.stands.set()
                await self.goes_on.wait()
            else:
                self.judge(code)
            if not self.over:
                await self._clock.sleep(self.pause_s)

    async def end(self) -> None:
        """End it gently, and for good."""
        self.done = True
        process = self.process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await process.wait()
                    return
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Supervised(Part):
    """A service that runs until it is ended: a broker."""

    def __init__(self, name: str, folder: Path, clock: Clock, command: Sequence[str]) -> None:
        super().__init__(name, folder, clock)
        self._command = tuple(command)

    def command(self) -> Sequence[str]:
        """Return the command."""
        return self._command

    def judge(self, code: int) -> None:
        """Come again, whatever it ended of."""


class Player(Part):
    """``feed publish``, which goes on with its run when it was killed."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        scenario: Path,
        broker: str,
        options: Sequence[str],
        wait_for: Sequence[str],
    ) -> None:
        super().__init__("player", folder, clock)
        self._scenario = scenario
        self._options = ("--broker", broker, "--wait-for", ",".join(wait_for), *options)

    @property
    def run(self) -> str | None:
        """The run that was begun; None: there is none yet."""
        begun = sorted(self.home.glob("runs/*/player.sqlite"))
        return begun[-1].parent.name if begun else None

    def command(self) -> Sequence[str]:
        """Return how to begin, or how to go on."""
        what = [str(self._scenario)] if self.run is None else ["--resume", self.run]
        return (*FEED, "publish", *what, *self._options)

    def judge(self, code: int) -> None:
        """Take a player that was killed after its end, and cannot go on, for done."""
        if code == USAGE and "came to its end" in self.last_words():
            self.done = True
        else:
            super().judge(code)


class Receiving(Part):
    """``feed receive`` for one country, into its ledger and a file."""

    def __init__(
        self, country: str, folder: Path, clock: Clock, *, broker: str, exercise: str
    ) -> None:
        super().__init__(country.lower(), folder, clock)
        self.country = country
        self.out = folder / f"{country.lower()}.jsonl"
        self._broker = broker
        self._exercise = exercise

    def ledger(self, run: str) -> Path:
        """Return its ledger of a run."""
        return self.home / "runs" / run / f"receiver-{self.name}-{self.name}.sqlite"

    def command(self) -> Sequence[str]:
        """Return how to receive."""
        where = ("--broker", self._broker, "--exercise", self._exercise, "--out", str(self.out))
        return (*FEED, "receive", self.country, *where, "--quiet")


def memory_kb(pid: int) -> int:
    """Return the resident memory of a process, in kilobytes."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def complaints(parts: Sequence[Part]) -> list[str]:
    """Return what no program may say, of whoever said it: a traceback, or a lost exception."""
    found = []
    for part in parts:
        said = part.said.read_bytes() if part.said.exists() else b""
        for at in [said.find(bad) for bad in _BAD if bad in said]:
            words = said[max(0, at - _AROUND) : at + 5 * _AROUND].decode(errors="replace")
            found.append(f"{part.name} said:\n{words}")
    return found
