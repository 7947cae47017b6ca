"""Checkpoints of a ledger's log, made beside whoever writes it.

A checkpoint copies what was committed from the log into the file and waits for the disk, twice:
some milliseconds in which an event loop would stand still.  Here a thread makes them over a
connection of its own, and no writer waits.  A log only begins anew when all of it was copied, which
never happens to who writes all the time; so now and then the writer itself copies the short rest.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable

__all__ = ["LogCopies"]

_CHANGES = 400
"""Rows that are changed until the next: about half a MiB of messages."""
_MOST_CHANGES = 12_000
"""Rows that are changed until the writer copies the rest of the log: about 16 MiB."""


class LogCopies:
    """The checkpoints of one file.  ``connect`` opens another connection to it."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._changes = 0
        self._of_log = 0
        """rows that were changed since the log began"""
        self._thread: threading.Thread | None = None
        self._wanted = threading.Event()
        self._over = False

    def wrote(self, connection: sqlite3.Connection, changes: int) -> None:
        """Note that so many changes were committed over a connection."""
        self._changes += changes
        self._of_log += changes
        if self._of_log >= _MOST_CHANGES:
            # The thread gets nothing more to do until this was possible.
            if _copied(connection):
                self._of_log = self._changes = 0
        elif self._changes >= _CHANGES:
            self._changes = 0
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._keep_up, name="checkpoints", daemon=True
                )
                self._thread.start()
            self._wanted.set()

    def close(self) -> None:
        """End; what is left in the log is copied when the file is closed."""
        if self._thread is not None:
            self._over = True
            self._wanted.set()
            self._thread.join()
            self._thread = None

    def _keep_up(self) -> None:
        # Whoever writes says what is wrong with the disk; here it is only tried again.
        with contextlib.suppress(OSError, sqlite3.Error):
            connection = self._connect()
            with contextlib.closing(connection):
                while not self._over:
                    self._wanted.wait()
                    self._wanted.clear()
                    with contextlib.suppress(sqlite3.Error):
                        _copied(connection)


def _copied(connection: sqlite3.Connection) -> bool:
    """Copy what can be copied; tell whether that was all, so that the log begins anew."""
    (result,) = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return bool(0 <= result[1] == result[2])
