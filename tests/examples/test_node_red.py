"""The Node-RED flow: imported as it is, headless, it puts an unkind stream in order."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.brokers import EmbeddedLike, embedded_like, pause
from tests.commands import ROOT
from tests.examples.node_red import FLOW, nodes, running, shown
from tests.examples.stream import EXPECTED, PATIENCE_S, Player, active, of_epoch

PICTURE = ROOT / "examples" / "javascript" / "picture.mjs"


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
def printed(tmp_path: Path, nats_alone: EmbeddedLike) -> Iterator[Path]:
    """Give what Node-RED prints."""
    with running(tmp_path / "node-red", nats_alone) as out:
        yield out


@pytest.fixture
def nats_alone() -> Iterator[EmbeddedLike]:
    """Give a broker on which nothing else is played: the flow follows the newest run."""
    broker = embedded_like()
    yield broker
    broker.close()


@pytest.mark.slow
@pytest.mark.broker
def test_an_unkind_stream_comes_out_in_order(
    printed: Path, nats_alone: EmbeddedLike, exercise: str
) -> None:
    """Duplicates, another order, a loss that is asked for, strange messages, and a new epoch."""
    with Player(nats_alone, exercise, [*of_epoch(1, exercise), *of_epoch(2, exercise)]) as player:
        for epoch in (1, 2):
            sent = of_epoch(epoch, exercise)
            if epoch == 1:
                wait_for(printed, "Connected to broker")
            player.send([sent[1], sent[0], *sent[2:6], sent[3], *reversed(sent[7:])])
            done = f"EXERCISE {epoch} complete: {len(sent)}, active: {active(sent)}"
            wait_for(printed, done, partial(player.head, epoch, len(sent)))
            found = [
                line
                for line in dict.fromkeys(shown(printed))
                if line.startswith(f"EXERCISE {epoch}.")
            ]
            told = [
                f"EXERCISE {epoch}.{n} {each['type']} {each['subject']}"
                for n, each in enumerate(sent, 1)
            ]
            assert [line.partition(" LATE")[0].partition(" UNM")[0] for line in found] == told
            for strange, remark in EXPECTED.items():
                assert any(line.endswith(strange + remark) for line in found)
            # From which message on depends on whether a gap is found before what fills it.
            asked = [each for each in player.asked if each["epoch"] == epoch]
            assert any(each["from"] <= 7 <= each["to"] for each in asked), asked


def wait_for(out: Path, words: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until something is printed; now and then the player repeats its last word."""
    for step in range(PATIENCE_S * 100):
        if words in out.read_text(encoding="utf-8"):
            return
        if step % 20 == 0:
            meanwhile()
        pause()
    raise AssertionError(out.read_text(encoding="utf-8"))
