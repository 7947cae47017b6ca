"""The patterns: small, marked as such, and each ends in the picture that it is there to teach."""

import pytest

from feed.core.picture import Picture
from feed.files.library import entries
from feed.model.launch import Launch
from feed.model.time import SECOND
from tests.scenarios.library import deliveries, scenario

NAMES = [entry.name for entry in entries() if entry.name.startswith("pattern-")]
every_pattern = pytest.mark.parametrize("name", NAMES)
SMALL = 10
DAY = 24 * 3600 * SECOND


def standing(name: str) -> set[str]:
    """Return the alerts that a client of one country still shows a day after the story."""
    picture = Picture()
    now = 0
    for delivery in deliveries(name):
        if delivery.recipient == "JPN":
            picture.take(delivery)
            now = delivery.due
    list(picture.expire(now + DAY))
    return {shown.event for shown in picture.shown.values() if shown.kind == "alert"}


@every_pattern
def test_a_pattern_is_marked_as_none_of_the_record(name: str) -> None:
    """In its title, its notes, its exercise's name, and at each event."""
    story = scenario(name)

    assert story.title["en"].startswith("Pattern: ")
    assert (story.notes or "").startswith("A pattern")
    assert story.exercise.startswith("PATTERN ")
    assert all(
        event.assumed and (event.notes or "").startswith("pattern") for event in story.events
    )


@every_pattern
def test_a_pattern_is_small_and_has_no_figures(name: str) -> None:
    """It is read at a glance, and nothing in it can be taken for a fact."""
    story = scenario(name)

    assert len(story.events) <= SMALL
    assert not [event for event in story.events if isinstance(event, Launch) or event.claims]


@every_pattern
def test_only_the_missing_end_leaves_an_alert_that_stands(name: str) -> None:
    """Every other alert is ended, or expires."""
    left = {"without-an-end"} if name == "pattern-missing-end" else set()

    assert standing(name) == left
