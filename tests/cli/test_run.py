"""``feed run``: everything in one command."""

import os
import re
import signal
import subprocess
import sys

import pytest

from feed.cli import invoke
from tests.brokers import RunningBroker, pause
from tests.commands import PATIENCE_S, Command, Shell, records

FREE = ["--port", "0", "--websocket-port", "0"]


@pytest.mark.broker
def test_a_story_is_played_and_shown(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Piped, every line is marked; each country gets its three reports, and a summary ends it."""
    assert invoke(["run", small, "--rate", "max", "--lang", "ja", "--tz", "UTC", *FREE]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert all(line.startswith("EXERCISE ") for line in lines)
    assert lines[0] == "EXERCISE SMALL STEPS: A small story"
    told = [line for line in lines if " warning " in line and " alert alert " in line]
    assert len(told) == 3
    assert all("2023-12-19T00:00:01.000+00:00" in line for line in told)
    assert all("避難してください。" in line for line in told)
    assert [line for line in lines if ": 3 of 3 received, 0 missing, 0 twice" in line] == lines[
        -4:-1
    ]
    assert lines[-1].startswith("EXERCISE ended: 9 of 9 sent")


@pytest.mark.broker
def test_another_broker_can_be_used(
    small: str, mosquitto: RunningBroker, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same on a broker that is there, for one country only, under another name."""
    arguments = ["--broker", mosquitto.url_for("observer"), "--exercise", exercise]

    assert invoke(["run", small, "--rate", "max", "--country", "jpn", *arguments]) == 0
    printed = capsys.readouterr().out
    assert f"EXERCISE connect to mqtt://127.0.0.1:{mosquitto.port}\n" in printed
    assert "EXERCISE JPN: 3 of 3 received" in printed
    assert "KOR" not in printed


@pytest.mark.broker
def test_a_part_can_be_played(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is due before the start is in the first picture, what is due after the end is not."""
    part = ["--start-offset", "+00:00:01.5", "--until", "09:30"]

    assert invoke(["run", small, "--rate", "max", *part, *FREE]) == 0
    printed = capsys.readouterr().out
    assert "EXERCISE ended: 3 of 3 sent" in printed
    assert " alert all-clear " in printed


@pytest.mark.broker
def test_one_that_is_cut_off_can_be_resumed(shell: Shell) -> None:
    """Ctrl-C sums up and says how to go on; the same run then comes to its end."""
    command = shell.start("run", shell.event_stream, "--rate", "4", *FREE)
    for country in ("JPN", "KOR", "USA"):
        command.until(rf"EXERCISE \S+ {country} 2 ")
    assert command.end() == 130
    assert "EXERCISE JPN: 2 of 3 received, 0 missing, 0 twice" in command.out
    assert "EXERCISE interrupted: 6 of 9 sent" in command.out
    found = re.search(r"EXERCISE go on with: feed run --resume (\w+)\n\Z", command.out)
    assert found, command.out
    assert "Traceback" not in command.err
    resumed = shell.run("run", "--resume", found.group(1), "--rate", "max", *FREE)

    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.splitlines()[-1].startswith("EXERCISE ended: 9 of 9 sent")
    (listed,) = records(shell.run("runs", "--json").stdout)
    assert (listed["id"], listed["state"], listed["published"]) == (found.group(1), "ended", 9)


@pytest.mark.broker
def test_one_that_is_killed_can_be_resumed(shell: Shell) -> None:
    """After ``kill -9`` its broker ends with it, and the run goes on where it was."""
    command = shell.start("run", shell.event_stream, "--rate", "4", *FREE)
    for country in ("JPN", "KOR", "USA"):
        command.until(rf"EXERCISE \S+ {country} 2 ")
    assert command.end(signal.SIGKILL) == -signal.SIGKILL
    (listed,) = records(shell.run("runs", "--json").stdout)
    assert listed["state"] == "broken-off"
    resumed = shell.run("run", "--resume", listed["id"][:20], "--rate", "max", *FREE)

    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.count(": 3 of 3 received, 0 missing, ") == 3


def receivers_of(command: Command) -> int:
    """Return the process id of a run's receivers; what they are told does not stand there."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    )
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    ((pid, words),) = [
        (int(row[0]), row[2])
        for row in rows
        if row[1] == str(command.process.pid) and "receiving_process" in row[2]
    ]
    assert "@" not in words
    return pid


def has_ended(pid: int) -> bool:
    """Tell whether a process has ended; who ought to take note of it may never do so."""
    shown = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(shown, capture_output=True, text=True, check=False).stdout
    return not state.strip() or state.strip().startswith("Z")


@pytest.mark.broker
@pytest.mark.skipif(sys.platform == "win32", reason="there is no ps, and no kill -9")
def test_its_receivers_may_be_killed_and_die_with_it(
    shell: Shell, mosquitto: RunningBroker, exercise: str
) -> None:
    """Others go on where they were; they leave when the command is killed, and the broker stays."""
    where = ["--broker", mosquitto.url_for("observer"), "--exercise", exercise]
    command = shell.start("run", shell.event_stream, "--rate", "1", *where)
    command.until(r"EXERCISE connect to ")
    first = receivers_of(command)
    os.kill(first, signal.SIGKILL)
    command.until("the process of the receivers ended; another goes on")
    for country in ("JPN", "KOR", "USA"):
        command.until(rf"EXERCISE \S+ {country} 1 ")
        command.until(rf"EXERCISE \S+ {country} 2 ")
    second = receivers_of(command)
    assert first != second
    assert command.end(signal.SIGKILL) == -signal.SIGKILL
    for _ in range(PATIENCE_S * 100):
        if has_ended(second):
            return
        pause()
    raise AssertionError(f"{second} outlives its command")


@pytest.mark.broker
def test_a_reader_that_goes_away_ends_it(shell: Shell) -> None:
    """As in ``feed run … | head -1``: everything is cleared up, and no traceback is shown."""
    reader, writer = os.pipe()
    os.close(reader)
    ended = shell.run("run", shell.event_stream, *FREE, stdout=writer)
    os.close(writer)

    assert ended.returncode == 141
    assert "Traceback" not in ended.stderr
    assert list((shell.home / "runs").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "name a scenario; 'feed scenarios' lists the library"),
        (["nosuch"], 2, "no scenario is called 'nosuch'"),
        (["nosuch.yaml"], 74, "nosuch.yaml: no such file"),
        (["STORY", "--rate", "0"], 2, "'0' is not a rate"),
        (["STORY", "--tz", "Asia/Soul"], 2, "did you mean 'Asia/Seoul'"),
        (["STORY", "--country", "XYZ"], 2, "'XYZ' is no participant"),
        (["STORY", "--max-gap", "soon"], 2, "--max-gap 'soon': not a duration"),
        (["STORY", "--linger", "soon"], 2, "--linger 'soon': not a duration"),
        (["STORY", "--host", "192.0.2.1"], 2, "'192.0.2.1' may be reached by others"),
        (["STORY", "--resume", "nosuch"], 2, "there is no run 'nosuch'"),
        (["STORY", "--broker", "http://x"], 2, "'http://' is not a way to reach a broker"),
        (["STORY", "--broker", "127.0.0.1:1"], 3, "connection refused"),
        (["STORY", "--exercise", "!!!"], 2, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    small: str,
    arguments: list[str],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence says why, and no run is left behind."""
    arguments = [small if argument == "STORY" else argument for argument in arguments]

    ports = [] if "--broker" in arguments else FREE
    assert invoke(["run", *arguments, *ports]) == code
    assert words in capsys.readouterr().err
    assert invoke(["runs"]) == 0
    assert capsys.readouterr().out == "no runs are written down here\n"
