"""The last two days before real-time sharing, as each country lived them."""

from collections import Counter

from feed.model.message import Delivery
from feed.model.time import SECOND
from tests.scenarios.library import deliveries, messages, scenario

NAME = "activation-eve-2023"
MINUTE = 60 * SECOND


def reports(event: str, originator: str, recipient: str) -> list[Delivery]:
    """Return what one country got of another's reports on a launch."""
    return [
        each
        for each in deliveries(NAME)
        if each.message.event == event
        and each.message.originator == originator
        and each.message.kind == "launch"
        and each.recipient == recipient
    ]


def test_it_begins_at_once() -> None:
    """Within two minutes every country has seen or heard of the launch, in several reports."""
    until = scenario(NAME).starts.us + 2 * MINUTE
    heard = Counter(each.recipient for each in deliveries(NAME) if each.due <= until)

    assert min(heard[country] for country in ("JPN", "KOR", "USA")) >= 5


def test_both_figures_of_one_missile_are_told() -> None:
    """400 km by Tokyo, 570 km by Seoul: two statements, neither of which replaces the other."""
    ranges = {
        message.originator: message.data["claims"][0]["range_km"]
        for message in messages(NAME)
        if message.kind == "statement" and message.data.get("about") == "srbm-2023-12-17"
    }

    assert ranges == {"JPN": 400, "KOR": 570}


def test_what_korea_sees_reaches_japan_too_late() -> None:
    """The day before activation a report goes on request only, and takes tens of minutes."""
    first = reports("icbm-2023-12-18", "KOR", "JPN")[0]

    assert first.arrangement == "gsomia-2016"
    assert first.due - first.message.at > 20 * MINUTE


def test_the_alert_lives_its_life() -> None:
    """Announced at 08:28, the forecast of 09:37, fallen at 09:39."""
    alerts = [message for message in messages(NAME) if message.kind == "alert"]
    begin = scenario(NAME).starts.us + (9 * 60 + 47) * MINUTE  # 08:24 on the next day
    lived = [(alert.type, (alert.at - begin) // MINUTE) for alert in alerts]

    assert [kind for kind, _ in lived] == ["alert", "update", "all-clear"]
    assert (lived[0][1], lived[2][1]) == (4, 75)
    assert "09:37" in alerts[1].data["text"]["en"]
