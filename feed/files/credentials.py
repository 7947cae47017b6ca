"""What other programs of the same user must know of a broker that was started on this machine.

That is the passwords of its roles, or where their credentials are, and its port for browsers: one
file for each address, readable by its owner alone, there for as long as the broker is.  A password
is told only where its broker still listens: who took the port of one that died gets none.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from feed.errors import FilesError, unless_full
from feed.files.listener import listens

__all__ = [
    "Credentials",
    "credentials_file",
    "find_credentials",
    "find_websocket_port",
    "keep_credentials",
    "known_addresses",
]

_LARGEST = 65_536


class Credentials(NamedTuple):
    """The passwords of a broker, and the host that it listens on as it was written."""

    host: str
    passwords: Mapping[str, str]
    folder: Path | None = None
    """where the credentials of a secured broker are"""
    users: Mapping[str, str] = {}
    """the names of roles that connect by another than their own"""
    mqtt_5: bool = True
    """whether the broker may speak MQTT 5"""


class _Kept(BaseModel):
    """What a file says."""

    model_config = ConfigDict(extra="ignore", strict=True)

    host: str
    passwords: Annotated[dict[str, str], Field(max_length=1000)]
    users: Annotated[dict[str, str], Field(max_length=1000)] = {}
    websocket_port: int | None = None
    folder: str | None = None
    mqtt_5: bool = True
    process: int
    """who started the broker"""


def credentials_file(home: Path, host: str, port: int) -> Path:
    """Return the file about a broker at an address."""
    name = "localhost" if host in {"127.0.0.1", "localhost"} else host.replace(":", "-")
    return home / "brokers" / f"{name}-{port}.json"


@contextlib.contextmanager
def keep_credentials(
    home: Path,
    host: str,
    port: int,
    passwords: Mapping[str, str],
    *,
    users: Mapping[str, str] | None = None,
    websocket_port: int | None = None,
    folder: Path | None = None,
    mqtt_5: bool = True,
) -> Iterator[Path]:
    """Keep the passwords of the roles of a broker in a file for as long as the context lasts."""
    target = credentials_file(home, host, port)
    known = _Kept(
        host="127.0.0.1" if host == "localhost" else host,
        passwords=dict(passwords),
        users=dict(users or {}),
        websocket_port=websocket_port,
        folder=None if folder is None else str(folder),
        mqtt_5=mqtt_5,
        process=os.getpid(),
    )
    text = json.dumps(known.model_dump(), indent=1)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A new file is the owner's alone from its first byte; renaming puts it there as a whole.
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            Path(temporary).replace(target)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        text = f"cannot be written ({(error.strerror or str(error)).lower()}); see FEED_HOME"
        raise FilesError(target, unless_full(error, text)) from error
    try:
        yield target
    finally:
        # Another broker may have taken the address, and the file, since.
        kept = _found(home, host, port)
        if kept is not None and (kept.process, kept.passwords) == (os.getpid(), passwords):
            with contextlib.suppress(OSError):
                target.unlink()


def known_addresses(home: Path) -> list[tuple[str, int]]:
    """Return host and port of the brokers that are said to run here; one that was killed is too."""
    found = []
    for path in sorted((home / "brokers").glob("*.json")):
        host, dash, port = path.stem.rpartition("-")
        kept = _found(home, host, int(port)) if dash and port.isdigit() else None
        if kept is not None and path == credentials_file(home, kept.host, int(port)):
            found.append((kept.host, int(port)))
    return found


def find_credentials(home: Path, host: str, port: int) -> Credentials:
    """Return the passwords by role of the broker that listens at an address.

    They are empty if none are kept, or if somebody else listens there.
    """
    kept = _found(home, host, port)
    if kept is None:
        return Credentials(host, {})
    if kept.folder is not None:
        # Who listens there has to show the certificate before it is told anything.
        return Credentials(kept.host, {}, Path(kept.folder), mqtt_5=kept.mqtt_5)
    if listens(kept.process, kept.host, port) is False:
        return Credentials(host, {})
    return Credentials(kept.host, kept.passwords, users=kept.users, mqtt_5=kept.mqtt_5)


def find_websocket_port(home: Path, host: str, port: int) -> int | None:
    """Return the port for browsers of a broker at an address; None if it is not kept."""
    kept = _found(home, host, port)
    return None if kept is None else kept.websocket_port


def _found(home: Path, host: str, port: int) -> _Kept | None:
    """Return what the file says; a damaged one, or one that is not ours, is as good as none."""
    path = credentials_file(home, host, port)
    try:
        with path.open("rb") as file:
            return _Kept.model_validate_json(file.read(_LARGEST))
    except (OSError, ValueError):
        return None
