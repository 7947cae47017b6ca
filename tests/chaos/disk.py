"""A disk that is soon full: a small one where it may be mounted, else a limit on each file."""

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

__all__ = ["SmallDisk", "small_disk"]


class SmallDisk:
    """A folder in which little fits; made by ``small_disk``."""

    def __init__(self, path: Path, size: int, *, mounted: bool) -> None:
        self.path = path
        self.mounted = mounted
        self.limit: int | None = None if mounted else size // 2
        """how large a file of a process may become; None: the disk itself is small"""

    def fill(self) -> None:
        """Write until there is no room at all."""
        with contextlib.suppress(OSError), (self.path / "filler").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        """Make room."""
        self.limit = None
        if self.mounted:
            _mount("-o", "remount,size=64m", str(self.path))

    def before(self) -> None:
        """Limit the process that is about to start."""
        if self.limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.limit))


@contextlib.contextmanager
def small_disk(path: Path, size: int) -> Iterator[SmallDisk]:
    """Have a disk of so many bytes at a path."""
    path.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path))
    try:
        yield SmallDisk(path, size, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(path)], check=True)


def _mount(*arguments: str) -> bool:
    """Mount something, and tell whether we may."""
    try:
        done = subprocess.run(["mount", *arguments], check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0
