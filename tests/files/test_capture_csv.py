"""Recordings of mqtt-recorder are read back."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import ScenarioError
from feed.files.capture_csv import read_csv
from feed.files.captured import Captured


def read(text: bytes) -> list[Captured]:
    """Return the records of a recording."""
    return list(read_csv(io.BytesIO(text), "x.csv"))


def test_rows_are_records() -> None:
    """As mqtt-recorder writes them; a payload may have quotes and line breaks."""
    text = 'a/b,"{""x"": 1}",1,0,1700000000.25,0.5\r\na,"two\nlines",0,True,3,1\r\n\r\n'

    assert read(text.encode()) == [
        Captured(1, 1_700_000_000_250_000, "a/b", b'{"x": 1}', 1, False),
        Captured(3, 3_000_000, "a", b"two\nlines", 0, True),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"a,b,1,0,5", "x.csv:2:1: 5 columns; a row of mqtt-recorder has 6"),
        (b"a/#,b,1,0,5,0", "x.csv:2:1: its topic"),
        (b"a,b,3,0,5,0", "x.csv:2:1: its qos"),
        (b"a,b,1,maybe,5,0", "x.csv:2:1: its retain"),
        (b"a,b,1,0,soon,0", "x.csv:2:1: its time"),
        (b"a,b,1,0,1e300,0", "x.csv:2:1: its time"),
        (b"a,b,1,0,nan,0", "x.csv:2:1: its time"),
        (b"a,\xff,1,0,5,0", "not UTF-8"),
        (b'a,"open', "x.csv:2:1:"),
        (b"a," + b"x" * 200_000 + b",1,0,5,0", "x.csv:2:1: field larger than"),
    ],
)
def test_what_is_no_row_has_its_line(row: bytes, said: str) -> None:
    """One sentence each."""
    with pytest.raises(ScenarioError) as caught:
        read(b"a,b,1,0,5,0\n" + row)

    assert said in str(caught.value)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Never a traceback."""
    with contextlib.suppress(ScenarioError):
        assert all(isinstance(each.payload, bytes) for each in read(raw))
