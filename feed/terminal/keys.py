"""Single keys from a terminal, as they are pressed.

The terminal is given back as it was, however the program leaves.  Ctrl-C and Ctrl-Z mean what they
always mean.  Where there is no terminal to read from, or no such thing as on Windows, no key is
ever pressed.
"""

import asyncio
import contextlib
import os
import re
import signal
import sys
from typing import Any, Self, TextIO

__all__ = ["Keys", "names_in"]

_NAMES = {
    b" ": "space",
    b"+": "plus",
    b"=": "plus",  # the same key without shift
    b"-": "minus",
    b"_": "minus",
    b"\x1b[C": "right",
    b"\x1bOC": "right",  # as terminals write it in application mode
    b"n": "n",
    b"N": "n",
    b"q": "q",
    b"Q": "q",
}
_TOKEN = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[@-~]|[\x00-\xff]", re.DOTALL)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|O)?")
_LONGEST = 32
_CHUNK = 1024


def names_in(typed: bytes) -> tuple[list[str], bytes]:
    """Return the names of the keys that were typed, and the bytes that begin another one."""
    names: list[str] = []
    place = 0
    while place < len(typed):
        unfinished = _UNFINISHED.fullmatch(typed, place)
        if unfinished is not None and len(typed) - place < _LONGEST:
            return names, typed[place:]
        token = _TOKEN.match(typed, place)
        assert token is not None, "any byte is a token"
        place = token.end()
        name = _NAMES.get(token.group())
        if name is not None:
            names.append(name)
    return names, b""


class Keys:
    """The keys that are pressed: ``with Keys(sys.stdin) as keys: async for key in keys``."""

    def __init__(self, stream: TextIO | None) -> None:
        """Read from a stream if it is a terminal; None: from nowhere."""
        self._file = _descriptor(stream)
        self._pressed: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""
        self._before: list[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def active(self) -> bool:
        """Whether keys are listened to."""
        return self._before is not None

    def __enter__(self) -> Self:
        """Let the terminal hand over every key at once, and not show it."""
        if _is_ours(self._file):
            import termios  # noqa: PLC0415 - there is none on Windows

            self._loop = asyncio.get_running_loop()
            self._before = termios.tcgetattr(self._file)
            self._raw()
            self._loop.add_reader(self._file, self._read)
            with contextlib.suppress(ValueError, RuntimeError):  # not the main thread
                # After Ctrl-Z and fg the shell has made the terminal as it likes it.
                self._loop.add_signal_handler(signal.SIGCONT, self._raw)
        else:
            self._pressed.put_nowait(None)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back as it was."""
        if self._before is None or self._loop is None:
            return
        with contextlib.suppress(ValueError, RuntimeError):
            self._loop.remove_signal_handler(signal.SIGCONT)
        self._loop.remove_reader(self._file)
        self._set(self._before)
        self._before = None
        self._pressed.put_nowait(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        """Return the name of the next key: space, plus, minus, right, n or q."""
        name = await self._pressed.get()
        if name is None:
            self._pressed.put_nowait(None)
            raise StopAsyncIteration
        return name

    def _read(self) -> None:
        try:
            typed = os.read(self._file, _CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # the terminal was closed
            typed = b""
        if not typed:
            assert self._loop is not None
            self._loop.remove_reader(self._file)
            self._pressed.put_nowait(None)
            return
        names, self._rest = names_in(self._rest + typed)
        for name in names:
            self._pressed.put_nowait(name)

    def _raw(self) -> None:
        """Ask for every key at once; signals of the keyboard stay."""
        import termios  # noqa: PLC0415 - there is none on Windows

        if self._before is None or not _is_ours(self._file):
            return
        mode = list(self._before)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6] = list(mode[6])
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        self._set(mode)

    def _set(self, mode: list[Any]) -> None:
        import termios  # noqa: PLC0415 - there is none on Windows

        with contextlib.suppress(termios.error):  # the terminal was closed
            termios.tcsetattr(self._file, termios.TCSADRAIN, mode)


def _descriptor(stream: TextIO | None) -> int:
    if stream is None:
        return -1
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or replaced by something without
        return -1


def _is_ours(file: int) -> bool:
    """Tell whether a file is a terminal that may be read; a job in the background is stopped."""
    if sys.platform == "win32" or file < 0 or not os.isatty(file):
        return False
    try:
        return os.tcgetpgrp(file) == os.getpgrp()
    except OSError:  # a terminal, but not the one that controls us: nobody stops us
        return True
