"""A lock is held by one, seen by all, and let go by the system."""

import fcntl
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files.lock import Lock
from tests.files.child import child

_HOLDER = """
import sys
from pathlib import Path
from feed.files.lock import Lock

lock = Lock.take(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """A second one does not get it, even in the same process, until it is released."""
    path = tmp_path / "lock"
    with Lock.take(path) or pytest.fail("refused"):
        assert Lock.is_held(path)
        assert Lock.take(path) is None

    assert not Lock.is_held(path)
    again = Lock.take(path)
    assert again is not None
    again.release()
    again.release()


@pytest.mark.slow
def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    """The system lets go of a lock when its holder is killed."""
    path = tmp_path / "lock"
    with child(_HOLDER, str(path)) as holder:
        assert holder.line() == "held\n"
        assert Lock.is_held(path)
        assert Lock.take(path) is None
        holder.kill()

    assert not Lock.is_held(path)


def test_looking_at_a_lock_keeps_nobody_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that somebody looks at just now is taken as soon as that one has looked."""
    path = tmp_path / "lock"
    with path.open("w") as looker:
        fcntl.flock(looker, fcntl.LOCK_SH)
        flock = fcntl.flock

        def flock_while_another_looks(descriptor: int, operation: int) -> None:
            try:
                flock(descriptor, operation)
            except BlockingIOError:
                flock(looker, fcntl.LOCK_UN)
                raise

        monkeypatch.setattr(fcntl, "flock", flock_while_another_looks)
        taken = Lock.take(path)

    assert taken is not None
    taken.release()


def test_a_lock_that_is_not_there_is_not_held(tmp_path: Path) -> None:
    """No file, no holder."""
    assert not Lock.is_held(tmp_path / "lock")


def test_a_lock_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A lock file that cannot be made is an error of the files."""
    with pytest.raises(FilesError, match="cannot be opened: no such file or directory"):
        Lock.take(tmp_path / "nowhere" / "lock")
