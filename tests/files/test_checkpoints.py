"""Tests of checkpoints: the log of a ledger stays short, and no writer makes them by itself."""

import threading
from pathlib import Path

import pytest

from feed.files import checkpoints
from feed.files.ledger import PlayerLedger, Published

KIB = 1024


def rows(first: int, count: int) -> list[Published]:
    """Return messages of a KiB, from a number on."""
    numbers = range(first, first + count)
    return [Published(1, "JPN", n, n, f"e.kor.{n}", 0, 0, "t", b"x" * KIB) for n in numbers]


def makers() -> int:
    """Return how many threads make checkpoints."""
    return sum(thread.name == "checkpoints" for thread in threading.enumerate())


def test_a_log_stays_short_however_long_one_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed is copied beside the writer, and a long log begins anew."""
    monkeypatch.setattr(checkpoints, "_CHANGES", 50)
    monkeypatch.setattr(checkpoints, "_MOST_CHANGES", 1_000)
    path, before = tmp_path / "sent.sqlite", makers()
    log, written, grown = Path(f"{path}-wal"), 0, 0
    with PlayerLedger.create(path, {}) as ledger:
        # How long it gets is a matter of the disk; that it is written anew is not.
        while written < grown + 2_000:
            size = log.stat().st_size
            ledger.add(rows(written + 1, 50))
            written += 50
            if log.stat().st_size > size:
                grown = written
            assert written < 100_000, "the log grows for ever"
        assert path.stat().st_size > 1_000 * KIB
        assert makers() == before + 1
    assert makers() == before
    assert not Path(f"{path}-wal").exists()
    with PlayerLedger.open(path, read_only=True) as ledger:
        assert ledger.count(1) == written


def test_who_writes_little_has_no_thread(tmp_path: Path) -> None:
    """A short ledger is copied when it is closed."""
    before = makers()
    with PlayerLedger.create(tmp_path / "sent.sqlite", {}) as ledger:
        ledger.add(rows(1, 10))
        assert makers() == before


def test_a_file_that_is_gone_ends_the_thread_alone(tmp_path: Path) -> None:
    """Whoever writes says what is wrong; the thread only stops."""
    before = makers()
    made = checkpoints.LogCopies(lambda: (_ for _ in ()).throw(OSError("gone")))
    with PlayerLedger.create(tmp_path / "sent.sqlite", {}) as ledger:
        made.wrote(ledger._connection, checkpoints._CHANGES)
        made.close()
    assert makers() == before
