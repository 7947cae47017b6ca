"""Commands as users start them: real processes of ``feed`` in a home of their own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.brokers import pause

__all__ = ["PATIENCE_S", "ROOT", "STORY", "Command", "Shell", "records"]

ROOT = Path(__file__).parents[1]
PATIENCE_S = 20
_STEPS = PATIENCE_S * 100

STORY = """
feed: 1
id: small
title: A small story
exercise: SMALL STEPS
starts: 2023-12-19T09:00:00+09:00
events:
  - alert: warning
    at: +PT1S
    issuer: {country: JPN, authority: Agency, channel: Siren}
    text: {en: Take shelter., ja: 避難してください。}
    areas: [North]
  - correction: over
    at: +PT2S
    of: warning
    as: all-clear
    reason: threat-passed
  - meeting: talks
    at: +PT1H
    title: Talks
    state: held
    place: A hall
    participants: [{country: USA, name: A. Person}]
"""
"""Three reports for each of three countries: nine messages."""


def records(text: str) -> list[dict[str, Any]]:
    """Return the records of JSON Lines."""
    return [json.loads(line) for line in text.splitlines()]


class Command:
    """A process of ``feed`` that runs beside the test."""

    def __init__(
        self, folder: Path, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self._out = folder / "out"
        self._err = folder / "err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "feed", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=dict(environment),
                cwd=ROOT,
                start_new_session=True,
            )

    @property
    def out(self) -> str:
        """What it has printed so far."""
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it has logged and complained of so far."""
        return self._err.read_text(encoding="utf-8")

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until something is printed or logged."""
        for _ in range(_STEPS):
            ended = self.process.poll() is not None
            if found := re.search(pattern, self.out) or re.search(pattern, self.err):
                return found
            assert not ended, f"ended without {pattern!r}:\n{self.out}\n{self.err}"
            pause()
        raise AssertionError(f"no {pattern!r}:\n{self.out}\n{self.err}")

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        return self.code()

    def code(self) -> int:
        """Wait for the end, and return the exit code."""
        return self.process.wait(PATIENCE_S)


class Shell:
    """Starts commands in one home and one environment, and leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("FEED_") and name != "PYTHONUNBUFFERED"
            },
            "FEED_HOME": str(self.home),
            "NO_COLOR": "1",
        }
        self._started: list[Command] = []
        self.event_stream = str(folder / "small.yaml")
        Path(self.event_stream).write_text(STORY, encoding="utf-8")

    def start(self, *arguments: str) -> Command:
        """Start a command beside the test."""
        folder = self.folder / f"command-{len(self._started)}"
        folder.mkdir()
        command = Command(folder, arguments, self.environment)
        self._started.append(command)
        return command

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "feed", *arguments],
            check=False,
            **{
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "env": self.environment,
                "cwd": ROOT,
                "timeout": PATIENCE_S,
                "text": True,
                **options,
            },
        )

    def broker(self, *options: str) -> tuple[Command, str]:
        """Start the embedded broker on free ports; return it and its address."""
        command = self.start("broker", "--port", "0", "--websocket-port", "0", *options)
        found = command.until(r"EXERCISE broker: (mqtts?://\S+) \(MQTT\)")
        command.until("try: ")
        return command, found.group(1)

    def close(self) -> None:
        """End what still runs; its broker ends with it."""
        for command in self._started:
            if command.process.poll() is None:
                command.process.terminate()
        for command in self._started:
            try:
                command.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                command.process.kill()
                command.process.wait()
