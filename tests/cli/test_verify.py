"""``feed verify``: words, JSON, JUnit XML, exit codes; and a run that was really played."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from feed.app.prepare import prepare
from feed.cli.verify import verify
from feed.errors import ScenarioError
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests.commands import Shell, records


def run(*arguments: str) -> Result:
    """Run the verb in this process."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(verify)
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def got(small: str, tmp_path: Path) -> Path:
    """Give a file of everything that one country gets of the small story."""
    played = Played("01jfm0", 1, "SMALL STEPS", "small-steps")
    path = tmp_path / "jpn.jsonl"
    with path.open("wb") as file:
        number = 0
        for delivery in prepare(small).plan().deliveries():
            if delivery.recipient == "JPN":
                number += 1
                file.write(encode(delivery, played, number, 0) + b"\n")
    return path


def test_what_is_complete_is_clean(small: str, got: Path) -> None:
    """It says so, and ends with 0."""
    result = run(small, str(got))

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"JPN  {got}: 3 of 3; each once, in order, unaltered",
        "clean (against scenario small)",
    ]


def test_what_is_missing_ends_with_4(small: str, got: Path, tmp_path: Path) -> None:
    """In words, as JSON and as JUnit XML alike."""
    lines = got.read_bytes().splitlines(keepends=True)
    got.write_bytes(lines[0] + lines[2])
    xml = tmp_path / "out.xml"

    words = run(small, str(got), "--junit", str(xml), "--late-limit", "1s")
    told = json.loads(run(small, str(got), "--json").stdout)

    assert words.exit_code == 4
    assert "missing JPN 1/2: not received (warning.jpn.2, due 2023-12-19T09:00:02" in words.stdout
    assert words.stdout.endswith("not clean (against scenario small)\n")
    assert (told["clean"], told["run"]) == (False, "01jfm0")
    assert told["sources"][0]["wrong"]["missing"] == 1
    root = ET.parse(xml).getroot()  # noqa: S314 - written by the verb
    cases = {case.get("name"): [child.tag for child in case] for case in root.iter("testcase")}
    assert cases["missing"] == ["failure"]
    assert cases["late"] == ["skipped"]
    assert cases["double"] == []


def test_bad_input_is_a_problem_with_a_place(small: str, got: Path) -> None:
    """The command line says it and ends with 1."""
    got.write_bytes(got.read_bytes() + b'{"torn')

    result = run(small, str(got))

    assert isinstance(result.exception, ScenarioError)
    assert str(result.exception).startswith(f"{got}:4:1: cut off in the middle")


@pytest.mark.slow
@pytest.mark.broker
def test_a_run_that_was_played_is_clean(shell: Shell) -> None:
    """Broker, player and receivers as users start them; then one line of a file is taken away."""
    _, address = shell.broker()
    file = shell.folder / "jpn.jsonl"
    receiver = shell.start(
        "receive", "JPN", "--broker", address, "--exercise", "small-steps", "--out", str(file)
    )
    receiver.until("subscribed")
    player = shell.start(
        "publish", shell.event_stream, "--broker", address, "--wait-for", "JPN", "--rate", "max"
    )
    assert (player.code(), receiver.code()) == (0, 0)
    (one,) = records(shell.run("runs", "--json").stdout)

    by_ledger = shell.run("verify", one["id"], "--late-limit", "1m")
    by_file = shell.run("verify", one["id"], str(file))
    by_scenario = shell.run("verify", shell.event_stream, str(file))

    assert by_ledger.returncode == 0, by_ledger.stdout + by_ledger.stderr
    assert "receiver-jpn-jpn.sqlite: 3 of 3; each once" in by_ledger.stdout
    assert by_file.returncode == by_scenario.returncode == 0, by_file.stdout + by_scenario.stdout
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[1:]))
    assert shell.run("verify", one["id"], str(file)).returncode == 4
