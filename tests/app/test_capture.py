"""Whatever comes on topics of a broker is written down as it came."""

import time
from pathlib import Path

import pytest

from feed.app.capture import CaptureOptions, capture, parse_size
from feed.errors import BrokerError, UsageError
from feed.files.capture import read_capture
from tests.app.stage import Stage

PAYLOADS = [b'{"x": 1}', b"\xff\x00bin", "日本".encode(), b"", b"x" * 70_000]


def options(stage: Stage, out: Path, **others: object) -> CaptureOptions:
    """Return options to capture what stands and comes under one level."""
    topics = (f"{stage.topics.base}/state/#",)
    return CaptureOptions(stage.broker.url_for("player"), out, topics, **others)  # type: ignore[arg-type]


def nothing_in(folder: Path) -> bool:
    """Tell whether a folder is empty."""
    return not any(folder.iterdir())


@pytest.mark.broker
@pytest.mark.parametrize("suffix", ["jsonl", "mcap"])
async def test_what_stands_is_captured_byte_by_byte(
    stage: Stage, tmp_path: Path, suffix: str
) -> None:
    """Topic, payload, QoS, retain flag; it ends when it has as many as were asked for."""
    async with stage.client("player") as client:
        for number, payload in enumerate(PAYLOADS):
            if payload:
                topic = stage.topics.state("jpn", "alert", str(number))
                await client.say(topic, payload, retain=True)
        out = tmp_path / f"x.{suffix}"
        before = time.time_ns() // 1000

        assert await capture(options(stage, out, most=4)) == 0

    found = {record.topic: record for record in read_capture(out)}
    assert {topic: record.payload for topic, record in found.items()} == {
        stage.topics.state("jpn", "alert", str(number)): payload
        for number, payload in enumerate(PAYLOADS)
        if payload
    }
    assert {(record.qos, record.retain) for record in found.values()} == {(1, True)}
    assert all(before <= (record.wall or 0) <= before + 10**9 for record in found.values())


async def test_what_makes_no_sense_is_said_before_the_broker(tmp_path: Path) -> None:
    """And no file is left behind."""
    wrong = CaptureOptions("127.0.0.1:1", tmp_path / "x.jsonl", ("a/#/b",))

    with pytest.raises(UsageError, match="--topics 'a/#/b': '#' may only be the last level"):
        await capture(wrong)

    assert nothing_in(tmp_path)


async def test_a_broker_that_is_not_there_is_said(tmp_path: Path) -> None:
    """And no empty file is left behind for the next try to trip over."""
    with pytest.raises(BrokerError):
        await capture(CaptureOptions("mqtt://127.0.0.1:1", tmp_path / "x.jsonl", ("#",)))

    assert nothing_in(tmp_path)


@pytest.mark.parametrize(
    ("text", "size"),
    [("500", 500), ("500kB", 500_000), ("1.5 MB", 1_500_000), ("2GiB", 2**31), ("1m", 10**6)],
)
def test_sizes(text: str, size: int) -> None:
    """In powers of a thousand or of 1,024."""
    assert parse_size(text, "--limit") == size


@pytest.mark.parametrize("text", ["", "big", "-1", "0", "1 TB", "9" * 30])
def test_what_is_no_size_is_said(text: str) -> None:
    """With examples."""
    with pytest.raises(UsageError, match="write 500kB"):
        parse_size(text, "--limit")
