"""The page about operations: its commands for a backup, and for a machine that takes its place.

The first machine is lost in the middle of a run: its broker, its player, and all they had on disk.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import pause
from tests.commands import PATIENCE_S, ROOT, Command, Shell

pytestmark = [
    pytest.mark.slow,
    pytest.mark.broker,
    pytest.mark.skipif(shutil.which("sqlite3") is None, reason="sqlite3 is not installed"),
]

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BACKUP, RESTORE = (
    block.splitlines()
    for block in re.findall(
        r"^```\n(.*?)^```",
        PAGE.partition("## Backup")[2].partition("\n## ")[0],
        re.DOTALL | re.MULTILINE,
    )
)
STORY = ("three-authorities", "--exercise", "LOST")
MESSAGES, ENOUGH = 181, 20


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Shell, Shell, Shell]]:
    """Give one that is lost, one in its place, and a receiver's."""
    shells = [Shell(tmp_path / name) for name in ("lost", "new", "guest") if _made(tmp_path / name)]
    yield shells[0], shells[1], shells[2]
    for shell in shells:
        shell.close()


def _made(folder: Path) -> bool:
    folder.mkdir()
    return True


def typed(shell: Shell, line: str, run: str) -> None:
    """Do in a shell's folder what a line of the page says."""
    done = subprocess.run(
        ["sh", "-c", line.replace("RUN", run)],
        check=False,
        cwd=shell.folder,
        env=shell.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, ""), line


def broker(shell: Shell, port: str) -> tuple[Command, str]:
    """Start a secured broker in a shell's folder."""
    folder = shell.folder
    own = ("--secure", str(folder / "workshop"), "--store", str(folder / "store"))
    return shell.broker(*own, "--name", "localhost", "--port", port)


def received(out: Path) -> int:
    """Return how many messages have been written."""
    return len(out.read_bytes().splitlines()) if out.exists() else 0


def has(out: Path, number: int) -> bool:
    """Wait until so many messages have been written; tell whether they were."""
    for _ in range(PATIENCE_S * 100):
        if received(out) >= number:
            return True
        pause()
    return False


def test_a_run_goes_on_at_another_machine_from_a_backup(
    machines: tuple[Shell, Shell, Shell],
) -> None:
    """The backup is of the middle of the run, and older than what the receiver has already."""
    lost, new, guest = machines
    first, address = broker(lost, "0")
    shutil.copytree(lost.folder / "workshop" / "jpn", guest.folder / "jpn")
    out = guest.folder / "jpn.jsonl"
    receiver = guest.start(
        *("receive", "JPN", "--broker", address, "--credentials", str(guest.folder / "jpn")),
        *("--exercise", "LOST", "--out", str(out), "--quiet"),
    )
    player = lost.start(
        *("publish", *STORY, "--broker", address, "--wait-for", "JPN"),
        *("--credentials", str(lost.folder / "workshop"), "--rate", "100", "--max-gap", "60ms"),
    )
    assert has(out, ENOUGH), receiver.err
    run = next((lost.home / "runs").iterdir()).name
    for line in BACKUP:
        typed(lost, line, run)
    assert has(out, received(out) + ENOUGH)
    player.process.kill()
    first.process.kill()
    assert player.code() < 0
    assert first.code() < 0
    assert received(out) < MESSAGES
    shutil.move(lost.folder / "backup", new.folder / "backup")
    # Its server may not have ended yet, and write something beside what is being removed.
    lost.folder.rename(lost.folder.with_name("lost"))

    copied, (started, resumed) = RESTORE[:-2], RESTORE[-2:]
    for line in copied:
        typed(new, line, run)
    assert started.startswith("feed broker --secure workshop --store store ")
    broker(new, address.rpartition(":")[2])
    assert resumed.startswith("feed publish --resume RUN --wait-for JPN ")
    told = new.run(
        *("publish", "--resume", run, "--wait-for", "JPN", "--broker", address, "--rate", "max"),
        *("--credentials", str(new.folder / "workshop")),
    )

    assert told.returncode == 0, told.stderr
    assert receiver.code() == 0, receiver.err
    verified = new.run("verify", *STORY, str(out))
    assert verified.returncode == 0, verified.stdout
    assert f"{MESSAGES} of {MESSAGES}; each once, in order, unaltered" in verified.stdout
