"""Eclipse mosquitto, where it is installed: MQTT 5, 3.1.1 and 3.1; killed, it forgets everything.

Its configuration is a pure function of ``Settings``, in three files: what it listens on, who may
connect (only when secured), and who may read and write what.

It lets users in without a password only if it asks nobody for one.  So on loopback the secret of
player and operator is a part of the name that they connect by, which alone has their rights: who
connects as ``player`` is let in and may do nothing.
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from feed.broker.engines.engine import LARGEST_PAYLOAD, Promises, Secured, Settings
from feed.broker.find import Program, Server, find_program
from feed.broker.roles import OBSERVER, PLAYER, READY, Rights, rights

__all__ = [
    "DATABASE",
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
    "rights_lines",
    "user",
]

NAME = "mosquitto"
OPTION = "--mosquitto"
STEM = "mosquitto"
PROMISES = Promises(
    protocols=("3.1", "3.1.1", "5"),
    kept="nothing; after an orderly end messages, sessions, retained",
    refused="a subscription is granted and served with nothing; a publish ends the connection",
    origins=False,
    secured=True,
)

OLDEST = (2, 0)
ENVIRONMENT_VARIABLE = "FEED_MOSQUITTO"

MOST_STORED = 536_870_912
"""bytes of memory that it takes for everything, which is what it keeps on disk too"""
MOST_WAITING = 134_217_728
"""bytes that wait for one client; what is beyond is dropped, and repaired from history"""
DATABASE = f"{STEM}.db"
"""What it keeps: written when it ends, and good for one start.

Saved in between it would bring back sessions that lack the last seconds.  Clients of ours repair
what is lost when the broker tells them that it does not know them any longer, and only then.
"""
PACKET = LARGEST_PAYLOAD + 2048
"""bytes of a packet: a payload, its topic and its properties"""

_USERS, _RIGHTS = f"{STEM}.users", f"{STEM}.rights"
_ITERATIONS, _SALT_BYTES = 101, 12
_TIMED = re.compile(r"^\d+: ")


def find(named: str | None = None, environment: Mapping[str, str] = os.environ) -> Server:
    """Return the server to use; say what to do when there is none, or one that is too old."""
    return find_program(_PROGRAM, named, environment)


def files(settings: Settings) -> dict[str, str]:
    """Return the configuration and the files that it names."""
    made = {f"{STEM}.conf": config(settings), _RIGHTS: _rights(settings)}
    if settings.secured is not None:
        made[_USERS] = _users(settings, settings.secured)
    return made


def arguments(configuration: Path) -> list[str]:
    """Return the arguments that start it."""
    return ["-c", str(configuration)]


def own_port(folder: Path, pid: int) -> int | None:  # noqa: ARG001 - another engine needs them
    """Return None: it does not tell who is connected as which user."""
    return None


def last_words(said: Sequence[str]) -> str:
    """Return why it ended, without the time, or else the last line that it said."""
    lines = [_TIMED.sub("", line) for line in said]
    errors = [line for line in lines if line.startswith("Error:")]
    last = (errors or [line for line in lines if not line.startswith("Warning:")])[-1:]
    return last[0].removeprefix("Error:").strip() if last else ""


def user(role: str, settings: Settings) -> str:
    """Return the name that a role connects by; on loopback the secret is a part of it."""
    secret = settings.passwords.get(role)
    return role if secret is None or settings.secured is not None else f"{role}-{secret}"


def config(settings: Settings) -> str:
    """Return the text of the configuration file."""
    return "".join(f"{line}\n" for line in _config(settings))


def rights_lines(allowed: Rights) -> list[str]:
    """Return rights in the words of its access list, where ``deny`` takes away both directions."""
    both = [name for name in allowed.read if name in allowed.write]
    return [
        *(f"topic readwrite {name}" for name in both),
        *(f"topic read {name}" for name in allowed.read if name not in both),
        *(f"topic write {name}" for name in allowed.write if name not in both),
        *(f"topic deny {name}" for name in (*allowed.but_read, *allowed.but_write)),
    ]


def _config(settings: Settings) -> Iterator[str]:
    folder, secured = settings.folder, settings.secured
    # Its files are the owner's alone, and started by root it would become another user.
    yield "user root"
    yield f"pid_file {folder / STEM}.pid"
    # Errors alone: everything else could be made to fill a disk by whoever connects.
    yield from ("log_dest stderr", "log_type error", "connection_messages false", "sys_interval 0")
    yield from (
        "persistence true",
        f"persistence_location {folder}/",
        f"persistence_file {DATABASE}",
    )
    yield "autosave_interval 0"
    yield f"memory_limit {MOST_STORED}"
    yield f"max_packet_size {PACKET}"
    yield from ("max_queued_messages 0", f"max_queued_bytes {MOST_WAITING}")
    yield f"max_inflight_messages {settings.max_ack_pending}"
    yield "set_tcp_nodelay true"
    yield f"acl_file {folder / _RIGHTS}"
    if secured is None:
        yield "allow_anonymous true"
    else:
        yield from ("allow_anonymous false", f"password_file {folder / _USERS}")
    for port, protocol in ((settings.port, "mqtt"), (settings.websocket_port, "websockets")):
        yield f"listener {port} {settings.host}"
        yield f"protocol {protocol}"
        # Without it a WebSocket listens on every address, whatever the line above says.
        yield f"socket_domain {'ipv6' if ':' in settings.host else 'ipv4'}"
        if settings.most_connections:
            # It knows no other limit: beyond it nobody gets in, whoever took the places.
            yield f"max_connections {settings.most_connections}"
        if secured is not None:
            yield f"certfile {secured.certificate}"
            yield f"keyfile {secured.key}"
            yield "tls_version tlsv1.2"


def _users(settings: Settings, secured: Secured) -> str:
    users = {READY: _hashed(settings.passwords[READY]), **secured.hashes[NAME]}
    return "".join(f"{name}:{coded}\n" for name, coded in users.items())


def _hashed(password: str) -> str:
    """Return a random password as the server keeps it; the salt is made of it, to be the same."""
    plain = password.encode()
    salt = hashlib.sha256(plain).digest()[:_SALT_BYTES]
    digest = hashlib.pbkdf2_hmac("sha512", plain, salt, _ITERATIONS)
    coded = [base64.b64encode(part).decode() for part in (salt, digest)]
    return f"$7${_ITERATIONS}${coded[0]}${coded[1]}"


def _rights(settings: Settings) -> str:
    roles = rights(settings.countries)
    # It cannot withhold writing alone, and the player has to read what it may not write.
    roles[PLAYER] = roles[PLAYER]._replace(but_write=())
    lines = []
    if settings.secured is None:
        lines += rights_lines(roles.pop(OBSERVER))  # of who gives no name
    for role, allowed in roles.items():
        taken = allowed._replace(write=tuple(settings.silent.get(role, allowed.write)))
        lines += [f"user {user(role, settings)}", *rights_lines(taken)]
    return "".join(f"{line}\n" for line in lines)


def _places() -> Iterator[tuple[Path, str]]:
    """Yield where it is installed to, which is not on everybody's PATH."""
    folders = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", r"C:\Program Files\mosquitto")
    for folder in folders:
        for path in (Path(folder, NAME), Path(folder, f"{NAME}.exe")):
            if path.is_file():
                yield path, folder


_PROGRAM = Program(
    name=NAME,
    option=OPTION,
    variable=ENVIRONMENT_VARIABLE,
    oldest=OLDEST,
    ask=("-h",),
    version=re.compile(r"mosquitto version (\d+)\.(\d+)\.(\d+)"),
    places=_places,
    install="install it with 'apt install mosquitto' or 'brew install mosquitto'",
)
