"""Who listens on a port, as far as the system tells: on Linux, from its own tables.

A broker that is killed leaves its port to whoever is next, and that one must not get its passwords.
"""

import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

__all__ = ["listens"]

_PROC = Path("/proc")
_LISTENING = "0A"
_WORD = 4


def listens(process: int, host: str, port: int) -> bool | None:
    """Tell whether a process, or a child of it, listens at an address; None if nobody can tell."""
    try:
        address = ipaddress.ip_address(host)
        table = (_PROC / "net" / ("tcp" if address.version == 4 else "tcp6")).read_text("ascii")  # noqa: PLR2004 - IPv4
        inodes = set(_inodes(table, _written(address), port))
        return any(inodes & _sockets(each) for each in _family(process))
    except (OSError, ValueError):
        return None


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Return an address as the table has it: words of four bytes, each in the machine's order."""
    packed = address.packed
    words = (packed[at : at + _WORD] for at in range(0, len(packed), _WORD))
    # The table was made by the machine that reads it.
    return "".join(f"{socket.ntohl(int.from_bytes(word)):08X}" for word in words)


def _inodes(table: str, host: str, port: int) -> Iterator[str]:
    for line in table.splitlines()[1:]:
        fields = line.split()
        if fields[1] == f"{host}:{port:04X}" and fields[3] == _LISTENING:
            yield fields[9]


def _family(process: int) -> Iterator[int]:
    """Yield a process and its children."""
    yield process
    for path in _PROC.glob("[0-9]*/stat"):
        try:
            parent = path.read_text("ascii", errors="replace").rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if parent == str(process):
            yield int(path.parent.name)


def _sockets(process: int) -> set[str]:
    """Return the sockets of a process; none if it is not there, or somebody else's."""
    found = set()
    try:
        with os.scandir(_PROC / str(process) / "fd") as files:
            for file in files:
                target = ""
                with contextlib.suppress(OSError):
                    target = str(Path(file.path).readlink())
                if target.startswith("socket:["):
                    found.add(target[8:-1])
    except OSError:
        return set()
    return found
