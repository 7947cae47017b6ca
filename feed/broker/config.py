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

__all__ = ["Settings", "config", "origin", "passwords_in", "subjects"]

ACK_WAIT = "1s"
MAX_ACK_PENDING = 200


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

    @property
    def pid_file(self) -> Path:
        """Return where the server writes its process id."""
        return self.folder / "nats.pid"


def config(settings: Settings) -> str:
    """Return the text of the configuration file."""
    return json.dumps(_config(settings), indent=2, ensure_ascii=False) + "\n"


def passwords_in(text: str) -> dict[str, str]:
    """Return the passwords in a configuration that this file wrote; none if it is another one."""
    try:
        users = json.loads(text)["authorization"]["users"]
        return {str(user["user"]): str(user["password"]) for user in users if user["password"]}
    except (ValueError, KeyError, TypeError):
        return {}


def origin(host: str, port: int) -> str:
    """Return the origin of the web pages that an address serves."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
        "jetstream": {"store_dir": str(settings.folder)},
        "mqtt": {
            "host": settings.host,
            "port": settings.port,
            # Unacknowledged messages come again after a second, and few of them: with the
            # default window a restarted receiver gets nearly everything twice.
            "ack_wait": ACK_WAIT,
            "max_ack_pending": MAX_ACK_PENDING,
            "no_auth_user": OBSERVER,
        },
        "websocket": {
            "host": settings.host,
            "port": settings.websocket_port,
            "no_tls": True,
            # Never empty: without a list any web page may drive a broker on loopback.
            "allowed_origins": [
                origin(settings.host, settings.websocket_port),
                *settings.allowed_origins,
            ],
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
