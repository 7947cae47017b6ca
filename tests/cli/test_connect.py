"""``feed connect``: lines that work when they are pasted."""

import json
import shlex
import subprocess
import sys

import pytest

from feed.cli import invoke
from tests.brokers import EmbeddedLike, RunningBroker, need
from tests.foreign import retain


def printed(broker: RunningBroker, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what the verb prints for a broker."""
    address = f"{broker.host}:{broker.port}"
    assert invoke(["connect", *arguments, "--broker", address]) == 0
    return capsys.readouterr().out


@pytest.mark.broker
def test_it_says_what_is_played(
    embedded: EmbeddedLike, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Title, state and countries; a country without a feed is warned of."""
    base = f"exercise/v1/{exercise}"
    manifest = {"title": "A story", "countries": ["JPN", "KOR"]}
    retain(embedded, f"{base}/manifest", json.dumps(manifest).encode())
    retain(embedded, f"{base}/clock", b'{"state": "paused"}')
    told = printed(embedded, capsys, "usa", "--exercise", exercise.upper())

    assert f"# {exercise}: A story (paused; for JPN, KOR)\n" in told
    assert "# nothing comes for USA: the feeds are those of JPN, KOR\n" in told
    assert f"-t '{base}/feed/usa/#'" in told
    assert f"'{base}/feed/jpn/#'" in printed(embedded, capsys, "--exercise", exercise)


@pytest.mark.broker
def test_the_shell_line_works(
    broker: RunningBroker, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pasted into a shell, mosquitto_sub gets what is published."""
    program = need("mosquitto_sub")
    topic = f"exercise/v1/{exercise}/feed/jpn/alert/a"
    retain(broker, topic, b"{}")
    lines = printed(broker, capsys, "JPN", "--exercise", exercise).splitlines()
    line = next(line for line in lines if line.startswith("mosquitto_sub") and "-u" in line)
    command = [program, *shlex.split(line)[1:], "-C", "1", "-W", "10"]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == (
        f"{topic} {{}}\n"
    )


@pytest.mark.broker
def test_the_python_lines_work(
    broker: RunningBroker, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pasted into a file, paho gets what is published."""
    topic = f"exercise/v1/{exercise}/feed/jpn/alert/a"
    retain(broker, topic, b"{}")
    told = printed(broker, capsys, "JPN", "--exercise", exercise)
    code = told.partition("# Python, paho-mqtt 2\n")[2].partition("// JavaScript")[0]
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == f"{topic} {{}}\n"
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["JAPAN"], 2, "'JAPAN' is not a three-letter country code"),
        (["JPN", "--exercise", "!!!"], 2, "--exercise '!!!' has no letters or digits"),
        (["JPN"], 3, "connection refused"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines are printed for a broker that answers only."""
    assert invoke(["connect", *arguments, "--broker", "127.0.0.1:1"]) == code
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
