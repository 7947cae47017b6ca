"""What is read: a file, a pipe such as ``<(…)``, or ``-`` for standard input; each opened once.

A scenario is read more than once: to find out what it is, to check it, to play it, to keep a copy.
What gives its bytes only once is therefore written to a file of our own first.
"""

import atexit
import functools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from feed.errors import FilesError, UsageError
from feed.files.text import LONGEST, opened

__all__ = ["STDIN", "SUFFIXES", "InputFile", "kept_bytes", "only_once", "reading", "source_of"]

STDIN = "-"
"""The name of standard input."""
SUFFIXES = (".yaml", ".yml", ".json", ".jsonl")
"""What scenario files are called."""
_SHOWN = "standard input"
_DESCRIPTORS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Opened again, such a path goes on where it was on some systems."""


class InputFile(NamedTuple):
    """A file that can be opened again and again."""

    path: Path
    shown: str
    """its name in sentences"""


def source_of(path: Path, shown: str | None = None) -> InputFile:
    """Return what a user named; bytes that come only once are kept until the process ends."""
    shown = shown or (_SHOWN if str(path) == STDIN else str(path))
    if str(path) != STDIN and not str(path).startswith(_DESCRIPTORS) and not _is_stream(path):
        return InputFile(path, shown)
    with reading(path, shown) as file:
        return InputFile(_kept(file, path.suffix, shown), shown)


def only_once(*names: object) -> None:
    """Refuse to read standard input for two things."""
    if [str(name) for name in names].count(STDIN) > 1:
        raise UsageError("standard input can be read only once; name a file for one of the two")


@contextmanager
def reading(path: Path, shown: str) -> Iterator[BinaryIO]:
    """Open a file, a pipe or standard input for reading; FilesError if that cannot be."""
    if str(path) != STDIN:
        with opened(path, shown) as file:
            yield file
        return
    if sys.stdin is None:
        raise FilesError(_SHOWN, "is closed; give it something to read, or name a file")
    try:
        yield sys.stdin.buffer
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FilesError(_SHOWN, f"cannot be read: {why}") from error


def _is_stream(path: Path) -> bool:
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except (OSError, ValueError):  # opening it says why
        return False


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="feed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _kept(file: BinaryIO, suffix: str, shown: str) -> Path:
    """Write what a stream gives to a file with the suffix that it should have."""
    head = file.read(LONGEST + 1)
    if suffix not in SUFFIXES:
        suffix = ".jsonl" if _are_lines(head) else ".yaml"  # in which JSON can be written too
    try:
        with tempfile.NamedTemporaryFile(dir=_folder(), suffix=suffix, delete=False) as kept:
            kept.write(head)
            if suffix == ".jsonl":  # of anything else no more is read
                shutil.copyfileobj(file, kept)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FilesError(shown, f"cannot be kept in {tempfile.gettempdir()}: {why}") from error
    return Path(kept.name)


def kept_bytes(data: bytes, suffix: str) -> Path:
    """Write bytes to a file of our own, which is there until the process ends."""
    try:
        with tempfile.NamedTemporaryFile(dir=_folder(), suffix=suffix, delete=False) as kept:
            kept.write(data)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FilesError(tempfile.gettempdir(), f"cannot be written: {why}") from error
    return Path(kept.name)


def _are_lines(head: bytes) -> bool:
    """Tell JSON Lines, an object in each line, from YAML and from JSON as a whole."""
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").splitlines()]
    first, second = [*filter(None, lines), b"", b""][:2]
    return first.startswith(b"{") and first.endswith(b"}") and second.startswith(b"{")
