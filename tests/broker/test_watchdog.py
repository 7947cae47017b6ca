"""Tests of ``feed.broker.watchdog``: what it reads, and what it does as a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.broker import watchdog
from feed.broker.watchdog import Left, end, read

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(1000)"]
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
STUBBORN = [*SLEEP[:-1], DEAF + SLEEP[-1]]


@contextmanager
def child(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program that says when it is up."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        try:
            yield process
        finally:
            process.kill()


def run(lines: str) -> int:
    """Run a watchdog whose parent says these lines and dies."""
    command = [sys.executable, "-I", "-S", watchdog.__file__]
    return subprocess.run(command, input=lines, text=True, check=False, timeout=20).returncode


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ([], Left()),
        (["pid 7\n"], Left(7)),
        (["folder /a b\n", "pid 7\n"], Left(7, "/a b")),
        (["pid 7\n", "none\n", "folder /a\n"], Left(None, "/a")),
        (["pid 7\n", "pid 8\n"], Left(8)),
        (["pid 7\n", "pid 8"], Left(7)),
        (["folder /a\n", "folder /abc"], Left(None, "/a")),
        (["something new\n", "pid 7\n"], Left(7)),
        (["file /p\n", "pid 7\n"], Left(7, None, "/p")),
        (["file /p\n", "file \n"], Left()),
    ],
)
def test_the_last_word_counts(lines: list[str], left: Left) -> None:
    """What is left to clean up is what was told last; half a line was never told."""
    assert read(lines) == left


def test_the_passwords_go_with_the_parent(tmp_path: Path) -> None:
    """The file that tells them is removed, and one that is gone already is no trouble."""
    file = tmp_path / "passwords"
    file.touch()

    assert run(f"file {file}\n") == 0
    assert not file.exists()
    assert run(f"file {file}\n") == 0


@given(st.lists(st.integers(1, 9).map(lambda pid: f"pid {pid}\n") | st.just("none\n")))
def test_no_server_that_was_taken_back_is_ended(lines: list[str]) -> None:
    """A process id is left exactly if it was the last word."""
    pid = read(lines).pid

    last = lines[-1] if lines else "none\n"
    assert last == ("none\n" if pid is None else f"pid {pid}\n")


def test_a_server_that_had_only_started_is_found(tmp_path: Path) -> None:
    """A parent that dies before it could tell the process id leaves it in a file."""
    file = tmp_path / "nats.pid"
    file.write_text("4711", encoding="ascii")

    assert read([f"starting {file}\n"]) == Left(4711)
    assert read([f"starting {file}\n", "none\n"]) == Left()


def test_a_server_that_never_started_is_not_waited_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a process id in the file, and after a grace, there is nothing to end."""
    monkeypatch.setattr(watchdog, "GRACE_S", 0.04)

    assert read([f"starting {tmp_path}/nats.pid\n"]) == Left()


def test_it_ends_the_server_and_removes_the_folder(tmp_path: Path) -> None:
    """When the pipe closes the server is asked to end, and the folder goes."""
    folder = tmp_path / "folder"
    (folder / "store").mkdir(parents=True)
    with child(SLEEP) as server:
        assert run(f"folder {folder}\npid {server.pid}\n") == 0
        assert server.wait() == -signal.SIGTERM

    assert not folder.exists()


def test_it_leaves_alone_what_it_was_not_told(tmp_path: Path) -> None:
    """A server that was taken back goes on, and a folder that was not named stays."""
    with child(SLEEP) as server:
        assert run(f"pid {server.pid}\nnone\n") == 0
        assert server.poll() is None


def test_a_server_that_has_gone_is_no_error() -> None:
    """A process id of nobody does no harm."""
    with child(SLEEP) as server:
        server.kill()

    assert run(f"pid {server.pid}\nfolder /no/such/folder\n") == 0


def test_a_server_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who ignores the request to end is ended after a grace."""
    monkeypatch.setattr(watchdog, "GRACE_S", 0.1)
    with child(STUBBORN) as server:
        end(server.pid)

        assert server.wait() == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_outlives_what_ends_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    """The signals that end a program do not end its watchdog."""
    folder = tmp_path / "folder"
    folder.mkdir()
    watching = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", ANNOUNCED, watchdog.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with watching:
        assert watching.stdout is not None
        assert watching.stdin is not None
        assert watching.stdout.readline() == "ready\n"
        os.kill(watching.pid, number)
        watching.stdin.write(f"folder {folder}\n")
        watching.stdin.close()
        assert watching.wait() == 0

    assert not folder.exists()


ANNOUNCED = """
import runpy, sys
watchdog = runpy.run_path(sys.argv[1])
read = watchdog["main"].__globals__["read"]
def announced(lines):
    print("ready", flush=True)
    return read(lines)
watchdog["main"].__globals__["read"] = announced
watchdog["main"]()
"""
