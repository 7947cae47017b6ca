"""What a receiver wrote is read as messages; what is none is said or kept, as it is due."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import ScenarioError
from feed.files.received import read_received
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests.make import delivery

TOPIC = "exercise/v1/calm/feed/jpn/launch/rocket"


def payload(number: int = 1, **members: Any) -> dict[str, Any]:
    """Return a message as it is on the wire, with members changed."""
    played = Played("01jfm0", 1, "CALM", "calm")
    message: dict[str, Any] = json.loads(encode(delivery(), played, number, 1_000_000))
    return {**message, **members}


def wrapped(message: Any, topic: str = TOPIC) -> dict[str, Any]:
    """Return a record around a payload."""
    tst = "2023-12-19T00:00:01.5Z+0000"
    return {"tst": tst, "topic": topic, "qos": 1, "retain": 0, "payload": message}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a place for a file."""
    return tmp_path / "jpn.jsonl"


def write(path: Path, *records: Any) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


def test_bare_and_wrapped_payloads_are_messages(path: Path) -> None:
    """Their key is read, and of what is wrapped the topic and the time of receiving."""
    bare, around = read_received(write(path, payload(1), wrapped(payload(2))))

    assert (bare.run, bare.epoch, bare.recipient, bare.sequence) == ("01jfm0", 1, "JPN", 1)
    assert (bare.topic, bare.received, bare.sent) == (None, None, "1970-01-01T00:00:01.000+00:00")
    assert (around.line, around.sequence, around.topic) == (2, 2, TOPIC)
    assert around.received == 1_702_944_001_500_000


def test_other_topics_of_an_exercise_are_left_out(path: Path) -> None:
    """A wildcard subscription brings clock, pictures and heads too."""
    others = [f"exercise/v1/calm/{each}" for each in ("clock", "state/jpn/launch/x", "head/jpn")]
    records = [wrapped({"state": "playing"}, topic) for topic in (*others, "weather/tokyo")]

    (found,) = read_received(write(path, *records, wrapped(payload())))

    assert found.sequence == 1


@pytest.mark.parametrize(
    "members",
    [
        {"run": None}, {"run": ""}, {"run": ["x"]}, {"epoch": 0}, {"epoch": True}, {"epoch": "1"},
        {"recipient": "japan"}, {"recipient": 7}, {"sequence": 1}, {"sequence": "-1"},
        {"sequence": "0"}, {"sequence": "9" * 300}, {"sequence": "one"}, {"sent": 4},
        {"id": "01jfm0.1.jpn.state.rocket"},
    ],
)  # fmt: skip
def test_what_is_no_message_has_its_place(path: Path, members: dict[str, Any]) -> None:
    """Bare, it is a mistake of the file; on the topic of a feed it is what was received."""
    with pytest.raises(ScenarioError, match=r"jpn\.jsonl:2:1: not a message of the feed"):
        list(read_received(write(path, payload(), payload(**members)), "jpn.jsonl"))
    _, found = read_received(write(path, wrapped(payload()), wrapped(payload(**members))))
    assert (found.line, found.run, found.wrong) == (2, "", "not a message of the feed")


def test_a_member_that_is_not_there_is_named(path: Path) -> None:
    """So that its author knows what to look for."""
    message = payload()
    del message["epoch"]

    with pytest.raises(ScenarioError, match="it has no 'epoch'; remove this line"):
        list(read_received(write(path, message)))


@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), st.lists, max_leaves=4))
def test_no_payload_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    """Whatever stands on the topic of a feed is yielded as what it is."""
    path = tmp_path_factory.getbasetemp() / "hostile.jsonl"

    (found,) = read_received(write(path, wrapped(value)))

    assert found.wrong
