"""``feed capture`` as it is used: beside another recorder, ended by a signal."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.publish
import pytest

from feed.files.capture import read_capture
from feed.files.captured import Captured
from tests.brokers import Mosquitto, pause
from tests.commands import Shell

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def mosquitto() -> Iterator[Mosquitto]:
    """Give a broker that is not ours."""
    broker = Mosquitto()
    yield broker
    broker.close()


def publish(broker: Mosquitto, *messages: tuple[str, bytes, int, bool]) -> None:
    """Publish messages one after the other, as paho does."""
    paho.mqtt.publish.multiple(list(messages), hostname=broker.host, port=broker.port)


def captured(path: Path) -> list[tuple[str | None, bytes, int]]:
    """Return what is in a capture; brokers keep no order between qualities of service."""

    def told(record: Captured) -> tuple[str | None, bytes, int]:
        return record.topic, record.payload, record.qos

    return sorted(map(told, read_capture(path)), key=repr)


def test_another_recorder_records_the_same(mosquitto: Mosquitto, shell: Shell) -> None:
    """Of mqtt-recorder on the same broker; and its recording is read as a capture."""
    pytest.importorskip("mqtt_recorder")
    theirs, ours = shell.folder / "theirs.csv", shell.folder / "ours.jsonl"
    command = [
        sys.executable, "-m", "mqtt_recorder", "--host", mosquitto.host, "--port",
        str(mosquitto.port), "--mode", "record", "--file", str(theirs), "--qos", "2",
        "--topic", "site/#",
    ]  # fmt: skip
    publish(mosquitto, ("site/0", b"0", 1, True))
    recorder = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        mine = shell.start(
            "capture", "-t", "site/+", "--out", str(ours), "--count", "20",
            "--broker", f"mqtt://{mosquitto.host}:{mosquitto.port}",
        )  # fmt: skip
        mine.until("subscribed")
        while not (theirs.exists() and theirs.read_bytes()):
            assert recorder.poll() is None
            pause()
        messages = [(f"site/{n}", f"payload {n}".encode(), n % 3, False) for n in range(1, 20)]
        publish(mosquitto, *messages)
        assert mine.code() == 0
        while theirs.read_text(encoding="utf-8").count("\n") < 20:
            pause()
    finally:
        recorder.terminate()
        recorder.wait()

    with theirs.open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 20
    assert captured(ours) == captured(theirs)
    assert [each for each in captured(ours) if each[0] != "site/0"] == sorted(
        (message[:3] for message in messages), key=repr
    )


@pytest.mark.parametrize("suffix", ["jsonl", "mcap"])
def test_a_signal_ends_a_capture_that_can_be_read(
    mosquitto: Mosquitto, shell: Shell, suffix: str
) -> None:
    """What is no text is there too; MCAP has its index."""
    out = shell.folder / f"x.{suffix}"
    address = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    mine = shell.start("capture", "--topics", "#", "--out", str(out), "--broker", address)
    mine.until("subscribed")
    # MCAP is written in chunks, and this fills some.
    filler = [("z", os.urandom(100_000), 1, False) for _ in range(6)]
    publish(mosquitto, ("a", b"\xff\x00", 1, False), ("b", b"last", 1, False), *filler)
    while out.stat().st_size < 200_000:
        assert mine.process.poll() is None
        pause()

    assert mine.end(signal.SIGTERM) == 143
    assert captured(out)[:2] == [("a", b"\xff\x00", 1), ("b", b"last", 1)]


def test_a_file_that_is_there_is_not_written_over(mosquitto: Mosquitto, shell: Shell) -> None:
    """One sentence, and 74."""
    out = shell.folder / "x.jsonl"
    out.write_text("mine", encoding="utf-8")
    address = f"mqtt://{mosquitto.host}:{mosquitto.port}"

    done = shell.run("capture", "-t", "#", "-o", str(out), "--broker", address)

    assert done.returncode == 74
    assert f"feed: {out}: is there already; name another file" in done.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert shell.run("capture", "-t", "a/#/b", "-o", str(out)).returncode == 2
    assert shell.run("capture", "-t", "#", "-o", "x.jsonl", "--limit", "much").returncode == 2
