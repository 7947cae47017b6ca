"""A scenario made ready to be read in order of time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.event_stream import earliest, event_stream_of, gather, repetitions
from feed.model.common import EventBase
from feed.model.time import SECOND, Instant
from tests.make import (
    PATIENT,
    START,
    agreement,
    alert,
    any_arrangements,
    any_events,
    claim,
    correction,
    cut,
    event_stream,
    incident,
    launch,
    meeting,
    moment,
    restore,
    scenario,
)

BEGINNING = Instant(START, 9 * 3600)


def names(*events: EventBase, first: int = 0) -> list[str]:
    """Return the ids of a story's events, in order."""
    return [event.id for event in event_stream(*events).events(first)]


def offset(event: EventBase) -> float:
    """Return the time of an event in seconds after the start."""
    return (event.at.resolve(BEGINNING).us - START) / SECOND


@st.composite
def events_of_any_kind(draw: st.DrawFn) -> list[EventBase]:
    """Draw a story of all kinds."""
    return draw(any_events(draw(any_arrangements())))


def test_events_come_in_order_of_time() -> None:
    """However they are written; equal times stay in the order of the file."""
    assert names(meeting("c", 5), meeting("a", 1), meeting("d", 5), meeting("b", 1)) == list("abcd")


def test_an_event_is_taken_when_it_is_first_heard_of() -> None:
    """A claim or a detection before an event's own time counts."""
    before = incident("x", 50, claims=[claim("JPN", 10), claim("KOR", 70), claim("USA")])
    seen = launch("y", 50, seen=("KOR",))
    unseen = launch("z", 50, seen=())
    early = launch("w", 50, detections=[{"country": "KOR", "at": moment(20)}])

    first = [earliest(event, BEGINNING) - START for event in (before, seen, unseen, early)]

    assert first == [10 * SECOND, 50 * SECOND, 50 * SECOND, 20 * SECOND]


def test_a_story_knows_its_start() -> None:
    """The start has the offset that the author wrote."""
    assert event_stream().start == BEGINNING


def test_more_events_are_played_with_a_scenario() -> None:
    """Events that are brought along stand in their place, and what they say is gathered."""
    told = event_stream_of(
        scenario(meeting("a", 1), meeting("c", 3)), [correction("a", "update", 2)]
    )

    assert [event.id for event in told.events(0)] == ["a", "a-update-2", "c"]
    assert told.gathered.referenced == {"a": 1}


@pytest.mark.slow
@PATIENT
@given(events=events_of_any_kind(), data=st.data())
def test_a_story_can_be_read_from_any_event(events: list[EventBase], data: st.DataObject) -> None:
    """Read from the n-th event on, or again, it tells the same; and always in order of time."""
    told = event_stream(*events)
    whole = list(told.events(0))
    first = data.draw(st.integers(0, len(whole) + 1))
    moments = [earliest(event, told.start) for event in whole]

    assert list(told.events(first)) == whole[first:]
    assert moments == sorted(moments)


def test_links_and_changes_are_gathered_in_order_of_time() -> None:
    """What is known beforehand of links and arrangements is sorted; equal times as written."""
    gathered = event_stream(
        restore("hub", 20),
        cut("hub", 20),
        agreement("b", 30, "accord", "out-of-force"),
        cut("hub", 10),
        restore("kor-usa", 10),
        agreement("a", 5, "accord", "in-force"),
        agreement("without", 1),
    ).gathered

    assert gathered.links == (
        (START + 10 * SECOND, "hub", "down"),
        (START + 10 * SECOND, "kor-usa", "up"),
        (START + 20 * SECOND, "hub", "up"),
        (START + 20 * SECOND, "hub", "down"),
    )
    assert gathered.changes == (
        (START + 5 * SECOND, "accord", True),
        (START + 30 * SECOND, "accord", False),
    )


def test_corrections_are_counted_by_the_event_they_are_of() -> None:
    """How often an event will be corrected is known beforehand, repeats included."""
    repeat = {"count": 4, "until": moment(90)}
    gathered = event_stream(
        alert("a"),
        alert("b"),
        correction("a", "update", 1),
        correction("a", "cancel", 2),
        correction("b", "update", 3, repeat=repeat),
    ).gathered

    assert gathered.referenced == {"a": 2, "b": 4}


@pytest.mark.parametrize(
    ("event", "last"),
    [
        (meeting(at=40), 40),
        (incident(at=5, claims=[claim("KOR", 60), claim("JPN", 30)]), 60),
        (incident(at=5, repeat={"count": 2, "until": moment(90)}), 90),
        (launch(at=5, seen=("KOR",)), 36),
        (launch(at=5, detections=[{"country": "KOR", "at": moment(7)}]), 7),
    ],
)
def test_the_last_moment_is_the_latest_that_is_named(event: EventBase, last: float) -> None:
    """Times, claims, repetitions and detections all count."""
    assert gather(scenario(), [event]).last == START + last * SECOND


def test_a_story_may_end_later_than_its_last_event() -> None:
    """The end that a scenario names is counted, but ends nothing early."""
    late = scenario(meeting(at=10), ends=moment(100))
    early = scenario(meeting(at=10), ends=moment(5))

    assert gather(late, late.events).last == START + 100 * SECOND
    assert gather(early, early.events).last == START + 10 * SECOND
    assert gather(early, []).last == START + 5 * SECOND


def test_an_event_that_is_not_repeated_is_itself() -> None:
    """Without repeat there is one event, unchanged."""
    once = incident()

    assert list(repetitions(once, BEGINNING, 7)) == [once]


def test_even_repetitions_lie_at_equal_distances() -> None:
    """The first is at the event's own time, the last at the end of the span."""
    event = incident("x", 10, repeat={"count": 5, "until": moment(50)})

    assert [offset(each) for each in repetitions(event, BEGINNING, 7)] == [10, 20, 30, 40, 50]


@PATIENT
@given(
    count=st.integers(2, 200),
    span=st.floats(min_value=0, max_value=1e7),
    spread=st.sampled_from(["even", "seeded"]),
    seed=st.integers(0, 99),
)
def test_repetitions_are_in_order_and_keep_to_their_span(
    count: int, span: float, spread: str, seed: int
) -> None:
    """Each repetition has an id of its own, and a moment between the last one's and the end."""
    repeat = {"count": count, "until": moment(10 + span), "spread": spread}
    event = incident("x", 10, repeat=repeat)
    made = list(repetitions(event, BEGINNING, seed))
    moments = [each.at.resolve(BEGINNING).us for each in made]
    ids = [each.id for each in made]

    assert len(set(ids)) == count
    assert ids == sorted(ids)
    assert all(first <= second for first, second in pairwise(moments))
    assert moments[0] >= START + 10 * SECOND
    assert moments[-1] <= event.repeat.until.resolve(BEGINNING).us  # type: ignore[union-attr]
    assert made == list(repetitions(event, BEGINNING, seed))


def test_a_repetition_is_like_its_event() -> None:
    """All but id and moment is the event's own, and how exactly its time is known stays known."""
    event = incident("x", 0, repeat={"count": 2, "until": "2023-12-20"}, precision="hour")
    dated = incident("y", at=0).model_copy(update={"at": event.repeat.until})  # type: ignore[union-attr]
    first, _ = repetitions(event, BEGINNING, 7)
    day, _ = repetitions(dated.model_copy(update={"repeat": event.repeat}), BEGINNING, 7)

    assert (first.id, first.repeat, first.precision) == ("x-1", None, "hour")
    assert first.model_copy(update={"id": "x", "at": event.at, "repeat": event.repeat}) == event
    assert day.precision == "date"


def test_repetitions_stand_among_other_events() -> None:
    """Repeated events and others are merged by time."""
    made = names(
        incident("x", 0, repeat={"count": 3, "until": moment(20)}),
        incident("y", 5, repeat={"count": 2, "until": moment(15)}),
        meeting("m", 10),
    )

    assert made == ["x-1", "y-1", "m", "x-2", "y-2", "x-3"]
