"""Everything that can go wrong, whose fault it is, and the exit code it ends with.

* ``FeedError`` - the root; never raised itself
    * ``ScenarioError`` (1) - an input file is wrong; carries every ``Problem``
    * ``UsageError`` (2) - the request makes no sense, whatever the files say
    * ``BrokerError`` (3) - the broker or the network refused, or went away
    * ``IncompleteError`` (4) - a run ended with messages lost, repeated or undelivered
    * ``FilesError`` (74) - a file or folder cannot be read or written

Any other exception that reaches the command line is a bug in feed (70).
Every error is one sentence, lower case, without a full stop, and says what to do.
"""

import errno
from collections.abc import Sequence
from typing import NamedTuple

__all__ = [
    "BrokerError",
    "FeedError",
    "FilesError",
    "IncompleteError",
    "Problem",
    "ScenarioError",
    "UsageError",
    "is_no_room",
    "unless_full",
]

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_FULL = "the disk is full; make room, or name a folder on another disk"


class Problem(NamedTuple):
    """One mistake in a file: where it stands, what is wrong, what to do."""

    path: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.text}"


class FeedError(Exception):
    """Something that has a sentence for the user and an exit code."""

    exit_code = 70


class ScenarioError(FeedError):
    """One or more input files are wrong."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(sorted(problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UsageError(FeedError):
    """What was asked for makes no sense, or there is more than one way to understand it."""

    exit_code = 2


class BrokerError(FeedError):
    """The broker at an address refused, cannot be reached, or went away."""

    exit_code = 3

    def __init__(self, address: str, text: str) -> None:
        super().__init__(address, text)
        self.address = address
        self.text = text

    def __str__(self) -> str:
        return f"broker {self.address}: {self.text}"


class IncompleteError(FeedError):
    """A run ended, but not everything planned arrived exactly once."""

    exit_code = 4


class FilesError(FeedError):
    """A file or folder cannot be read or written."""

    exit_code = 74

    def __init__(self, path: object, text: str) -> None:
        super().__init__(path, text)
        self.path = str(path)
        self.text = text

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def is_no_room(error: OSError) -> bool:
    """Tell whether something could not be written because the disk is full."""
    return error.errno in _NO_ROOM


def unless_full(error: OSError, text: str) -> str:
    """Return why something could not be written: that the disk is full, else the text."""
    return _FULL if is_no_room(error) else text
