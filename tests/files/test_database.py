"""A ledger's file is recognised, checked and refused in one sentence."""

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from feed.errors import FilesError
from feed.files.database import Database, checksum
from tests.files.child import child

NOBODY = 65534


class Notes(Database):
    """A small kind of ledger."""

    application_id: ClassVar[int] = 1234
    schema: ClassVar[Sequence[str]] = ("CREATE TABLE note (text TEXT NOT NULL)",)

    def write(self, *texts: str) -> None:
        """Store some texts at once."""
        with self.transaction() as connection:
            connection.executemany("INSERT INTO note VALUES (?)", [(text,) for text in texts])

    def texts(self) -> list[str]:
        """Return what is stored."""
        return [text for (text,) in self.read("SELECT text FROM note ORDER BY rowid")]


class Others(Notes):
    """Another kind of ledger."""

    application_id: ClassVar[int] = 1235


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for a ledger: a folder whose name would be special in an address."""
    folder = tmp_path / "a b?c#d%20é"
    folder.mkdir()
    return folder / "notes.sqlite"


@pytest.fixture
def closed(path: Path) -> Path:
    """Give a closed ledger of 100 kB."""
    with Notes.create(path, {"run": "01jfm0", "n": 3}) as notes:
        notes.write(*(f"{n}" * 100 for n in range(1, 500)))
    return path


@contextlib.contextmanager
def file_limit(most: int) -> Iterator[None]:
    """Let no file grow beyond some bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@contextlib.contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Be somebody who may read a folder and not write to it."""
    for each in (folder, *folder.iterdir()):
        each.chmod(0o555 if each.is_dir() else 0o444)
    try:
        with as_nobody():
            yield
    finally:
        for each in (folder, *folder.iterdir()):
            each.chmod(0o755)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Do without the rights of root, whom no folder keeps out."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that everybody can reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system with room for half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_what_it_is_about_can_be_read_and_changed(path: Path) -> None:
    """Facts given at the beginning are there when it is opened again, and so are later ones."""
    with Notes.create(path, {"run": "01jfm0", "options": {"rate": 4}}) as notes:
        notes.note("ended", 7)
        notes.note("run", "01jfm1")

    with Notes.open(path) as notes:
        assert notes.about == {"run": "01jfm1", "options": {"rate": 4}, "ended": 7}


def test_a_closed_ledger_is_one_file(closed: Path) -> None:
    """Nothing but the file itself has to be copied."""
    assert list(closed.parent.iterdir()) == [closed]


def test_reading_leaves_nothing_behind(closed: Path) -> None:
    """Somebody who only looks makes no file beside a ledger that is closed."""
    with Notes.open(closed, read_only=True) as notes:
        assert notes.texts()

    assert list(closed.parent.iterdir()) == [closed]


def test_closing_again_does_nothing(closed: Path) -> None:
    """A ledger can be closed before its context ends."""
    with Notes.open(closed) as notes:
        notes.close()


def test_it_is_read_while_another_writes(closed: Path) -> None:
    """A reader sees what is committed, and a writer does not wait for it."""
    with Notes.open(closed) as writer, Notes.open(closed, read_only=True) as reader:
        before = len(reader.texts())
        writer.write("one more")
        assert len(reader.texts()) == before + 1


def test_what_fails_in_a_transaction_did_not_happen(path: Path) -> None:
    """A transaction is undone as a whole by any error, and the next one works."""
    with Notes.create(path, {}) as notes:
        for text, error in ((None, sqlite3.IntegrityError), (b"\0", KeyboardInterrupt)):
            with pytest.raises(error):
                interrupted(notes, text)
        notes.write("third")

        assert notes.texts() == ["third"]


def interrupted(notes: Notes, text: object) -> None:
    """Write twice in a transaction, and be interrupted before its end."""
    with notes.transaction() as connection:
        connection.execute("INSERT INTO note VALUES ('first')")
        connection.execute("INSERT INTO note VALUES (?)", (text,))
        raise KeyboardInterrupt


def test_a_file_that_was_removed_is_not_written_to(path: Path) -> None:
    """SQLite would write on, and nobody could ever read it again."""
    with Notes.create(path, {}) as notes:
        notes.write("one")
        path.unlink()
        with pytest.raises(FilesError, match="was removed while it was in use; begin anew"):
            notes.write("two")


def test_a_file_is_open_for_as_long_as_somebody_has_it(path: Path) -> None:
    """Asked from outside, also while nothing is written; nothing in it is changed by that."""
    with Notes.create(path, {}) as notes:
        notes.write("one")
        assert Notes.is_open(path)
        assert notes.texts() == ["one"]
    assert not Notes.is_open(path)
    assert not Notes.is_open(path.with_name("nothing"))


def test_at_opens_or_makes(path: Path) -> None:
    """The first time the file is made, the second time it is opened."""
    for n in range(2):
        with Notes.at(path, {"recipient": "JPN"}) as notes:
            notes.write(f"{n}")

    with Notes.at(path, {"recipient": "JPN"}) as notes:
        assert notes.texts() == ["0", "1"]


def test_at_refuses_what_is_about_something_else(path: Path) -> None:
    """A ledger of Japan does not become one of the United States."""
    Notes.at(path, {"recipient": "JPN"}).close()

    with pytest.raises(FilesError, match="its recipient is 'JPN', not 'USA'; name another file"):
        Notes.at(path, {"recipient": "USA"})


def test_create_refuses_what_is_there(closed: Path) -> None:
    """A ledger is never written over."""
    with pytest.raises(FilesError, match="is there already; name another file"):
        Notes.create(closed, {})


def test_open_refuses_what_is_not_there(path: Path) -> None:
    """Opening makes no file."""
    with pytest.raises(FilesError, match="no such ledger"):
        Notes.open(path)
    assert not path.exists()


def test_a_file_that_was_never_begun(path: Path) -> None:
    """An empty file is what a process leaves that is killed at once; ``at`` makes use of it."""
    path.touch()

    with pytest.raises(FilesError, match="is empty"):
        Notes.open(path)
    with Notes.at(path, {}) as notes:
        assert notes.texts() == []


@pytest.mark.parametrize("text", [b"hello\n", b"time topic payload\n" * 1000, b"\0" * 4096])
def test_a_file_of_another_kind(path: Path, text: bytes) -> None:
    """A text file is refused and not touched."""
    path.write_bytes(text)

    with pytest.raises(FilesError, match=r"name another file|damaged"):
        Notes.at(path, {})
    assert path.read_bytes() == text


def test_a_database_of_others(path: Path) -> None:
    """Somebody else's SQLite file is refused and not touched."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE places (url)")
    connection.commit()
    connection.close()
    before = path.read_bytes()

    for opened in (Notes.open, lambda path: Notes.at(path, {})):
        with pytest.raises(FilesError, match="not a ledger of this kind"):
            opened(path)
    assert path.read_bytes() == before


def test_a_ledger_of_another_kind(closed: Path) -> None:
    """A receiver's ledger is not taken for a player's."""
    with pytest.raises(FilesError, match="not a ledger of this kind"):
        Others.open(closed)


def test_a_newer_version(closed: Path) -> None:
    """A ledger of a later feed is refused, and says which version it has."""
    connection = sqlite3.connect(closed)
    connection.execute("PRAGMA user_version = 9")
    connection.close()

    with pytest.raises(FilesError, match=r"another version of feed \(format 9, this one reads 1\)"):
        Notes.open(closed)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file(closed: Path, kept: float) -> None:
    """A ledger that lost its end is refused."""
    os.truncate(closed, int(closed.stat().st_size * kept))

    with pytest.raises(FilesError, match=r"damaged|not a ledger of feed"):
        Notes.open(closed)


def test_bytes_that_were_overwritten(closed: Path) -> None:
    """A ledger with a page of something else in its middle is refused, on one line."""
    with closed.open("r+b") as file:
        file.seek(closed.stat().st_size // 8192 * 4096)
        file.write(b"\xff" * 4096)

    with pytest.raises(FilesError, match="damaged") as raised:
        Notes.open(closed)
    assert "\n" not in str(raised.value)


def test_a_table_that_rotted(closed: Path) -> None:
    """A description of a table that changed is damage, even if it still means something."""
    closed.write_bytes(closed.read_bytes().replace(b"(text TEXT NOT", b"(text TEXT Not"))

    with pytest.raises(FilesError, match="its tables are not as they were"):
        Notes.open(closed)


def test_text_that_is_no_text(closed: Path) -> None:
    """A row that cannot be read as text is damage, not a crash."""
    connection = sqlite3.connect(closed)
    connection.execute("UPDATE note SET text = CAST(x'ff00ff' AS TEXT) WHERE rowid = 1")
    connection.commit()
    connection.close()

    with Notes.open(closed) as notes, pytest.raises(FilesError, match="damaged"):
        notes.texts()


def test_a_fact_that_rotted(closed: Path) -> None:
    """What a ledger is about has a checksum."""
    connection = sqlite3.connect(closed)
    connection.execute("UPDATE about SET value = '4' WHERE key = 'n'")
    connection.commit()
    connection.close()

    with Notes.open(closed) as notes, pytest.raises(FilesError, match="checksum"):
        _ = notes.about


@pytest.mark.parametrize("value", ["{", "", b"\xff", "[" * 9000], ids=range(4))
def test_a_fact_that_is_none_though_its_checksum_is_right(closed: Path, value: object) -> None:
    """Whoever writes a ledger by hand can sum it too."""
    with contextlib.closing(sqlite3.connect(closed)) as connection:
        fact = ("subject", value)
        connection.execute("REPLACE INTO about VALUES (?, ?, ?)", (*fact, checksum(fact)))
        connection.commit()
    said = "'subject' is no JSON|a value in 'about' is none that belongs there"
    with pytest.raises(FilesError, match=said), Notes.open(closed) as notes:
        _ = notes.about


def test_a_log_that_lost_its_end_loses_whole_transactions(path: Path, tmp_path: Path) -> None:
    """From a torn write-ahead log SQLite takes the commits before the tear, and nothing else."""
    copy = tmp_path / path.name
    log = copy.with_name(copy.name + "-wal")
    with Notes.create(path, {}) as notes:
        for n in range(20):
            notes.write(*[f"{n}" * 50] * 100)
        shutil.copy(path, copy)
        shutil.copy(path.with_name(path.name + "-wal"), log)
    os.truncate(log, log.stat().st_size - 5000)

    with Notes.open(copy) as notes:
        texts = notes.texts()
    assert texts
    assert len(texts) % 100 == 0


def fill(notes: Notes) -> None:
    """Write, ten texts at a time, until it fails."""
    while True:
        notes.write(*["x" * 1000] * 10)


def test_a_file_that_may_not_grow(path: Path) -> None:
    """When there is no more room the error is a sentence, and what was stored is still there."""
    with Notes.create(path, {}) as notes:
        notes.write("before")
        with file_limit(200_000), pytest.raises(FilesError, match="the disk"):
            fill(notes)
        stored = len(notes.texts())
        notes.write("after")

        assert stored > 1
        assert notes.texts()[0] == "before"
        assert len(notes.texts()) == stored + 1


def test_a_full_disk(small_disk: Path) -> None:
    """On a full disk nothing stored is lost, and it goes on when there is room again."""
    path = small_disk / "notes.sqlite"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 200_000)
    with Notes.create(path, {}) as notes:
        with pytest.raises(FilesError, match="the disk is full; free some space"):
            fill(notes)
        stored = len(notes.texts())
        assert stored > 10
        assert stored % 10 == 0

        ballast.unlink()
        notes.write("after")
        assert len(notes.texts()) == stored + 1


def test_a_disk_without_any_room(small_disk: Path) -> None:
    """A ledger that cannot even begin says so."""
    with contextlib.suppress(OSError):
        (small_disk / "ballast").write_bytes(b"x" * 1_000_000)

    with pytest.raises(FilesError, match="the disk is full"):
        Notes.create(small_disk / "notes.sqlite", {})


def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    """Without the right to write, a ledger is not made and not opened to go on, but read."""
    path = open_folder / "notes.sqlite"
    with Notes.create(path, {}) as notes:
        notes.write("there")

    with without_rights(open_folder):
        with pytest.raises(FilesError, match="check the rights of the file and its folder"):
            Notes.create(open_folder / "other.sqlite", {})
        with pytest.raises(FilesError, match="check the rights of the file and its folder"):
            Notes.open(path)
        with Notes.open(path, read_only=True) as notes:
            assert notes.texts() == ["there"]


def test_a_folder_that_cannot_be_entered(open_folder: Path) -> None:
    """A folder of somebody else is refused in a sentence too."""
    inner = open_folder / "inner"
    inner.mkdir()

    inner.chmod(0o000)

    with as_nobody(), pytest.raises(FilesError, match="check its folder and rights"):
        Notes.create(inner / "notes.sqlite", {})


_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print(flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_another_process_that_does_not_let_go(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that somebody else is writing to is refused, not waited for without end."""
    monkeypatch.setattr("feed.files.database._WAIT_S", 0.05)
    with Notes.open(closed) as notes, child(_HOLDER, str(closed)) as holder:
        holder.line()
        with pytest.raises(FilesError, match="in use by another process"):
            notes.write("mine")
        holder.kill()
        notes.write("mine")
        assert notes.texts()[-1] == "mine"


_POOR = """
import sys
from pathlib import Path
from feed.errors import FilesError
from feed.files.ledger import PlayerLedger

with PlayerLedger.create(Path(sys.argv[1]), {}) as ledger:
    # For the whole process, and it cannot be taken back.
    ledger.read("PRAGMA hard_heap_limit = 200000")
    writing = lambda: ledger.note("long", "x" * 3_000_000)
    reading = lambda: ledger.read("SELECT zeroblob(9000000)")
    for use in (writing, reading):
        try:
            use()
        except FilesError as error:
            print(error, flush=True)
"""


def test_too_little_memory(path: Path) -> None:
    """What a damaged file asks for may be more than there is: it is said."""
    with child(_POOR, str(path)) as poor:
        for _ in range(2):
            assert "needs more memory than there is" in poor.line()


def test_use_after_close_is_a_bug(closed: Path) -> None:
    """A mistake in feed itself is not told to the user as one of the disk."""
    notes = Notes.open(closed)
    notes.close()

    with pytest.raises(sqlite3.ProgrammingError):
        notes.texts()


def test_every_value_of_any_type_has_a_checksum(path: Path) -> None:
    """Facts of every JSON type come back as they were."""
    facts: dict[str, Any] = {"a": None, "b": [1, 2.5, "é\ud800"], "c": {"d": True}}
    with Notes.create(path, facts) as notes:
        assert notes.about == facts


def test_a_ledger_is_its_owners_alone(path: Path) -> None:
    """And so is the log beside it, whatever the process would give to others."""
    before = os.umask(0)
    try:
        with Notes.create(path, {}) as notes, Notes.at(path.with_name("other"), {}) as other:
            notes.write("mine")
            other.write("mine")
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)

    assert len(modes) == 6
    assert {*modes.values()} == {0o600}
