"""What the embedded broker asks of the program that it runs: one small protocol.

An engine is a module of this folder with the members of ``Engine``.  It finds its program, writes
its configuration from the roles, and says how it is started and what it last said; it decides
nothing else.  Starting it, asking whether it is ready (an MQTT 3.1.1 CONNECT), ending it (SIGTERM,
then SIGKILL) and bringing it back are the same for all, and stand in ``feed.broker.embedded``.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from feed.broker.cluster import Cluster
from feed.broker.find import Server

__all__ = [
    "ACK_WAIT_S",
    "LARGEST_PAYLOAD",
    "MAX_ACK_PENDING",
    "NEWEST",
    "SLOWEST_HANDLER_S",
    "Engine",
    "Promises",
    "Secured",
    "Settings",
    "origin",
    "origins",
]

SLOWEST_HANDLER_S = 5
"""for so long a client may work on one message before it acknowledges it"""
MAX_ACK_PENDING = 40
"""how many messages of QoS 1 a client has unacknowledged at most"""
ACK_WAIT_S = 210
"""what is not acknowledged by then is sent again; so window times handler has to be below it"""

LARGEST_PAYLOAD = 262_144
"""Bytes of a message; whoever sends more is hung up on.

The largest of the contract has 8 KiB; captured traffic that is played again has pictures.
"""

NEWEST = "5"
"""the newest version of MQTT"""

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""how this machine is spelt in the address of a web page"""


@dataclass(frozen=True)
class Secured:
    """What makes a broker one that others may reach: everybody has a password, all is encrypted."""

    certificate: Path
    key: Path
    authority: Path
    """who signed the certificate"""
    hashes: Mapping[str, Mapping[str, str]] = field(repr=False)
    """of passwords, by the name of the engine that reads them and by role; who is not in it cannot
    connect"""
    names: Sequence[str] = ()
    """by which clients know the broker, besides the address that it listens on"""


@dataclass(frozen=True)
class Settings:
    """All that makes one broker differ from another."""

    host: str
    port: int
    websocket_port: int
    folder: Path
    """for the store, the log and the file with the process id"""
    countries: Sequence[str]
    passwords: Mapping[str, str] = field(repr=False)
    """by role; a role that is not in it has none"""
    allowed_origins: Sequence[str] = ()
    """of web pages, besides those that the broker's own address would serve"""
    ack_wait_s: int = ACK_WAIT_S
    max_ack_pending: int = MAX_ACK_PENDING
    secured: Secured | None = None
    """None: it listens on loopback, where countries and observers need no password"""
    cluster: Cluster | None = None
    """of which it is a node; None: it is alone"""
    silent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """by role that little is taken from at present: the topic filters that it may still write; it
    goes on reading"""
    supervisor: str = field(default="", repr=False)
    """the password of who may ask the server on its own port; empty: nobody may"""
    most_connections: int = 0
    """that all users may have together, by each protocol; 0: any number"""


class Promises(NamedTuple):
    """What an engine can do, for people: each a few words."""

    protocols: tuple[str, ...]
    """versions of MQTT, as ``feed doctor --protocol`` writes them"""
    kept: str
    """what is still there after ``kill -9`` of the server"""
    refused: str
    """what a client sees that subscribes or publishes where it may not"""
    origins: bool
    """whether web pages of other origins are refused"""
    secured: bool = False
    """whether its configuration knows ``Settings.secured``; else it never listens for others"""
    cluster: bool = False
    """whether it knows ``Settings.cluster``"""
    supervised: bool = False
    """whether it tells who is connected, so that each user's connections can be counted"""

    @property
    def mqtt_5(self) -> bool:
        """Whether it speaks MQTT 5."""
        return NEWEST in self.protocols


class Engine(Protocol):
    """A program that the embedded broker can run."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """Return what ``--engine`` calls it, which is also the name of its program."""

    @property
    def OPTION(self) -> str:  # noqa: N802
        """Return the option that names another program of it."""

    @property
    def STEM(self) -> str:  # noqa: N802
        """Return how its files in the folder begin: ``STEM.conf``, ``.log``, ``.out``, ``.pid``."""

    @property
    def DATABASE(self) -> str | None:  # noqa: N802
        """Return the file that is good for one start, to be removed after it; None: there is none.

        A server that is killed leaves none, and begins anew.
        """

    @property
    def PROMISES(self) -> Promises:  # noqa: N802
        """Return what it can do."""

    def find(self, named: str | None = None, environment: Mapping[str, str] = os.environ) -> Server:
        """Return the program to run, with its version; a UsageError says what to do without one."""

    def files(self, settings: Settings) -> dict[str, str]:
        """Return its files by name, the configuration first; a pure function of the settings."""

    def user(self, role: str, settings: Settings) -> str:
        """Return the name that a role connects by."""

    def arguments(self, configuration: Path) -> Sequence[str]:
        """Return the arguments that start it in the foreground."""

    def own_port(self, folder: Path, pid: int) -> int | None:
        """Return where a running server can be asked who is connected; None: nowhere."""

    def last_words(self, said: Sequence[str]) -> str:
        """Return why it ended, out of the lines that it said, or else the last of them."""


def origin(host: str, port: int, *, secured: bool = False) -> str:
    """Return the origin of the web pages that an address serves."""
    scheme = "https" if secured else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def origins(settings: Settings) -> list[str]:
    """Return the origins of the web pages that may connect.

    A browser takes each spelling of one's own machine for another origin, and the user chooses one.
    """
    secured = settings.secured
    names = () if secured is None else secured.names
    hosts = dict.fromkeys((settings.host, *LOOPBACK, *names))
    own = [origin(host, settings.websocket_port, secured=secured is not None) for host in hosts]
    return [*own, *settings.allowed_origins]
