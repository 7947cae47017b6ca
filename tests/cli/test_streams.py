"""Standard streams that are closed, full, or in an encoding without the letters: for every verb."""

import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typer

from feed.cli import VERBS, build, streams
from feed.files.secure import SecureFolder
from tests.brokers import free_port, pause
from tests.commands import PATIENCE_S, ROOT, STORY, Shell

CLOSED = ">&- 2>&- <&-"
FULL = ">/dev/full 2>/dev/full"
TITLED = STORY.replace("A small story", "Übung 훈련").replace("SMALL STEPS", "ÜBUNG 훈련")
PLAYED = ["--rate", "max", "--broker", "{broker}"]

CODES = {
    "broker": 143, "dashboard": 143, "record": 2, "report": 2, "play": 74, "inject": 74,
    "import": 74, "verify": 4
}  # fmt: skip
"""where it is not 0"""
WAYS: dict[str, list[str]] = {
    "run": ["{story}", "--exercise", "RUN", *PLAYED],
    "publish": ["{story}", "--exercise", "PUBLISHED", *PLAYED],
    "receive": ["JPN", "--exercise", "received", "--broker", "{broker}"],
    "plan": ["{story}"],
    "explain": ["{story}", "warning"],
    "compare": ["hub-down", "--as-of", "2015-06-01"],
    "check": ["{story}"],
    "scenarios": [],
    "schema": [],
    "broker": ["--port", "0", "--websocket-port", "0"],
    "credentials": ["list", "{secure}"],
    "connect": ["--broker", "{broker}"],
    "dashboard": ["--broker", "{broker}", "--port", "{port}"],
    "control": ["status", "--exercise", "HELD", "--broker", "{broker}"],
    "inject": ["none.yaml", "--exercise", "HELD", "--broker", "{broker}"],
    "new": ["{fresh}.yaml"],
    "import": ["none.csv", "{fresh}.yaml"],
    "verify": ["{story}", "JPN={nothing}"],
    "conform": ["--only", "epochs"],
    "capture": ["-t", "exercise/#", "-n", "1", "-o", "{fresh}.jsonl", "--broker", "{broker}"],
    "export": ["{story}", "-f", "mcap", "-o", "-"],
    "report": ["01none", "--json"],
    "watch": ["--count", "1", "--broker", "{broker}"],
    "doctor": ["--broker", "{broker}"],
    "clean": ["nothing", "--broker", "{broker}"],
    "record": ["01none", "--out", "out.yaml"],
    "play": ["none.jsonl"],
    "runs": [],
    "bench": ["plan", "--short", "--repeat", "1"],
}
"""for every verb a way to call it that comes to an end"""

JSON: dict[str, list[str]] = {
    "plan": ["{story}"],
    "explain": ["{story}", "warning"],
    "compare": ["{launches}"],
    "check": ["Übung.yaml"],
    "scenarios": [],
    "runs": [],
    "verify": ["{story}", "JPN={nothing}"],
    "report": ["{run}"],
    "conform": ["--only", "late-reports"],
    "bench": ["plan", "--short", "--repeat", "1"],
}
"""for every verb with --json a way to call it that prints letters beyond ASCII"""


def sh(shell: Shell, redirections: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command with redirections, as a shell does."""
    script = f'exec "$0" -m feed "$@" {redirections}'
    return subprocess.Popen(
        ["sh", "-c", script, sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=shell.environment,
        cwd=ROOT,
    )


def code_of(shell: Shell, verb: str, arguments: Sequence[str], redirections: str) -> int:
    """Return the exit code of a verb with redirections; nothing is left of it."""
    known = {path.name for path in shell.home.glob("brokers/*.json")}

    def serves() -> bool:
        """Tell whether a verb that goes on until it is ended has begun."""
        if verb == "broker":
            return not {path.name for path in shell.home.glob("brokers/*.json")} <= known
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", int(arguments[-1]))) == 0

    process = sh(shell, redirections, verb, *arguments)
    try:
        if verb in {"broker", "dashboard"}:
            while process.poll() is None and not serves():
                pause()
            process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    assert b"Traceback" not in out + err
    return process.returncode


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, dict[str, str]]]:
    """Give a home with a broker that is running, and what the ways to call need."""
    shell = Shell(tmp_path_factory.mktemp("streams"))
    story = shell.folder / "told.yaml"
    story.write_text(TITLED, encoding="utf-8")
    _, broker = shell.broker()
    held = shell.start("publish", str(story), "--paused", "--exercise", "HELD", "--broker", broker)
    held.until("publishing")
    nothing = shell.folder / "nothing.jsonl"
    nothing.touch()
    secure = shell.folder / "secure"
    SecureFolder(secure).prepare(["player"], ["localhost"], dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    places = {"broker": broker, "nothing": str(nothing), "secure": str(secure)}
    yield shell, {"story": str(story), **places}
    shell.close()


def filled(arguments: Sequence[str], places: dict[str, str]) -> list[str]:
    """Return arguments with the places that are only known now, and names that are taken once."""
    places = places | {"fresh": str(Path(places["story"]).with_name(uuid4().hex))}
    return [argument.format(**places, port=free_port()) for argument in arguments]


def test_every_verb_has_a_way_to_be_called() -> None:
    """A new verb is tried with closed streams too; one with --json also for its encoding."""
    commands: dict[str, Any] = typer.main.get_command(build()).commands  # type: ignore[attr-defined]
    with_json = {
        verb
        for verb, command in commands.items()
        for parameter in command.params
        if "--json" in parameter.opts
    }

    assert set(WAYS) == set(VERBS)
    assert set(JSON) == with_json - {"control", "inject"}  # their answers are all ASCII


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_a_stream_that_is_closed_or_full_changes_no_verb(
    verb: str, stage: tuple[Shell, dict[str, str]]
) -> None:
    """Closed is as good as /dev/null; a full output is said, and is no bug."""
    shell, places = stage
    expected = CODES.get(verb, 0)
    if verb == "receive":
        played = ["--rate", "max", "--wait-for", "JPN", "--broker", places["broker"]]
        shell.start("publish", places["story"], "--exercise", "RECEIVED", *played)

    assert code_of(shell, verb, filled(WAYS[verb], places), CLOSED) == expected
    if verb != "receive":  # it would need another player
        assert code_of(shell, verb, filled(WAYS[verb], places), FULL) in {expected, 74}


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", CLOSED, "2>/dev/full", FULL])
def test_a_mistake_keeps_its_exit_code(redirection: str, shell: Shell) -> None:
    """Nobody may be there to hear the sentence; the code still says whose fault it was."""
    assert code_of(shell, "plan", ["nosuch"], redirection) == 2
    assert code_of(shell, "nosuch", [], redirection) == 2
    assert code_of(shell, "doctor", ["--broker", "mqtt://127.0.0.1:1"], redirection) in {1, 74}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["plan", "--help"], ["schema"]])
def test_what_goes_to_a_full_output_is_said(arguments: list[str], shell: Shell) -> None:
    """Also of what typer prints itself."""
    process = sh(shell, ">/dev/full", *arguments)
    _, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 74
    assert err.startswith(b"feed: standard output: cannot be written: no space left on device")


def test_an_output_that_is_open_for_reading_only_is_said(shell: Shell) -> None:
    """That is no bug in feed."""
    process = sh(shell, "1</dev/null", "scenarios")
    _, err = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, err) == (
        74,
        b"feed: standard output: is open for reading only; open it for writing\n",
    )


def test_messages_are_not_received_into_a_closed_output(shell: Shell) -> None:
    """They would be acknowledged, and lost."""
    process = sh(shell, ">&-", "receive", "JPN", "--out", "-")
    _, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 74
    assert err == b"feed: standard output: is closed; open it, or name a file with --out\n"


@pytest.mark.slow
@pytest.mark.parametrize("verb", JSON)
def test_json_is_utf8_whatever_the_locale(verb: str, shell: Shell) -> None:
    """Programs get the same bytes in every locale, and no letter is replaced."""
    story, launches = shell.folder / "told.yaml", shell.folder / "launches.yaml"
    story.write_text(TITLED, encoding="utf-8")
    launches.write_text(LAUNCHES, encoding="utf-8")
    (shell.folder / "nothing.jsonl").touch()
    run = ""
    if verb in {"runs", "report"}:
        shell.run("run", str(story), "--exercise", "Übung 훈련", "--rate", "max", "--port", "0",
                  "--websocket-port", "0")  # fmt: skip
        (run,) = (path.name for path in (shell.home / "runs").iterdir())
    called = filled(
        JSON[verb],
        {"story": str(story), "launches": str(launches), "run": run,
         "nothing": str(shell.folder / "nothing.jsonl")},
    )  # fmt: skip
    plain = shell.environment
    found = []
    for encoding in ("ascii", "iso8859-1"):
        shell.environment = plain | {"PYTHONIOENCODING": encoding, "LC_ALL": "C.UTF-8"}
        ended = shell.run(verb, *called, "--json", encoding="utf-8")
        found.append(
            ended.stdout if verb != "bench" else re.sub(r"[\d.]+|true|false", "1", ended.stdout)
        )
    shell.environment = plain

    text = found[0]
    assert found == [text, text]  # and UTF-8, or it had not been read
    assert (
        verb in {"scenarios", "verify", "conform"} or not text.isascii()
    )  # there are none in them
    assert "?" not in text
    indented = verb in {"explain", "compare", "verify", "report"}
    assert [json.loads(part) for part in ([text] if indented else text.splitlines())]


LAUNCHES = """
feed: 1
id: launches
title: Übung 훈련
exercise: ÜBUNG 훈련
starts: 2023-12-19T09:00:00+09:00
events:
  - launch: rocket
    at: 09:00
    site: {name: Süd, lat: 40.6, lon: 126.4}
    vehicle: {class: srbm}
    flight: {azimuth_deg: 86, range_km: 400, apogee_km: 100}
    assumed: true
"""


def test_logs_and_complaints_are_utf8(shell: Shell) -> None:
    """Standard error is read by programs where it is no terminal."""
    shell.environment |= {"PYTHONIOENCODING": "ascii"}

    assert "'Übung'" in shell.run("plan", "Übung", encoding="utf-8").stderr


def test_half_a_letter_becomes_an_escape(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A path that is no UTF-8 is still JSON."""
    streams.print_json({"path": os.fsdecode(b"\xff.yaml")})

    assert capsys.readouterr().out == '{"path":"\\udcff.yaml"}\n'


def test_an_error_stream_forgives(tmp_path: Path) -> None:
    """What cannot be written is said to be written; what can is."""
    with streams._Forgiving("/dev/full", "w") as full:
        assert full.write(b"lost") == 4
    path = tmp_path / "err"
    with streams._text(streams._Forgiving(str(path), "w"), "utf-8") as text:
        text.write("Übung\n")
    assert path.read_text(encoding="utf-8") == "Übung\n"
