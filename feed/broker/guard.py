"""The parent's end of the watchdog: start it, tell it what there is to clean up, replace it.

The guard remembers what it told, so that a watchdog that was killed has a successor that knows it
all.  Closing the pipe is the last word: whatever was told and not taken back is cleaned up then.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from feed.broker import watchdog
from feed.clock import Clock

__all__ = ["Guard"]

_WATCHDOG = str(Path(watchdog.__file__).absolute())
_BREATH_S = 0.1


class Guard:
    """A watchdog over this process."""

    def __init__(self, *, held: Sequence[int] = ()) -> None:
        self._held = held
        """open files that live as long as the watchdog"""
        self._told: dict[str, str] = {}
        self._pipe: int | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Return the process id of the present watchdog."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start a watchdog and tell it all there is to know."""
        self._hang_up()
        # Neither end is inheritable: the writing end must end with this process alone.
        reading, self._pipe = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", "-X", "utf8", _WATCHDOG),
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=self._held,
            )
        finally:
            os.close(reading)
        for line in self._told.values():
            self._write(line)

    async def keep(self, clock: Clock) -> None:
        """Replace every watchdog that ends; never return."""
        while True:
            assert self._process is not None, "started first"
            await self._process.wait()
            await self.start()
            # One that cannot live at all must not keep the machine busy.
            await clock.sleep(_BREATH_S)

    def folder(self, path: Path) -> None:
        """Have a folder removed at the end."""
        self._tell("folder", f"folder {path}")

    def file(self, path: Path | None) -> None:
        """Have a file removed at the end; None: no longer."""
        self._tell("file", f"file {path or ''}")

    def starting(self, pid_file: Path) -> None:
        """Say that a server is about to start and to write its process id."""
        self._tell("server", f"starting {pid_file}")

    def running(self, pid: int) -> None:
        """Say that a server runs."""
        self._tell("server", f"pid {pid}")

    def ended(self) -> None:
        """Say that no server runs."""
        self._tell("server", "none")

    async def close(self) -> None:
        """Let the watchdog clean up what is left, and end."""
        self._hang_up()
        if self._process is not None:
            await self._process.wait()

    def _tell(self, about: str, line: str) -> None:
        self._told[about] = line
        self._write(line)

    def _write(self, line: str) -> None:
        # A watchdog that was killed cannot hear it; its successor will be told.
        if self._pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._pipe, (line + "\n").encode("utf-8", "surrogateescape"))

    def _hang_up(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
