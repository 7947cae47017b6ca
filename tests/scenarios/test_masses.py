"""Many at once, and many in all: the salvo of eighteen and the 3,600."""

from collections import Counter

from feed.model.incident import Incident
from feed.model.time import SECOND
from tests.scenarios.library import deliveries, loaded, messages

COUNTRIES = {"JPN", "KOR", "USA"}


def test_eighteen_objects_are_tracked_by_each_country_within_its_minute() -> None:
    """Each has a number of its own for each country, and everybody gets all of them."""
    first = [
        each
        for each in messages("eighteen-at-once")
        if (each.kind, each.type) == ("launch", "alert")
    ]

    assert Counter(each.originator for each in first) == dict.fromkeys(COUNTRIES, 18)
    assert len({each.event for each in first}) == 18
    assert len({(each.originator, each.data["track_number"]) for each in first}) == 3 * 18
    for country in COUNTRIES:
        seen = [each.at for each in first if each.originator == country]
        assert max(seen) - min(seen) < 60 * SECOND


def test_the_mechanism_hands_on_the_whole_salvo_within_seconds() -> None:
    """Real-time sharing is in force: nothing of it waits for a request."""
    shared = [
        each
        for each in deliveries("eighteen-at-once")
        if each.message.kind == "track" and each.recipient != each.message.originator
    ]

    assert {each.arrangement for each in shared} == {"realtime-2023", "us-jpn", "us-rok"}
    assert max(each.due - each.message.at for each in shared) < 10 * SECOND


def test_three_thousand_six_hundred_are_that_many() -> None:
    """The minister's sums: 3,400 gun ports, 110 cases of artillery, 90 others."""
    incidents = [
        event
        for event in loaded("three-thousand-six-hundred").event_stream.events(0)
        if isinstance(event, Incident)
    ]

    assert Counter(event.category for event in incidents) == {
        "gun-port-opening": 3400,
        "artillery": 110,
        "other": 90,
    }


def test_what_only_fills_the_count_says_so() -> None:
    """Eleven firings have a date on record; every other incident goes out as synthetic."""
    incidents = [each for each in messages("three-thousand-six-hundred") if each.kind == "incident"]
    dated = [each for each in incidents if not each.data["synthetic"]]

    assert (len(incidents), len(dated)) == (3600, 11)
    assert {each.data["category"] for each in dated} == {"artillery"}
