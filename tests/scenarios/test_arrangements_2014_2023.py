"""The story of the arrangements: one launch, seven dates, and what its neighbours hear of it."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from feed.model.agreement import Agreement
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests.scenarios.library import arrangements, deliveries, scenario

NAME = "arrangements-2014-2023"


@cache
def between_japan_and_korea() -> dict[str, list[Delivery]]:
    """Return the deliveries of Korean reports to Japan, by launch."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries(NAME):
        message = delivery.message
        if (message.kind, message.originator, delivery.recipient) == ("launch", "KOR", "JPN"):
            found[message.event].append(delivery)
    return dict(found)


@pytest.mark.parametrize(
    ("launch", "arrangement", "path"),
    [
        ("sample-2015", "tisa-2014", "KOR>USA>JPN"),
        ("sample-2017", "gsomia-2016", "KOR>JPN"),
        ("sample-2019", "gsomia-2016", "KOR>JPN"),
        ("sample-2021", "gsomia-2016", "KOR>JPN"),
        ("sample-2023", "gsomia-2016", "KOR>JPN"),
        ("sample-2024", "realtime-2023", "KOR>USA>JPN"),
    ],
)
def test_each_period_has_its_own_way(launch: str, arrangement: str, path: str) -> None:
    """The arrangement of the day decides by which way Japan hears of a Korean report."""
    deliveries = between_japan_and_korea()[launch]

    assert {(each.arrangement, ">".join(each.path)) for each in deliveries} == {(arrangement, path)}


def test_before_2014_nothing_is_shared() -> None:
    """Without an arrangement Japan hears nothing of what Korea reports."""
    assert "sample-2013" not in between_japan_and_korea()


def test_only_the_mechanism_is_quick() -> None:
    """A report takes seconds in real time, and more than ten minutes in every year before."""
    delays = {
        launch: max(each.due - each.message.at for each in deliveries) / SECOND
        for launch, deliveries in between_japan_and_korea().items()
    }

    assert delays.pop("sample-2024") < 60
    assert min(delays.values()) > 600


def test_every_policy_change_agrees_with_the_library() -> None:
    """What an event does to an arrangement is what the arrangements file has for that moment."""
    standing = {
        (arrangement.id, state.instant().us): state.state
        for arrangement in arrangements().arrangements
        for state in arrangement.standing
    }
    changes = [
        event
        for event in scenario(NAME).events
        if isinstance(event, Agreement) and event.arrangement is not None
    ]

    assert len(changes) == 6
    for event in changes:
        assert event.arrangement is not None
        moment = (event.arrangement.id, event.at.resolve(scenario(NAME).starts).us)
        assert standing[moment] == event.arrangement.becomes


@pytest.mark.parametrize(
    ("launch", "minutes"),
    [
        ("sample-2015", 71),
        ("sample-2017", 52),
        ("sample-2019", 39),
        ("sample-2021", 31),
        ("sample-2023", 32),
    ],
)
def test_the_page_of_arrangements_shows_these_delays(launch: str, minutes: int) -> None:
    """What docs/arrangements.md tells of the samples is what is played."""
    page = (Path(__file__).parents[2] / "docs" / "arrangements.md").read_text(encoding="utf-8")
    first = between_japan_and_korea()[launch][0]

    assert round((first.due - first.message.at) / (60 * SECOND)) == minutes
    assert f"| `{launch}` | {minutes} min |" in page
