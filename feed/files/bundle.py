"""Credentials as they are handed out: a folder with what one role needs to connect to a broker.

User, password and address; the certificate authority that vouches for the broker; the player's
public key.  The player's own also has the key that it signs with.  ``--credentials`` names such a
folder, or the one of ``feed broker --secure``, which has one for each role.
"""

import errno
import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from feed.errors import FilesError, UsageError

__all__ = [
    "ABOUT",
    "AUTHORITY",
    "PUBLIC_KEY",
    "SIGNING_KEY",
    "Bundle",
    "BundleAbout",
    "find_bundle",
    "read_key",
]

ABOUT = "credentials.json"
AUTHORITY = "ca.pem"
PUBLIC_KEY = "player-key.pem"
"""what the player's signatures are checked with"""
SIGNING_KEY = "signing-key.pem"
"""what the player signs with; nobody else has it"""
_LARGEST = 65_536
_ANYBODY = "observer"
"""what an observer may read everybody with credentials may ask for, as whoever it is"""


class BundleAbout(BaseModel):
    """What ``credentials.json`` says."""

    model_config = ConfigDict(extra="ignore", strict=True)

    user: str = Field(min_length=1, max_length=64, pattern="^[a-z][a-z0-9-]*$")
    password: str = Field(min_length=1, max_length=200, repr=False)
    broker: str | None = Field(default=None, max_length=300)
    """where the broker was last started: ``mqtts://host:port``"""
    websocket: str | None = Field(default=None, max_length=300)
    """the same for browsers: ``wss://host:port/mqtt``"""


@dataclass(frozen=True)
class Bundle:
    """The credentials of one role."""

    folder: Path
    user: str
    password: str = field(repr=False)
    broker: str | None = None
    websocket: str | None = None

    @property
    def authority(self) -> Path:
        """The certificate authority that vouches for the broker."""
        return self.folder / AUTHORITY


def find_bundle(folder: Path, role: str) -> Bundle:
    """Return the credentials of a role in a folder, or the folder's only ones.

    Raises:
        UsageError: they are those of another role.
        FilesError: there are none, or they cannot be read.
    """
    inside = folder / role
    if not (folder / ABOUT).exists() and inside.is_dir():
        folder = inside
        if not (folder / ABOUT).exists():
            raise FilesError(
                folder / ABOUT,
                f"is not there: '{role}' was revoked, or what it was handed was removed here; "
                f"'feed credentials rotate {shlex.quote(str(folder.parent))} {role}' makes it anew",
            )
    about = _about(folder / ABOUT)
    if role not in {about.user, _ANYBODY}:
        raise UsageError(
            f"the credentials in {folder} are those of '{about.user}'; give those of '{role}'"
        )
    return Bundle(folder, about.user, about.password, about.broker, about.websocket)


def read_key(folder: Path, name: str) -> bytes | None:
    """Return a key of a bundle as PEM; None if the bundle has none."""
    path = folder / name
    try:
        return _start_of(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _start_of(path: Path) -> bytes:
    """Return what a file begins with; a pipe is none, because its other end may never come."""
    if path.is_fifo():
        raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE))
    with path.open("rb") as file:
        return file.read(_LARGEST)


def _about(path: Path) -> BundleAbout:
    try:
        return BundleAbout.model_validate_json(_start_of(path))
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError:
        # Nothing of it is shown: it may hold a password.
        text = "holds no credentials; name a folder that 'feed broker --secure' made"
        raise FilesError(path, text) from None


def _unreadable(path: Path, error: OSError) -> FilesError:
    pipe = error.errno == errno.ESPIPE
    why = "it is a pipe" if pipe else os.strerror(error.errno or 0).lower()
    return FilesError(
        path, f"cannot be read ({why}); name a folder that 'feed broker --secure' made"
    )
