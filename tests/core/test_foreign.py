"""A capture as a run: what is due when, whatever is done to it, and where it goes."""

from collections.abc import Iterator
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.actions import (
    Burst,
    Inject,
    Loop,
    Next,
    Pause,
    Play,
    Rate,
    Seek,
    State,
    Step,
    Stop,
    TransportError,
    Until,
    Verb,
)
from feed.core.foreign import Foreign, ForeignRun, ForeignTopics, matches
from feed.core.run import Span
from feed.model.time import SECOND
from tests.make import PATIENT

FIRST = 1_700_000_000 * SECOND
DUES = (0, 1, 1, 5, 5, 20, 60)
ALL = [Foreign(FIRST + due * SECOND, f"t/{n}", b"%d" % n, 0, False) for n, due in enumerate(DUES)]
LAST = ALL[-1].due


def records() -> Iterator[Foreign]:
    """Read the capture anew."""
    return iter(ALL)


def foreign(span: Span | None = None, rate: float = 1.0) -> ForeignRun:
    """Return a run of the capture."""
    return ForeignRun(records, first=FIRST, last=LAST, span=span, rate=rate)


def numbers(handed: list[Foreign]) -> list[int]:
    """Return which messages these are."""
    return [ALL.index(one) for one in handed]


@pytest.mark.parametrize(
    ("name", "topic", "fits"),
    [
        ("#", "a/b", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+/c", "a/b/c", True),
        ("+", "a/b", False),
        ("a", "a/b", False),
        ("a/b", "a", False),
        ("#", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
        ("/+", "/a", True),
    ],
)
def test_filters_fit_as_in_mqtt(name: str, topic: str, fits: bool) -> None:
    """As the standard has it, empty levels and dollars included."""
    assert matches(name, topic) is fits


def test_everything_goes_below_one_level_of_an_exercise() -> None:
    """Whatever it was called, also what looks like an exercise, or begins with a slash."""
    topics = ForeignTopics("exercise/v1/calm")

    assert topics.target("site/gate") == "exercise/v1/calm/foreign/site/gate"
    assert topics.target("exercise/v1/x/clock") == "exercise/v1/calm/foreign/exercise/v1/x/clock"
    assert topics.target("/a") == "exercise/v1/calm/foreign//a"


def test_prefixes_are_exchanged_level_by_level() -> None:
    """The first that fits counts; filters look at the topic as it was."""
    topics = ForeignTopics("b", ["site/#"], [("site/a", "x"), ("site", "y/z")])

    assert topics.target("site/a/1") == "b/foreign/x/1"
    assert topics.target("site/ab") == "b/foreign/y/z/ab"
    assert topics.target("site") == "b/foreign/y/z"
    assert topics.target("other") is None


def test_a_topic_that_would_be_too_long_is_refused() -> None:
    """MQTT has room for 65,535 bytes."""
    with pytest.raises(ValueError, match="too long"):
        ForeignTopics("b").target("x" * 65_530)


def test_each_message_is_due_at_its_moment() -> None:
    """Once each, in the pauses of the capture, at the rate that is asked for."""
    run = foreign(rate=10)
    assert run.due(0.0, 9) == []
    run.apply(Play(), 100.0)

    assert numbers(run.due(100.0, 9)) == [0]
    assert run.wake_at() == pytest.approx(100.1)
    assert numbers(run.due(100.5, 3)) == [1, 2, 3]
    assert numbers(run.due(100.5, 3)) == [4]
    assert numbers(run.due(106.0, 9)) == [5, 6]
    stop = run.automatic(106.0)
    assert stop == Stop(over=True)
    run.apply(stop, 106.0)
    assert (run.state, run.sent, run.epoch) == (State.ENDED, 7, 1)


def test_as_fast_as_can_be_is_all_at_once() -> None:
    """Nothing is waited for."""
    run = foreign(rate=inf)
    run.apply(Play(), 0.0)

    assert numbers(run.due(0.0, 9)) == list(range(7))


def test_a_part_is_a_part() -> None:
    """What lies before is not sent, nor what lies behind."""
    run = foreign(Span(FIRST + SECOND, FIRST + 20 * SECOND), rate=inf)
    run.apply(Play(), 0.0)

    assert numbers(run.due(0.0, 9)) == [1, 2, 3, 4, 5]
    assert run.following is None


@pytest.mark.parametrize(("to", "following"), [(0, 0), (2, 3), (5, 3), (21, 6), (-9, 0), (99, 6)])
def test_a_jump_reads_the_capture_anew(to: int, following: int) -> None:
    """Forwards and backwards; a new epoch begins if anything was sent in the old one."""
    run = foreign()
    run.apply(Play(), 0.0)
    run.due(6.0, 9)

    assert run.apply(Seek(to=FIRST + to * SECOND), 6.0)

    assert run.following == ALL[following]
    assert run.epoch == 2
    run.apply(Seek(to=FIRST), 6.0)
    assert run.epoch == 2


def test_a_loop_begins_again_after_the_last_message() -> None:
    """With all of it, the last included."""
    run = foreign()
    run.apply(Loop(begin=FIRST, end=LAST + 1), 0.0)
    run.apply(Play(), 0.0)

    assert numbers(run.due(61.0, 9)) == list(range(7))
    again = run.automatic(61.0)
    assert again == Seek(to=FIRST)
    run.apply(again, 61.0)

    assert numbers(run.due(61.0, 9)) == [0]
    assert run.epoch == 2


def test_what_changes_a_plan_is_refused() -> None:
    """A capture is what it is."""
    with pytest.raises(TransportError, match="played as it is, without 'inject'"):
        foreign().apply(Inject(events=({"x": 1},)), 0.0)


moments = st.integers(-5, 70).map(lambda second: FIRST + second * SECOND)
actions: st.SearchStrategy[Verb] = st.one_of(
    st.sampled_from([Play(), Pause(), Step(), Next(), Stop()]),
    st.sampled_from([0.5, 60.0, inf]).map(lambda rate: Rate(rate=rate)),
    st.integers(1, 3).map(lambda count: Burst(count=count)),
    moments.map(lambda to: Seek(to=to)),
    st.none() | moments.map(lambda to: Until(to=to)),
)


@PATIENT
@given(st.lists(actions | st.tuples(st.floats(0, 40), st.integers(0, 3)), max_size=25))
def test_between_two_jumps_everything_goes_once_and_in_order(script: list[Any]) -> None:
    """From where the jump landed, without a gap, whatever is done meanwhile."""
    run, now = foreign(), 0.0
    expected = 0
    for step in script:
        if step is None:
            continue
        if isinstance(step, tuple):
            now += step[0]
            for one in run.due(now, step[1]):
                assert one == ALL[expected]
                expected += 1
            continue
        try:
            before = run.transport.landing(step)
            run.apply(step, now)
        except TransportError:
            continue
        if before is not None:
            expected = next((n for n, one in enumerate(ALL) if one.due >= before), len(ALL))
