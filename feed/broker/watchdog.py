"""End the broker and remove its folder when its parent has died, however it died.

A program of its own, for the standard library alone: it reads lines on a pipe of which the parent
holds the only other end, and the kernel closes that end whatever happens to the parent.

* ``folder PATH`` - a folder to remove at the end
* ``file PATH`` - a file to remove at the end: the passwords of the broker
* ``starting FILE`` - a server is about to start, which will write its process id there
* ``pid N`` - the server runs
* ``none`` - no server runs
"""

import contextlib
import os
import select
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

__all__ = ["Left", "main", "read"]

GRACE_S = 3.0
STEP_S = 0.02


def main() -> None:
    """Wait for the end of the parent, then clean up after it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)
    left = read(sys.stdin)
    if left.file is not None:
        # First, while nobody else can have the address.
        with contextlib.suppress(OSError):
            Path(left.file).unlink()
    if left.pid is not None:
        end(left.pid)
    if left.folder is not None:
        shutil.rmtree(left.folder, ignore_errors=True)


class Left(NamedTuple):
    """What is left to clean up."""

    pid: int | None = None
    folder: str | None = None
    file: str | None = None


def read(lines: Iterable[str]) -> Left:
    """Return what was left to clean up when the lines ended."""
    pid: int | None = None
    folder: str | None = None
    file: str | None = None
    pid_file: Path | None = None
    for line in lines:
        if not line.endswith("\n"):
            break  # The parent died in the middle of a word.
        word, _, rest = line.removesuffix("\n").partition(" ")
        if word == "folder":
            folder = rest
        elif word == "file":
            file = rest or None
        elif word == "starting":
            pid, pid_file = None, Path(rest)
        elif word == "pid":
            pid, pid_file = int(rest), None
        elif word == "none":
            pid, pid_file = None, None
    if pid_file is not None:
        pid = _written_in(pid_file)
    return Left(pid, folder, file)


def end(pid: int) -> None:
    """Ask a process to end, and make it if it does not."""
    if _signal(pid, signal.SIGTERM) and not _wait(lambda: _ended(pid)):
        _signal(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        _wait(lambda: _ended(pid))


def _written_in(pid_file: Path) -> int | None:
    """Return the process id that a server that was just started may still be writing."""
    pids: list[int] = []

    def look() -> bool:
        with contextlib.suppress(OSError, ValueError):
            pids.append(int(pid_file.read_text(encoding="ascii")))
        return bool(pids)

    return pids[0] if _wait(look) else None


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except OSError:
        return False
    return True


def _ended(pid: int) -> bool:
    """Tell whether a process is gone, or dead and only not yet collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return not _signal(pid, 0)
    return state.rpartition(")")[2].split()[0] == "Z"


def _wait(until: Callable[[], bool]) -> bool:
    """Look again and again for as long as the grace; tell whether it came true."""
    for _ in range(round(GRACE_S / STEP_S)):
        if until():
            return True
        select.select([], [], [], STEP_S)
    return until()


if __name__ == "__main__":
    main()
