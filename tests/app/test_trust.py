"""The keys that come with credentials."""

from dataclasses import replace
from pathlib import Path

import pytest

from feed.app.trust import signer_of, verifier_of
from feed.errors import FilesError
from feed.files.bundle import PUBLIC_KEY, SIGNING_KEY
from feed.mqtt.address import parse_address
from tests.keys import bundle

PLAIN = parse_address("mqtt://127.0.0.1")


def test_an_address_without_credentials_has_no_keys() -> None:
    """Nothing is signed, and nothing is asked of anybody."""
    assert signer_of(PLAIN) is None
    assert verifier_of(PLAIN) is None


def test_who_may_sign_and_who_may_check(tmp_path: Path) -> None:
    """The player's folder has both keys, that of a country one."""
    player = replace(PLAIN, credentials=bundle(tmp_path / "player", signs=True))
    country = replace(PLAIN, credentials=bundle(tmp_path / "jpn"))
    signer, verifier = signer_of(player), verifier_of(country)

    assert signer_of(country) is None
    assert signer is not None
    assert verifier is not None
    assert verifier.flaw(repr(signer.signed({"a": 1})).replace("'", '"').encode()) is None


@pytest.mark.parametrize("name", [PUBLIC_KEY, SIGNING_KEY])
def test_a_damaged_key_is_one_sentence(name: str, tmp_path: Path) -> None:
    """It is no reason to go on without."""
    folder = bundle(tmp_path / "player", signs=True)
    (folder / name).write_bytes(b"-----BEGIN")
    address = replace(PLAIN, credentials=folder)

    with pytest.raises(FilesError, match="holds no key"):
        (verifier_of if name == PUBLIC_KEY else signer_of)(address)
