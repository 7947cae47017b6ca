"""``feed credentials``: the credentials of a secured broker, changed and handed out."""

from collections.abc import Iterator
from pathlib import Path

from feed.files.secure import SecureFolder

__all__ = ["bundled", "listed", "revoked", "rotated"]


def listed(folder: Path) -> Iterator[str]:
    """Yield a line for each role: whether it may connect, and where its credentials are."""
    secure = SecureFolder(folder)
    for role, admitted in secure.roles().items():
        if not admitted:
            yield f"{role:10} revoked"
        elif secure.handed(role):
            yield f"{role:10} may connect; its credentials: {secure.bundle(role)}"
        else:
            yield f"{role:10} may connect; its credentials are not here any longer"


def rotated(folder: Path, role: str) -> str:
    """Give a role another password; return what was done."""
    where = SecureFolder(folder).rotate(role)
    return (
        f"{role} has a new password in {where}; the old one ends, and so do connections with it. "
        "Hand the folder out again"
    )


def revoked(folder: Path, role: str) -> str:
    """Keep a role out; return what was done."""
    SecureFolder(folder).revoke(role)
    return (
        f"{role} may not connect any longer, and its connections end; "
        f"'feed credentials rotate {folder} {role}' lets it in again"
    )


def bundled(folder: Path, role: str, out: Path) -> str:
    """Copy what a role needs to a folder of its own; return what is in it."""
    names = SecureFolder(folder).copy(role, out)
    return f"{out}: {', '.join(names)}; hand it to {role} and to nobody else"
