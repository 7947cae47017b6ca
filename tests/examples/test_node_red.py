"""The Node-RED flow: imported as it is, headless, it puts an unkind stream in order."""

import json
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import HOST, EmbeddedLike, free_port, pause
from tests.commands import ROOT
from tests.examples.stream import EXPECTED, PATIENCE_S, Player, active, of_epoch
from tests.npm import node, with_package

FLOW = ROOT / "examples" / "node-red" / "flow.json"
PICTURE = ROOT / "examples" / "javascript" / "picture.mjs"
VERSION = "5.0.7"
MARK = "[debug:shown] "
SETTINGS = """
module.exports = {
  uiHost: "%s", uiPort: %d, httpAdminRoot: false, httpNodeRoot: false, credentialSecret: false,
  logging: { console: { level: "info" } }, diagnostics: { enabled: false },
  telemetry: { enabled: false },
};
"""


def nodes() -> dict[str, dict[str, Any]]:
    """Return the nodes of the flow by their id."""
    return {each["id"]: each for each in json.loads(FLOW.read_text(encoding="utf-8"))}


def test_the_flow_has_the_picture_of_the_other_examples(request: pytest.FixtureRequest) -> None:
    """What the function node begins with is ``picture.mjs``, which knows nothing of MQTT."""
    flow = nodes()
    picture = PICTURE.read_text(encoding="utf-8").replace("export class", "class")
    end = flow["order"]["initialize"].rpartition("context.set(")[2]
    if request.config.getoption("--update-golden"):
        flow["order"]["initialize"] = f"{picture}\ncontext.set({end}"
        text = json.dumps(list(flow.values()), indent=1, ensure_ascii=False)
        FLOW.write_text(f"{text}\n", encoding="utf-8")
    assert nodes()["order"]["initialize"] == f"{picture}\ncontext.set({end}"


def test_every_wire_leads_to_a_node() -> None:
    """And every node stands on the one tab, or is the broker."""
    flow = nodes()
    for each in flow.values():
        assert {end for wire in each.get("wires", ()) for end in wire} <= set(flow)
        assert each.get("z", "feed") == "feed"
    assert flow["feed"]["label"].startswith("EXERCISE")


@pytest.fixture
def shown(tmp_path: Path, nats_alone: EmbeddedLike) -> Iterator[Path]:
    """Give what Node-RED prints; the flow is the file's, but for where the broker is."""
    folder = with_package(tmp_path / "node-red", "node-red", VERSION)
    flow = nodes()
    flow["broker"] |= {"broker": nats_alone.host, "port": str(nats_alone.port)}
    files = {
        "flow.json": json.dumps(list(flow.values())),
        "flow_cred.json": json.dumps({"broker": {"user": "jpn", "password": ""}}),
        "settings.js": SETTINGS % (HOST, free_port()),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    out = tmp_path / "said"
    command = ("node_modules/node-red/red.js", "--userDir", ".", "flow.json")
    with out.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [node(), *command], cwd=folder, stdout=file, stderr=subprocess.STDOUT
        )
    yield out
    process.kill()
    process.wait()


@pytest.fixture
def nats_alone() -> Iterator[EmbeddedLike]:
    """Give a broker on which nothing else is played: the flow follows the newest run."""
    broker = EmbeddedLike()
    yield broker
    broker.close()


def lines(out: Path) -> list[str]:
    """Return what the debug node was given, each line once."""
    found = (line.partition(MARK)[2] for line in out.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(filter(None, found)))


@pytest.mark.slow
@pytest.mark.broker
def test_an_unkind_stream_comes_out_in_order(
    shown: Path, nats_alone: EmbeddedLike, exercise: str
) -> None:
    """Duplicates, another order, a loss that is asked for, strange messages, and a new epoch."""
    with Player(nats_alone, exercise, [*of_epoch(1, exercise), *of_epoch(2, exercise)]) as player:
        for epoch in (1, 2):
            sent = of_epoch(epoch, exercise)
            if epoch == 1:
                wait_for(shown, "Connected to broker")
            player.send([sent[1], sent[0], *sent[2:6], sent[3], *reversed(sent[7:])])
            done = f"EXERCISE {epoch} complete: {len(sent)}, active: {active(sent)}"
            wait_for(shown, done, partial(player.head, epoch, len(sent)))
            found = [line for line in lines(shown) if line.startswith(f"EXERCISE {epoch}.")]
            told = [
                f"EXERCISE {epoch}.{n} {each['type']} {each['subject']}"
                for n, each in enumerate(sent, 1)
            ]
            assert [line.partition(" LATE")[0].partition(" UNM")[0] for line in found] == told
            for strange, remark in EXPECTED.items():
                assert any(line.endswith(strange + remark) for line in found)
            # What came meanwhile is asked for too if the gap is found before it.
            assert any((each["from"], each["epoch"]) == (7, epoch) for each in player.asked)


def wait_for(out: Path, words: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until something is printed; now and then the player repeats its last word."""
    for step in range(PATIENCE_S * 100):
        if words in out.read_text(encoding="utf-8"):
            return
        if step % 20 == 0:
            meanwhile()
        pause()
    raise AssertionError(out.read_text(encoding="utf-8"))
