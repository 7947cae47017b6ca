"""Every door at which a verb reads a file: a pipe will do, and so will standard input."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from feed.cli import build, invoke
from feed.files.library import ARRANGEMENTS, library_folder
from tests.commands import PATIENCE_S, ROOT, STORY, Shell

FREE = ["--rate", "max", "--port", "0", "--websocket-port", "0"]
SCENARIO: dict[str, list[str]] = {
    "run": FREE,
    "publish": ["--rate", "max", "--broker", "mqtt://127.0.0.1:1"],
    "plan": [],
    "explain": ["warning"],
    "compare": [],
    "check": [],
    "export": ["--format", "ics", "--country", "JPN", "--out", "-"],
}
"""for every verb that reads a scenario, what else it is told"""
AGREED: dict[str, list[str]] = {
    "run": ["nosuch"],
    "publish": ["nosuch"],
    "plan": ["{story}"],
    "explain": ["{story}", "warning"],
    "compare": ["{story}"],
    "check": ["{story}"],
    "export": ["{story}", "--format", "ics", "--country", "JPN", "--out", "-"],
    "broker": ["--host", "nowhere.invalid"],
    "verify": ["{story}", "nosuch.jsonl"],
}
"""for every verb that reads arrangements, a call that comes to an end"""
CODES = {"publish": 3, "compare": 2}
"""nobody listens there; there is no launch in the story"""

DOORS = {
    "-": "{feed} {before} - {after} < {file}",
    "substitution": "{feed} {before} <(cat {file}) {after}",
    "descriptor": "{feed} {before} /dev/fd/3 {after} 3< {file}",
}


def commands() -> dict[str, Any]:
    """Return the verbs as typer knows them."""
    group: Any = typer.main.get_command(build())
    return dict(group.commands)


def bash(shell: Shell, door: str, file: str, before: Sequence[str], after: Sequence[str]) -> Any:
    """Run a command whose file comes through a door; return how it ended."""
    script = DOORS[door].format(
        feed=f"{sys.executable} -m feed", before=" ".join(before), after=" ".join(after), file=file
    )
    return subprocess.run(
        ["bash", "-c", script],
        env=shell.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_every_door_is_tried_and_says_so() -> None:
    """A new verb that reads a file is tried with pipes too, and its help names '-'."""
    scenarios, agreed = set(), set()
    for verb, command in commands().items():
        for parameter in command.params:
            if parameter.metavar in {"SCENARIO", "FILE..."}:
                scenarios.add(verb)
                assert "- for standard input" in parameter.help
            if "--arrangements" in parameter.opts:
                agreed.add(verb)
                assert "- for standard input" in parameter.help

    assert scenarios == set(SCENARIO)
    assert agreed == set(AGREED)


@pytest.mark.slow
@pytest.mark.parametrize("verb", SCENARIO)
def test_a_scenario_comes_through_any_door(verb: str, shell: Shell) -> None:
    """It is read once, and the verb does what it does with a file."""
    door = [*DOORS][[*SCENARIO].index(verb) % len(DOORS)]
    ended = bash(shell, door, shell.event_stream, [verb], SCENARIO[verb])

    assert ended.returncode == CODES.get(verb, 0), ended.stderr
    if verb == "run":
        (run,) = (shell.home / "runs").iterdir()
        assert (run / "scenario.yaml").read_text() == STORY


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_a_scenario_in_lines_comes_through_any_door(door: str, shell: Shell) -> None:
    """Also one that is read as a stream when it is played, and kept for going on with it."""
    path = shell.folder / "a.lines"
    path.write_text(
        '{"feed": 1, "id": "a", "title": "A", "exercise": "A", '
        '"starts": "2023-12-19T09:00:00+09:00"}\n'
        '{"meeting": "talks", "at": "+PT1S", "title": "Talks", "state": "held", "place": "A hall", '
        '"originator": "USA", "participants": [{"country": "USA", "name": "A. Person"}]}\n'
    )
    ended = bash(shell, door, str(path), ["run"], FREE)

    assert ended.returncode == 0, ended.stderr
    (run,) = (shell.home / "runs").iterdir()
    assert (run / "scenario.jsonl").read_text() == path.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("verb", AGREED)
def test_arrangements_come_through_any_door(verb: str, shell: Shell) -> None:
    """Ended otherwise than by what comes after, they would be said to be empty."""
    door = [*DOORS][[*AGREED].index(verb) % len(DOORS)]
    told = [each.format(story=shell.event_stream) for each in AGREED[verb]]
    agreed = str(library_folder() / ARRANGEMENTS)
    ended = bash(shell, door, agreed, [verb, *told, "--arrangements"], [])

    said = ended.stdout + ended.stderr
    assert "is empty" not in said
    assert "Traceback" not in said
    assert ended.returncode in {0, 2, 3, 74}


@pytest.mark.parametrize("verb", sorted(set(SCENARIO) & set(AGREED)))
def test_one_input_is_not_read_for_two_things(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second would find nothing."""
    more = {"explain": ["x"], "export": ["-f", "csv", "-o", "x"]}.get(verb, [])

    assert invoke([verb, "-", *more, "--arrangements", "-"]) == 2
    assert "standard input can be read only once" in capsys.readouterr().err


def test_a_closed_input_is_said(shell: Shell) -> None:
    """It is not waited for, and not taken for an empty one."""
    ended = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m feed check - <&-"],
        env=shell.environment | {"PYTHONPATH": os.fspath(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )

    assert ended.returncode == 1
    assert ended.stdout.startswith("standard input:1:1: is closed; give it something to read")


def test_every_verb_that_reads_a_scenario_takes_its_variables() -> None:
    """One that plans something else than was played would judge it wrongly."""
    takes = {verb for verb, command in commands().items() if option_of(command, "--set")}

    assert takes == {*SCENARIO, "verify"}


def option_of(command: Any, name: str) -> bool:
    """Tell whether a verb has an option."""
    return any(name in parameter.opts for parameter in command.params)


@pytest.mark.parametrize("verb", sorted({*SCENARIO, "verify"}))
def test_a_variable_reaches_the_scenario(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value that makes no sense there is refused there, and one of no name before."""
    path = tmp_path / "story.yaml"
    path.write_text("vars: {who: JPN}\n" + STORY.replace("country: JPN", 'country: "${who}"'))
    call = [verb, str(path), *SCENARIO.get(verb, ["nosuch.jsonl"])]

    assert invoke([*call, "--set", "who=Japan"]) == 1
    assert "'Japan': not a three-letter country code" in "".join(capsys.readouterr())
    assert invoke([*call, "--set", "whom=JPN"]) in {1, 2}
    assert "no such variable; did you mean 'who'?" in "".join(capsys.readouterr())
