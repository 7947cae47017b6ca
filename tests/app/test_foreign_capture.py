"""Files of captured messages, read once before they are played."""

import json
from pathlib import Path
from typing import Any

import pytest

from feed.app.foreign_capture import ForeignCapture
from feed.core.foreign import Foreign, ForeignTopics
from feed.errors import ScenarioError, UsageError
from feed.files.source import InputFile
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests import make

TOPICS = ForeignTopics("exercise/v1/calm")


def line(second: int, topic: str = "site/gate", **members: Any) -> str:
    """Return a line as ``feed capture`` writes it."""
    told = {"tst": f"2026-11-26T01:00:{second:02}.000000+00:00", "topic": topic, "payload": "x"}
    return json.dumps({**told, **members})


def scan(folder: Path, *lines: str, topics: ForeignTopics = TOPICS) -> ForeignCapture:
    """Read a capture of these lines."""
    path = folder / "site.jsonl"
    path.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    return ForeignCapture.scan(InputFile(path, "site.jsonl"), topics)


def test_it_is_known_before_it_is_played(tmp_path: Path) -> None:
    """First and last moment, and how much there is."""
    other = line(5, "other/x")
    topics = ForeignTopics("b", ["site/#"])

    capture = scan(tmp_path, line(1), other, line(3, payloadlen=9), topics=topics)

    assert capture.last - capture.first == 2_000_000
    assert (capture.count, capture.left_out, capture.cut_off) == (2, 1, 1)
    assert [one.topic for one in capture.records()] == ["b/foreign/site/gate"] * 2


def test_quality_and_retain_flag_are_kept(tmp_path: Path) -> None:
    """And every byte of the payload."""
    capture = scan(tmp_path, line(1, qos=2, retain=1, payload=None, payload_base64="/wA="))

    (one,) = capture.records()
    assert one == Foreign(capture.first, "exercise/v1/calm/foreign/site/gate", b"\xff\x00", 2, True)


def test_a_clock_that_was_set_back_reorders_nothing(tmp_path: Path) -> None:
    """Nor does a line without a time: it comes with the one before."""
    without = json.dumps({"topic": "site/gate", "payload": "x"})
    capture = scan(tmp_path, line(5), line(2), without, line(9))

    dues = [one.due - capture.first for one in capture.records()]
    assert dues == [0, 0, 0, 4_000_000]


def test_bare_payloads_of_a_feed_say_themselves_where_they_were(tmp_path: Path) -> None:
    """What ``feed receive --out`` writes: exercise, recipient, kind and event, and when."""
    delivery = make.delivery(10)
    payload = encode(delivery, Played("01jfm0", 1, "PAPER LANTERN", "paper-lantern"), 1, 5_000_000)

    capture = scan(tmp_path, payload.decode(), json.dumps({"temperature": 21}))

    message, country = delivery.message, delivery.recipient.lower()
    feed = f"exercise/v1/paper-lantern/feed/{country}/{message.kind}/{message.event}"
    assert [one.topic.partition("/foreign/")[2] for one in capture.records()] == [feed, "received"]
    assert capture.first == capture.last == 5_000_000


def test_what_cannot_be_played_is_said_before(tmp_path: Path) -> None:
    """With its place, or as a sentence if there is nothing at all."""
    with pytest.raises(ScenarioError) as refused:
        scan(tmp_path, line(1), line(2, topic="x" * 65_530))
    assert str(refused.value.problems[0]).startswith("site.jsonl:2:1: its topic is too long")
    with pytest.raises(ScenarioError):
        scan(tmp_path, line(1), "{")
    with pytest.raises(UsageError, match="there is no message in it, so there is nothing to play"):
        scan(tmp_path)
    with pytest.raises(UsageError, match="no message of it fits --filter"):
        scan(tmp_path, line(1), topics=ForeignTopics("b", ["other"]))
