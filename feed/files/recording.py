"""Recordings: JSON Lines of what a receiver got, one payload a line and nothing added to it.

So ``jq`` reads them, and what ``mosquitto_sub`` writes is one.  Every write is handed to the system
before it returns, which survives ``kill -9``; a message is written once, by its key.
"""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

from feed.core.spans import Spans
from feed.errors import FilesError, Problem, ScenarioError
from feed.files.lock import lock
from feed.files.source import STDIN, reading

__all__ = ["Key", "Recording", "file_sentence", "read_recording"]

_LONGEST = 1 << 20
"""A payload has at most 8,192 bytes; a line that is longer than this is no message."""
_NO_MESSAGE = "not a message of the feed; remove this line, or name another file"


class Key(NamedTuple):
    """What makes two messages the same one."""

    run: str
    epoch: int
    recipient: str
    sequence: int


class Recording:
    """A file, pipe or terminal to which messages are added, each once."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file
        self._there: dict[tuple[str, int, str], Spans] = {}
        self.repaired = 0
        """how many bytes of a last line that was cut short were taken away"""

    @classmethod
    def append_to(cls, path: Path) -> Self:
        """Open a file, made if need be, to go on after what is in it.

        A pipe or terminal is written to as it is.  A pipe waits here for its reader.
        """
        try:
            # What is no file cannot always be opened for reading too, and has nothing to read.
            plain = path.is_file() or not path.exists()
            self = cls(path, path.open("a+b" if plain else "ab", buffering=0))
        except OSError as error:
            raise FilesError(path, file_sentence(error)) from error
        try:
            if plain:
                self._go_on()
        except OSError as error:
            self.close()
            raise FilesError(path, file_sentence(error)) from error
        except BaseException:
            self.close()
            raise
        return self

    def _go_on(self) -> None:
        """Learn what is in the file, and mend its end."""
        if not lock(self._file.fileno()):
            text = "another receiver is writing to it; name another file with --out"
            raise FilesError(self._path, text)
        sound = 0
        self._file.seek(0)
        buffered = BufferedReader(self._file)
        for line in _lines(buffered, self._path):
            if line.key is not None:
                self._add(line.key)
            sound = line.end
        buffered.detach()
        self.repaired = self._file.seek(0, os.SEEK_END) - sound
        self._file.truncate(sound)
        if sound:
            self._file.seek(sound - 1)
            if self._file.read(1) != b"\n":
                self._append(b"\n")

    def _add(self, key: Key) -> None:
        self._there.setdefault(key[:3], Spans()).add(key.sequence)

    def write(self, payloads: Sequence[tuple[Key, bytes]]) -> None:
        """Add the messages that are not there yet; all of them or, if it fails, none."""
        new: dict[Key, bytes] = {}
        for key, payload in payloads:
            if key.sequence not in self._there.get(key[:3], ()):
                # A line break in JSON stands between its values, where a space is as good.
                new.setdefault(key, payload.replace(b"\n", b" ").replace(b"\r", b" "))
        try:
            self._append(b"".join(payload + b"\n" for payload in new.values()))
        except OSError as error:
            raise FilesError(self._path, file_sentence(error)) from error
        for key in new:
            self._add(key)

    def _append(self, raw: bytes) -> None:
        left = memoryview(raw)
        try:
            while left:
                left = left[self._file.write(left) :]
        except BaseException:
            if len(left) < len(raw) and self._file.seekable():
                self._file.truncate(self._file.seek(0, os.SEEK_END) - len(raw) + len(left))
            raise

    def close(self) -> None:
        """Close the file; again does nothing."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_recording(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the messages of a recording, in the order of its lines; ``-`` is standard input.

    A last line that was cut short, or is still being written, is left out.
    """
    try:
        opened = reading(path, str(path)) if str(path) == STDIN else path.open("rb")
        with opened as file:
            for line in _lines(file, path):
                if line.message is not None:
                    yield line.message
    except OSError as error:
        raise FilesError(path, file_sentence(error)) from error


class _Line(NamedTuple):
    end: int
    message: dict[str, Any] | None = None
    key: Key | None = None


def _lines(file: BinaryIO, path: Path) -> Iterator[_Line]:
    """Yield every line that is sound; ScenarioError at one that is not, unless it is unfinished."""
    number = end = 0
    while raw := file.readline(_LONGEST):
        number += 1
        end += len(raw)
        if raw.isspace():
            yield _Line(end)
            continue
        try:
            message = json.loads(raw)
            key = _key(message)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            if not raw.endswith(b"\n") and len(raw) < _LONGEST:
                return
            raise ScenarioError([Problem(str(path), number, 1, _NO_MESSAGE)]) from error
        yield _Line(end, message, key)


def _key(message: dict[str, Any]) -> Key:
    run, epoch, recipient = message["run"], message["epoch"], message["recipient"]
    # A number may be infinite, which is no whole one.
    sequence = int(str(message["sequence"]))
    if not isinstance(run, str) or not isinstance(epoch, int) or not isinstance(recipient, str):
        raise TypeError("a member of another type")
    # The picture of an event has a sequence too, but is no delivery; its id says so.
    if message["id"] != f"{run}.{epoch}.{recipient.lower()}.{sequence}":
        raise ValueError("the id is not that of a delivery")
    return Key(run, epoch, recipient, sequence)


def file_sentence(error: OSError) -> str:
    """Return why a file that grows cannot be written or read, and what to do."""
    if error.errno == errno.EISDIR:
        return "is a folder; name a file in it"
    if error.errno == errno.ENOENT:
        return "no such file or folder; make the folder first, or check the name"
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "the disk is full; free some space and start again where it stopped"
    if error.errno == errno.EPIPE:
        return "its reader has gone; start one and name it again"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "cannot be written or read; check the rights of the file and its folder"
    return f"cannot be written or read: {(error.strerror or str(error)).lower()}"
