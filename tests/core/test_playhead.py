"""The playhead, told the time by numbers."""

from collections.abc import Sequence
from itertools import takewhile
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.playhead import Playhead, State, TransportError
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests.make import PATIENT, START, delivery

MANY = 1_000_000

offsets = st.lists(
    st.one_of(st.integers(0, 20), st.floats(min_value=-5, max_value=5000)), max_size=12
)
rates = st.one_of(st.just(inf), st.sampled_from([1.0, 60.0]), st.floats(1e-3, 1e6))
waits = st.floats(min_value=0, max_value=1000)
steps = st.one_of(
    st.tuples(st.just("wait"), waits),
    st.tuples(st.just("pause"), waits),
    st.tuples(st.just("rate"), rates),
    st.tuples(st.just("step"), waits),
    st.tuples(st.just("jump"), st.floats(min_value=-100, max_value=1000)),
    st.tuples(st.just("due"), st.integers(1, 3).map(float)),
)


def deliveries(*seconds: float) -> list[Delivery]:
    """Return deliveries at these seconds after the start, in order."""
    return [delivery(due, number=number) for number, due in enumerate(sorted(seconds))]


def playhead(*seconds: float, ends: float = 0, **options: float | None) -> Playhead:
    """Return a playhead over deliveries at these seconds; it ends with the last of them."""
    return Playhead(
        iter(deliveries(*seconds)),
        starts=START,
        ends=START + round(ends * SECOND),
        **options,  # type: ignore[arg-type]  # the names are Playhead's own
    )


def numbers(handed: Sequence[Delivery]) -> list[int]:
    """Return which deliveries were handed out."""
    return [each.number for each in handed]


def seconds(position: int) -> float:
    """Return a position in seconds after the start."""
    return (position - START) / SECOND


def ended(head: Playhead) -> bool:
    """Tell whether it stopped for good."""
    return head.state is State.ENDED


def take(head: Playhead, now: float, step: str, value: float) -> list[Delivery]:
    """Do one step of a script while playing; return what was handed out."""
    if step == "due":
        return head.due(now, round(value))
    if step == "rate":
        head.set_rate(now, value)
    if step == "jump":
        head.jump_to(now, head.position(now) + round(value * SECOND))
    if step in {"pause", "step"}:
        head.pause(now)
    stepped = head.step(now) if step == "step" else None
    return [] if stepped is None else [stepped]


@PATIENT
@given(
    due=offsets,
    script=st.lists(steps, max_size=12),
    began=st.floats(min_value=0, max_value=1e6),
    rate=rates,
    max_gap_s=st.none() | st.floats(min_value=0, max_value=100),
)
def test_each_delivery_comes_once_and_in_order(
    due: list[float],
    script: list[tuple[str, float]],
    began: float,
    rate: float,
    max_gap_s: float | None,
) -> None:
    """Whatever is paused, sped up, stepped, jumped over or shortened, nothing is lost or repeated.

    On the way the position never goes back, and at the time of wake_at() there is work.
    """
    expected = deliveries(*due)
    head = Playhead(iter(expected), starts=START, ends=START, rate=rate, max_gap_s=max_gap_s)
    now, got, shown = began, list[Delivery](), [head.starts]

    head.play(now)
    for step, value in script:
        if ended(head):
            break
        got += take(head, now, step, value)
        now += value if step in {"wait", "pause", "step"} else 0
        shown.append(head.position(now))
        if not ended(head):
            head.play(now)
        shown.append(head.position(now))
    while (wake := head.wake_at()) is not None:
        now = max(now, wake)
        shown.append(head.position(now))
        handed = head.due(now, MANY)
        assert handed or ended(head)
        got += handed
        shown.append(head.position(now))

    assert got == expected
    assert head.handed_out == len(expected)
    assert ended(head)
    assert shown == sorted(shown)
    assert shown[-1] >= max((each.due for each in expected), default=START)


@PATIENT
@given(
    gaps=st.lists(st.floats(min_value=1e-6, max_value=1e5), min_size=1, max_size=20),
    began=st.floats(min_value=0, max_value=1e7),
    rate=st.floats(1e-3, 1e6),
)
def test_something_is_due_when_it_said_so(gaps: list[float], began: float, rate: float) -> None:
    """A caller that waits exactly as told never finds nothing due, however numbers round."""
    total = 0.0
    head = playhead(*(total := total + gap for gap in gaps), rate=rate)
    head.play(began)

    now = began
    while (wake := head.wake_at()) is not None:
        now = max(now, wake)
        assert head.due(now, 1) or ended(head)

    assert head.handed_out == len(gaps)


def test_due_times_are_reckoned_from_the_start_not_from_gap_to_gap() -> None:
    """Ten thousand late calls later, the next delivery is due at its own moment all the same."""
    count = 10_000
    head = playhead(*(n / 10 for n in range(1, count + 1)))
    head.play(0)
    for n in range(1, count):
        head.due(n / 10 + 0.07, MANY)

    assert head.wake_at() == pytest.approx(count / 10, abs=1e-6)


def test_time_passes_at_the_rate() -> None:
    """At rate 60 a wall second is a minute of the story."""
    head = playhead(90, 600, rate=60)
    head.play(1000)

    assert head.wake_at() == pytest.approx(1001.5)
    assert seconds(head.position(1001)) == pytest.approx(60)


def test_nothing_is_due_while_it_stands_still() -> None:
    """Before play and while paused, nothing is due and there is nothing to wake for."""
    head = playhead(1)

    assert (head.wake_at(), head.due(100, MANY)) == (None, [])
    head.play(100)
    head.pause(100.5)
    assert (head.wake_at(), head.due(200, MANY)) == (None, [])
    assert seconds(head.position(200)) == 0.5
    head.play(200)
    assert head.wake_at() == pytest.approx(200.5)


def test_a_limit_hands_out_no_more_and_the_rest_stays_due() -> None:
    """With a limit the rest of what is due comes with the next calls."""
    head = playhead(1, 1, 1)
    head.play(0)

    assert numbers(head.due(5, 2)) == [0, 1]
    assert head.next_delivery is not None
    assert numbers(head.due(5, 2)) == [2]


def test_max_rate_hands_out_everything_at_once() -> None:
    """At rate inf the limit alone holds back; the position is where the next delivery stands."""
    head = playhead(10, 20, 86_400, rate=inf)
    head.play(5)

    assert head.wake_at() == 5
    assert numbers(head.due(5, 2)) == [0, 1]
    assert seconds(head.position(5)) == 86_400
    assert numbers(head.due(5, MANY)) == [2]
    assert head.state is State.ENDED


def test_from_max_rate_one_can_slow_down() -> None:
    """After slowing down, time runs on from the delivery that would have come next."""
    head = playhead(10, 20, 30, rate=inf)
    head.play(5)
    head.due(5, 1)

    head.set_rate(5, 1)

    assert numbers(head.due(5, MANY)) == [1]
    assert head.wake_at() == pytest.approx(15)


def test_catching_up_at_max_rate_does_not_go_back() -> None:
    """When it is late and then plays at rate inf, the position stays where it was shown."""
    head = playhead(10, 20, ends=300)
    head.play(0)
    assert seconds(head.position(200)) == 200

    head.set_rate(200, inf)
    head.due(200, 1)

    assert seconds(head.position(200)) == 200


@pytest.mark.parametrize("rate", [0, -1, float("nan"), -inf, 1e-300, 1e300])
def test_a_rate_that_is_none_is_refused_and_changes_nothing(rate: float) -> None:
    """No rate that stands still, runs backwards or overflows is taken."""
    head = playhead(1)
    head.play(0)

    with pytest.raises(TransportError, match="a rate is a number from"):
        head.set_rate(0.5, rate)
    with pytest.raises(TransportError):
        playhead(1, rate=rate)

    assert head.wake_at() == pytest.approx(1)


def test_it_ends_when_its_time_is_over() -> None:
    """After the last delivery it plays on to the end it was given, and stays there."""
    head = playhead(1, ends=5)
    head.play(0)

    assert numbers(head.due(1, MANY)) == [0]
    assert not ended(head)
    assert head.wake_at() == pytest.approx(5)
    assert head.due(5, MANY) == []
    assert ended(head)
    assert (head.wake_at(), seconds(head.position(99))) == (None, 5)


def test_a_delivery_behind_the_end_is_waited_for_also_over_a_pause() -> None:
    """A delivery later than the end comes at its moment; a pause on the way forgets no time."""
    head = playhead(200, ends=100)
    head.play(0)

    head.pause(150)
    head.play(1000)

    assert head.wake_at() == pytest.approx(1050)
    assert seconds(head.position(1020)) == pytest.approx(170)


def test_a_plan_can_be_played_until_a_moment() -> None:
    """With a plan that is cut off and that moment as end, it stops there and hands out no more."""
    until = START + 10 * SECOND
    cut_off = takewhile(lambda each: each.due <= until, iter(deliveries(1, 10, 11, 60)))
    head = Playhead(cut_off, starts=START, ends=until)
    head.play(0)

    assert numbers(head.due(30, MANY)) == [0, 1]
    assert head.state is State.ENDED
    assert seconds(head.position(30)) == 10


def test_an_end_before_the_start_is_the_start() -> None:
    """A plan without a delivery and without length ends at once."""
    head = playhead(ends=-10)
    head.play(3)

    assert head.wake_at() == 3
    assert head.due(3, MANY) == []
    assert head.state is State.ENDED


def test_it_can_be_ended_early() -> None:
    """When it is ended, what was not handed out never will be; the position stays."""
    head = playhead(1, 10)
    head.play(0)
    head.due(4, MANY)

    head.end(4)

    assert head.state is State.ENDED
    assert (head.wake_at(), head.due(99, MANY)) == (None, [])
    assert seconds(head.position(99)) == 4


def test_a_step_hands_out_one_and_stands_at_its_moment() -> None:
    """Steps come in order, each at its own moment; after the last there is the end."""
    head = playhead(5, 5, 70, ends=100)

    stepped = [head.step(0), head.step(1), head.step(2)]

    assert [each and each.number for each in stepped] == [0, 1, 2]
    assert seconds(head.position(2)) == 70
    assert head.state is State.PAUSED
    assert head.step(3) is None
    assert (head.state, seconds(head.position(3))) == (State.ENDED, 100)


def test_playing_goes_on_after_a_step() -> None:
    """After a step time runs on from the moment of what was stepped to."""
    head = playhead(5, 9)
    head.step(0)

    head.play(100)

    assert head.wake_at() == pytest.approx(104)


def test_long_silences_are_shortened() -> None:
    """No silence lasts longer than it may; how much was passed over is told."""
    head = playhead(3600, 3601, 7201, ends=9000, max_gap_s=10)
    head.play(0)
    woken: list[float] = []
    while (wake := head.wake_at()) is not None:
        head.due(wake, MANY)
        woken.append(wake)

    assert woken == pytest.approx([10, 11, 21, 31])
    assert head.skipped_us == (3590 + 3590 + 1789) * SECOND


def test_a_silence_is_measured_by_the_wall() -> None:
    """At rate 60 a silence of ten minutes lasts ten seconds and is left alone."""
    head = playhead(600, rate=60, max_gap_s=10)
    head.play(0)

    assert head.wake_at() == pytest.approx(10)
    head.set_rate(5, 1)
    assert head.wake_at() == pytest.approx(15)
    assert head.skipped_us == 290 * SECOND


def test_a_jump_makes_due_what_lies_between() -> None:
    """After a jump forward all that was passed over comes at once, and then time runs on."""
    head = playhead(10, 20, 100)
    head.play(0)

    head.jump_to(1, START + 50 * SECOND)

    assert numbers(head.due(1, MANY)) == [0, 1]
    assert head.wake_at() == pytest.approx(51)


def test_a_jump_shortens_the_silence_that_it_lands_in() -> None:
    """After a jump the rest of a silence is no longer than it may be, and no longer than it was."""
    head = playhead(1, 10_000, max_gap_s=10)
    head.play(0)

    head.jump_to(0.5, START + 5_000 * SECOND)
    assert numbers(head.due(0.5, MANY)) == [0]
    assert head.wake_at() == pytest.approx(10.5)
    head.jump_to(1, START + 9_998 * SECOND)
    assert head.wake_at() == pytest.approx(3)


def test_lateness_is_counted_from_the_moment_something_became_due() -> None:
    """In wall seconds, at any rate; what a jump passed over became due with the jump."""
    head = playhead(20, 80, 200, rate=2)
    head.play(100)
    (first,) = head.due(112.5, MANY)
    assert head.lateness(first, 112.5) == pytest.approx(2.5)
    assert head.lateness(delivery(80), 112.5) == 0

    head.jump_to(113, START + 100 * SECOND)
    (second,) = head.due(114, MANY)
    assert head.lateness(second, 114) == pytest.approx(1)


def test_nothing_is_late_while_it_stands_still_or_runs_as_fast_as_it_can() -> None:
    """Paused, and at rate inf, there is no moment to be late for."""
    head = playhead(20, 30)
    assert head.lateness(delivery(20), 99) == 0
    head.set_rate(99, inf)
    head.play(100)

    assert head.lateness(delivery(20), 200) == 0


def test_a_jump_never_goes_back() -> None:
    """A jump to the past does nothing; one while paused moves the position and stays paused."""
    head = playhead(10, 20)
    head.play(0)
    head.jump_to(5, START + 3 * SECOND)
    assert seconds(head.position(5)) == 5
    head.pause(5)

    head.jump_to(6, START + 15 * SECOND)

    assert (head.state, seconds(head.position(99))) == (State.PAUSED, 15)
    assert head.wake_at() is None


@pytest.mark.parametrize(
    ("state", "request_", "then"),
    [
        (State.LOADED, "play", State.PLAYING),
        (State.LOADED, "pause", State.LOADED),
        (State.LOADED, "step", State.PAUSED),
        (State.PLAYING, "play", State.PLAYING),
        (State.PLAYING, "pause", State.PAUSED),
        (State.PLAYING, "step", None),
        (State.PAUSED, "play", State.PLAYING),
        (State.PAUSED, "pause", State.PAUSED),
        (State.PAUSED, "step", State.PAUSED),
        (State.ENDED, "play", None),
        (State.ENDED, "pause", None),
        (State.ENDED, "step", None),
    ],
)
def test_requests_follow_the_table(state: State, request_: str, then: State | None) -> None:
    """Each request does in each state what the module's table says; None: it is refused."""
    head = playhead(10, 20, 30)
    if state is not State.LOADED:
        head.play(0)
    if state is State.PAUSED:
        head.pause(1)
    if state is State.ENDED:
        head.end(1)
    assert head.state is state

    if then is None:
        with pytest.raises(TransportError):
            getattr(head, request_)(2)
        assert head.state is state
    else:
        getattr(head, request_)(2)
        assert head.state is then
