"""What a receiver says to the player."""

import pytest
from hypothesis import given

from feed.wire.receipts import HistoryRequest, Receipts, id_of
from tests.absurd import absurd, each_absurd


def test_how_far_a_receiver_is_is_read() -> None:
    """Members that nobody knows are ignored."""
    said = b'{"run": "01a", "epoch": 1, "sequence": 9, "missing": [[2, 3]], "moon": 1}'
    receipts = Receipts.model_validate_json(said)
    assert (receipts.sequence, receipts.missing, receipts.final) == (9, [(2, 3)], None)


@pytest.mark.parametrize(
    "payload",
    [b"{}", b'{"run": "a", "epoch": 0, "sequence": 1}', b'{"run": "a", "epoch": 1}', b"[" * 9000],
)
def test_what_is_none_is_refused(payload: bytes) -> None:
    """By a ``ValueError``."""
    with pytest.raises(ValueError, match="Receipts"):
        Receipts.model_validate_json(payload)


def test_a_request_names_its_numbers_as_people_do() -> None:
    """From and to, both included."""
    said = b'{"id": "q", "client": "one", "epoch": 2, "from": 3, "to": 9}'
    asked = HistoryRequest.model_validate_json(said)
    assert (asked.id, asked.first, asked.last) == ("q", 3, 9)


@pytest.mark.parametrize(
    ("payload", "found"),
    [(b'{"id": "q"}', "q"), (b'{"id": 5}', ""), (b"{", ""), (b'{"id": "\\ud800"}', "")],
)
def test_whom_to_answer_is_found_where_it_can_be(payload: bytes, found: str) -> None:
    """Also in a request that cannot be read."""
    assert id_of(payload) == found


@each_absurd({"id": "q", "client": "one", "epoch": 2, "from": 3, "to": 9})
@given(absurd({"id": "q", "client": "one", "epoch": 2, "from": 3, "to": 9}))
def test_no_number_of_a_request_is_more_than_a_ledger_holds(payload: bytes) -> None:
    """It is refused, and whom to answer is a text that can be written; or its numbers are whole."""
    try:
        asked = HistoryRequest.model_validate_json(payload)
    except ValueError:
        id_of(payload).encode()
        return
    assert 1 <= asked.epoch <= 10**9
    for number in (asked.first, asked.last):
        assert type(number) is int
        assert 1 <= number < 2**63
