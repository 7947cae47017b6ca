"""Broker, player and receivers in one process, and what one sees of it."""

import contextlib
import os
import pty
import subprocess
import sys
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from feed.app.broker_in_use import BrokerOptions
from feed.app.options import PlayOptions
from feed.app.run import RunOptions, run
from feed.errors import BrokerError, UsageError
from feed.files.runs import list_runs, runs_folder
from feed.terminal.log import Notes
from tests.app.stage import Stage, eventful, fast
from tests.app.test_prepare import small
from tests.brokers import RunningBroker
from tests.commands import ROOT, STORY

pytestmark = pytest.mark.broker

ON_ITS_TERMINAL = (
    "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "import feed.cli; feed.cli.main(sys.argv[1:])"
)
"""so that Ctrl-C on it is a signal, as for a program that a shell started"""


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def open_stage(mosquitto: RunningBroker, exercise: str, tmp_path: Path) -> Stage:
    """Give a broker on which everybody may play every part."""
    return Stage(mosquitto, exercise, tmp_path)


@pytest.fixture
def options(tmp_path: Path) -> RunOptions:
    """Give options to play a small scenario as fast as can be, on a broker of its own."""
    return RunOptions(
        PlayOptions(small(tmp_path), rate=inf), BrokerOptions(port=0, websocket_port=0)
    )


async def test_a_run_that_is_complete_leaves_ledgers_and_no_store(
    options: RunOptions, home_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was sent and what each country got is kept; what the broker kept is not."""
    assert await run(options, Notes()) == 0
    (info,) = list_runs(runs_folder({"FEED_HOME": str(home_folder)}))
    names = {path.name for path in info.path.iterdir()}

    assert info.state == "ended"
    assert {"player.sqlite", "receiver-jpn-jpn.sqlite", "receiver-kor-kor.sqlite"} <= names
    assert "store" not in names
    assert list((home_folder / "brokers").iterdir()) == []
    assert "EXERCISE ended: " in capsys.readouterr().out


async def test_a_player_that_is_there_already_is_not_disturbed(
    options: RunOptions, open_stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exercise has one player; the second is refused, sums nothing up, and leaves no run."""
    other = replace(
        options,
        broker=BrokerOptions(url=open_stage.broker.url_for("observer")),
        play=replace(options.play, exercise=open_stage.exercise, paused=True),
    )
    player = open_stage.publication(eventful(), fast(paused=True))
    async with (
        open_stage.playing(player),
        open_stage.client("player", open_stage.topics.clock) as client,
    ):
        await client.until(lambda: client.said(open_stage.topics.clock).get("state") == "loaded")
        with pytest.raises(UsageError, match="is being played already"):
            await run(other, Notes())

    assert "interrupted" not in capsys.readouterr().out


async def test_a_broker_that_is_not_there_is_said(options: RunOptions, home_folder: Path) -> None:
    """And no run is left behind."""
    with pytest.raises(BrokerError, match="connection refused"):
        await run(replace(options, broker=BrokerOptions(url="127.0.0.1:1")), Notes())
    assert list_runs(runs_folder({"FEED_HOME": str(home_folder)})) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize(
    ("key", "code", "words"),
    [(b"q", 0, b"EXERCISE ended: "), (b"\x03", 130, b"EXERCISE go on with: feed run --resume ")],
    ids=["q", "ctrl-c"],
)
def test_on_a_terminal_a_key_ends_it(key: bytes, code: int, words: bytes, tmp_path: Path) -> None:
    """The view is shown, the key is heard, and the summary stands below the last picture."""
    event_stream = tmp_path / "story.yaml"
    event_stream.write_text(STORY, encoding="utf-8")
    ours, theirs = pty.openpty()
    arguments = ["run", str(event_stream), "--rate", "5", "--port", "0", "--websocket-port", "0"]
    with subprocess.Popen(
        [sys.executable, "-c", ON_ITS_TERMINAL, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        start_new_session=True,
        env={**os.environ, "COLUMNS": "100", "LINES": "30", "TERM": "xterm"},
    ) as process:
        os.close(theirs)
        seen, pressed = b"", False
        with contextlib.suppress(OSError):  # the end of a terminal
            while chunk := os.read(ours, 65536):
                seen += chunk
                if b"sent 6/9" in seen and not pressed:
                    pressed = True
                    os.write(ours, key)
        os.close(ours)

    assert process.returncode == code
    assert b"EXERCISE EXERCISE EXERCISE" in seen
    _, _, below = seen.rpartition(b"SMALL STEPS")
    assert words in below
    assert b"the broker is away" not in below
    assert b"\x1b[?25h" in below, "the cursor is shown again"
    assert b"Traceback" not in seen
