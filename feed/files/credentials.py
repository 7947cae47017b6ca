"""What other programs of the same user must know of a broker that was started on this machine.

That is the passwords of its roles, and its port for browsers: one file for each address, readable
by its owner alone, there for as long as the broker is.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feed.errors import FilesError

__all__ = ["find_credentials", "find_websocket_port", "keep_credentials", "known_addresses"]


def _file(home: Path, host: str, port: int) -> Path:
    name = "localhost" if host in {"127.0.0.1", "localhost", "::1"} else host.replace(":", "-")
    return home / "brokers" / f"{name}-{port}.json"


@contextlib.contextmanager
def keep_credentials(
    home: Path,
    host: str,
    port: int,
    passwords: Mapping[str, str],
    *,
    websocket_port: int | None = None,
) -> Iterator[Path]:
    """Keep the passwords of the roles of a broker in a file for as long as the context lasts."""
    target = _file(home, host, port)
    known = {"host": host, "port": port, "passwords": dict(passwords)}
    text = json.dumps(known | {"websocket_port": websocket_port}, indent=1)
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
        raise FilesError(target, text) from error
    try:
        yield target
    finally:
        # Another broker may have taken the address, and the file, since.
        if find_credentials(home, host, port) == dict(passwords):
            with contextlib.suppress(OSError):
                target.unlink()


def known_addresses(home: Path) -> list[tuple[str, int]]:
    """Return host and port of the brokers that are said to run here; one that was killed is too."""
    found = []
    for path in sorted((home / "brokers").glob("*.json")):
        with contextlib.suppress(OSError, ValueError, RecursionError, KeyError, TypeError):
            known = json.loads(path.read_text(encoding="utf-8"))
            if path == _file(home, known["host"], known["port"]):
                found.append((known["host"], known["port"]))
    return found


def find_credentials(home: Path, host: str, port: int) -> dict[str, str]:
    """Return the passwords by role of a broker at an address; empty if none are kept."""
    try:
        return {
            str(role): str(each) for role, each in _found(home, host, port)["passwords"].items()
        }
    except (KeyError, TypeError, AttributeError):
        return {}


def find_websocket_port(home: Path, host: str, port: int) -> int | None:
    """Return the port for browsers of a broker at an address; None if it is not kept."""
    try:
        found = _found(home, host, port)["websocket_port"]
    except (KeyError, TypeError):
        return None
    return found if isinstance(found, int) else None


def _found(home: Path, host: str, port: int) -> Any:
    """Return what the file says; a damaged one, or one that is not ours, is as good as none."""
    try:
        return json.loads(_file(home, host, port).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
