"""An alert for the wrong islands: who is told that it is over, and who that it was wrong."""

from feed.model.message import Message
from feed.model.time import SECOND
from tests.scenarios.library import messages, scenario

NAME = "over-aomori-2022"


def alerts(kind: str) -> list[Message]:
    """Return the alert messages of one type."""
    return [each for each in messages(NAME) if each.kind == "alert" and each.type == kind]


def areas(message: Message) -> set[str]:
    """Return the names of the areas that a message is about."""
    return {area["name"] for area in message.data["areas"]}


def test_the_alerts_come_at_their_minutes() -> None:
    """Five and seven minutes after the launch, both also for the islands."""
    minutes = [(each.at - scenario(NAME).starts.us) / (60 * SECOND) for each in alerts("alert")]

    assert minutes == [5, 7]
    assert [areas(each) for each in alerts("alert")] == [
        {"Hokkaido", "Tokyo islands"},
        {"Aomori", "Tokyo islands"},
    ]


def test_passed_is_not_told_to_the_islands() -> None:
    """The all-clear is for those who were rightly warned; for the islands the alert goes on."""
    assert [areas(each) for each in alerts("all-clear")] == [{"Hokkaido"}, {"Aomori"}]
    for each in alerts("all-clear"):
        assert [area["name"] for area in each.data["remaining"]] == ["Tokyo islands"]


def test_the_wrong_area_is_withdrawn_a_day_later() -> None:
    """An alert that was wrong is cancelled, with its reason, and nothing of it is left."""
    day = 24 * 3600 * SECOND

    for each in alerts("cancel"):
        assert (areas(each), each.data["reason"]) == ({"Tokyo islands"}, "wrong-area")
        assert "remaining" not in each.data
        assert each.at > scenario(NAME).starts.us + day
    assert len(alerts("cancel")) == 2
