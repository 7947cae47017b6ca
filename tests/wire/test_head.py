"""What stands on a head topic, and what is none."""

import json

import pytest

from feed.wire.head import Head, decode_head

GOOD = {"run": "01abc", "epoch": 1, "sequence": 7, "final": True}


def test_a_head_is_read_and_what_is_not_known_ignored() -> None:
    """The members of the contract are read; later ones harm nothing."""
    head = decode_head(json.dumps({**GOOD, "later": []}).encode())
    assert head == Head(run="01abc", epoch=1, sequence=7, final=True)
    assert not decode_head(b'{"run":"01abc","epoch":1,"sequence":0}').final


@pytest.mark.parametrize(
    "wrong",
    [
        {"run": "../../x"},
        {"run": "a--b"},
        {"run": "a" * 65},
        {"run": 7},
        {"epoch": 0},
        {"epoch": 10**30},
        {"epoch": 1.5},
        {"sequence": -1},
        {"sequence": 10**400},
        {"final": "yes"},
    ],
)
def test_what_is_no_head_is_refused(wrong: dict[str, object]) -> None:
    """A run that makes no folder and numbers that no ledger holds are no head."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        decode_head(json.dumps(GOOD | wrong).encode())


@pytest.mark.parametrize("payload", [b"", b"\xff", b"null", b"[" * 9000, b'{"run":"\\ud800"}'])
def test_what_is_no_object_is_refused(payload: bytes) -> None:
    """Whatever else stands there is refused in the same way."""
    with pytest.raises(ValueError, match="Head"):
        decode_head(payload)
