"""Captures as MCAP: what is written is read back, and damage is said."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcap.opcode import Opcode
from mcap.reader import make_reader
from mcap.writer import Writer

from feed.errors import ScenarioError
from feed.files.capture_mcap import MAGIC, McapFile, read_mcap
from feed.files.captured import Captured


def written(records: list[Captured]) -> bytes:
    """Return an MCAP file of records."""
    out = io.BytesIO()
    file = McapFile(out)
    for record in records:
        file.add(record)
    file.finish()
    return out.getvalue()


_RECORDS = st.lists(
    st.builds(
        Captured,
        st.just(0),
        st.integers(0, 2**52),
        st.text(min_size=1, max_size=5),
        st.binary(max_size=30),
        st.integers(0, 2),
        st.booleans(),
        st.just(True),
    ),
    max_size=20,
)


@given(_RECORDS)
def test_what_is_written_is_read_back(records: list[Captured]) -> None:
    """Topic, payload, QoS, retain flag, time, in order."""
    found = list(read_mcap(io.BytesIO(written(records)), "x.mcap"))

    assert [each[1:] for each in found] == [each[1:] for each in records]
    assert [each.line for each in found] == list(range(1, len(records) + 1))


def test_other_programs_can_read_it() -> None:
    """The library's own reader, by its index."""
    raw = written([Captured(0, 1_000_000, "a/b", b"x", 1, True)])

    ((_, channel, message),) = list(make_reader(io.BytesIO(raw)).iter_messages())

    assert raw.startswith(MAGIC)
    assert (channel.topic, message.data, message.log_time) == ("a/b", b"x", 10**9)


def test_what_others_wrote_is_read() -> None:
    """A channel without our members is QoS 0, not retained."""
    out = io.BytesIO()
    writer = Writer(out)
    writer.start()
    channel = writer.register_channel("robot/pose", "json", 0)
    writer.add_message(channel, 5_000, b"{}", 5_000)
    writer.finish()  # type: ignore[no-untyped-call]
    out.seek(0)

    assert list(read_mcap(out, "x")) == [Captured(1, 5, "robot/pose", b"{}", 0, False)]


@given(st.data())
def test_a_damaged_file_is_refused_or_read(data: st.DataObject) -> None:
    """Cut anywhere it is refused with one sentence; other damage never ends in a traceback."""
    records = [Captured(0, n, f"t/{n}", bytes([n]) * 50) for n in range(20)]
    raw = bytearray(written(records))
    if data.draw(st.booleans()):
        cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
        with pytest.raises(ScenarioError, match="cut off or damaged"):
            list(read_mcap(io.BytesIO(bytes(cut)), "x.mcap"))
        return
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(ScenarioError):
        assert len(list(read_mcap(io.BytesIO(bytes(raw)), "x.mcap"))) <= len(records)


def test_a_damaged_index_makes_no_message() -> None:
    """Behind the data one byte can say that a record of the index is one."""
    records = [Captured(0, n, f"t/{n}", bytes([n]) * 50) for n in range(20)]
    raw = written(records)
    for place in range(len(raw)):
        damaged = raw[:place] + bytes([Opcode.MESSAGE]) + raw[place + 1 :]
        with contextlib.suppress(ScenarioError):
            assert len(list(read_mcap(io.BytesIO(damaged), "x.mcap"))) <= len(records)
