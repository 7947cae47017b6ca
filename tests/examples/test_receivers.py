"""The receivers that people copy, as they stand, on a real broker, with a stream that is unkind."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.brokers import EmbeddedLike, embedded_like, lacking, need, pause
from tests.examples.stream import EXPECTED, PATIENCE_S, Player, Sent, active, of_epoch
from tests.npm import node, with_package

EXAMPLES = Path(__file__).parents[2] / "examples"
MQTTJS = "5.16.0"
LONGEST = 100
"""lines of an example: what is longer is not copied"""


def command(name: str, folder: Path) -> list[str]:
    """Return what starts an example, copied to a folder of its own."""
    if name.endswith(".c"):
        shutil.copytree(EXAMPLES / "c", folder)
        program = folder / "receive"
        flags = ("-Wall", "-Wextra", "-Werror", "-o", str(program), str(folder / name))
        libraries = ("-lpaho-mqtt3c", "-lcjson")
        if subprocess.run([need("cc"), *flags, *libraries], check=False).returncode:
            lacking("libpaho-mqtt-dev and libcjson-dev are not installed")
        return [str(program)]
    if name.endswith(".py"):
        shutil.copytree(EXAMPLES / "python", folder)
        return [sys.executable, str(folder / name)]
    shutil.copytree(EXAMPLES / "javascript", folder)
    with_package(folder, "mqtt", MQTTJS)
    return [node(), str(folder / name)]


class Receiver:
    """An example that runs, and everything that it has printed."""

    def __init__(self, arguments: Sequence[str], out: Path) -> None:
        self._out = out
        with out.open("w", encoding="utf-8") as file:
            self._process = subprocess.Popen(arguments, stdout=file, stderr=subprocess.STDOUT)

    def lines(self) -> list[str]:
        """Return what it printed, each line once."""
        return list(dict.fromkeys(self._out.read_text(encoding="utf-8").splitlines()))

    def until(self, start: str, meanwhile: Callable[[], None]) -> list[str]:
        """Wait for a line, and return everything up to it."""
        for step in range(PATIENCE_S * 100):
            lines = self.lines()
            if any(line.startswith(start) for line in lines):
                return lines
            assert self._process.poll() is None, lines
            if step % 20 == 19:  # the player repeats its last word
                meanwhile()
            pause()
        raise AssertionError(self.lines())

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def alone() -> Iterator[EmbeddedLike]:
    """Give a broker on which nothing else is played: the examples follow the newest run."""
    broker = embedded_like()
    yield broker
    broker.close()


@pytest.fixture(params=["receive_paho.py", "receive_aiomqtt.py", "receive.mjs", "receive.c"])
def start(
    request: pytest.FixtureRequest, alone: EmbeddedLike, tmp_path: Path
) -> Iterator[Callable[[], Receiver]]:
    """Give what starts an example, again and again, on one file."""
    arguments = command(request.param, tmp_path / "copied")
    path = Path(request.param)
    client = {".py": path.stem.partition("_")[2], ".mjs": "mqttjs", ".c": "paho-c"}
    me = f"my-jpn-{client[path.suffix]}"
    _session(alone, me)
    running: list[Receiver] = []

    def give() -> Receiver:
        options = [alone.host, str(alone.port), "jpn", str(tmp_path / "jpn.jsonl")]
        out = tmp_path / f"out-{len(running)}"
        running.append(Receiver([*arguments, *options], out))
        return running[-1]

    yield give
    for receiver in running:
        receiver.kill()
    _session(alone, me, keep=False)


def _session(broker: EmbeddedLike, me: str, *, keep: bool = True) -> None:
    """Make the session that an example will find, with its subscription; or take it away."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, me, clean_session=not keep)
    client.username_pw_set("jpn")
    done: list[bool] = []

    def connected(*_: Any) -> None:
        if keep:
            client.subscribe("exercise/v1/+/feed/jpn/#", qos=1)
        else:
            done.append(True)

    client.on_connect = connected
    client.on_subscribe = lambda *_: done.append(True)
    client.connect(broker.host, broker.port)
    while not done:
        client.loop(0.1)
    client.disconnect()


def told(messages: list[Sent]) -> list[str]:
    """Return the lines that a receiver prints for messages, apart from what it remarks."""
    return [
        f"EXERCISE {each['epoch']}.{int(each['sequence'])} {each['type']} {each['subject']}"
        for each in messages
    ]


@pytest.mark.slow
def test_a_copied_receiver_gets_everything_once_and_in_order(
    start: Callable[[], Receiver], alone: EmbeddedLike, exercise: str
) -> None:
    """Duplicates, another order, a loss, strange messages, its own end, and a new epoch."""
    first, second = of_epoch(1, exercise), of_epoch(2, exercise)
    assert active(first) == ["stands"]
    with Player(alone, exercise, [*first, *second]) as player:
        # While it is away: others are swapped, one comes twice, and one never comes.
        unkind = [first[1], first[0], *first[2:6], first[3], *reversed(first[7:])]
        player.send(unkind)
        player.head(1, len(first))
        receiver = start()
        lines = receiver.until("EXERCISE 1 complete", lambda: player.head(1, len(first)))
        shown = [line for line in lines if "complete" not in line]
        assert [line.partition(" LATE")[0].partition(" UNM")[0] for line in shown] == told(first)
        assert {"from": 7, "to": 7}.items() <= player.asked[-1].items()
        whats = [line.split(" ", 2)[2] for line in shown]
        for strange, remark in EXPECTED.items():
            assert strange + remark in whats
        (late,) = [line for line in shown if "LATE" in line]
        assert late.startswith(f"EXERCISE 1.{len(first) - 2} exercise.track.update.v1 rocket")
        assert lines[-1] == f"EXERCISE 1 complete: {len(first)}, active: {active(first)}"

        receiver.kill()
        player.send(second[:4])
        again = start()
        player.send(second[4:])
        player.head(2, len(second))
        lines = again.until("EXERCISE 2 complete", lambda: player.head(2, len(second)))
        # It knows from its file what it had before.
        assert lines[: len(first)] == shown
        done = f"EXERCISE 2 complete: {len(second)}, active: {active(second)}"
        assert lines[-1] == done
        assert [line for line in lines if line.startswith("EXERCISE 2.")] == [
            line.replace("EXERCISE 1.", "EXERCISE 2.", 1) for line in shown
        ]


@pytest.mark.parametrize(
    "path",
    sorted(each for each in EXAMPLES.rglob("*.*") if each.is_file() and each.suffix != ".json"),
    ids=lambda p: p.name,
)
def test_an_example_is_short(path: Path) -> None:
    """It can be read in one go."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST
