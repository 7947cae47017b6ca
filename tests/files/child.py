"""Child processes of tests: started with a script, and gone when the test is."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Child:
    """A Python process that runs a script and is told and heard line by line."""

    def __init__(self, script: str, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def line(self) -> str:
        """Wait for a line of what the script says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def kill(self) -> list[str]:
        """End the process as ``kill -9`` does, and return what it had still said."""
        self.process.kill()
        return self.process.communicate()[0].splitlines()


@contextlib.contextmanager
def child(script: str, *arguments: str) -> Iterator[Child]:
    """Run a script beside the test; it is killed at the end if it still runs."""
    started = Child(script, *arguments)
    try:
        yield started
    finally:
        if started.process.returncode is None:
            started.kill()
