"""``feed play`` as it is used: with the recordings of another recorder, and recorded by it."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.files.capture import read_capture
from tests.app.test_foreign import HEARD, LINES, capture
from tests.brokers import Mosquitto, pause
from tests.commands import Shell

pytestmark = [pytest.mark.broker, pytest.mark.slow]

EXERCISE = "QUIET HARBOUR"
BASE = "exercise/v1/quiet-harbour/foreign/"


@pytest.fixture
def mosquitto() -> Iterator[Mosquitto]:
    """Give a broker that is not ours."""
    broker = Mosquitto()
    yield broker
    broker.close()


def recorded(path: Path) -> list[tuple[str | None, bytes, int]]:
    """Return what is in a capture; brokers keep no order between qualities of service."""
    told = ((one.topic, one.payload, one.qos) for one in read_capture(path) if one.payload)
    return sorted(told, key=repr)


def test_another_recorder_records_what_is_played_and_its_recording_plays(
    mosquitto: Mosquitto, shell: Shell
) -> None:
    """Topics, payloads and qualities are the same after two rounds."""
    pytest.importorskip("mqtt_recorder")
    texts = [each for each in LINES if "payload_base64" not in each]  # it records texts
    theirs = shell.folder / "theirs.csv"
    address = f"mqtt://{mosquitto.host}:{mosquitto.port}"
    command = [
        sys.executable, "-m", "mqtt_recorder", "--host", mosquitto.host, "--port",
        str(mosquitto.port), "--mode", "record", "--file", str(theirs), "--qos", "2",
        "--topic", f"{BASE}#",
    ]  # fmt: skip
    ready = shell.folder / "ready.jsonl"
    ready.write_text(f"{LINES[0]}\n", encoding="utf-8")
    play = ["--broker", address, "--exercise", EXERCISE, "--rate", "max"]
    recorder = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while not (theirs.exists() and theirs.read_bytes()):
            # Its subscription stands when it has heard something.
            assert recorder.poll() is None
            assert shell.run("play", str(ready), *play).returncode == 0
        before = theirs.read_text(encoding="utf-8").count("\n")
        done = shell.run("play", str(capture(shell.folder, *texts)), *play)
        assert done.returncode == 0, done.stderr
        while theirs.read_text(encoding="utf-8").count("\n") < before + len(texts):
            pause()
    finally:
        recorder.terminate()
        recorder.wait()

    with theirs.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[1]][before:]
    played = {topic: payload.decode() for topic, payload in HEARD if topic != "site/cam"}
    assert {row[0].removeprefix(BASE): row[1] for row in rows} == played
    wanted = [(BASE + (one or ""), *rest) for one, *rest in recorded(theirs)]

    again = shell.folder / "again.jsonl"
    mine = shell.start(
        "capture", "-t", "exercise/v1/second/foreign/#", "-o", str(again), "--broker", address,
        "--count", str(len(list(read_capture(theirs)))),
    )  # fmt: skip
    mine.until("subscribed")
    second = ["--broker", address, "--exercise", "second", "--rate", "max"]
    done = shell.run("play", str(theirs), *second)
    assert done.returncode == 0, done.stderr
    assert mine.code() == 0
    prefix = "exercise/v1/second/foreign/"
    assert [(BASE + (one or "").removeprefix(prefix), *rest) for one, *rest in recorded(again)] == (
        wanted
    )


def test_what_is_wrong_has_its_code(shell: Shell) -> None:
    """1 for the capture, 2 for the command line, 74 for a file that is not there."""
    bad = shell.folder / "bad.jsonl"
    bad.write_text(f"{LINES[0]}\n{{\n", encoding="utf-8")

    done = shell.run("play", str(bad))
    assert (done.returncode, "bad.jsonl:2:" in done.stderr) == (1, True)
    assert shell.run("play", str(bad), "--filter", "a/#/b").returncode == 2
    assert shell.run("play", str(shell.folder / "none.jsonl")).returncode == 74
