"""How alerts end in the stories from the record: passed, lifted, withdrawn by others, or never."""

from datetime import datetime

import pytest

from feed.model.message import Message
from feed.model.time import SECOND
from tests.scenarios.library import messages

MINUTE = 60 * SECOND


def alert(name: str, event: str) -> list[Message]:
    """Return the messages of one alert of a story."""
    return [each for each in messages(name) if each.event == event and each.kind == "alert"]


def launched(name: str) -> int:
    """Return when the first launch of a story is said to have been, in microseconds."""
    first = next(each for each in messages(name) if each.kind == "launch")
    return round(datetime.fromisoformat(first.data["when"]).timestamp() * SECOND)


@pytest.mark.parametrize(
    ("name", "event", "after", "lasts", "reason"),
    [
        ("it-did-not-pass", "jalert", 11, 10, "threat-passed"),
        ("hokkaido-33-minutes", "emnet", 34, 20, "threat-ended"),
        ("three-authorities", "mois-islands", 1, 90, "threat-ended"),
        ("three-authorities", "jalert-okinawa", 2, 34, "threat-ended"),
        ("pieces", "jalert-okinawa", 3, 13, "threat-passed"),
        ("before-the-window", "jalert-okinawa", 3, 29, "threat-passed"),
        ("both-sides-of-one-launch", "islands", 3, 9, "threat-ended"),
        ("twice-over-hokkaido", "jalert-2017-08-29", 4, 12, "threat-passed"),
    ],
)
def test_an_alert_comes_and_goes_at_its_minutes(
    name: str, event: str, after: int, lasts: int, reason: str
) -> None:
    """So many minutes after the launch, and for so many, as the record has it."""
    first, *_, last = alert(name, event)

    assert (first.at - launched(name)) / MINUTE == after
    assert (last.at - first.at) / MINUTE == lasts
    assert (last.type, last.data["reason"]) == ("all-clear", reason)


@pytest.mark.parametrize(
    ("name", "event", "after"),
    [("hokkaido-33-minutes", "jalert", 33), ("both-sides-of-one-launch", "jalert-okinawa", 4)],
)
def test_an_alert_without_an_end_on_record_has_none(name: str, event: str, after: int) -> None:
    """What nobody ended is not ended by us."""
    (only,) = alert(name, event)

    assert (only.at - launched(name)) / MINUTE == after
    assert only.expires is None


def test_another_authority_withdraws_the_alert_of_a_city() -> None:
    """Its own later word is a statement: what is withdrawn cannot be lifted once more."""
    first, last = alert("three-authorities", "seoul-cell-broadcast")
    lifted = [
        each for each in messages("three-authorities") if each.event == "seoul-lifts-its-alert"
    ]

    assert first.data["issuer"]["authority"] != last.data["issuer"]["authority"]
    assert (last.type, last.data["reason"]) == ("cancel", "issued-in-error")
    assert [(each.kind, (each.at - last.at) / MINUTE) for each in lifted] == [("statement", 22)]


def test_passed_is_taken_back_by_a_statement_about_the_alert() -> None:
    """The reason of an end was wrong; who said so was no alert system."""
    _, passed = alert("it-did-not-pass", "jalert")
    taken_back = next(
        each for each in messages("it-did-not-pass") if each.event == "it-did-not-cross"
    )

    assert taken_back.data["about"] == "jalert"
    assert taken_back.at > passed.at


def test_an_air_raid_alert_is_lowered_before_it_is_lifted() -> None:
    """Both channels of the island: lower at 14:00, over eight hours later."""
    for event in ("ulleung-siren", "ulleung-county-message"):
        first, lower, over = alert("longest-day", event)
        assert (first.type, lower.type, over.type) == ("alert", "update", "all-clear")
        assert lower.data["response"] == "Monitor"
        assert over.at - lower.at == 8 * 60 * MINUTE
    late = alert("longest-day", "ulleung-county-message")[0].at
    assert late - alert("longest-day", "ulleung-siren")[0].at == 24 * MINUTE
