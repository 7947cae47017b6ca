"""Alarms with nothing behind them: each is withdrawn as an error, on its own channel."""

import pytest

from feed.model.message import Message
from feed.model.time import SECOND
from tests.scenarios.library import messages, scenario

MINUTE = 60 * SECOND


def of(name: str, event: str) -> list[Message]:
    """Return the messages of one event of a story."""
    return [each for each in messages(name) if each.event == event]


@pytest.mark.parametrize(
    ("name", "event", "minutes"),
    [
        ("thirty-eight-minutes", "sending", 6),
        ("thirty-eight-minutes", "phones", 38),
        ("thirty-eight-minutes", "broadcaster-push", 5),
        ("two-false-alarms", "army-system", 20),
        ("two-false-alarms", "akita-municipalities", 20),
        ("two-false-alarms", "emnet", 5),
        ("pattern-false-alarm", "alarm", 38),
    ],
)
def test_each_is_withdrawn_as_an_error(name: str, event: str, minutes: int) -> None:
    """The end names its reason, and nothing says that a danger was over."""
    alarm, end = of(name, event)

    assert (alarm.type, end.type, end.data["reason"]) == ("alert", "cancel", "issued-in-error")
    assert (end.at - alarm.at) / MINUTE == minutes


@pytest.mark.parametrize("name", ["thirty-eight-minutes", "two-false-alarms"])
def test_nothing_flew(name: str) -> None:
    """There is no launch, and no all-clear."""
    assert not [each for each in messages(name) if each.kind in {"launch", "track", "impact"}]
    assert not [each for each in messages(name) if each.type == "all-clear"]


def test_the_first_cancel_leaves_the_phones_as_they_are() -> None:
    """Sending stops at 08:13, and the alert on the phones stands until 08:45."""
    sent, phones = of("thirty-eight-minutes", "sending"), of("thirty-eight-minutes", "phones")

    assert sent[0].data["issuer"]["channel"] != phones[0].data["issuer"]["channel"]
    assert sent[1].at < phones[1].at


def test_the_wording_of_2018_is_not_published() -> None:
    """It stands in the notes, where it shows why feed has its rule."""
    story = scenario("thirty-eight-minutes")

    assert "NOT A DRILL" in (story.notes or "")
    assert "drill" not in str(of("thirty-eight-minutes", "phones")[0].data["text"]).lower()
