"""An export that goes to a program on this machine: ``tcp://HOST:PORT`` or ``udp://HOST:PORT``.

Loopback alone, as everything that feed opens by itself: what is an exercise here could be taken for
real by whoever listens elsewhere.
"""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from feed.errors import FilesError, UsageError
from feed.export.record import Part
from feed.files.export_target import Put
from feed.model.quoting import quoted

__all__ = ["SocketAddress", "socket_address", "socket_target"]

_PATIENCE_S = 10.0


class SocketAddress(NamedTuple):
    """Who is to get an export."""

    scheme: str
    host: str
    port: int

    @property
    def shown(self) -> str:
        """The address as a user writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def socket_address(out: str) -> SocketAddress | None:
    """Return the address that ``--out`` names; None if it names a file."""
    if not out.startswith(("tcp://", "udp://")):
        return None
    try:
        parts = urlsplit(out)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        bare = parts.path in {"", "/"} and not parts.query
    except ValueError:
        scheme, host, port, bare = "", "", None, False
    if not (host and port and bare):
        raise UsageError(f"--out {quoted(out)}: write it as tcp://127.0.0.1:8087")
    if not _is_loopback(host):
        raise UsageError(
            f"--out {quoted(out)} is another machine, where an exercise could be taken for real; "
            "send to a program here, such as tcp://127.0.0.1:8087, and let that pass it on"
        )
    return SocketAddress(scheme, host, port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _gone(address: SocketAddress, error: OSError) -> FilesError:
    why = "takes nothing more" if isinstance(error, TimeoutError) else "is not listened to"
    return FilesError(address.shown, f"{why}; start the program that is to get it, then export")


@contextmanager
def socket_target(address: SocketAddress) -> Iterator[Put]:
    """Give what sends a part to a program; FilesError in a sentence if that goes away."""
    kind = socket.SOCK_STREAM if address.scheme == "tcp" else socket.SOCK_DGRAM
    try:
        family, *_ = socket.getaddrinfo(address.host, address.port, type=kind)[0]
        connection = socket.socket(family, kind)
    except OSError as error:
        raise _gone(address, error) from error
    with connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect((address.host, address.port))
        except OSError as error:
            raise _gone(address, error) from error

        def put(part: Part) -> None:
            try:
                connection.sendall(part.data)
            except OSError as error:
                raise _gone(address, error) from error

        yield put
