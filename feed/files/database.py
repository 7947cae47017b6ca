"""The door to SQLite: a ledger's file is created, opened, checked and written here alone.

Write-ahead log with ``synchronous=NORMAL``: what was committed survives ``kill -9`` of any process
at any moment.  A power cut may take the last commits with it, and never damages the file.
Every failure is a ``FilesError`` of one sentence; a wrong use of this file is a bug and stays one.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self
from zlib import crc32

from pydantic import TypeAdapter

from feed.errors import FilesError
from feed.files.checkpoints import LogCopies
from feed.files.database_values import Facts, json_of, mistakes

__all__ = ["Database", "checksum"]

_WAIT_S = 2.0
"""Another process holds a lock for the milliseconds of its commit."""

_ABOUT = """CREATE TABLE about (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID"""

_DAMAGED = (
    "damaged ({error}); set it aside and begin anew "
    "('sqlite3 FILE .recover' saves what can still be read)"
)
_WORDING = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and start again where it stopped",
    sqlite3.SQLITE_IOERR: "cannot be read or written ({error}); check the disk and its limits",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: "not a ledger of feed; name another file",
    sqlite3.SQLITE_BUSY: "in use by another process; stop that one first",
    sqlite3.SQLITE_LOCKED: "in use by another process; stop that one first",
    sqlite3.SQLITE_READONLY: "cannot be written; check the rights of the file and its folder",
    sqlite3.SQLITE_PERM: "cannot be opened; check the rights of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check the rights of the file and its folder",
}
_NO_MEMORY = "needs more memory than there is; free some, and if there is enough it is damaged"
_OTHERWISE = "cannot be used ({error}); set it aside and begin anew"


class Database:
    """A SQLite file of one kind, with facts about itself; the ledgers are its kinds."""

    application_id: ClassVar[int]
    version: ClassVar[int] = 1
    schema: ClassVar[Sequence[str]]
    migrations: ClassVar[Mapping[int, Sequence[str]]] = {}
    """by version: the statements that make the next one of it"""
    dropped: ClassVar[Mapping[int, Sequence[str]]] = {}
    """by version: what it has and the next one has no longer"""
    facts: ClassVar[TypeAdapter[Any]] = TypeAdapter(dict[str, Any])
    """what each fact is that it may say about itself"""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._copies = LogCopies(self._beside)

    @classmethod
    def create(cls, path: Path, about: Mapping[str, Any]) -> Self:
        """Make a new file that says what it is about."""
        if _exists(path):
            raise FilesError(path, "is there already; name another file, or open it to go on")
        self = cls._connect(path, "rwc")
        with self._closed_on_failure():
            self._begin(about)
        return self

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, check: bool = True) -> Self:
        """Open a file and check it: 1.5 ms for each MB, which ``check=False`` saves a list."""
        if not _exists(path):
            raise FilesError(path, "no such ledger; 'feed runs' lists the runs there are")
        mode = "rw"
        if read_only:
            # Without a log beside it nobody has it open; then nothing needs to be written to read
            # it, which a reader of a log does.
            mode = "ro" if _exists(_log_of(path)) else "ro&immutable=1"
        self = cls._connect(path, mode)
        with self._closed_on_failure():
            if self._recognise():
                raise FilesError(path, "is empty, it was broken off before it began; begin anew")
            if check:
                self._check()
            if not read_only:
                self._set_up()
                self._migrate()
        return self

    @classmethod
    def at(cls, path: Path, about: Mapping[str, Any]) -> Self:
        """Open a file that is about the same, or make it."""
        self = cls._connect(path, "rwc")
        with self._closed_on_failure():
            if self._recognise():
                self._begin(about)
                return self
            self._check()
            self._set_up()
            self._migrate()
            there = self.about
            for key, value in about.items():
                if there.get(key) != value:
                    text = f"its {key} is {there.get(key)!r}, not {value!r}; name another file"
                    raise FilesError(path, text)
        return self

    @classmethod
    def _connect(cls, path: Path, mode: str) -> Self:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        with _translated(path):
            if mode == "rwc":
                # Its owner's alone from the first byte; SQLite gives its log the same rights.
                with contextlib.suppress(OSError):
                    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            return cls(path, sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None))

    def _beside(self) -> sqlite3.Connection:
        """Return another connection to the file that is open."""
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)

    @contextlib.contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        try:
            with _translated(self.path):
                yield
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def is_open(cls, path: Path) -> bool:
        """Tell if another connection has a file open; it may write the log into the file."""
        try:
            self = cls._connect(path, "rw")
            # Unlike ``open`` this asks nothing of the file: what is damaged is not in use.
            with self:
                self._connection.execute("PRAGMA busy_timeout = 0")
                # Whoever has it open shares a lock, and this wants to be alone.
                self._connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        except FilesError:
            return False
        return False

    def _recognise(self) -> bool:
        """Refuse what is not of this kind and version; True if there is nothing in it yet."""
        application_id = self._number("PRAGMA application_id")
        version = self._number("PRAGMA user_version")
        if application_id == 0 and not self._number("SELECT count(*) FROM sqlite_schema"):
            return True
        if application_id != self.application_id:
            raise FilesError(self.path, "not a ledger of this kind; name another file")
        if version != self.version and version not in self.migrations:
            text = (
                f"written by another version of feed (format {version}, this one reads "
                f"{self.version}); use that version, or begin anew"
            )
            raise FilesError(self.path, text)
        return False

    def _check(self) -> None:
        (first,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        if first != "ok":
            raise self.damaged(_plain(first))
        log = _log_of(self.path)
        settled = not log.exists() or log.stat().st_size == 0
        pages = self._number("PRAGMA page_count") * self._number("PRAGMA page_size")
        if settled and self.path.stat().st_size < pages:
            # SQLite takes zeros for what is missing of the last page.
            raise self.damaged("its end is missing")
        # The check reads the tables as they say they are; a rotten word there may still mean
        # something.
        tables = {sql for (sql,) in self.read("SELECT sql FROM sqlite_schema WHERE sql NOT NULL")}
        version = self._number("PRAGMA user_version")
        steps = range(version, self.version)
        later = {sql for step in steps for sql in self.migrations[step]}
        earlier = {sql for step in steps for sql in self.dropped.get(step, ())}
        if tables != {_ABOUT, *self.schema} - later | earlier:
            raise self.damaged("its tables are not as they were")
        for mistake in self._mistakes():
            raise self.damaged(mistake)

    def _mistakes(self) -> Iterator[str]:
        return mistakes(self.read)

    def _set_up(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")  # see ``LogCopies``

    def _migrate(self) -> None:
        """Make a file of an earlier version one of this; what is in it stays."""
        version = self._number("PRAGMA user_version")
        if version == self.version:
            return
        with self.transaction() as connection:
            for step in range(version, self.version):
                for statement in self.migrations[step]:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {self.version}")

    def _begin(self, about: Mapping[str, Any]) -> None:
        self._set_up()
        with self.transaction() as connection:
            # The mark is part of the transaction: a file has all of its tables, or is empty.
            connection.execute(f"PRAGMA application_id = {self.application_id}")
            connection.execute(f"PRAGMA user_version = {self.version}")
            for statement in (_ABOUT, *self.schema):
                connection.execute(statement)
            facts = [_fact(key, value) for key, value in about.items()]
            connection.executemany("INSERT INTO about VALUES (?, ?, ?)", facts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; again does nothing."""
        self._copies.close()
        with _translated(self.path):
            self._connection.close()

    @property
    def about(self) -> Facts:
        """What the file says about itself."""
        facts = self.read_checked("SELECT key, value, checksum FROM about", "what it is about")
        said = {key: self.decoded(text, f"its {key!r}") for key, text in facts}
        return Facts(said, self.facts, self.damaged)

    def note(self, key: str, value: Any) -> None:
        """Add a fact to ``about``, or change it."""
        with self.transaction() as connection:
            connection.execute("REPLACE INTO about VALUES (?, ?, ?)", _fact(key, value))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit everything that is done inside, or nothing."""
        if not _exists(self.path):
            # SQLite would go on writing to a file that nobody can find again.
            raise FilesError(self.path, "was removed while it was in use; begin anew")
        with _translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            before = self._connection.total_changes
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:  # SQLite rolls back by itself after some, such as a full disk
                if self._connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise
            self._copies.wrote(self._connection, self._connection.total_changes - before)

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with _translated(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def read_checked(
        self, sql: str, what: str, parameters: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Return all rows of a query without its last column, which is their checksum."""
        rows = []
        for *values, stored in self.read(sql, parameters):
            row = tuple(values)
            if checksum(row) != stored:
                text = f"{what} does not match its checksum"
                raise self.damaged(text)
            rows.append(row)
        return rows

    def decoded(self, text: str, what: str, kind: TypeAdapter[Any] | None = None) -> Any:
        """Return a value of a kind that is stored as JSON."""
        try:
            return json_of(text, kind)
        except ValueError as error:
            raise self.damaged(f"{what} is no JSON, or other than it should be") from error

    def damaged(self, what: str) -> FilesError:
        """Return the error that says what is wrong with the file, and what to do."""
        return FilesError(self.path, _DAMAGED.format(error=what))

    def _number(self, sql: str) -> int:
        (number,) = self._connection.execute(sql).fetchone()
        assert isinstance(number, int), "not a number"
        return number


def checksum(row: Sequence[Any]) -> int:
    """Return a number that a damaged row would not have: SQLite does not notice rotten values."""
    *values, last = row
    payload = last if isinstance(last, bytes) else str(last).encode()
    return crc32(payload, crc32("\0".join(map(str, values)).encode()))


def _fact(key: str, value: Any) -> tuple[str, str, int]:
    text = json.dumps(value)
    return key, text, checksum((key, text))


def _exists(path: Path) -> bool:
    with _translated(path):
        return path.exists()


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
            raise
        # The lowest byte is the cause, the others are details of it.  Text that is no UTF-8 is
        # noticed by Python, which has no code for it.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        wording = _WORDING.get(code & 0xFF, _OTHERWISE)
        raise FilesError(path, wording.format(error=_plain(str(error)))) from error
    except UnicodeDecodeError as error:
        # What SQLite says quotes the damaged file, and Python cannot read that.
        raise FilesError(path, _DAMAGED.format(error="there is text that is none")) from error
    except MemoryError as error:
        raise FilesError(path, _NO_MEMORY) from error
    except OSError as error:
        reason = _plain(error.strerror or str(error)).lower()
        text = f"cannot be opened: {reason}; check its folder and rights"
        raise FilesError(path, text) from error


def _plain(text: str) -> str:
    """Return what SQLite says on one line, without what it quotes from a damaged file."""
    said = text.replace("*** in database main ***", "").split(" with text ")[0]
    return "".join(each for each in " ".join(said.split()) if each.isprintable())
