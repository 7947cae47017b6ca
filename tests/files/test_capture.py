"""Captures are read back whoever wrote them; what cannot be read is said with its place."""

import base64
import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import FilesError, ScenarioError
from feed.files.capture import LONGEST, read_capture
from feed.files.captured import Captured
from tests.brokers import Mosquitto, need


def lines(path: Path, *records: Any) -> Path:
    """Write records as JSON Lines; bytes as they are."""
    raw = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
    path.write_bytes(b"".join(line + b"\n" for line in raw))
    return path


def problem(path: Path) -> str:
    """Return what is wrong with a file, from its line on."""
    with pytest.raises(ScenarioError) as caught:
        list(read_capture(path, "x.jsonl"))
    return str(caught.value).removeprefix("x.jsonl:")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for a capture."""
    return tmp_path / "x.jsonl"


def test_bare_payloads_have_no_topic(path: Path) -> None:
    """What ``feed receive --out`` writes; blank lines are no records and count as lines."""
    records = list(read_capture(lines(path, {"a": 1}, b"", {"b": 2})))

    assert records == [
        Captured(1, None, None, b'{"a": 1}'),
        Captured(3, None, None, b'{"b": 2}'),
    ]


def test_records_around_payloads_are_read(path: Path) -> None:
    """Text, base64, JSON written anew, nothing; times as mosquitto_sub and as we write them."""
    about = {"tst": "2023-12-19T00:00:01.5Z+0000", "topic": "a/b", "qos": 1, "retain": 1}
    ours = {**about, "tst": "2023-12-19T09:00:01.500000+09:00"}
    records = list(
        read_capture(
            lines(
                path,
                {**about, "payloadlen": 4, "payload": "text"},
                {**ours, "payload_base64": base64.b64encode(b"\xff\0").decode()},
                {**about, "payloadlen": 7, "payload": {"a": 1}},
                {**about, "payloadlen": 0, "payload": None},
                {**about, "payloadlen": 6, "payload": "text"},
                {**about, "payloadlen": 9, "payload": "cut"},
                {"topic": "a", "payload": "no length"},
            )
        )
    )

    payloads = [b"text", b"\xff\0", b'{"a":1}', b"", b'"text"', b"cut", b"no length"]
    assert [record.payload for record in records] == payloads
    assert {record.wall for record in records[:-1]} == {1_702_944_001_500_000}
    assert records[0][2:6] == ("a/b", b"text", 1, True)
    assert [record.whole for record in records] == [True] * 5 + [False, True]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"a": 1', "1:8: not JSON"),
        (b'exercise/v1/a/feed/jpn/alert/b {"a": 1}', "1:1: a topic stands before the message"),
        (b'"text"', "1:1: not a JSON object"),
        (b"\xff", "1:1: not UTF-8"),
        (b"[" * 100_000, "1:1: no JSON that can be read"),
        (b'{"n": ' + b"9" * 5000 + b"}", "1:1: no JSON that can be read"),
        (b" " * LONGEST + b"{}", "1:1: longer than"),
        (b'{"topic": "a/#", "payload": ""}', "1:1: its topic is none"),
        (b'{"topic": 3, "payload": ""}', "1:1: its topic is none"),
        (b'{"topic": "a", "payload": "", "qos": 3}', "1:1: its qos"),
        (b'{"topic": "a", "payload": "", "retain": "yes"}', "1:1: its retain"),
        (b'{"topic": "a", "payload": "", "tst": "soon"}', "1:1: its tst"),
        (b'{"topic": "a", "payload": "", "tst": 3}', "1:1: its tst"),
        (b'{"topic": "a"}', "1:1: it has a topic and no payload"),
        (b'{"topic": "a", "payload_base64": "?"}', "1:1: its payload_base64"),
        (b'{"topic": "a", "payload_base64": 3}', "1:1: its payload_base64"),
    ],
)
def test_what_cannot_be_read_is_said(path: Path, line: bytes, said: str) -> None:
    """With its line and column, in one sentence."""
    assert said in problem(lines(path, line))


def test_the_line_is_the_one_in_the_file(path: Path) -> None:
    """Also behind lines that are right; and a line that was cut off is said to be."""
    assert problem(lines(path, {}, b"", b"nonsense")).startswith("3:1: not JSON")
    path.write_bytes(b'{}\n{"a":')
    assert problem(path).startswith("2:1: cut off in the middle")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """As with every other file."""
    with pytest.raises(FilesError, match="no such file"):
        list(read_capture(tmp_path / "gone.jsonl"))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    """Never a traceback."""
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(raw)
    with contextlib.suppress(ScenarioError):
        assert all(isinstance(record.payload, bytes) for record in read_capture(path))


@pytest.fixture
def mosquitto() -> Iterator[Mosquitto]:
    """Give a broker that is not ours."""
    broker = Mosquitto()
    yield broker
    broker.close()


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.parametrize("form", ["%J", "%j"])
def test_what_mosquitto_sub_writes_is_read(mosquitto: Mosquitto, path: Path, form: str) -> None:
    """The real program, with its own form of times and numbers."""
    login = mosquitto.mosquitto_options("player")
    for topic, payload in (("t/a", '{"x":1.0,"s":"日本"}'), ("t/b", "{}")):
        command = [need("mosquitto_pub"), *login, "-t", topic, "-q", "1", "-r", "-m", payload]
        subprocess.run(command, check=True)
    command = [need("mosquitto_sub"), *login, "-t", "t/#", "-q", "1", "-F", form, "-C", "2"]
    path.write_bytes(subprocess.run([*command, "-W", "20"], check=True, capture_output=True).stdout)

    first, second = sorted(read_capture(path), key=lambda record: record.topic or "")

    assert json.loads(first.payload) == {"x": 1, "s": "日本"}
    assert second[2:] == ("t/b", b"{}", 1, True, True)
    assert None not in {first.wall, second.wall}
