"""Captures as they are written: JSON Lines or MCAP, in one file or in a row of them.

A line is handed to the system before ``add`` returns, which survives ``kill -9``.  MCAP is written
in chunks: what is not in one yet is lost with the process.
"""

import base64
import datetime as dt
import json
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from feed.errors import FilesError, UsageError
from feed.files.capture_mcap import McapFile
from feed.files.captured import Captured
from feed.files.recording import file_sentence

__all__ = ["CaptureFiles", "line_of"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SUFFIXES = (".jsonl", ".mcap")
_MOST_FILES = 9_999


class _Writer(Protocol):
    """What writes one file."""

    def add(self, record: Captured, room: int | None) -> bool:
        """Add a record if it fits into so many bytes; False if not."""

    def finish(self) -> None:
        """Write what belongs at the end."""


class _CaptureLines:
    """A file of JSON Lines, without a buffer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, record: Captured, room: int | None) -> bool:
        line = line_of(record)
        if room is not None and len(line) > room:
            return False
        begins = self._file.tell()
        left = memoryview(line)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            # Half a line would have to be removed by hand before anybody can read the file.
            self._file.truncate(begins)
            raise
        return True

    def finish(self) -> None:
        """Do nothing: every line is whole."""


class _Mcap:
    """A file of MCAP; what is in no chunk yet, and the index, come on top of its size."""

    def __init__(self, file: BinaryIO) -> None:
        self._mcap = McapFile(file)

    def add(self, record: Captured, room: int | None) -> bool:
        if room is not None and len(record.payload) > room:
            return False
        self._mcap.add(record)
        return True

    def finish(self) -> None:
        self._mcap.finish()


def line_of(record: Captured) -> bytes:
    """Return a record as a line: what ``mosquitto_sub -F '%j'`` writes; base64 if it is no text."""
    members: dict[str, object] = {
        "tst": (_EPOCH + dt.timedelta(microseconds=record.wall or 0)).isoformat(
            timespec="microseconds"
        ),
        "topic": record.topic,
        "qos": record.qos,
        "retain": int(record.retain),
        "payloadlen": len(record.payload),
    }
    try:
        members["payload"] = record.payload.decode()
    except UnicodeDecodeError:
        members["payload_base64"] = base64.b64encode(record.payload).decode()
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class CaptureFiles:
    """Where a capture goes: one file, or ``name-0001``, ``name-0002`` … if it rotates."""

    def __init__(
        self,
        path: Path,
        *,
        rotate_bytes: int | None = None,
        rotate_us: int | None = None,
        keep: int | None = None,
        limit: int | None = None,
    ) -> None:
        """Open the first file, which must not be there yet.

        A new file is begun after ``rotate_bytes`` or ``rotate_us``; of those only the newest
        ``keep`` stay.  ``limit`` is how many bytes the capture may have in all.
        """
        if path.suffix not in _SUFFIXES:
            raise UsageError(f"--out {path}: name a file that ends in .jsonl or .mcap")
        if path.is_dir():
            raise FilesError(path, "is a folder; name a file in it")
        self._path = path
        self._rotate_bytes, self._rotate_us = rotate_bytes, rotate_us
        self._rotates = rotate_bytes is not None or rotate_us is not None
        if keep is not None and not self._rotates:
            raise UsageError("--keep needs --rotate or --rotate-every; it counts their files")
        self._keep = keep
        self._limit = limit
        self.count = 0
        """records that were written"""
        self.files = 0
        """files that were begun"""
        self._kept: list[tuple[Path, int]] = []
        self._began: int | None = None
        self._open()

    def add(self, record: Captured) -> bool:
        """Add a record; False if the limit is reached, and it was not."""
        wall = record.wall or 0
        try:
            if self._began is not None and self._full(wall):
                self._close()
                self._open()
            self._began = wall if self._began is None else self._began
            room = None if self._limit is None else self._limit - self.size()
            if not self._writer.add(record, room):
                return False
        except OSError as error:
            raise FilesError(self._now, file_sentence(error)) from error
        self.count += 1
        return True

    def size(self) -> int:
        """Return how many bytes the capture has now."""
        now = 0 if self._file.closed else self._file.tell()
        return sum(size for _, size in self._kept) + now

    def close(self) -> None:
        """Finish the last file; again does nothing."""
        try:
            self._close()
        except OSError as error:
            raise FilesError(self._now, file_sentence(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _full(self, wall: int) -> bool:
        assert self._began is not None, "nothing was written yet"
        by_size = self._rotate_bytes is not None and self._file.tell() >= self._rotate_bytes
        by_time = self._rotate_us is not None and wall - self._began >= self._rotate_us
        return by_size or by_time

    def _open(self) -> None:
        if self.files >= _MOST_FILES:
            raise FilesError(self._path, f"{_MOST_FILES} files are full; rotate less often")
        self.files += 1
        name = f"{self._path.stem}-{self.files:04}{self._path.suffix}"
        self._now = self._path.with_name(name) if self._rotates else self._path
        try:
            # What is there is never written over: it may be the only copy.
            is_mcap = self._path.suffix == ".mcap"
            self._file: BinaryIO = self._now.open("xb", buffering=-1 if is_mcap else 0)
        except FileExistsError as error:
            raise FilesError(self._now, "is there already; name another file") from error
        except OSError as error:
            raise FilesError(self._now, file_sentence(error)) from error
        self._writer: _Writer = _Mcap(self._file) if is_mcap else _CaptureLines(self._file)
        self._began = None

    def _close(self) -> None:
        if self._file.closed:
            return
        try:
            self._writer.finish()
            self._kept.append((self._now, self._file.tell()))
        finally:
            self._file.close()
        while self._keep is not None and len(self._kept) > self._keep:
            oldest, _ = self._kept.pop(0)
            oldest.unlink(missing_ok=True)
