"""Keys for tests: the player's and a stranger's, made once for all of them."""

from functools import cache
from pathlib import Path

from feed.files.bundle import PUBLIC_KEY, SIGNING_KEY
from feed.files.certificates import KeyPair, new_signing_key
from feed.wire.signature import Signer, Verifier

__all__ = ["PLAYER", "bundle", "keys", "signer", "verifier"]


PLAYER = "player"


@cache
def keys(whose: str) -> KeyPair:
    """Return somebody's keys."""
    del whose
    return new_signing_key()


def signer(whose: str = PLAYER) -> Signer:
    """Return what somebody signs with."""
    return Signer(keys(whose).private)


def verifier(whose: str = PLAYER) -> Verifier:
    """Return what somebody's signatures are checked with."""
    return Verifier(keys(whose).public)


def bundle(folder: Path, *, signs: bool = False, whose: str = PLAYER) -> Path:
    """Make a folder with keys as they come with credentials."""
    folder.mkdir(exist_ok=True)
    (folder / PUBLIC_KEY).write_bytes(keys(whose).public)
    if signs:
        (folder / SIGNING_KEY).write_bytes(keys(whose).private)
    return folder
