"""Tests of the light tuples between a scenario and the wire."""

from feed.model.event import EVENT_WORDS, KINDS, LASTING
from feed.model.message import LARGEST, WARNING_DATA
from tests import make


def test_lasting_kinds_are_kinds_shown_under_an_event() -> None:
    """Whatever has a present picture is shown under a kind that an author can write."""
    assert set(LASTING) <= set(KINDS)
    assert set(LASTING.values()) <= set(EVENT_WORDS)
    assert set(LASTING) >= WARNING_DATA


def test_a_payload_has_at_most_eight_kibibytes() -> None:
    """The contract's limit is the one that is checked."""
    assert LARGEST == 8 * 1024


def test_deliveries_order_by_time_then_recipient_then_message() -> None:
    """Equal due times keep a total order, by the tuple's own."""
    late, other, first, second = (
        make.delivery(2, "JPN", 0),
        make.delivery(1, "KOR", 0),
        make.delivery(1, "JPN", 0),
        make.delivery(1, "JPN", 1),
    )
    assert sorted([late, other, second, first], key=lambda each: each[:3]) == [
        first, second, other, late,
    ]  # fmt: skip
