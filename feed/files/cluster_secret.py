"""The word by which the nodes of clusters on one machine know each other.

Between machines they show certificates; on loopback it is enough to be the same user, who alone can
read this file.
"""

import contextlib
import os
import secrets
from pathlib import Path

from feed.errors import FilesError

__all__ = ["cluster_secret"]

_WORD = "word"
_LENGTH = 32


def cluster_secret(home: Path) -> str:
    """Return the word of this user's nodes; the one that is first makes it up."""
    path = home / "clusters" / _WORD
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{_WORD}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(_LENGTH // 2))
        # Nobody ever reads half of it, and of two that are first at once one wins.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
        found = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise FilesError(
            path, "the word of the cluster cannot be kept there; see FEED_HOME"
        ) from error
    if len(found) != _LENGTH:
        raise FilesError(path, "is no word of a cluster; stop its nodes, and remove the file")
    return found
