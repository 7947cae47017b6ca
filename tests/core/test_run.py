"""A run, told the time by numbers: whatever is done to it, what it sends and shows is right."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.actions import (
    Burst,
    Edit,
    Fire,
    Heal,
    Hold,
    Inject,
    InjectFault,
    Loop,
    Next,
    Pause,
    Play,
    Rate,
    Reset,
    Seek,
    Skip,
    State,
    Step,
    Stop,
    TransportError,
    Until,
    Verb,
)
from feed.core.cut_off import CutOff, Recorded
from feed.core.faults import Effect, Faults
from feed.core.picture import Picture
from feed.core.place import SLICE, at_once
from feed.core.plan import Plan
from feed.core.run import Numbered, Run, Span
from feed.model.fault import Fault
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests import make
from tests.make import PATIENT, START

COUNTRIES = ("KOR", "JPN", "USA")


def story() -> Plan:
    """Return a minute of all sorts, of which each country gets a part of its own."""
    agreed = make.arrangements(
        make.arrangement("accord", ["KOR", "USA"], ["kor-usa"]), countries=COUNTRIES
    )
    flight = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 50}
    return make.plan(
        make.launch(at=1, seen=("KOR", "JPN"), flight=flight, track={"every": "PT20S"}),
        make.alert(at=4, expires="PT20S"),
        make.incident(at=6, repeat={"count": 4, "until": make.moment(7), "spread": "even"}),
        make.meeting(at=8),
        make.correction(at=50, as_="all-clear"),
        make.statement(at=55, to=["KOR", "JPN"]),
        agreed=agreed,
    )


PLAN = story()
ALL = list(PLAN.deliveries())
LAST = ALL[-1].due
moments = st.integers(-10, 70).map(lambda second: START + second * SECOND) | st.sampled_from(
    [delivery.due for delivery in ALL]
)
actions: st.SearchStrategy[Verb] = st.one_of(
    st.sampled_from([Play(), Play(), Pause(), Step(), Next(), Stop(), Reset()]),
    st.sampled_from([0.5, 1.0, 60.0, inf]).map(lambda rate: Rate(rate=rate)),
    st.integers(1, 5).map(lambda count: Burst(count=count)),
    moments.map(lambda to: Seek(to=to)),
    st.none().map(lambda _: Loop()),
    st.tuples(moments, moments).map(lambda ends: Loop(begin=ends[0], end=ends[1])),
    st.one_of(st.none(), moments).map(lambda to: Until(to=to)),
)
targets = st.sampled_from(
    ["rocket", "warning", "shots-2", "talks", "rocket.kor.3", "warning.jpn.1"]
)
INJECTED: dict[str, object] = {
    "incident": "surprise",
    "category": "other",
    "place": "North",
    "parties": ["KOR"],
    "originator": "KOR",
}
amendments: st.SearchStrategy[Verb] = st.one_of(
    targets.map(lambda target: Hold(target=target)),
    targets.map(lambda target: Fire(target=target)),
    targets.map(lambda target: Skip(target=target)),
    targets.map(lambda target: Edit(target=target, data={"precision": "hour"})),
    st.integers(0, 999).map(lambda n: Inject(events=({**INJECTED, "incident": f"surprise-{n}"},))),
)
BEGUN = Faults([Fault(fault="duplicate", probability=0.3)], 7, PLAN.event_stream.start)
names = st.sampled_from(["drop", "cut", "duplicate", "storm"])
live_faults: st.SearchStrategy[Verb] = st.one_of(
    st.builds(
        lambda kind, name, country, probability: InjectFault(
            faults=({"fault": kind, "name": name, "country": country, "probability": probability},)
        ),
        st.sampled_from(["drop", "duplicate", "corrupt", "reorder"]),
        names,
        st.sampled_from(COUNTRIES),
        st.sampled_from([0.2, 0.7, 1]),
    ),
    st.just(InjectFault(faults=({"fault": "cut", "until": "+PT30S"},))),
    st.lists(names, max_size=2, unique=True).map(lambda healed: Heal(names=tuple(healed))),
)
waits = st.floats(0, 40) | st.sampled_from([0.0, 1e-9, 1.0])
rooms = st.integers(0, 4)
scripts = st.lists(actions | live_faults | st.tuples(waits, rooms) | st.just("kill"), max_size=25)
eventful = st.lists(
    actions | amendments | live_faults | st.tuples(waits, rooms) | st.just("kill"),
    min_size=3,
    max_size=20,
)


@dataclass
class Player:
    """The smallest loop around a run, with everything written down that a ledger has."""

    span: Span = field(default_factory=Span)
    now: float = 100.0
    sent: list[Numbered] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    """what faults did to what was sent"""
    faulty: list[str] = field(default_factory=lambda: list(BEGUN.names))
    """the names of the faults that there should be, by a model of its own"""

    def __post_init__(self) -> None:
        self.run = Run(PLAN, self.span, faults=BEGUN)

    def act(self, action: Verb) -> None:
        """Write an action down, then do it, unless it is refused."""
        try:
            if not self.run.allow(action, self.now):
                return
        except TransportError:
            return
        try:
            action = at_once(self.run.prepare(action, self.now))
        except TransportError:
            return
        run = self.run
        position = run.position(self.now)
        self.recorded.append(Recorded(action, position, run.cursor, run.into(action)))
        run.apply(action, self.now)
        match action:
            case InjectFault(faults=(fault,)):
                self.faulty.insert(0, fault.get("name", fault["fault"]))
            case Heal(names=healed):
                self.faulty = [name for name in self.faulty if healed and name not in healed]
            case Reset():
                self.faulty = list(BEGUN.names)

    def wait(self, seconds: float, room: int) -> None:
        """Let time pass, and send what is due and has room."""
        self.now += seconds
        due = self.run.due(self.now, room)
        self.sent += due
        self.effects += [self.run.faults.effect(one.delivery, one.sequence) for one in due]
        action = self.run.automatic(self.now)
        if action is not None:
            self.act(action)

    def kill(self) -> None:
        """Begin anew with what was written down, on a machine whose clock starts elsewhere."""
        epoch = self.recorded[-1].into if self.recorded else 1
        rows = [one for one in self.sent if one.epoch == epoch]
        heads = {one.delivery.recipient: one.sequence for one in rows}
        self.now += 1000.0
        self.run = Run(
            PLAN,
            self.span,
            faults=BEGUN,
            cut_off=CutOff(
                actions=tuple(self.recorded),
                cursor=max(one.origin for one in rows) + 1 if rows else None,
                heads=heads,
                last_due=max(one.delivery.due for one in rows) if rows else 0,
                sent=len(self.sent),
            ),
        )

    def finish(self) -> None:
        """Play to the end, however often it was looped before."""
        for action in (Loop(), Until(), Rate(rate=inf), Play()):
            self.act(action)
        while not self.run.ended:
            self.wait(1.0, 7)

    def do(self, step: object) -> None:
        """Do one step of a script."""
        if step == "kill":
            self.kill()
        elif isinstance(step, tuple):
            self.wait(*step)
        else:
            self.act(step)  # type: ignore[arg-type]  # the rest of a script is actions


def folded(deliveries: Iterator[Delivery] | list[Delivery], now: int) -> dict[str, Picture]:
    """Return the pictures of deliveries at a moment."""
    pictures = {country: Picture() for country in COUNTRIES}
    for delivery in deliveries:
        pictures[delivery.recipient].take(delivery)
    for picture in pictures.values():
        list(picture.expire(now))
    return pictures


def check(player: Player) -> None:
    """Hold everything against what must be true at any moment."""
    run, epochs = player.run, sorted({one.epoch for one in player.sent})
    planned = list(run.plan.deliveries())
    for epoch in epochs:
        mine = [one for one in player.sent if one.epoch == epoch]
        for country in COUNTRIES:
            numbers = [one.sequence for one in mine if one.delivery.recipient == country]
            assert numbers == list(range(1, len(numbers) + 1)), "numbers have gaps"
        origins = [one.origin for one in mine]
        assert origins == list(range(origins[0], origins[0] + len(origins))), "not as planned"
        if epoch == run.epoch:
            assert [one.delivery for one in mine] == [planned[origin] for origin in origins]
        dues = [one.delivery.due for one in mine]
        assert dues == sorted(dues)
        sent = [(one.delivery.recipient, one.delivery.message.key) for one in mine]
        assert len(sent) == len(set(sent)), "a message twice in an epoch"
    assert [one.epoch for one in player.sent] == sorted(one.epoch for one in player.sent)
    assert run.sent == len(player.sent)
    assert list(run.faults.names) == player.faulty, "other faults than were asked for"
    for one, effect in zip(player.sent, player.effects, strict=True):
        assert effect.name in {"", *BEGUN.names} or any(
            effect.name in {fault.get("name"), fault["fault"]}
            for done in player.recorded
            if isinstance(done.action, InjectFault) and done.into <= one.epoch
            for fault in done.action.faults
        ), "hit by a fault that was not there"
    run.expire(player.now)
    expected = folded(planned[: run.cursor], run.position(player.now))
    for country in COUNTRIES:
        assert run.pictures[country].shown == expected[country].shown


@PATIENT
@given(script=eventful)
def test_whatever_is_changed_in_the_plan_nothing_that_was_sent_changes(
    script: list[object],
) -> None:
    """Injects, holds, skips, edits and what is fired, across pauses, jumps and kills."""
    player = Player()
    for step in script:
        player.do(step)
        check(player)
    player.finish()
    check(player)


@PATIENT
@given(script=scripts)
def test_whatever_is_done_numbers_order_and_picture_are_right(script: list[object]) -> None:
    """No number is missing or given twice, and the picture is the fold of the plan up to now."""
    player = Player()
    for step in script:
        player.do(step)
        check(player)
    player.finish()
    check(player)
    assert player.run.cursor == len(ALL) or any(
        isinstance(one.action, Stop) and not one.action.over for one in player.recorded
    )


@PATIENT
@given(script=scripts, data=st.data())
def test_a_run_that_was_cut_off_sends_what_the_unbroken_one_would_have(
    script: list[object], data: st.DataObject
) -> None:
    """Killed anywhere, and told to play where it was playing, the rest is the same."""
    steps = [step for step in script if step != "kill"]
    place = data.draw(st.integers(0, len(steps)), label="killed after")
    unbroken, broken = Player(), Player()
    for step in steps[:place]:
        unbroken.do(step)
        broken.do(step)
    was_playing = broken.run.playing
    broken.kill()
    assert broken.run.state is (State.LOADED if was_playing else unbroken.run.state)
    if was_playing:
        broken.act(Play())
    else:
        # What was asked for before still goes out, and no more.
        for player in (unbroken, broken):
            player.wait(0.0, 100)
        assert [one[:4] for one in broken.sent] == [one[:4] for one in unbroken.sent]
    for player in (unbroken, broken):
        player.finish()

    assert [one[:4] for one in broken.sent] == [one[:4] for one in unbroken.sent]
    assert broken.effects == unbroken.effects
    assert broken.run.rate == unbroken.run.rate
    check(broken)


@PATIENT
@given(begin=moments, until=moments, killed=st.booleans())
def test_only_the_part_that_was_asked_for_is_sent(begin: int, until: int, *, killed: bool) -> None:
    """What is due before is in the first picture, what is due after is not sent.

    And it is over then: nobody waits for the end of the whole story.
    """
    player = Player(Span(begin, until))
    if killed:
        player.kill()
    first = folded([one for one in ALL if one.due < begin], max(begin, START))
    assert {c: p.shown for c, p in player.run.pictures.items()} == {
        c: p.shown for c, p in first.items()
    }
    player.finish()

    assert [one.delivery for one in player.sent] == [
        one for one in ALL if max(begin, START) <= one.due <= until
    ]
    assert player.run.position(player.now) <= max(begin, START, until)


def test_a_pause_stops_what_is_late_and_a_step_sends_one() -> None:
    """Nothing goes out after a pause but what is asked for, and time does not move."""
    player = Player()
    player.act(Play())
    player.wait(30.0, 0)
    player.act(Pause())
    player.wait(30.0, 50)
    assert not player.sent
    player.act(Step())
    player.act(Step())
    player.wait(0.0, 50)
    assert len(player.sent) == 2
    assert player.run.position(player.now) == START + 30 * SECOND


def test_a_step_is_neither_lost_nor_done_twice_when_the_player_is_killed() -> None:
    """What was written down goes out once: two steps, one sent, killed, so one is left."""
    player = Player()
    player.act(Step())
    player.act(Step())
    player.wait(0.0, 1)
    player.kill()
    player.wait(0.0, 50)
    assert [one.origin for one in player.sent] == [0, 1]
    player.kill()
    player.wait(0.0, 50)
    assert len(player.sent) == 2


def test_what_was_late_when_the_player_was_killed_is_still_sent() -> None:
    """Also if nothing at all had been sent, because the broker was away from the start."""
    player = Player()
    player.act(Play())
    player.wait(30.0, 0)
    player.act(Pause())
    player.kill()
    assert player.run.cursor == 0
    player.finish()
    assert [one.delivery for one in player.sent] == ALL


def test_next_while_paused_sends_what_lies_between_at_once() -> None:
    """It moves the clock, sends everything up to there, and nothing with the next play."""
    player = Player()
    player.act(Next())
    player.act(Next())
    player.wait(0.0, 1000)
    assert player.sent
    assert player.sent[-1].delivery.due <= player.run.position(player.now) < ALL[-1].due
    assert player.run.state is State.PAUSED
    player.act(Play())
    assert not player.run.due(player.now, 1000)


def test_a_seek_is_a_new_epoch_with_the_picture_of_its_moment() -> None:
    """Back to the start everything comes again, under new numbers."""
    player = Player()
    player.act(Rate(rate=inf))
    player.act(Play())
    player.wait(0.0, 1000)
    player.run.take_changes()
    player.act(Seek(to=START))
    assert player.run.epoch == 2
    assert player.run.state is State.PAUSED, "it had ended"
    assert not any(picture.shown for picture in player.run.pictures.values())
    assert any(player.run.take_changes().values())
    player.act(Play())
    player.wait(0.0, 1000)
    assert [one.delivery for one in player.sent] == ALL * 2


def test_a_jump_tells_anew_all_that_stands() -> None:
    """Even to the very same moment: what does not name the new epoch is not believed in it."""
    player = Player()
    player.act(Rate(rate=inf))
    player.act(Play())
    player.act(Until(to=START + 20 * SECOND))
    player.wait(0.0, 1000)
    player.run.expire(player.now)
    player.run.take_changes()
    player.act(Seek(to=player.run.position(player.now) + 1))

    standing = {country: set(picture.shown) for country, picture in player.run.pictures.items()}
    assert any(standing.values())
    assert player.run.take_changes() == standing


def test_a_loop_plays_its_part_again_and_again() -> None:
    """From its begin to before its end, each time in an epoch of its own."""
    player = Player()
    begin, end = START + 4 * SECOND, START + 8 * SECOND
    player.act(Loop(begin=begin, end=end))
    player.act(Rate(rate=inf))
    player.act(Play())
    while player.run.epoch < 4:
        player.wait(0.1, 3)
    part = [one for one in ALL if begin <= one.due < end]
    for epoch in (2, 3):
        assert [one.delivery for one in player.sent if one.epoch == epoch] == part


def test_it_pauses_at_the_moment_it_was_told_to() -> None:
    """Exactly there, with all that was due until then sent."""
    player = Player()
    to = START + 10 * SECOND
    player.act(Until(to=to))
    player.act(Play())
    player.wait(17.0, 1000)
    assert player.run.state is State.PAUSED
    assert player.run.position(player.now) == to
    assert [one.delivery for one in player.sent] == [one for one in ALL if one.due <= to]
    player.act(Play())
    player.wait(1000.0, 1000)
    assert player.run.ended


@pytest.mark.parametrize("action", [Play(), Pause(), Rate(rate=2), Step(), Burst(count=2), Next()])
def test_what_makes_no_sense_after_the_end_is_refused(action: Verb) -> None:
    """In one sentence that says what to do, and nothing changes."""
    player = Player()
    player.act(Stop())
    with pytest.raises(TransportError, match="the run has ended; seek or reset it first"):
        player.run.apply(action, player.now)
    assert player.run.ended


def test_long_silences_are_shortened() -> None:
    """No wait lasts longer than asked, in wall seconds, and what was skipped is told."""
    run = Run(PLAN, max_gap_s=2.0)
    run.apply(Play(), 0.0)
    now, waits = 0.0, []
    while (action := run.automatic(now)) is None:
        run.due(now, 1000)
        wake = run.wake_at()
        assert wake is not None
        waits.append(wake - now)
        now = max(now, wake)
    assert isinstance(action, Stop)
    assert max(waits) <= 2.0 + 1e-6
    assert run.transport.skipped_us > 0


def test_a_slice_of_preparing_is_short() -> None:
    """A seek into the far future looks at a few deliveries at a time."""
    repeat = {"count": 5000, "until": make.moment(3600), "spread": "seeded"}
    run = Run(make.plan(make.incident(repeat=repeat), recipients=("KOR",)))
    looked = list(run.prepare(Seek(to=START + 3000 * SECOND), 0.0))
    assert len(looked) > 30
    assert all(after - before == SLICE for before, after in pairwise(looked))


def test_who_has_looked_ahead_finds_a_place_near_every_moment() -> None:
    """A seek folds what lies behind a checkpoint, not the whole story; and arrives at the same."""
    repeat = {"count": 3000, "until": make.moment(3000), "spread": "even"}
    plan = make.plan(make.incident(repeat=repeat), recipients=("KOR",))
    seek = Seek(to=make.START + 2990 * SECOND)
    cold, warm = Run(plan), Run(plan)
    at_once(warm.look_ahead())

    slices = [sum(1 for _ in run.prepare(seek, 0.0)) for run in (cold, warm)]
    assert slices[0] > 100
    assert slices[1] < 25
    for run in (cold, warm):
        run.apply(at_once(run.prepare(seek, 0.0)), 0.0)
    assert cold.pictures["KOR"].shown == warm.pictures["KOR"].shown
    assert cold.next_delivery == warm.next_delivery
