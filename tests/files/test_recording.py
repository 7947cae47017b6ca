"""A recording holds each message once, in lines that everybody can read."""

import json
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import FilesError, ScenarioError
from feed.files.recording import Key, Recording, read_recording
from tests.files.child import child
from tests.files.test_database import as_nobody, file_limit, small_disk

__all__ = ["small_disk"]


def message(sequence: int, *, epoch: int = 1, text: str = "x") -> tuple[Key, bytes]:
    """Return a message and its key."""
    members = {
        "id": f"01jfm0.{epoch}.jpn.{sequence}",
        "run": "01jfm0",
        "epoch": epoch,
        "sequence": f"{sequence:08}",
        "recipient": "JPN",
        "data": {"text": text},
    }
    return Key("01jfm0", epoch, "JPN", sequence), json.dumps(members).encode()


def written(path: Path, *numbers: int) -> int:
    """Add messages to a recording; return how many bytes of it had to be repaired."""
    with Recording.append_to(path) as recording:
        recording.write([message(number) for number in numbers])
        return recording.repaired


def sequences(path: Path) -> list[int]:
    """Return the sequences in a recording, in order of its lines."""
    return [int(found["sequence"]) for found in read_recording(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for a recording."""
    return tmp_path / "got.jsonl"


def test_a_line_is_the_payload_itself(path: Path) -> None:
    """Nothing is added to what was received, so other tools read and write the same."""
    written(path, 1, 2)

    assert path.read_bytes() == message(1)[1] + b"\n" + message(2)[1] + b"\n"


def test_a_message_is_written_once(path: Path) -> None:
    """What is there is not written again: of this batch, of one before, of an earlier receiver."""
    written(path, 1, 2, 1)
    written(path, 2, 3)

    assert sequences(path) == [1, 2, 3]


def test_line_breaks_inside_a_payload_become_spaces(path: Path) -> None:
    """A payload that somebody wrote over several lines says the same on one."""
    key, payload = message(1, text="two\nlines")
    spread = json.dumps(json.loads(payload), indent=2).replace("\n", "\r\n").encode()

    with Recording.append_to(path) as recording:
        recording.write([(key, spread)])

    assert list(read_recording(path)) == [json.loads(payload)]


@given(numbers=st.lists(st.integers(1, 9), min_size=1, max_size=9), cut=st.integers(1, 150))
def test_a_last_line_that_was_cut_short_is_repaired(numbers: Sequence[int], cut: int) -> None:
    """Wherever the end of a recording was lost, it goes on after its last whole message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "got.jsonl"
        written(path, *numbers)
        whole = path.read_bytes()
        os.truncate(path, max(0, len(whole) - cut))
        left = path.read_bytes()
        sound = len(left) if left.endswith(b"}}") else left.rfind(b"\n") + 1

        assert written(path) == len(left) - sound
        assert written(path, *numbers) == 0
        assert path.read_bytes() == whole


def test_a_last_line_without_its_end_that_is_whole_is_kept(path: Path) -> None:
    """An editor that left the last line break out took nothing away."""
    path.write_bytes(message(1)[1])

    assert written(path, 2) == 0
    assert sequences(path) == [1, 2]


def test_empty_lines_are_nothing(path: Path) -> None:
    """Lines of white space are passed over and kept."""
    path.write_bytes(b"\n" + message(1)[1] + b"\n  \n")

    assert written(path, 2) == 0
    assert sequences(path) == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"17",
        b'"text"',
        b"{}",
        b'{"run": 1, "epoch": 1, "recipient": "JPN", "sequence": "x"}',
        b'{"run": "r", "epoch": 1, "recipient": 5, "sequence": "1", "id": "r.1.5.1"}',
        b'{"run": "r", "epoch": 1, "recipient": "JPN", "sequence": "1", "id": "r.1.jpn.state.e"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"x" * 2_000_000,
    ],
    ids=range(11),
)
def test_a_bad_line_in_the_middle_is_refused(path: Path, line: bytes) -> None:
    """The line is named, and the file stays as it is."""
    raw = message(1)[1] + b"\n" + line + b"\n" + message(2)[1] + b"\n"
    path.write_bytes(raw)

    for read in (Recording.append_to, lambda path: list(read_recording(path))):
        with pytest.raises(ScenarioError) as raised:
            read(path)
        assert str(raised.value) == (
            f"{path}:2:1: not a message of the feed; remove this line, or name another file"
        )
    assert path.read_bytes() == raw


def test_a_recording_is_read_while_it_is_written(path: Path) -> None:
    """A last line that is not finished yet is left out."""
    path.write_bytes(message(1)[1] + b"\n" + message(2)[1][:50])

    assert sequences(path) == [1]


def test_two_receivers_do_not_write_one_file(path: Path) -> None:
    """The second one is told to name another file."""
    with Recording.append_to(path), pytest.raises(FilesError, match="another receiver is writing"):
        Recording.append_to(path)


def test_what_did_not_fit_is_taken_back(path: Path) -> None:
    """A write that fails in the middle leaves whole lines, and the same messages are new again."""
    with Recording.append_to(path) as recording:
        recording.write([message(1)])
        big = [message(number, text="x" * 900) for number in range(2, 12)]
        with file_limit(5_000), pytest.raises(FilesError, match="the disk is full"):
            recording.write(big)
        assert sequences(path) == [1]

        recording.write(big)
        assert sequences(path) == list(range(1, 12))


def test_a_full_disk(small_disk: Path) -> None:
    """On a full disk what was written before is still whole."""
    path = small_disk / "got.jsonl"
    big = [message(number, text="x" * 3000) for number in range(1, 400)]
    with Recording.append_to(path) as recording:
        recording.write(big[:50])
        with pytest.raises(FilesError, match="the disk is full; free some space"):
            recording.write(big)
    assert sequences(path) == list(range(1, 51))


def test_a_device_that_is_full() -> None:
    """A device is written to as it is, and its errors are sentences."""
    with (
        Recording.append_to(Path("/dev/full")) as recording,
        pytest.raises(FilesError, match="/dev/full: the disk is full"),
    ):
        recording.write([message(1)])


def test_a_pipe(path: Path) -> None:
    """A named pipe gets the same lines, each message once."""
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    with Recording.append_to(path) as recording:
        recording.write([message(1), message(2)])
        recording.write([message(2)])
    reader.join()

    assert got == [message(1)[1] + b"\n" + message(2)[1] + b"\n"]


def test_a_pipe_whose_reader_went_away(path: Path) -> None:
    """A reader that ends is a sentence, not a signal."""
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: path.open("rb").close())
    reader.start()
    with Recording.append_to(path) as recording:
        reader.join()
        with pytest.raises(FilesError, match="its reader has gone"):
            recording.write([message(1)])


_TO_STDOUT = """
from pathlib import Path
from feed.files.recording import Key, Recording

recording = Recording.append_to(Path("/dev/stdout"))
recording.write([(Key("r", 1, "JPN", 1), b"{}"), (Key("r", 1, "JPN", 1), b"{}")])
"""


@pytest.mark.slow
def test_standard_output() -> None:
    """The name of standard output works where it is a pipe."""
    with child(_TO_STDOUT) as writer:
        assert writer.line() == "{}\n"
        assert writer.line() == ""


_WRITER = """
import json, sys
from pathlib import Path
from feed.files.recording import Key, Recording

with Recording.append_to(Path(sys.argv[1])) as recording:
    n = 0
    while True:
        batch = []
        for _ in range(50):
            n += 1
            members = {"id": f"r.1.jpn.{n}", "run": "r", "epoch": 1, "recipient": "JPN"}
            payload = json.dumps({**members, "sequence": str(n)}).encode()
            batch.append((Key("r", 1, "JPN", n), payload))
        recording.write(batch)
        print(n, flush=True)
"""


@pytest.mark.slow
def test_what_was_written_survives_kill_9(path: Path) -> None:
    """A receiver that is killed loses nothing that it knew to be written."""
    with child(_WRITER, str(path)) as writer:
        told = [writer.line() for _ in range(10)]
        told += writer.kill()

    found = sequences(path)
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= int(told[-1])


def test_places_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A folder, a file in no folder and a file without rights are a sentence each."""
    with pytest.raises(FilesError, match="is a folder; name a file in it"):
        Recording.append_to(tmp_path)
    with pytest.raises(FilesError, match="no such file or folder"):
        Recording.append_to(tmp_path / "nowhere" / "got.jsonl")
    with pytest.raises(FilesError, match="no such file or folder"):
        sequences(tmp_path / "got.jsonl")
    with as_nobody(), pytest.raises(FilesError, match="check the rights"):
        Recording.append_to(tmp_path / "got.jsonl")
