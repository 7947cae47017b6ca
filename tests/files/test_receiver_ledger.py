"""A receiver's ledger knows what is new, and how much it has."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import FilesError
from feed.files.receiver_ledger import EpochProgress, Received, ReceiverLedger
from tests.files.test_database import file_limit
from tests.memory import folder_in_memory

RUN = "01jfm0"
ABOUT = {"recipient": "JPN", "client": "feed-jpn-test-a", "exercise": "test"}


def received(sequence: int, *, epoch: int = 1, run: str = RUN, payload: bytes = b"{}") -> Received:
    """Return a message as it arrives."""
    topic = "exercise/v1/test/feed/jpn/launch/launch-1"
    return Received(
        run, epoch, sequence, f"launch-1.kor.{sequence}", topic, 10, 20, 30 + sequence, payload
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for a ledger."""
    return tmp_path / "receiver-jpn-a.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[ReceiverLedger]:
    """Give an empty ledger."""
    with ReceiverLedger.at(path, ABOUT) as ledger:
        yield ledger


def test_what_is_new_is_told_from_what_comes_again(ledger: ReceiverLedger) -> None:
    """A key is new once, in one batch or in several; the first payload stays."""
    again = received(1, payload=b"other")

    assert ledger.add([received(1), received(2), again]) == [True, True, False]
    assert ledger.add([again, received(1, epoch=2), received(1, run="01jfm1")]) == [
        False,
        True,
        True,
    ]
    assert next(ledger.rows(RUN)) == received(1)
    assert (ledger.duplicates(), ledger.duplicates(RUN), ledger.duplicates("01jfm1")) == (2, 2, 0)


def test_a_stream_of_which_nothing_came(ledger: ReceiverLedger) -> None:
    """Asking for an epoch that is not there changes nothing."""
    assert ledger.progress(RUN, 7) == EpochProgress(0, [], 0)
    assert list(ledger.rows(RUN, 7)) == []
    assert ledger.spans(RUN, 7) == []
    assert ledger.runs() == []


@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(1, 2), st.integers(1, 30)), max_size=8), max_size=8
    ),
    reopened=st.sets(st.integers(0, 7)),
)
def test_progress_is_what_was_received(
    batches: list[list[tuple[int, int]]], reopened: set[int]
) -> None:
    """Whatever comes, in whatever order, and opened again in between, the books are right."""
    there: set[tuple[int, int]] = set()
    with folder_in_memory() as folder:
        path = Path(folder) / "receiver.sqlite"
        ledger = ReceiverLedger.at(path, ABOUT)
        for number, batch in enumerate(batches):
            if number in reopened:
                ledger.close()
                ledger = ReceiverLedger.at(path, ABOUT)
            new = ledger.add([received(n, epoch=epoch) for epoch, n in batch])
            assert new == [key not in {*there, *batch[:i]} for i, key in enumerate(batch)]
            there |= set(batch)
            for epoch in (1, 2):
                numbers = {n for e, n in there if e == epoch}
                progress = ledger.progress(RUN, epoch)
                gaps = {n for a, b in progress.missing for n in range(a, b + 1)}
                assert progress.sequence == max(numbers, default=0)
                assert progress.received == len(numbers)
                assert gaps == set(range(1, progress.sequence + 1)) - numbers
                spans = ledger.spans(RUN, epoch)
                assert {n for a, b in spans for n in range(a, b + 1)} == numbers
        assert ledger.epochs(RUN) == sorted({e for e, _ in there})
        assert list(ledger.rows(RUN)) == [received(n, epoch=e) for e, n in sorted(there)]
        assert ledger.duplicates() == sum(map(len, batches)) - len(there)
        ledger.close()


def test_many_rows_are_read_in_pages(ledger: ReceiverLedger) -> None:
    """Rows come in order of their sequence, however many there are, while more arrive."""
    ledger.add([received(n) for n in range(1200, 0, -1)])
    rows = ledger.rows(RUN, 1)

    first = next(rows)
    ledger.add([received(1201)])

    assert [first, *rows] == [received(n) for n in range(1, 1202)]


def test_what_did_not_fit_on_the_disk_is_not_counted(ledger: ReceiverLedger) -> None:
    """After a failed write the books say what is on the disk, and the same batch is new again."""
    ledger.add([received(1)])
    big = [received(n, payload=os.urandom(8000)) for n in range(2, 52)]
    other = received(1, epoch=9)

    with file_limit(100_000), pytest.raises(FilesError, match="the disk"):
        ledger.add([other, *big])

    assert ledger.progress(RUN, 1) == EpochProgress(1, [], 1)
    assert ledger.progress(RUN, 9) == EpochProgress(0, [], 0)
    assert all(ledger.add([other, *big]))
    assert ledger.progress(RUN, 1) == EpochProgress(51, [], 51)
    assert list(ledger.rows(RUN, 9)) == [other]


def test_a_ledger_of_another_country_is_refused(path: Path, ledger: ReceiverLedger) -> None:
    """A receiver does not go on in a ledger that is not its own."""
    ledger.close()

    with pytest.raises(FilesError, match="its recipient is 'JPN', not 'KOR'"):
        ReceiverLedger.at(path, {**ABOUT, "recipient": "KOR"})


def test_a_payload_that_rotted_is_noticed(path: Path, ledger: ReceiverLedger) -> None:
    """A row whose payload changed by itself is not handed out."""
    ledger.add([received(1, payload=b"0123456789" * 20)])
    ledger.close()
    path.write_bytes(path.read_bytes().replace(b"0123456789" * 20, b"0123456798" * 20))

    with ReceiverLedger.at(path, ABOUT) as again, pytest.raises(FilesError, match="checksum"):
        list(again.rows(RUN))


def test_another_process_wrote_the_same_ledger(path: Path, ledger: ReceiverLedger) -> None:
    """The file decides what is new, even when somebody else added to it."""
    ledger.add([received(1)])
    with ReceiverLedger.at(path, ABOUT) as other:
        other.add([received(2)])

    assert ledger.add([received(2), received(3)]) == [False, True]
    assert ledger.progress(RUN, 1) == EpochProgress(3, [], 3)
