"""The Grafana dashboard: one that Grafana's own types accept, of numbers that are published."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from feed.app.contract import contract
from feed.broker.roles import OBSERVER
from tests.app.stage import Stage, eventful, fast, step
from tests.brokers import EmbeddedLike
from tests.commands import ROOT
from tests.npm import node, with_packages

FILE = ROOT / "examples" / "grafana" / "metrics.json"
BOARD: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PACKAGES = {"@grafana/schema": "13.2.3", "typescript": "5.9.3"}
CHECK = """
import type { Dashboard } from "@grafana/schema";
export const board: Dashboard = %s;
"""
TIME = "Time"
"""what the MQTT data source calls the moment of arrival"""


def targets() -> list[dict[str, Any]]:
    """Return what the panels ask for."""
    return [target for panel in BOARD["panels"] for target in panel.get("targets", ())]


def test_it_is_marked_and_asks_the_contract_s_topic() -> None:
    """The title, a band on top, and ``metrics``, with the variables in its place."""
    assert BOARD["title"].startswith("EXERCISE")
    assert "EXERCISE EXERCISE EXERCISE" in BOARD["panels"][0]["options"]["content"]
    address = json.loads(contract())["channels"]["metrics"]["address"]
    wanted = address.replace("{", "${")
    assert {target["topic"] for target in targets()} == {wanted}
    variables = {each["name"] for each in BOARD["templating"]["list"]}
    assert variables == {"exercise", "country"}
    asked = {target["datasource"]["uid"] for target in targets()}
    assert asked == {f"${{{each['name']}}}" for each in BOARD["__inputs"]}


def test_no_panel_covers_another() -> None:
    """Each has an id and a place of its own on 24 columns."""
    cells: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        own = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not own & cells
        assert max(x for x, _ in own) < 24
        cells |= own
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])


async def test_every_number_that_is_shown_is_published(
    embedded: EmbeddedLike, exercise: str, tmp_path: Path
) -> None:
    """An observer hears each of them, as a number."""
    stage = Stage(embedded, exercise, tmp_path)
    names = {
        name
        for panel in BOARD["panels"]
        for each in panel.get("transformations", ())
        for name in each["options"]["include"]["names"]
    }
    publication = stage.publication(eventful(), fast(paused=True))
    topic = stage.topics.metrics("jpn")
    async with stage.client(OBSERVER, topic) as client, stage.playing(publication):
        await step(publication)
        await client.until(lambda: client.on(topic))
    heard = json.loads(client.on(topic)[0])
    assert names - {TIME} <= set(heard)
    assert all(isinstance(value, int | float) for value in heard.values())


@pytest.mark.slow
def test_grafana_s_types_accept_it(tmp_path: Path) -> None:
    """The types that Grafana's own code is checked with; a panel without a place is refused."""
    folder = with_packages(tmp_path / "check", PACKAGES)
    model = {name: value for name, value in BOARD.items() if name != "__inputs"}
    wrong = {**model, "panels": [{**BOARD["panels"][1], "gridPos": {"x": "left"}}]}
    for name, value in (("right", model), ("wrong", wrong)):
        (folder / f"{name}.ts").write_text(CHECK % json.dumps(value), encoding="utf-8")
    tsc = ("node_modules/typescript/bin/tsc", "--noEmit", "--skipLibCheck", "--strict")
    said = subprocess.run(
        [
            node(),
            *tsc,
            "--moduleResolution",
            "bundler",
            "--module",
            "esnext",
            "right.ts",
            "wrong.ts",
        ],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    errors = said.splitlines()
    assert [line for line in errors if line.startswith("right.ts")] == []
    assert any(line.startswith("wrong.ts") for line in errors)
