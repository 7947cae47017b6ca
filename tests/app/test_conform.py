"""The recorded streams: as they are built, for our own receiver and for those that people copy."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from feed.app.conform import ClientProgram, OwnReceiver, conform, streams
from tests.brokers import lacking, need
from tests.commands import ROOT
from tests.conformance.build import ENDS, STREAMS, recorded
from tests.npm import node

FOLDER = ROOT / "feed" / "data" / "conformance"


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


def command(name: str, folder: Path) -> list[str]:
    """Return what starts an adapter of the examples, beside what people copy."""
    adapter = ROOT / "examples" / name
    if adapter.suffix == ".c":
        program = folder / "conform"
        flags = ["-Wall", "-Wno-unused-function", "-o", str(program), str(adapter), "-lcjson"]
        if subprocess.run([need("cc"), *flags], check=False).returncode:
            lacking("libcjson-dev is not installed")
        return [str(program)]
    return [sys.executable if adapter.suffix == ".py" else node(), str(adapter)]


@pytest.mark.parametrize("name", ["python/conform.py", "javascript/conform.mjs", "c/conform.c"])
def test_the_receivers_that_people_copy_conform(name: str, tmp_path: Path) -> None:
    """What they take as true, through an adapter of a few lines, over a pipe."""
    with ClientProgram.started(command(name, tmp_path)) as receiver:
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
