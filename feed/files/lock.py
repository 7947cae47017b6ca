"""A lock that one process holds on a file, and that the system lets go when the process dies.

Nothing has to be cleaned up after ``kill -9``, and no process id is ever trusted.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Self

from feed.errors import FilesError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Lock"]

_TRIES = 1000


class Lock:
    """A lock that is held until ``release``."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Lock a file, which is made if need be; None if another has it."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FilesError(path, f"cannot be opened: {_reason(error)}") from error
        try:
            if lock(descriptor):
                return cls(descriptor)
        except OSError as error:
            os.close(descriptor)
            text = f"cannot be locked ({_reason(error)}); set FEED_HOME to a folder on a local disk"
            raise FilesError(path, text) from error
        os.close(descriptor)
        return None

    @staticmethod
    def is_held(path: Path) -> bool:
        """Tell if somebody holds the lock, without being in anybody's way."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not _look(descriptor)
        except OSError:
            return False
        finally:
            os.close(descriptor)

    def release(self) -> None:
        """Let go; again does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; False if another has it."""
    if sys.platform == "win32":
        return _look(descriptor)
    for _ in range(_TRIES):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        # Who only looks shares the lock for a moment, which must not pass for holding it.
        if not _look(descriptor):
            return False
    return False


def _look(descriptor: int) -> bool:
    """Tell if nobody holds the lock of an open file."""
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
