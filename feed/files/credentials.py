"""The passwords of a broker that was started on this machine, for other programs of the same user.

One file for each address, readable by its owner alone, there for as long as the broker is.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from feed.errors import FilesError

__all__ = ["find_credentials", "keep_credentials"]


def _file(home: Path, host: str, port: int) -> Path:
    name = "localhost" if host in {"127.0.0.1", "localhost", "::1"} else host.replace(":", "-")
    return home / "brokers" / f"{name}-{port}.json"


@contextlib.contextmanager
def keep_credentials(
    home: Path, host: str, port: int, passwords: Mapping[str, str]
) -> Iterator[Path]:
    """Keep the passwords of the roles of a broker in a file for as long as the context lasts."""
    target = _file(home, host, port)
    text = json.dumps({"host": host, "port": port, "passwords": dict(passwords)}, indent=1)
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


def find_credentials(home: Path, host: str, port: int) -> dict[str, str]:
    """Return the passwords by role of a broker at an address; empty if none are kept."""
    try:
        found = json.loads(_file(home, host, port).read_text(encoding="utf-8"))
        return {str(role): str(password) for role, password in found["passwords"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Of a broker that was killed, or not ours: the same as if it were not there.
        return {}
