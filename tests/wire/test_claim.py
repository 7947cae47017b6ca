"""What players say when they begin, read from whoever wrote it."""

import pytest

from feed.wire.claim import ClaimSaid, decode_claim


def test_a_claim_comes_back_as_it_was_said() -> None:
    """With members that nobody knows yet, too."""
    said = ClaimSaid(claim="a1", run="01abc", answer=True)
    assert decode_claim(said.model_dump_json().encode()) == said
    assert decode_claim(b'{"claim":"a1","run":"01abc","more":1}').answer is False


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xff", b"[]", b'{"claim":"a1"}', b'{"claim":"A/b","run":"r"}', b"[" * 900,
     b'{"claim":"a","run":"r","x":"' + b"x" * 1000 + b'"}'],
)  # fmt: skip
def test_what_is_no_claim_is_refused(payload: bytes) -> None:
    """By the door."""
    with pytest.raises(ValueError, match=r"."):
        decode_claim(payload)
