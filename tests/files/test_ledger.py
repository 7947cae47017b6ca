"""The player's ledger keeps what was committed, through every way of dying."""

import contextlib
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import FilesError
from feed.files.database import checksum
from feed.files.ledger import PlayerLedger, Published
from tests.files.child import child
from tests.memory import folder_in_memory


def message(
    sequence: int, *, recipient: str = "JPN", epoch: int = 1, cursor: int | None = None
) -> Published:
    """Return a message with its payload."""
    return Published(
        epoch=epoch,
        recipient=recipient,
        sequence=sequence,
        origin=sequence - 1 if cursor is None else cursor,
        message=f"launch-1.kor.{sequence}",
        due=1_000_000 * sequence,
        sent=2_000_000 * sequence,
        topic="exercise/v1/test/feed/jpn/launch/launch-1",
        payload=f'{{"sequence": "{sequence:08}"}}'.encode(),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for a ledger."""
    return tmp_path / "player.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[PlayerLedger]:
    """Give an empty ledger."""
    with PlayerLedger.create(path, {"run": "01jfm0"}) as ledger:
        yield ledger


def test_what_was_sent_can_be_asked_for(ledger: PlayerLedger) -> None:
    """History returns the same messages again, in order, of that recipient and epoch alone."""
    ledger.add([message(n) for n in (3, 1, 2)])
    ledger.add([message(1, recipient="USA"), message(2, epoch=2)])

    assert ledger.history("JPN", 1, 1, 2, 10) == [message(1), message(2)]
    assert ledger.history("JPN", 1, 1, 9, 2) == [message(1), message(2)]
    assert ledger.history("KOR", 1, 1, 9, 10) == []


def test_a_message_is_stored_once(ledger: PlayerLedger) -> None:
    """A number is given once; whoever gives it again has a fault, and nothing is changed by it."""
    ledger.add([message(1), message(2)])
    ledger.acknowledged([(1, "JPN", 1)])

    with pytest.raises(sqlite3.IntegrityError):
        ledger.add([message(3), message(1)._replace(payload=b"{}")], safe=[(1, "JPN", 2)])

    assert ledger.history("JPN", 1, 1, 9, 10) == [message(1), message(2)]
    assert list(ledger.unacknowledged(1)) == [message(2)]
    ledger.add([message(3)], safe=[(1, "JPN", 2)])
    assert list(ledger.unacknowledged(1)) == [message(3)]
    assert ledger.count() == 3


def test_a_ledger_of_the_version_before_goes_on(path: Path) -> None:
    """What was under way in it still is, and it is written as one of today's."""
    written_by_version_2(path)

    with PlayerLedger.open(path, read_only=True) as looked_at:
        assert looked_at.history("JPN", 1, 1, 9, 9) == [message(n) for n in (1, 2, 3)]
        assert looked_at.heads(1) == {"JPN": 3}
    with PlayerLedger.open(path) as ledger:
        assert list(ledger.unacknowledged(1)) == [message(2)]
        ledger.add([message(4)], safe=[(1, "JPN", 2)])
    with PlayerLedger.open(path) as again:
        assert list(again.unacknowledged(1)) == [message(4)]
        assert again.cursor(1) == 4


def written_by_version_2(path: Path) -> None:
    """Make a ledger as it was: an index of cursors, and a row for all that is under way."""
    PlayerLedger.create(path, {"run": "01jfm0"}).close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE acknowledged; PRAGMA user_version = 2;")
    for statement in PlayerLedger.dropped[2]:
        connection.execute(statement)
    rows = [(*message(n), checksum(message(n))) for n in (1, 2, 3)]
    connection.executemany(
        """INSERT INTO published (epoch, recipient, sequence, cursor, message, due, sent, topic,
            payload, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        rows,
    )
    connection.execute("DELETE FROM pending WHERE row <> 2")
    connection.commit()
    connection.close()


def test_what_the_broker_may_not_have_comes_in_order_of_the_plan(ledger: PlayerLedger) -> None:
    """Unacknowledged messages of an epoch are ordered by cursor, then as they were added."""
    first, second = message(7, cursor=1), message(1, recipient="USA", cursor=1)
    ledger.add([message(8, cursor=2), first, second, message(1, epoch=2)])

    assert list(ledger.unacknowledged(1)) == [first, second, message(8, cursor=2)]
    assert ledger.pending() == 4


def test_acknowledging_twice_or_what_is_not_there_does_nothing(ledger: PlayerLedger) -> None:
    """A broker that says it again changes nothing."""
    ledger.add([message(1)])

    ledger.acknowledged([(1, "JPN", 1), (1, "JPN", 1), (7, "USA", 1)])

    assert ledger.pending() == 0


@given(
    keys=st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["JPN", "KOR", "USA"]), st.integers(1, 9)),
        unique=True,
    )
)
def test_heads_and_counts_agree_with_what_was_added(keys: list[tuple[int, str, int]]) -> None:
    """The last sequence of each recipient, the cursor, the due time and the counts are right."""
    with (
        folder_in_memory() as folder,
        PlayerLedger.create(Path(folder) / "player.sqlite", {}) as ledger,
    ):
        ledger.add([message(n, recipient=r, epoch=e, cursor=n * e) for e, r, n in keys])

        for epoch in range(1, 4):
            there = {(r, n) for e, r, n in keys if e == epoch}
            heads = {r: max(n for other, n in there if other == r) for r, _ in there}
            assert ledger.heads(epoch) == heads
            assert ledger.count(epoch) == len(there)
            assert ledger.cursor(epoch) == max((n * epoch + 1 for _, n in there), default=0)
            assert ledger.last_due(epoch) == max((n * 1_000_000 for _, n in there), default=0)
        assert ledger.count() == len(set(keys))
        assert ledger.last_epoch() == max((e for e, _, _ in keys), default=0)
        assert ledger.epochs() == sorted({e for e, _, _ in keys})


def test_actions_are_numbered_and_kept(path: Path, ledger: PlayerLedger) -> None:
    """Every action comes back with its details, also to another process that looks at once."""
    done = [
        ledger.act(wall=5, epoch=1, position=7, cursor=2, verb="rate", details={"rate": "max"}),
        ledger.act(wall=6, epoch=2, position=8, cursor=3, verb="seek", details={"to": [1, None]}),
    ]

    with PlayerLedger.open(path, read_only=True) as other:
        assert other.actions() == done
    assert [action.number for action in done] == [1, 2]
    assert ledger.last_epoch() == 2


def test_the_last_word_of_a_receiver_counts(ledger: PlayerLedger) -> None:
    """A receipt replaces the one before it, for each client and epoch."""
    ledger.receipt("JPN", "b", 1, 10, [[2, 3]], 100)
    ledger.receipt("JPN", "b", 1, 20, [(2, 2)], 200)
    ledger.receipt("JPN", "a", 1, 5, [], 50)

    receipts = ledger.receipts()

    assert [(r.client, r.sequence, r.missing, r.wall) for r in receipts] == [
        ("a", 5, [], 50),
        ("b", 20, [[2, 2]], 200),
    ]


_WRITER = """
import sys
from pathlib import Path
from feed.files.database import checksum
from feed.files.ledger import PlayerLedger, Published

with PlayerLedger.create(Path(sys.argv[1]), {"run": "01jfm0"}) as ledger:
    sequence = 0
    while True:
        numbers = range(sequence + 1, sequence + 201)
        ledger.add([Published(1, "JPN", n, n, "m", n, n, "t", b"%d" % n) for n in numbers])
        sequence += 200
        print(sequence, flush=True)
        ledger.acknowledged([(1, "JPN", n) for n in range(1, sequence - 99)])
"""


@pytest.mark.slow
def test_what_was_committed_survives_kill_9(path: Path) -> None:
    """A player that is killed while it writes loses no message that it knew to be stored."""
    with child(_WRITER, str(path)) as writer:
        told = [writer.line() for _ in range(10)]
        told += writer.kill()
        assert writer.process.returncode == -signal.SIGKILL

    with PlayerLedger.open(path) as ledger:
        count = ledger.count()
        assert count >= int(told[-1])
        assert count % 200 == 0, "a batch is there as a whole or not at all"
        history = ledger.history("JPN", 1, 1, count, count)
        assert [row.payload for row in history] == [b"%d" % (n + 1) for n in range(count)]
        assert ledger.pending() <= 300
        ledger.add([message(count + 1)])
        assert ledger.heads(1) == {"JPN": count + 1}


_INTERRUPTED = """
import sys
from pathlib import Path
from feed.files.database import checksum
from feed.files.ledger import PlayerLedger

with PlayerLedger.open(Path(sys.argv[1])) as ledger, ledger.transaction() as connection:
    connection.execute("PRAGMA cache_size = 1")  # so that half of it reaches the disk
    connection.execute("UPDATE published SET payload = zeroblob(5000)")
    print(flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_transaction_that_was_cut_off_leaves_nothing(path: Path, ledger: PlayerLedger) -> None:
    """A process that is killed in the middle of a transaction did nothing."""
    ledger.add([message(n) for n in range(1, 501)])
    ledger.close()
    with child(_INTERRUPTED, str(path)) as writer:
        writer.line()
        assert path.with_name(path.name + "-wal").stat().st_size > 1_000_000
        writer.kill()

    with PlayerLedger.open(path) as again:
        assert again.history("JPN", 1, 1, 500, 500) == [message(n) for n in range(1, 501)]


def everything(path: Path) -> tuple[object, ...]:
    """Return all that a ledger says that has a second witness: an index or a checksum."""
    with PlayerLedger.open(path) as ledger:
        history = ledger.history("JPN", 1, 0, 99, 99)
        return history, ledger.about, ledger.actions(), ledger.receipts(), ledger.heads(1)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a ledger with something of everything in it, closed."""
    path = tmp_path_factory.mktemp("sound") / "player.sqlite"
    with PlayerLedger.create(path, {"run": "01jfm0", "options": {"rate": 4}}) as ledger:
        ledger.add([message(n) for n in range(1, 41)])
        ledger.act(wall=5, epoch=1, position=7, cursor=2, verb="rate", details={"rate": "max"})
        ledger.receipt("JPN", "a", 1, 5, [[2, 3]], 50)
    return path


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_is_noticed_or_harmless(sound: Path, place: float, flip: int) -> None:
    """A ledger with one rotten byte is refused with a sentence, or says what it said before."""
    rotten = bytearray(sound.read_bytes())
    rotten[int(place * len(rotten))] ^= flip
    path = sound.with_name("rotten.sqlite")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(rotten)

    refused = ""
    try:
        found = everything(path)
    except FilesError as error:
        refused = str(error)
        found = everything(sound)

    assert found == everything(sound)
    assert all(each.isprintable() for each in refused)


@pytest.mark.parametrize("column", ["epoch", "cursor", "due", "sent"])
@pytest.mark.parametrize("other", ["x", b"", 1.5])
def test_what_is_no_number_where_one_belongs_is_refused(
    path: Path, column: str, other: object
) -> None:
    """SQLite keeps a text in a column of numbers, and says of the file that it is whole."""
    with PlayerLedger.create(path, {"run": "01jfm0"}) as ledger:
        ledger.add([message(1), message(2)])
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE published SET {column} = ? WHERE sequence = 2", (other,))  # noqa: S608
        connection.commit()
    with pytest.raises(FilesError, match="a value in 'published' is none that belongs there"):
        PlayerLedger.open(path)


@pytest.mark.parametrize("sequences", [(2,), (1, 3), (1, 2, 2**20)])
def test_numbers_with_gaps_are_refused(path: Path, sequences: tuple[int, ...]) -> None:
    """Whoever counts up to the last one gets there."""
    with PlayerLedger.create(path, {"run": "01jfm0"}) as ledger:
        ledger.add([message(sequence) for sequence in sequences])
    with pytest.raises(FilesError, match="of epoch 1 are missing"):
        PlayerLedger.open(path)


def test_epochs_are_those_that_are_there(path: Path) -> None:
    """However far apart they are: a number is not counted up to."""
    with PlayerLedger.create(path, {"run": "01jfm0"}) as ledger:
        assert ledger.epochs() == []
        ledger.add([message(1)._replace(epoch=epoch) for epoch in (1, 2, 2**62)])
        assert ledger.epochs() == [1, 2, 2**62]


def test_a_moment_that_no_clock_shows_is_refused(path: Path) -> None:
    """A number is one, and still no time."""
    with PlayerLedger.create(path, {"run": "01jfm0"}) as ledger:
        ledger.add([message(1)._replace(due=2**60)])
    with pytest.raises(FilesError, match="a value in 'published' is none that belongs there"):
        PlayerLedger.open(path)
