"""Signatures: Ed25519 over the canonical form (RFC 8785) of a message without its signature.

Who holds the player's private key signs; who has its public key can tell what is not the player's.
Both keys come with the credentials, never over the broker.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from feed.wire.canonical import canonical

__all__ = ["SIGNATURE", "SIGNATURE_BYTES", "Flaw", "Signer", "Verifier"]

SIGNATURE = "signature"
"""the member that holds it"""
_DIGITS = 86
"""64 bytes in base64url, without padding"""
SIGNATURE_BYTES = len(f',"{SIGNATURE}":""') + _DIGITS
"""what it adds to a message"""

Flaw = Literal["unsigned", "altered"]


class Signer:
    """The player's private key."""

    def __init__(self, pem: bytes) -> None:
        """Take the key as PEM (PKCS 8); ``ValueError`` if it is none, or another kind."""
        try:
            key = load_pem_private_key(pem, password=None)
        except TypeError as error:  # it is encrypted
            raise ValueError(str(error)) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the key is not of Ed25519")  # noqa: TRY004 - its content is wrong
        self._key = key

    def signature(self, form: str) -> str:
        """Return the signature of a message in canonical form."""
        signed = self._key.sign(form.encode())
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    def signed(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members of a message with their signature, the last of them."""
        bare = {name: value for name, value in members.items() if name != SIGNATURE}
        # As it will be read: a tuple is an array by then.
        return {**bare, SIGNATURE: self.signature(canonical(json.loads(json.dumps(bare))))}


class Verifier:
    """The player's public key."""

    def __init__(self, pem: bytes) -> None:
        """Take the key as PEM; ``ValueError`` if it is none, or another kind."""
        key = load_pem_public_key(pem)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("the key is not of Ed25519")  # noqa: TRY004 - its content is wrong
        self._key = key

    def flaw(self, payload: bytes) -> Flaw | None:
        """Return what is wrong with the signature of a payload; None: it is the player's.

        What is not JSON, or could be read in two ways, is altered.
        """
        try:
            members = json.loads(payload, object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return "altered"
        if not isinstance(members, dict):
            return "altered"
        signature = members.pop(SIGNATURE, None)
        if signature is None:
            return "unsigned"
        try:
            # Letters that are not of base64url are refused and not passed over.
            signed = base64.b64decode(f"{signature}==", altchars=b"-_", validate=True)
            self._key.verify(signed, canonical(members).encode())
        except (ValueError, RecursionError, InvalidSignature):
            return "altered"
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: two programs would read two values."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def _no_number(text: str) -> float:
    raise ValueError(text)
