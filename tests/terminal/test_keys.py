"""Keys of a real pseudo-terminal, and the terminal as it was before."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.terminal.keys import Keys, names_in

ROOT = Path(__file__).parents[2]

_READER = """
import asyncio, fcntl, os, sys, termios
from feed.terminal.keys import Keys

fcntl.ioctl(0, termios.TIOCSCTTY, 0)

async def main():
    with Keys(sys.stdin) as keys:
        print("ready", flush=True)
        async for key in keys:
            print(key, flush=True)
            if key == "q":
                raise RuntimeError("a bug")
            if key == "n":
                os.kill(os.getpid(), __import__("signal").SIGCONT)

asyncio.run(main())
"""
_BACKGROUND = """
import fcntl, subprocess, sys, termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
inner = '''
import asyncio, sys
from feed.terminal.keys import Keys

async def main():
    with Keys(sys.stdin) as keys:
        print(keys.active, [key async for key in keys])

asyncio.run(main())
'''
subprocess.run([sys.executable, "-c", inner], process_group=0, check=True)
"""


class Pty(NamedTuple):
    """The two ends of a pseudo-terminal, and how it was set up."""

    person: int
    program: TextIO
    before: list[Any]

    def mode(self) -> list[Any]:
        """Return how it is set up now."""
        return termios.tcgetattr(self.program.fileno())


@pytest.fixture
def pty() -> Iterator[Pty]:
    """Give a pseudo-terminal."""
    person, program = os.openpty()
    with open(program, closefd=True) as stream:  # noqa: PTH123 - a descriptor has no path
        yield Pty(person, stream, termios.tcgetattr(program))
    with contextlib.suppress(OSError):  # a test has closed it
        os.close(person)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (b" ", ["space"]),
        (b"+=-_", ["plus", "plus", "minus", "minus"]),
        (b"\x1b[C\x1bOC", ["right", "right"]),
        (b"nNqQ", ["n", "n", "q", "q"]),
        (b"\x1b[A\x1b[1;5C\x1b[200~x\xe3\x81\x82\x1bOD", []),
        (b"\x1bq", ["q"]),
        (b"\x1b\x1b[C", ["right"]),
    ],
    ids=repr,
)
def test_keys_have_names(typed: bytes, names: list[str]) -> None:
    """Keys that mean something are named, in order; all others, whole sequences, are not."""
    assert names_in(typed) == (names, b"")


@given(
    keys=st.lists(st.sampled_from([b" ", b"+", b"\x1b[C", b"\x1bOC", b"\x1b[A", b"n", b"q", b"z"])),
    cuts=st.lists(st.integers(0, 60)),
)
def test_a_key_may_come_in_pieces(keys: list[bytes], cuts: list[int]) -> None:
    """However the bytes are cut, the same keys come out."""
    typed = b"".join(keys)
    whole, _ = names_in(typed)
    ends = sorted({0, len(typed), *(cut for cut in cuts if cut < len(typed))})
    names, rest = [], b""
    for start, end in pairwise(ends):
        more, rest = names_in(rest + typed[start:end])
        names += more

    assert names == whole
    assert rest == b""


@given(typed=st.binary(max_size=200))
def test_any_bytes_are_read(typed: bytes) -> None:
    """Nothing that can be typed or pasted is an error, or kept for ever."""
    _, rest = names_in(typed)

    assert len(rest) < 32


async def test_keys_are_read_as_they_are_pressed(pty: Pty) -> None:
    """A key arrives without a line end, and is not shown."""
    with Keys(pty.program) as keys:
        assert keys.active
        os.write(pty.person, b" \x1b[Cq\x1b")
        assert [await anext(keys) for _ in range(3)] == ["space", "right", "q"]
        os.write(pty.person, b"[C")
        assert await anext(keys) == "right"
        assert not pty.mode()[3] & (termios.ICANON | termios.ECHO)
        assert pty.mode()[3] & termios.ISIG

    assert not keys.active
    assert pty.mode() == pty.before


async def test_the_terminal_is_given_back_after_an_error(pty: Pty) -> None:
    """An exception, or a cancelled task, leaves the terminal as it was."""
    with pytest.raises(RuntimeError), Keys(pty.program):
        raise RuntimeError
    assert pty.mode() == pty.before

    async def listen() -> None:
        with Keys(pty.program) as keys:
            listening.set()
            async for _ in keys:
                pass

    listening = asyncio.Event()
    task = asyncio.create_task(listen())
    await listening.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert pty.mode() == pty.before


async def test_whoever_waits_is_let_go_at_the_end(pty: Pty) -> None:
    """Leaving the context ends every iteration that still waits."""
    keys = Keys(pty.program)
    with keys:
        some = asyncio.gather(anext(keys, "over"), anext(keys, "over"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(some), 0)

    assert list(await some) == ["over", "over"]
    assert await anext(keys, "over") == "over"


async def test_a_terminal_that_is_closed_presses_no_more(pty: Pty) -> None:
    """When the window is closed the keys end; what was pressed before is still told."""
    with Keys(pty.program) as keys:
        os.write(pty.person, b"n")
        assert await anext(keys) == "n"
        os.close(pty.person)
        assert [key async for key in keys] == []


async def test_without_a_terminal_no_key_is_pressed(tmp_path: Path) -> None:
    """A file, a closed stream or nothing at all ends at once and is left alone."""
    path = tmp_path / "keys"
    path.write_text("q")
    with path.open() as file:
        for stream in (file, None):
            with Keys(stream) as keys:
                assert not keys.active
                assert [key async for key in keys] == []
    with Keys(file) as keys:  # closed by now
        assert [key async for key in keys] == []


def _line(pty: Pty) -> bytes:
    """Return the next line that the program at the other end prints."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(pty.person, 1)
    return line.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("last", "code"), [(b"\x03", -signal.SIGINT), (b"q", 1)], ids=["ctrl-c", "a-bug"]
)
def test_ctrl_c_and_bugs_leave_the_terminal_as_it_was(pty: Pty, last: bytes, code: int) -> None:
    """A program that reads keys ends by Ctrl-C as any other, and its shell can be typed in."""
    program = pty.program.fileno()
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER],
        cwd=ROOT,
        stdin=program,
        stdout=program,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert _line(pty) == b"ready"
        os.write(pty.person, b"n")
        assert _line(pty) == b"n"
        assert not pty.mode()[3] & termios.ICANON
        os.write(pty.person, last)
        assert reader.wait() in {code, abs(code) + 128}
    finally:
        reader.kill()
        reader.wait()

    assert pty.mode() == pty.before


@pytest.mark.slow
def test_a_job_in_the_background_does_not_touch_the_terminal(pty: Pty) -> None:
    """Started with '&', a program would be stopped by the terminal; it goes on without keys."""
    shell = subprocess.Popen(
        [sys.executable, "-c", _BACKGROUND],
        cwd=ROOT,
        stdin=pty.program.fileno(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert shell.communicate()[0] == "False []\n"
    finally:
        shell.kill()
        shell.wait()
