"""The week of the ministers: planned and not held, as reported and as corrected."""

from typing import Any

from feed.model.message import Message
from tests.scenarios.library import messages

NAME = "week-of-2023-11"


def of(event: str) -> list[Message]:
    """Return the messages of one event."""
    return [message for message in messages(NAME) if message.event == event]


def claims(event: str) -> list[dict[str, Any]]:
    """Return the claims that stand side by side in an event's first message."""
    return list(of(event)[0].data["claims"])


def test_a_meeting_can_be_planned_and_never_held() -> None:
    """The meeting with Xi is announced, then known better, and in the end was not held."""
    states = [(message.type, message.data["state"]) for message in of("yoon-xi")]

    assert states == [("alert", "announced"), ("update", "announced"), ("update", "not-held")]


def test_a_figure_as_reported_stands_beside_the_corrected_one() -> None:
    """110 shells and 110 times are two claims of two sources; neither replaces the other."""
    by_report, by_others = claims("violations-artillery")

    assert by_report["source"] == ["article"]
    assert "article" not in by_others["source"]
    assert by_report["count"] == by_others["count"] == 110


def test_what_only_turned_out_later_is_told_later() -> None:
    """That the United States are one of the 17 stands beside the report from the meeting on."""
    announced, held = of("un-command-ministers")

    assert [claim["source"] for claim in announced.data["claims"]] == [["article"]]
    assert len(held.data["claims"]) == 2


def test_a_plan_names_no_moment_that_was_known_afterwards() -> None:
    """The report says 'later this week'; the minute of an arrival comes with the arrival."""
    announced, *_ = of("apec")

    assert "scheduled" not in announced.data


def test_most_times_of_the_week_are_coarse() -> None:
    """Nobody published the minutes of the meetings, and none is made up."""
    coarse = [each for each in messages(NAME) if each.data["precision"] in {"date", "half-day"}]

    assert len(coarse) > len(messages(NAME)) / 2
