"""Ending on request, in real processes."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from feed.app.signals import run_until_signal

SCRIPT = """
import asyncio, sys
from feed.app.signals import run_until_signal

async def main():
    try:
        print("ready", flush=True)
        await asyncio.Event().wait()
    finally:
        print("ending", flush=True)
        if sys.argv[1] == "slow":
            await asyncio.Event().wait()
        print("ended", flush=True)

sys.exit(run_until_signal(main))
"""


@contextmanager
def program(how: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program that waits to be ended; it is ready when this returns."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 143)])
def test_a_signal_ends_cleanly(name: str, code: int) -> None:
    """Everything is closed, and the exit code says which signal it was; nothing is on stderr."""
    with program("quick") as process:
        process.send_signal(getattr(signal, name))
        output, errors = process.communicate(timeout=20)

    assert (output, errors, process.returncode) == ("ending\nended\n", "", code)


def test_whoever_asks_twice_does_not_wait() -> None:
    """A second Ctrl-C ends a farewell that takes too long."""
    with program("slow") as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "ending\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)

    assert (output, errors, process.returncode) == ("", "", 130)


def test_without_a_signal_the_code_is_the_program_s_own() -> None:
    """A coroutine function runs to its end; what it raises is raised."""

    async def main() -> int:
        return 4

    async def fail() -> int:
        raise ValueError("as it is")

    assert run_until_signal(main) == 4
    with pytest.raises(ValueError, match="as it is"):
        run_until_signal(fail)
