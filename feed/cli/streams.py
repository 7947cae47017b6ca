"""Standard input, output and error, whatever state a process is started in.

A stream may be closed, full, or in an encoding without the letters.  What is closed is as good as
/dev/null; what cannot be written to standard error is dropped, for nobody could be told; and what
programs read is UTF-8, whatever the locale says.
"""

import io
import os
import sys
from json import dumps
from typing import Any

__all__ = ["can_be_written", "have_streams", "print_json", "write_utf8"]

_PROGRAMS = ("utf-8", "backslashreplace")
"""Half of a surrogate pair, as in a path that is no UTF-8, becomes an escape that JSON knows."""


def have_streams() -> None:
    """Give a process the standard streams that it was started without, and forgiving ones.

    ``sys.stdin`` stays None if it was closed, so that reading from it can be refused.
    """
    for number in range(3):
        _fill(number)
    if sys.stdout is None:
        sys.stdout = _text(io.FileIO(1, "w", closefd=False), "utf-8")
    elif isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without the letters shows '?' in their place.
        sys.stdout.reconfigure(errors="replace")
    people = sys.stderr is not None and sys.stderr.isatty()
    encoding = sys.stderr.encoding if people else "utf-8"
    sys.stderr = _text(_Forgiving(2, "w", closefd=False), encoding)


def can_be_written() -> bool:
    """Tell whether standard output is open for writing."""
    try:
        os.write(1, b"")
    except OSError:
        return False
    return True


def _fill(number: int) -> None:
    """Open /dev/null where a descriptor is free: a socket or a ledger would get its number."""
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)


def _text(raw: io.RawIOBase, encoding: str) -> io.TextIOWrapper:
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, encoding, errors="replace", line_buffering=True)


class _Forgiving(io.FileIO):
    """A file to which writing always succeeds, also where nothing arrives."""

    def write(self, data: Any) -> int:
        """Write bytes; say that all were written, also if they were not."""
        try:
            return super().write(data)
        except OSError:
            return len(memoryview(data).cast("B"))


def write_utf8(text: str) -> None:
    """Write a text that programs read to standard output."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and (out.encoding, out.errors) != _PROGRAMS:
        out.reconfigure(encoding=_PROGRAMS[0], errors=_PROGRAMS[1])
    out.write(text)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """Print a value as JSON: in one line, or indented for people too."""
    separators = (",", ":") if indent is None else None
    write_utf8(dumps(value, ensure_ascii=False, indent=indent, separators=separators) + "\n")
