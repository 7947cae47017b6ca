"""Faults on purpose in whole runs: on a real broker, to receivers, and judged afterwards.

A run with faults is right if they explain all that is wrong with it, and is not without them.
"""

import json
import os
import sqlite3
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from feed.app.broker_in_use import BrokerOptions
from feed.app.fault_record import effects_of
from feed.app.options import PlayOptions
from feed.app.run import RunOptions, run
from feed.app.verify import Verified, VerifyOptions, verify
from feed.core.verdict import FindingKind
from feed.errors import FilesError
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.runs import find_run, list_runs, runs_folder
from feed.terminal.log import Notes
from tests.app.stage import Stage
from tests.brokers import EmbeddedLike, EmbeddedMosquitto

pytestmark = pytest.mark.slow
ENGINES = (EmbeddedLike.name, EmbeddedMosquitto.name)

STORY = """\
feed: 1
id: shots
title: Shots
exercise: {exercise}
starts: 2023-12-19T09:00:00+09:00
seed: 5
{more}
events:
  - incident: shots
    at: 09:00
    originator: KOR
    category: artillery
    repeat: {{count: 40, until: +PT300S, spread: seeded}}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give runs a place of their own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def on_one_engine(names: str, *cases: Any, first: int) -> pytest.MarkDecorator:
    """Give each case one of the engines in turn: the player does the faults, and none knows them.

    ``first`` is the engine of the first case, so that the same fault meets another one elsewhere.
    """
    rows = [
        (ENGINES[(first + n) % len(ENGINES)], *(case if isinstance(case, tuple) else (case,)))
        for n, case in enumerate(cases)
    ]
    return pytest.mark.parametrize(f"broker,{names}", rows, indirect=["broker"])


async def played(stage: Stage, *faults: str, header: str = "", **options: Any) -> str:
    """Play the story with faults, to a receiver of each country; return the run's id."""
    path = stage.folder / "shots.yaml"
    path.write_text(STORY.format(exercise=stage.exercise, more=header), encoding="utf-8")
    if faults:
        file = stage.folder / "faults.yaml"
        lines = "".join(f"  - {fault}\n" for fault in faults)
        file.write_text(f"feed: 1\nfaults:\n{lines}", encoding="utf-8")
        options["faults"] = file
    play = PlayOptions(scenario=str(path), **{"rate": float("inf"), **options})
    broker = BrokerOptions(url=stage.broker.url_for("player"))
    assert await run(RunOptions(play=play, broker=broker, live=False), Notes()) == 0
    (info,) = list_runs(runs_folder({"FEED_HOME": str(stage.folder / "home")}))
    return info.id


def judged(run_id: str) -> Verified:
    """Judge a run by what its receivers wrote down."""
    return verify(VerifyOptions(what=run_id))


def found(verified: Verified, *, explained: bool) -> dict[FindingKind, int]:
    """Return how many findings of each kind there are in all sources."""
    sums: dict[FindingKind, int] = {}
    for source in verified.sources:
        kinds = source.verdict.explained if explained else source.verdict.wrong
        for kind, count in kinds.items():
            if count:
                sums[kind] = sums.get(kind, 0) + count
    return sums


def forget(run_id: str) -> None:
    """Take out of the ledger what faults did."""
    path = find_run(runs_folder(os.environ), run_id).player_ledger
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM effect")
    connection.close()


@on_one_engine(
    "fault,kind",
    ("{fault: drop, country: JPN, sequence: [3, 4, 17, 40]}", "missing"),
    ("{fault: cut, country: [JPN, USA], from: 09:01, until: 09:02}", "missing"),
    ("{fault: corrupt, how: truncate, country: JPN, sequence: [5, 40]}", "missing"),
    ("{fault: stale, by: PT10M, country: USA, sequence: 7}", "altered"),
    first=0,
)
async def test_what_faults_take_away_is_explained_by_them(
    stage: Stage, fault: str, kind: FindingKind
) -> None:
    """The run is right; without the account of its faults it is not, in just what they did."""
    run_id = await played(stage, fault)

    verified = judged(run_id)
    assert verified.clean
    explained = found(verified, explained=True)
    assert explained[kind] > 0
    assert found(verified, explained=False) == {}

    forget(run_id)
    verified = judged(run_id)
    assert not verified.clean
    assert found(verified, explained=False) == explained


@on_one_engine(
    "fault",
    "{fault: drop, repair: true, country: JPN, sequence: [3, 4, 17, 40]}",
    "{fault: duplicate, copies: 3, probability: 0.5}",
    "{fault: delay, by: PT30S, country: JPN, probability: 0.5}",
    "{fault: reorder, behind: 3, country: JPN, probability: 0.5}",
    first=1,
)
async def test_what_comes_in_the_end_is_received_once(stage: Stage, fault: str) -> None:
    """Receivers see through it: history repairs, numbers find what is double, late or reordered."""
    run_id = await played(stage, fault)

    verified = judged(run_id)
    assert verified.clean
    assert found(verified, explained=False) == {}
    for source in verified.sources:
        assert source.verdict.matched == source.verdict.expected
    folder = find_run(runs_folder(os.environ), run_id)
    with PlayerLedger.open(folder.player_ledger, read_only=True) as ledger:
        assert ledger.effects(1)
        assert ledger.pending() == 0


async def test_a_scenario_has_faults_of_its_own_and_an_option_takes_their_place(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summary says what was done on purpose, and nobody calls it a loss."""
    header = "faults:\n  - {fault: drop, country: JPN, sequence: 2}\n"
    run_id = await played(stage, header=header)
    assert "EXERCISE faults on purpose: 1 drop" in capsys.readouterr().out
    assert found(judged(run_id), explained=True)["missing"] == 1
    assert verify(VerifyOptions(what=run_id)).clean


async def test_others_are_not_touched(stage: Stage) -> None:
    """What is dropped on the way to one country reaches the others; the numbers stay the same."""
    run_id = await played(stage, "{fault: drop, country: JPN}")

    folder = find_run(runs_folder(os.environ), run_id)
    with PlayerLedger.open(folder.player_ledger, read_only=True) as ledger:
        assert ledger.heads(1) == {"JPN": 40, "KOR": 40, "USA": 40}
    for country, count in (("KOR", 40), ("USA", 40), ("JPN", 0)):
        path = folder.receiver_ledger(country, country.lower())
        with ReceiverLedger.open(path, read_only=True) as rows:
            assert len(list(rows.rows(run_id))) == count


@on_one_engine(
    "fault,kind",
    ("{fault: drop, probability: 0.2}", "missing"),
    ("{fault: cut, from: 09:01, until: 09:02, repair: true}", "missing"),
    ("{fault: corrupt, how: not-utf8, probability: 0.2}", "missing"),
    ("{fault: delay, by: PT30S, probability: 0.2}", "reordered"),
    ("{fault: reorder, behind: 3, probability: 0.2}", "reordered"),
    ("{fault: stale, by: PT10M, probability: 0.2}", "altered"),
    ("{fault: duplicate, copies: 3, probability: 0.2}", "double"),
    first=1,
)
async def test_a_client_that_repairs_nothing_is_judged_by_the_faults(
    stage: Stage, fault: str, kind: FindingKind
) -> None:
    """What it heard is explained by the run's own account, and by the file of faults alike."""
    async with stage.client("jpn", f"{stage.topics.base}/feed/jpn/#") as client:
        run_id = await played(stage, fault)
        await client.until(lambda: any(b'"00000040"' in raw for _, raw in client.heard))
    heard = stage.folder / "jpn.jsonl"
    lines = (
        json.dumps({"topic": topic, "qos": 1, "payload_base64": b64encode(raw).decode()})
        for topic, raw in client.heard
    )
    heard.write_text("\n".join(lines) + "\n", encoding="utf-8")

    by_run = verify(VerifyOptions(what=run_id, received=(f"JPN={heard}",)))
    by_file = verify(
        VerifyOptions(
            what=str(stage.folder / "shots.yaml"),
            received=(f"JPN={heard}",),
            faults_file=stage.folder / "faults.yaml",
        )
    )

    for verified in (by_run, by_file):
        assert found(verified, explained=False) == {}
        assert found(verified, explained=True)[kind] > 0
    forget(run_id)
    assert found(verify(VerifyOptions(what=run_id, received=(f"JPN={heard}",))), explained=False)


@pytest.mark.parametrize(
    "effect",
    [
        "",
        "[]",
        "{}",
        '{"fault": 5}',
        '{"fault": "drop", "copies": "x"}',
        '{"fault": "drop", "x": 1}',
    ],
)
def test_an_effect_that_is_none_is_said(tmp_path: Path, effect: str) -> None:
    """Whoever writes a ledger by hand can sum it too."""
    with PlayerLedger.create(tmp_path / "a.sqlite", {"run": "run"}) as ledger:
        ledger.add([Published(1, "JPN", 1, 0, "a.jpn.1", 1, 2, "t", b"{}")])
        ledger.note_effects([(1, "JPN", 1, effect)])
        with pytest.raises(FilesError, match="what faults did to the run cannot be read"):
            effects_of(ledger)
