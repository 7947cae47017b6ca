"""An edited body: still of its kind, still marked, still small enough."""

from typing import Any

import pytest

from feed.core.actions import TransportError
from feed.core.edited import edited_members
from feed.model.marking import BANNER
from feed.model.message import Message
from tests import make


def message() -> Message:
    """Return the first message of an alert."""
    return next(make.plan(make.alert(at=1), recipients=("KOR",)).deliveries()).message


def test_a_text_is_marked_however_it_is_given() -> None:
    """By language, as plain English, or marked already."""
    marked = {"en": f"{BANNER}. Stay inside."}

    assert edited_members(message(), {"text": "Stay inside."}) == {"text": marked}
    assert edited_members(message(), {"text": {"en": "Stay inside."}}) == {"text": marked}
    assert edited_members(message(), {"text": marked}) == {"text": marked}
    assert "headline" not in message().data
    assert edited_members(message(), {"headline": "Stay inside."}) == {"headline": marked}


def test_what_is_no_text_stays_as_it_is() -> None:
    """Words of the contract and places have no banner."""
    members = {"urgency": "Expected", "areas": [{"name": "South"}]}

    assert edited_members(message(), members) == members


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"colour": "red"}, r"would be no alert \('colour': its members are issuer, .*areas"),
        ({"urgency": "soon"}, r"would be no alert \('urgency': input should be"),
        ({"text": None}, r"would be no alert \('text': "),
        ({"areas": 5}, r"would be no alert \('areas': "),
        ({"text": "This is not a drill"}, "would say 'not a drill'; everything here is an"),
        ({"text": {"ja": "これは訓練ではない"}}, "everything here is an exercise"),
        ({"text": "x" * 9000}, r"would have a body of \d+ bytes, 6192 are the most"),
    ],
)
def test_what_would_break_the_message_is_refused(members: dict[str, Any], said: str) -> None:
    """In one sentence that names the message."""
    with pytest.raises(TransportError, match=said) as refused:
        edited_members(message(), members)
    assert "\n" not in str(refused.value)


def test_what_is_nested_without_end_is_refused() -> None:
    """Before anything looks into it."""
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    with pytest.raises(TransportError, match="nested too deeply"):
        edited_members(message(), {"text": deep})
