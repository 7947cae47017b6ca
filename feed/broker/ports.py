"""Where to listen: whether ports are free, and free ones when any will do.

Asking is binding.  What another program takes in the moment between asking and listening, the
server notices itself.
"""

import errno
import ipaddress
import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass

from feed.errors import BrokerError, UsageError

__all__ = ["ANY", "Address", "free_ports", "in_use", "loopback", "numeric", "written"]

ANY = 0
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - every address, and this machine's own
"""what listens on every address listens on this machine's own, too"""


@dataclass(frozen=True)
class Address:
    """Where a broker listens."""

    host: str
    port: int
    websocket_port: int
    tls: bool = False
    name: str | None = None
    """how others reach it; None: as it is written here"""

    @property
    def url(self) -> str:
        """Return the address for MQTT clients."""
        return f"mqtt{'s' * self.tls}://{written(self.name or self.host, self.port)}"

    @property
    def websocket_url(self) -> str:
        """Return the address for browsers."""
        where = written(self.name or self.host, self.websocket_port)
        return f"ws{'s' * self.tls}://{where}/mqtt"

    @property
    def here(self) -> str:
        """Return the host by which this machine reaches it."""
        return _HERE.get(self.host, self.host)


def loopback(host: str) -> str:
    """Return the loopback address to listen on; refuse one that others can reach."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise UsageError(
        f"'{host}' may be reached by others, so everybody needs credentials there: "
        "'feed broker --secure DIR' makes them; or take --host 127.0.0.1"
    )


def numeric(host: str) -> str:
    """Return the address that a secured broker listens on; refuse a name, which may be many."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        raise UsageError(
            f"--host '{host}' is no address; write that of one of this machine's interfaces, or "
            "0.0.0.0 for all of them, and name the broker with --name"
        ) from None


def free_ports(host: str, wanted: dict[str, int]) -> list[int]:
    """Return a port for each option: the one wanted, or a free one for 0."""
    named = [port for port in wanted.values() if port != ANY]
    if len(set(named)) < len(named):
        raise UsageError(f"{' and '.join(wanted)} are both {named[0]}; take two different ports")
    with ExitStack() as held:
        return [_bound(held, host, port, option) for option, port in wanted.items()]


def in_use(host: str, port: int, option: str) -> BrokerError:
    """Return what to say when somebody else has the port."""
    return BrokerError(
        written(host, port),
        "the port is in use; stop the program that uses it, "
        f"or take another with {option} (0: any free one)",
    )


def written(host: str, port: int) -> str:
    """Return an address as it is written in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bound(held: ExitStack, host: str, port: int, option: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    probe = held.enter_context(socket.socket(family))
    if os.name == "posix":
        # As the server does: else connections of the last broker keep the port for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host, port))
        probe.listen(1)
    except OverflowError as error:
        raise UsageError(f"{option} {port} is not a port; take one from 0 to 65535") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise in_use(host, port, option) from error
        raise BrokerError(
            written(host, port),
            f"cannot listen there ({os.strerror(error.errno or 0).lower()}); "
            f"take another with {option} (0: any free one)",
        ) from error
    return int(probe.getsockname()[1])
