"""What is wrong with a topic filter."""

import pytest

from feed.app.exercises import Exercise
from feed.app.filter_check import of_filter


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("/exercise/v1/+/feed/jpn/#", "the filter begins with '/'"),
        ("exercise/v2/#", "the filter does not begin with exercise/v1"),
        ("exercise/v1", "the filter does not begin with exercise/v1"),
        ("feed/jpn/#", "the filter does not begin with exercise/v1"),
        ("exercise/v1/#/jpn", "'#' may only be the last level of a filter"),
        ("exercise/v1/x+/#", "'+' has to be a level of its own"),
        ("exercise/v1/+/feed/JPN/#", "the filter has capital letters"),
        ("exercise/v1/+/feed/jpn", "the filter matches the topic 'exercise/v1/+/feed/jpn' alone"),
        ("exercise/v1/calm", "the filter matches the topic 'exercise/v1/calm' alone"),
        ("exercise/v1/no-such-exercise/#", "no exercise is called 'no-such-exercise' here"),
    ],
)
def test_a_mistake_in_a_filter_is_found(name: str, what: str) -> None:
    """By its text alone; every finding says what to do."""
    wrong = [each for each in of_filter(name, 1, [Exercise("calm")]) if each.mark == "wrong"]

    assert any(each.what.startswith(what) for each in wrong)
    assert all(each.advice for each in wrong)


@pytest.mark.parametrize(
    "name", ["#", "+/v1/#", "exercise/#", "+/+/+/feed/jpn/#", "exercise/v1/+/clock", "+/+/+/+"]
)
def test_a_filter_that_can_match_is_not_blamed(name: str) -> None:
    """Wildcards count, also those that take the first levels."""
    assert of_filter(name, 1, [Exercise("calm")]) == []
