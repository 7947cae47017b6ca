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

from feed.errors import FilesError

try:
    import fcntl
except ImportError:  # Windows, where two brokers in one folder are not noticed.
    fcntl = None  # type: ignore[assignment]

__all__ = ["Store"]

_LOCK = "lock"
_LAST_BYTES = 65536


class Store:
    """A folder for one broker."""

    def __init__(self, folder: Path | None) -> None:
        self.temporary = folder is None
        # The name is known before the folder is made, so that a watchdog can be told it first.
        name = f"feed-broker-{secrets.token_hex(8)}"
        self.folder = (Path(tempfile.gettempdir(), name) if folder is None else folder).absolute()
        self.config = self.folder / "nats.conf"
        self.log = self.folder / "nats.log"
        self.pid_file = self.folder / "nats.pid"
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

    def write_config(self, text: str) -> None:
        """Write the configuration, which holds passwords, for the owner alone."""
        with self._translated():
            new = self.config.with_suffix(".new")
            new.unlink(missing_ok=True)
            opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(text)
            # As a whole, because the passwords in it are those of the next broker too.
            new.replace(self.config)

    def last_config(self) -> str:
        """Return the configuration of the broker that was here before; empty if there was none."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return self.config.read_text(encoding="utf-8")
        return ""

    def forget_pid(self) -> None:
        """Remove the process id of an earlier server."""
        with self._translated():
            self.pid_file.unlink(missing_ok=True)

    def open_log(self) -> int:
        """Open the log for a new server, to add to it."""
        with self._translated():
            opened = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._logged = os.fstat(opened).st_size
        return opened

    def last_words(self) -> str:
        """Return why the present server ended, or else the last line of its log."""
        with contextlib.suppress(OSError), self.log.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(self._logged, size - _LAST_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
            fatal = [line for line in lines if "[FTL]" in line or line.startswith("panic:")]
            if last := (fatal or lines)[-1:]:
                return last[0].rpartition("] ")[2].strip()
        return ""

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FilesError(
                self.folder,
                "the broker cannot keep its files there "
                f"({os.strerror(error.errno or 0).lower()}); name a folder that can be written",
            ) from error
