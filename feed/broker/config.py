"""The configuration of the embedded ``nats-server``, as text.

A pure function of ``Settings``: nothing is read, and nothing is decided anywhere else.  The format
that nats-server reads contains JSON, so JSON it is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feed.broker.roles import OBSERVER, rights

__all__ = [
    "ACK_WAIT_S",
    "LARGEST_PAYLOAD",
    "LOG_BYTES",
    "LOG_FILES",
    "MAX_ACK_PENDING",
    "SLOWEST_HANDLER_S",
    "Settings",
    "config",
    "origin",
    "origins",
    "subjects",
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
MOST_STORED = 1_073_741_824
"""bytes that all messages and sessions may take on disk"""
LOG_BYTES = 4_194_304
LOG_FILES = 3

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""how this machine is spelt in the address of a web page"""


@dataclass(frozen=True)
class Settings:
    """All that makes one broker differ from another."""

    host: str
    port: int
    websocket_port: int
    folder: Path
    """for the store and the file with the process id"""
    countries: Sequence[str]
    passwords: Mapping[str, str] = field(repr=False)
    """by role; a role that is not in it has none"""
    allowed_origins: Sequence[str] = ()
    """of web pages, besides those that the broker's own address would serve"""
    ack_wait_s: int = ACK_WAIT_S
    max_ack_pending: int = MAX_ACK_PENDING

    @property
    def log_file(self) -> Path:
        """Return where the server writes its log."""
        return self.folder / "nats.log"

    @property
    def pid_file(self) -> Path:
        """Return where the server writes its process id."""
        return self.folder / "nats.pid"


def config(settings: Settings) -> str:
    """Return the text of the configuration file."""
    return json.dumps(_config(settings), indent=2, ensure_ascii=False) + "\n"


def origin(host: str, port: int) -> str:
    """Return the origin of the web pages that an address serves."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def origins(settings: Settings) -> list[str]:
    """Return the origins of the web pages that may connect.

    A browser takes each spelling of one's own machine for another origin, and the user chooses one.
    """
    hosts = dict.fromkeys((settings.host, *LOOPBACK))
    own = [origin(host, settings.websocket_port) for host in hosts]
    return [*own, *settings.allowed_origins]


def subjects(topic_filter: str) -> list[str]:
    """Return a topic filter in the words of nats-server, for a right.

    ``a/b/#`` matches ``a/b`` too, and the server subscribes to both, so both need the right.
    """
    dotted = topic_filter.replace("/", ".").replace("+", "*")
    if dotted.endswith(".#"):
        return [dotted.removesuffix(".#"), dotted.removesuffix("#") + ">"]
    return [dotted]


def _config(settings: Settings) -> dict[str, Any]:
    roles = rights(settings.countries)
    return {
        "server_name": "feed",
        # The server's own protocol cannot be switched off, so it gets a free loopback port that
        # nobody is told, and no user may connect by it.
        "host": "127.0.0.1",
        "port": -1,
        "pid_file": str(settings.pid_file),
        # The server logs every publish that it refuses, so a stranger could fill a disk with that.
        "log_file": str(settings.log_file),
        "logfile_size_limit": LOG_BYTES,
        "logfile_max_num": LOG_FILES,
        "max_payload": LARGEST_PAYLOAD,
        "jetstream": {"store_dir": str(settings.folder), "max_file_store": MOST_STORED},
        "mqtt": {
            "host": settings.host,
            "port": settings.port,
            # Measured, see docs/dependencies.md: with a short wait or a wide window a client with a
            # slow handler gets everything several times, and never comes to an end.
            "ack_wait": f"{settings.ack_wait_s}s",
            "max_ack_pending": settings.max_ack_pending,
            "no_auth_user": OBSERVER,
        },
        "websocket": {
            "host": settings.host,
            "port": settings.websocket_port,
            "no_tls": True,
            # Never empty: without a list any web page may drive a broker on loopback.
            "allowed_origins": origins(settings),
        },
        "authorization": {
            "users": [
                {
                    "user": role,
                    "password": settings.passwords.get(role, ""),
                    "allowed_connection_types": ["MQTT", "MQTT_WS"],
                    # An empty list would allow everything, and no right may name ``$MQTT``: it
                    # lets one country read another's messages through the server's own port.
                    "permissions": {
                        "subscribe": _permission(allowed.read, allowed.but_read),
                        "publish": _permission(allowed.write, allowed.but_write),
                    },
                }
                for role, allowed in roles.items()
            ]
        },
    }


def _permission(allow: Sequence[str], but: Sequence[str]) -> dict[str, list[str]]:
    if not allow:
        return {"deny": [">"]}
    permission = {"allow": [subject for filter_ in allow for subject in subjects(filter_)]}
    if but:
        permission["deny"] = [subject for filter_ in but for subject in subjects(filter_)]
    return permission
