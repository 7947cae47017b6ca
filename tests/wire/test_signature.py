"""Signatures: what the player signed is its own, and nothing else is."""

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st

from feed.core.picture import Picture
from feed.files.certificates import new_authority
from feed.model.message import LARGEST
from feed.model.time import rfc3339
from feed.wire.encoding import Encoder, encode_state
from feed.wire.envelope import Played, decode
from feed.wire.signature import SIGNATURE_BYTES, Signer, Verifier
from tests import make
from tests.keys import PLAYER, keys, signer, verifier

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PLAYED = Played("01jfm0", 2, "MORNING CALM", "morning-calm")
PLAN = make.plan(
    make.launch(at=1, seen=("KOR", "JPN"), track={"every": "PT5S"}),
    make.alert(at=4),
    make.meeting(at=8),
    make.correction(at=50, as_="all-clear"),
    make.statement(at=55, to=["KOR", "JPN"]),
)
VERIFIER = verifier()


def signed() -> list[bytes]:
    """Return everything that a plan sends, signed."""
    encoder = Encoder(PLAYED, signer())
    return [
        encoder.encode(delivery, number, rfc3339(delivery.due))
        for number, delivery in enumerate(PLAN.deliveries(), 1)
    ]


SIGNED = signed()


def test_every_message_that_is_signed_is_found_to_be() -> None:
    """One signature for each recipient, at the price that every message is measured with."""
    plain = Encoder(PLAYED)

    assert len(SIGNED) > 10
    for number, (delivery, payload) in enumerate(zip(PLAN.deliveries(), SIGNED, strict=True), 1):
        assert VERIFIER.flaw(payload) is None
        without = plain.encode(delivery, number, rfc3339(delivery.due))
        assert len(payload) == len(without) + SIGNATURE_BYTES
        members = json.loads(payload)
        assert decode(payload).signature == members.pop("signature")
        assert members == json.loads(without)
        assert VERIFIER.flaw(without) == "unsigned"


def test_the_lines_of_the_documentation_check_a_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the contract says it, with other people's libraries."""
    text = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")
    lines = text.partition("## Signature")[2].partition("```python\n")[2].partition("```")[0]
    (tmp_path / "player-key.pem").write_bytes(keys(PLAYER).public)
    monkeypatch.chdir(tmp_path)

    for payload in SIGNED:
        exec(lines, {"payload": payload})  # noqa: S102 - our own
    with pytest.raises(InvalidSignature):
        exec(lines, {"payload": SIGNED[0].replace(b"JPN", b"KOR")})  # noqa: S102 - same


@given(data=st.data())
def test_whatever_is_altered_is_found(data: st.DataObject) -> None:
    """Any other value anywhere, a member more or less: none of it passes."""
    members = json.loads(data.draw(st.sampled_from(SIGNED)))
    where = data.draw(st.sampled_from([name for name in members if name != "signature"]))
    if data.draw(st.booleans()):
        del members[where]
    else:
        other = data.draw(st.none() | st.integers() | st.text(max_size=9))
        members[where] = [members[where], other]
    assert VERIFIER.flaw(json.dumps(members).encode()) == "altered"


@given(data=st.data())
def test_another_way_of_writing_it_is_the_same_message(data: st.DataObject) -> None:
    """Spaces, escapes and the order of members mean nothing."""
    members = json.loads(data.draw(st.sampled_from(SIGNED)))
    shuffled = dict(data.draw(st.permutations(list(members.items()))))
    written = json.dumps(shuffled, indent=1, ensure_ascii=data.draw(st.booleans()))

    assert VERIFIER.flaw(written.encode()) is None


@pytest.mark.parametrize(
    "payload",
    [
        SIGNED[0].replace(b'"epoch":2', b'"epoch":2,"epoch":2'),
        SIGNED[0].replace(b'"signature":"', b'"signature":"A'),
        SIGNED[0].replace(b'"signature":"', b'"signature":"!'),
        SIGNED[0][:-3] + b'="}',
        b'{"signature":5}',
        b'{"signature":"\\ud800"}',
        b'{"signature":"","a":"\\ud800"}',
        b'{"signature":"' + b"A" * 86 + b'","a":1e999}',
        b'{"signature":"' + b"A" * 86 + b'","a":NaN}',
        b'{"a":1' + b"0" * 5000 + b',"signature":"' + b"A" * 86 + b'"}',
        b"[" * LARGEST,
        b'{"a":' * 1500,
        b"\xff",
        b"null",
        b"",
    ],
    ids=range(15),
)
def test_what_could_be_read_in_two_ways_or_in_none_is_altered(payload: bytes) -> None:
    """A member twice, a signature that is none, a depth without end."""
    assert VERIFIER.flaw(payload) == "altered"


def test_the_signature_of_somebody_else_is_none() -> None:
    """It is the key that counts."""
    members = {name: value for name, value in json.loads(SIGNED[0]).items() if name != "signature"}
    forged = json.dumps(signer("stranger").signed(members)).encode()

    assert VERIFIER.flaw(forged) == "altered"
    assert verifier("stranger").flaw(forged) is None


def test_pictures_are_signed_too() -> None:
    """What stands retained, whatever it holds."""
    folded = Picture()
    for delivery in PLAN.deliveries():
        if delivery.recipient == "JPN":
            folded.take(delivery)
    assert folded.shown
    for shown in folded.shown.values():
        payload = encode_state(shown, PLAYED, "JPN", 7, 0, signer=signer())
        assert VERIFIER.flaw(payload) is None
        assert len(payload) <= LARGEST


@pytest.mark.parametrize(
    "pem", [b"", b"x", keys(PLAYER).public, new_authority("a", NOW).private], ids=range(4)
)
def test_what_is_no_key_to_sign_with_is_refused(pem: bytes) -> None:
    """A public key, a key of another kind, no key."""
    with pytest.raises(ValueError, match=r"."):
        Signer(pem)


@pytest.mark.parametrize("pem", [b"", b"x", keys(PLAYER).private], ids=range(3))
def test_what_is_no_key_to_check_with_is_refused(pem: bytes) -> None:
    """A private key is not handed out by mistake and used all the same."""
    with pytest.raises(ValueError, match=r"."):
        Verifier(pem)
