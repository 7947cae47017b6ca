"""The keys that come with the credentials of an address: to sign with, and to check signatures."""

from pathlib import Path

from feed.errors import FilesError
from feed.files.bundle import PUBLIC_KEY, SIGNING_KEY, read_key
from feed.mqtt.address import BrokerAddress
from feed.wire.signature import Signer, Verifier

__all__ = ["signer_of", "verifier_of"]

_NO_KEY = "holds no key; take the credentials as 'feed broker --secure' made them"


def signer_of(address: BrokerAddress) -> Signer | None:
    """Return what the player signs with at an address; None: it has no credentials with a key."""
    folder = address.credentials
    pem = None if folder is None else read_key(folder, SIGNING_KEY)
    if folder is None or pem is None:
        return None
    try:
        return Signer(pem)
    except ValueError:
        raise FilesError(Path(folder, SIGNING_KEY), _NO_KEY) from None


def verifier_of(address: BrokerAddress) -> Verifier | None:
    """Return what signatures are checked with at an address; None: there is no key for that."""
    folder = address.credentials
    pem = None if folder is None else read_key(folder, PUBLIC_KEY)
    if folder is None or pem is None:
        return None
    try:
        return Verifier(pem)
    except ValueError:
        raise FilesError(Path(folder, PUBLIC_KEY), _NO_KEY) from None
