"""``feed conform``: recorded streams, through feed's own receiver or anybody's program.

A program reads one JSON object a line and answers each with one: what stands for it now.  The
streams and what stands after each message are data, in ``feed/data/conformance``.
"""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from feed.core.reception import Incoming, Reception
from feed.errors import FilesError, UsageError
from feed.model.quoting import did_you_mean, quoted
from feed.wire.envelope import decode, message_of

__all__ = [
    "ClientProgram",
    "Difference",
    "Judged",
    "OwnReceiver",
    "RecordedStream",
    "conform",
    "streams",
]

PATIENCE_S = 10.0
"""How long a program may think about one line."""
_LONGEST = 65_536
_FOLDER = "conformance"


class RecordedStep(NamedTuple):
    """One message of a stream, and what stands once it came."""

    line: int
    topic: str
    payload: dict[str, Any]
    active: list[str]
    """``kind/event`` of all that stands, sorted"""
    shown: int
    """how many messages of the newest epoch have been shown, in order"""
    why: str
    """what this message is there for; empty if it is only needed by others"""


@dataclass(frozen=True)
class RecordedStream:
    """A recorded stream."""

    name: str
    about: str
    country: str
    steps: tuple[RecordedStep, ...]


class Answerer(Protocol):
    """Whatever takes a line in and says what stands."""

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one line."""


class Difference(NamedTuple):
    """One answer that is not the expected one."""

    stream: str
    line: int
    """in the file of the stream"""
    member: str
    expected: Any
    answered: Any
    why: str


class Judged(NamedTuple):
    """What came of one stream."""

    stream: RecordedStream
    differences: tuple[Difference, ...]


def streams(names: Sequence[str] = ()) -> list[RecordedStream]:
    """Return the streams that are named, or all; UsageError for one that is not there."""
    folder = files("feed") / "data" / _FOLDER
    known = {each.name.removesuffix(".jsonl"): each for each in folder.iterdir()}
    for name in names:
        if name not in known:
            offer = did_you_mean(name, known) or f"; they are {', '.join(sorted(known))}"
            raise UsageError(f"no stream is called {quoted(name)}{offer}")
    wanted = names or sorted(known)
    return [_stream(name, known[name].read_text(encoding="utf-8")) for name in wanted]


def _stream(name: str, text: str) -> RecordedStream:
    first, *rest = (json.loads(line) for line in text.splitlines())
    steps = tuple(
        RecordedStep(
            line,
            each["topic"],
            each["payload"],
            each["active"],
            each["shown"],
            each.get("why", ""),
        )
        for line, each in enumerate(rest, 2)
    )
    return RecordedStream(name, first["about"], first["country"], steps)


def conform(stream: RecordedStream, answerer: Answerer) -> Judged:
    """Send a stream to a receiver, and compare what it answers; after an answer that is none stop.

    FilesError if a program ends, or says nothing.
    """
    answerer.answer({"stream": stream.name, "country": stream.country})
    found: list[Difference] = []
    for step in stream.steps:
        answer = answerer.answer({"topic": step.topic, "payload": step.payload})
        active = answer.get("active")
        told = _in_order(active)
        if told != step.active:
            found.append(_difference(stream, step, "active", step.active, told))
        if "shown" in answer and answer["shown"] != step.shown:
            found.append(_difference(stream, step, "shown", step.shown, answer["shown"]))
    return Judged(stream, tuple(found))


def _in_order(value: Any) -> Any:
    """Return a list of texts in order, and anything else as it is."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return sorted(value)
    return value


def _difference(
    stream: RecordedStream, step: RecordedStep, member: str, expected: Any, answered: Any
) -> Difference:
    return Difference(stream.name, step.line, member, expected, answered, step.why)


class OwnReceiver:
    """The receiver that ``feed receive`` is built on, believing messages alone."""

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what stands for it."""
        if "stream" in said:
            self._reception: Reception[None] = Reception("conform", trusting=True)
            self._followed, self._shown, self._now = ("", 0), 0, 0.0
        else:
            self._take(json.dumps(said["payload"]).encode())
        shown = self._reception.picture.shown.values()
        return {
            "active": sorted({f"{each.kind}/{each.event}" for each in shown}),
            "shown": self._shown,
        }

    def _take(self, payload: bytes) -> None:
        try:
            envelope = decode(payload)
            report, due = message_of(envelope)
        except ValueError:
            return  # it is no message of an exercise
        one: Incoming[None] = Incoming(
            envelope.run, envelope.epoch, envelope.number, report, due, None
        )
        self._now += 1
        shown = self._reception.take(one, self._now)
        newest = (self._reception.run or "", self._reception.epoch)
        if newest != self._followed:
            self._followed, self._shown = newest, 0
        for each in shown:
            if (each.run, each.epoch) == newest:
                self._shown += 1
                for _ in self._reception.picture.expire(each.due):
                    pass


class ClientProgram:
    """A program that answers on its standard output; made by ``started``."""

    def __init__(self, process: "subprocess.Popen[str]", command: str) -> None:
        self._process = process
        self._command = command
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    @classmethod
    @contextmanager
    def started(cls, command: Sequence[str]) -> Iterator["ClientProgram"]:
        """Start a program, and end it; FilesError if it cannot be started."""
        try:
            process = subprocess.Popen(  # noqa: S603 - it is the user's own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise FilesError(command[0], f"cannot be started: {why.lower()}") from error
        try:
            yield cls(process, command[0])
        finally:
            process.kill()
            process.communicate()

    def _read(self) -> None:
        assert self._process.stdout is not None, "it is a pipe"
        try:
            while line := self._process.stdout.readline(_LONGEST):
                self._lines.put(line)
        except ValueError:
            pass  # it was closed meanwhile
        self._lines.put("")

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what it answers to a line."""
        line = json.dumps(said, ensure_ascii=False)
        assert self._process.stdin is not None, "it is a pipe"
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except OSError as error:
            raise FilesError(self._command, self._ended()) from error
        try:
            answered = self._lines.get(timeout=PATIENCE_S)
        except queue.Empty:
            text = f"did not answer within {PATIENCE_S:g} s; write a line for each, and flush it"
            raise FilesError(self._command, text) from None
        if not answered:
            raise FilesError(self._command, self._ended())
        try:
            value = json.loads(answered)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            text = f'answered {quoted(answered.strip())}; write a line such as {{"active": []}}'
            raise FilesError(self._command, text)
        return value

    def _ended(self) -> str:
        return "ended before the streams did; it has to read and answer until its input ends"
