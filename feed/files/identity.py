"""The key by which the client ids of this home are made: made once, and kept.

Who knows the id of another client can end its connection, and empty its session.  So no id can be
reckoned from what is public, or from another id; and it stays the same, because a session belongs
to it.
"""

import os
import re
import secrets
import tempfile
from pathlib import Path

from feed.errors import FilesError, unless_full

__all__ = ["identity"]

_NAME = "client-id"
_FORM = re.compile(r"[0-9a-f]{32}")
_BYTES = 16


def identity(home: Path) -> str:
    """Return the key of this home's client ids; make it if there is none yet."""
    path = home / _NAME
    kept = _kept(path)
    if kept is not None:
        return kept
    made = secrets.token_hex(_BYTES)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=home, prefix=f".{_NAME}-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(made + "\n")
            _put(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        text = f"cannot be written ({why}); see FEED_HOME"
        raise FilesError(path, unless_full(error, text)) from error
    # Another program may have been faster; whoever was first is right.
    return _kept(path) or made


def _put(temporary: str, path: Path) -> None:
    """Put a whole file in place, unless a sound one is there."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        if _kept(path) is None:
            Path(temporary).replace(path)


def _kept(path: Path) -> str | None:
    """Return what a file holds; a damaged one is as good as none."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return text if _FORM.fullmatch(text) else None
