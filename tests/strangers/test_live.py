"""Strangers on the broker: every story of the library, played once, comes whole to six clients.

Each is somebody else's program, unchanged, or an example that people copy.  What they got is
compared, byte by byte, with what the player wrote down that it sent.
"""

import asyncio
import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from feed.app.prepare import prepare
from feed.files.library import entries
from tests.app.stage import Stage, fast
from tests.brokers import EmbeddedLike, embedded_like, need, pause
from tests.commands import ROOT
from tests.dashboard.browser import chromium
from tests.examples.node_red import running, shown
from tests.npm import with_packages
from tests.sites import serving

FILTER = "exercise/v1/+/feed/jpn/#"
PATIENCE_S = 90
MARKER = b'{"specversion": "1.0", "marker": true}'
STRANGERS = ("mosquitto_sub", "paho", "paho-c", "mqtt.js", "node-red", "mqtt-recorder")
PAGE = """<!doctype html>
<meta charset="utf-8">
<script src="node_modules/mqtt/dist/mqtt.min.js"></script>
<script>
  const got = [];
  const broker = new URLSearchParams(location.search).get("broker");
  const client = mqtt.connect(broker, { protocolVersion: 4 });
  const ready = () => (document.title = "ready");
  client.on("connect", () => client.subscribe("%s", { qos: 1 }, ready));
  client.on("message", (topic, payload) => got.push(payload.toString()));
</script>"""

Got = Callable[[], set[bytes]]
"""returns what a stranger has got so far"""


def canonical(payload: str | bytes) -> str:
    """Return a payload as one text, however its client has written it: 500.0 is 500 to JSON."""
    return json.dumps(json.loads(payload, parse_int=float), sort_keys=True)


@contextmanager
def process(command: Sequence[str], out: Path) -> Iterator[None]:
    """Run a program that goes on until it is ended."""
    with out.open("wb") as file:
        started = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        started.terminate()
        started.wait()


def whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a file that grows."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


@contextmanager
def mosquitto_sub(broker: EmbeddedLike, folder: Path) -> Iterator[Got]:
    """Debian's client, with a session of its own."""
    options = [*broker.mosquitto_options("jpn"), "-i", "walk", "-c", "-q", "1", "-t", FILTER]
    out = folder / "mosquitto"
    with process([need("mosquitto_sub"), *options], out):
        yield lambda: set(whole_lines(out))


@contextmanager
def paho(broker: EmbeddedLike) -> Iterator[Got]:
    """Eclipse's client in Python."""
    got: list[bytes] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "walk-paho", clean_session=False)
    client.username_pw_set("jpn")

    def connected(*_: Any) -> None:
        client.subscribe(FILTER, qos=1)

    client.on_connect = connected
    client.on_message = lambda _client, _data, arrival: got.append(bytes(arrival.payload))
    client.connect(broker.host, broker.port)
    client.loop_start()
    yield lambda: set(got)
    client.disconnect()
    client.loop_stop()


@contextmanager
def paho_c(broker: EmbeddedLike, folder: Path) -> Iterator[Got]:
    """Run the example in C; it is what it has written to its file."""
    program, source = folder / "receive", ROOT / "examples" / "c" / "receive.c"
    libraries = ("-lpaho-mqtt3c", "-lcjson")
    subprocess.run([need("cc"), "-o", str(program), str(source), *libraries], check=True)
    file = folder / "c.jsonl"
    command = [str(program), broker.host, str(broker.port), "jpn", str(file)]
    with process(command, folder / "c"):
        yield lambda: set(whole_lines(file))


@contextmanager
def mqtt_js(broker: EmbeddedLike, origin: str) -> Iterator[Got]:
    """MQTT.js over WebSocket in Chromium."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{origin}/?broker=ws://{broker.host}:{broker.websocket_port}/mqtt")
        page.wait_for_function("document.title === 'ready'")
        yield lambda: {each.encode() for each in page.evaluate("got")}


@contextmanager
def mqtt_recorder(broker: EmbeddedLike, folder: Path) -> Iterator[Got]:
    """Another recorder: the payloads of its file."""
    file = folder / "recorded.csv"
    where = ("--host", broker.host, "--port", str(broker.port), "--mode", "record")
    what = ("--file", str(file), "--qos", "1", "--topic", FILTER)

    def got() -> set[bytes]:
        rows = csv.reader(line.decode() for line in whole_lines(file))
        return {row[1].encode() for row in rows}

    with process([sys.executable, "-m", "mqtt_recorder", *where, *what], folder / "recorder"):
        yield got


async def played(broker: EmbeddedLike, folder: Path) -> list[tuple[int, int, str]]:
    """Play every story; return run, number and payload of what one country was sent."""
    sent: list[tuple[int, int, str]] = []
    for n, entry in enumerate(entries()):
        stage = Stage(broker, f"walk-{entry.name}", folder)
        publication = stage.publication(prepare(entry.name).plan(), fast())
        run = publication.description.run
        assert await publication.play()
        with stage.ledger(run) as ledger:
            rows = ledger.history("JPN", 1, 1, 10**6, 10**6)
        sent.extend((n, each.sequence, canonical(each.payload)) for each in rows)
    return sent


@pytest.mark.slow
@pytest.mark.broker
def test_every_story_comes_whole_to_every_stranger(tmp_path: Path) -> None:
    """Nothing is lost, nothing is altered, and nothing of another country comes."""
    site = with_packages(tmp_path / "site", {"mqtt": "5.16.0"})
    (site / "index.html").write_text(PAGE % FILTER, encoding="utf-8")
    with ExitStack() as stack:
        origin = stack.enter_context(serving(site))
        broker = embedded_like(origins=[origin])
        stack.callback(broker.close)
        printed = stack.enter_context(running(tmp_path / "node-red", broker))
        got: dict[str, Got] = {
            "mosquitto_sub": stack.enter_context(mosquitto_sub(broker, tmp_path)),
            "paho": stack.enter_context(paho(broker)),
            "paho-c": stack.enter_context(paho_c(broker, tmp_path)),
            "mqtt.js": stack.enter_context(mqtt_js(broker, origin)),
            "mqtt-recorder": stack.enter_context(mqtt_recorder(broker, tmp_path)),
        }
        until(lambda: "Connected to broker" in printed.read_text(encoding="utf-8"), "node-red")
        all_listen(broker, got)
        # In a thread of its own: the browser's driver has a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            sent = thread.submit(asyncio.run, played(broker, tmp_path)).result()
        expected = {payload for _, _, payload in sent}
        assert len(expected) == len(sent) > 10_000
        for name, so_far in got.items():
            until(partial(has_all, so_far, expected), name)
            assert set(map(canonical, so_far() - {MARKER})) - {canonical(MARKER)} == expected, name
        told = [told_of(json.loads(payload)) for _, _, payload in sent]
        until(lambda: len(shown_of(printed)) >= len(told), "node-red")
        assert shown_of(printed) == told
        assert {*got, "node-red"} == set(STRANGERS)


def has_all(so_far: Got, expected: set[str]) -> bool:
    """Tell whether a stranger has everything."""
    return len(so_far()) > len(expected)


def all_listen(broker: EmbeddedLike, got: dict[str, Got]) -> None:
    """Wait until everybody has got a first message, which is none of a story."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "walk-marker")
    client.username_pw_set(broker.users.get("player", "player"), broker.passwords["player"])
    client.connect(broker.host, broker.port)
    client.loop_start()
    for name, so_far in got.items():

        def has_heard(so_far: Got = so_far) -> bool:
            client.publish("exercise/v1/marker/feed/jpn/marker/marker", MARKER, qos=1)
            return bool(so_far())

        until(has_heard, name)
    client.disconnect()
    client.loop_stop()


def told_of(message: dict[str, Any]) -> str:
    """Return how the examples show a message, but for what they remark."""
    return f"{message['type']} {message['subject']}"


def shown_of(printed: Path) -> list[str]:
    """Return what Node-RED has shown, in order, without numbers and remarks."""
    return [
        " ".join(line.split(" ")[2:4])
        for line in shown(printed)
        if "complete" not in line and line.startswith("EXERCISE ")
    ]


def until(condition: Callable[[], bool], name: str = "") -> None:
    """Wait for a fact, with some patience."""
    for _ in range(PATIENCE_S * 10):
        if condition():
            return
        for _ in range(10):
            pause()
    raise AssertionError(f"in vain: {name}")
