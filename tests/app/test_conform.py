"""The recorded streams: as they are built, for our own receiver and for those that people copy."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from feed.app.conform import ClientProgram, OwnReceiver, conform, streams
from tests.commands import ROOT
from tests.conformance.build import ENDS, STREAMS, recorded
from tests.npm import node

FOLDER = ROOT / "feed" / "data" / "conformance"
PYTHON = """
import json, sys
from picture import Feed

answers, sys.stdout = sys.stdout, sys.stderr  # what it shows goes elsewhere
for line in sys.stdin:
    said = json.loads(line)
    if "stream" in said:
        feed = Feed()
    elif "specversion" in said["payload"]:
        feed.take(said["payload"])
    kinds = {"track": "launch", "impact": "launch"}
    active = {f"{kinds.get(kind, kind)}/{event}" for event, _, kind in feed.picture.active}
    print(json.dumps({"active": [*active], "shown": feed.next - 1}), file=answers, flush=True)
"""
SCRIPT = """
import { createInterface } from "node:readline";
import { Feed } from "./picture.mjs";

let feed;
for await (const line of createInterface({ input: process.stdin })) {
  const { stream, payload } = JSON.parse(line);
  if (stream) {
    feed = new Feed(() => {});
    feed.begin("", 0);
  } else if (payload.specversion) feed.take(payload);
  const kinds = { track: "launch", impact: "launch" };
  const active = [...feed.picture.active.values()].map(({ type, subject }) => {
    const kind = type.split(".")[1];
    return `${kinds[kind] ?? kind}/${subject}`;
  });
  console.log(JSON.stringify({ active: [...new Set(active)], shown: feed.next - 1 }));
}
"""


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_as_it_was_recorded(name: str, request: pytest.FixtureRequest) -> None:
    """What our own receiver makes of it is written down, and ends as a person expects."""
    path = FOLDER / f"{name}.jsonl"
    if request.config.getoption("--update-golden"):
        path.write_text(recorded(name), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == recorded(name), "make golden writes it anew"
    (stream,) = streams([name])
    assert stream.steps[-1].active == ENDS[name]
    assert conform(stream, OwnReceiver()).differences == ()


def test_no_stream_is_left_over() -> None:
    """Each is built here."""
    assert [each.name for each in streams()] == sorted(STREAMS)


@pytest.mark.parametrize("kind", ["python", "javascript"])
def test_the_receivers_that_people_copy_conform(kind: str, tmp_path: Path) -> None:
    """What they take as true, through an adapter of a few lines, over a pipe."""
    shutil.copytree(ROOT / "examples" / kind, tmp_path / kind)
    if kind == "python":
        program = tmp_path / kind / "adapter.py"
        program.write_text(PYTHON, encoding="utf-8")
        command = [sys.executable, str(program)]
    else:
        program = tmp_path / kind / "adapter.mjs"
        program.write_text(SCRIPT, encoding="utf-8")
        command = [node(), str(program)]
    with ClientProgram.started(command) as receiver:
        judged = [conform(stream, receiver) for stream in streams()]

    assert [each for one in judged for each in one.differences] == []


class Careless:
    """Takes whatever comes for the newest: no order, no epochs, no ends of its own."""

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what it believes."""
        if "stream" in said:
            self._active: set[str] = set()
        elif "type" in (payload := said["payload"]):
            _, kind, act, _ = payload["type"].split(".")
            what = f"{kind}/{payload['subject']}"
            if act in {"cancel", "all-clear"}:
                self._active.discard(what)
            else:
                self._active.add(what)
        return {"active": sorted(self._active)}


def test_a_careless_receiver_is_found_out() -> None:
    """In every stream: it does not know that tracks and impacts are of their launch either."""
    differing = {each.name for each in streams() if conform(each, Careless()).differences}

    assert differing == set(STREAMS)
