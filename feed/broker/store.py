"""The folder of a broker: its configuration, its log, its process id and what it stores.

One broker at a time: a lock is held by the parent and by its watchdog, so it is free when the last
of both has gone, and then the server has gone too.
"""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from feed.clock import Clock
from feed.errors import FilesError, unless_full

try:
    import fcntl
except ImportError:  # Windows, where two brokers in one folder are not noticed.
    fcntl = None  # type: ignore[assignment]

__all__ = ["Store"]

_LOCK = "lock"
_LAST_BYTES = 65536
_LARGEST_OUTPUT = 4_194_304
_LOOK_S = 5.0


class Store:
    """A folder for one broker."""

    def __init__(self, folder: Path | None, stem: str) -> None:
        """Name the folder, or a temporary one; the files of its engine begin with ``stem``."""
        self.temporary = folder is None
        # The name is known before the folder is made, so that a watchdog can be told it first.
        name = f"feed-broker-{secrets.token_hex(8)}"
        self.folder = (Path(tempfile.gettempdir(), name) if folder is None else folder).absolute()
        self.config = self.folder / f"{stem}.conf"
        self.log = self.folder / f"{stem}.log"
        self.output = self.folder / f"{stem}.out"
        """what a server says that does not get as far as its log"""
        self.pid_file = self.folder / f"{stem}.pid"
        self._logged = 0
        """how much of the log is of earlier servers"""

    def create(self) -> None:
        """Make the folder, for its owner alone."""
        with self._translated():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=not self.temporary)

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def lock(self) -> int | None:
        """Take the folder; return an open file that holds it, or None if another holds it."""
        with self._translated():
            opened = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(opened)
            return None
        return opened

    def write(self, name: str, text: str) -> None:
        """Write a file of the configuration, which holds passwords, for the owner alone."""
        with self._translated():
            new = self.folder / f"{name}.new"
            new.unlink(missing_ok=True)
            opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(text)
            # As a whole, so that a server never reads half of one.
            new.replace(self.folder / name)

    def forget(self, name: str) -> None:
        """Remove a file of the server, if it is there."""
        with self._translated():
            (self.folder / name).unlink(missing_ok=True)

    def forget_pid(self) -> None:
        """Remove the process id of an earlier server."""
        with self._translated():
            self.pid_file.unlink(missing_ok=True)

    def open_output(self) -> int:
        """Open the output of a new server; what its log says so far is of earlier ones."""
        with self._translated():
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            opened = os.open(self.output, flags, 0o600)
            # Made here, because the server would let others read it.
            os.close(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
            self._logged = self.log.stat().st_size
        return opened

    def said(self) -> list[str]:
        """Return the last lines that the present server said, in its log and then outside it."""
        return [*_tail(self.log, self._logged), *_tail(self.output, 0)]

    def heard(self) -> None:
        """Take what a server that has ended said as that of an earlier one."""
        with contextlib.suppress(OSError):
            self._logged = self.log.stat().st_size
            os.truncate(self.output, 0)

    async def keep_short(self, clock: Clock) -> None:
        """Empty the output whenever it has grown too large; never return.

        Servers that log there would else fill a disk for whoever makes them complain.
        """
        while True:
            await clock.sleep(_LOOK_S)
            with contextlib.suppress(OSError):
                if self.output.stat().st_size > _LARGEST_OUTPUT:
                    os.truncate(self.output, 0)  # they append, so they go on at its beginning

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FilesError(
                self.folder,
                unless_full(
                    error,
                    "the broker cannot keep its files there "
                    f"({os.strerror(error.errno or 0).lower()}); name a folder that can be written",
                ),
            ) from error


def _tail(path: Path, begin: int) -> list[str]:
    """Return the last lines of a file, from a place on; all of it if it was begun anew since."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(begin if begin <= size else 0, size - _LAST_BYTES))
        return file.read().decode(errors="replace").splitlines()
    return []
