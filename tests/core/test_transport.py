"""The transport: every verb in every state does what the table says, and nothing else."""

from itertools import product

import pytest

from feed.core.actions import (
    TRANSITIONS,
    VERBS,
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
from feed.core.transport import Transport
from feed.model.time import SECOND
from tests.make import START

EXAMPLES: dict[str, Verb] = {
    "play": Play(),
    "pause": Pause(),
    "rate": Rate(rate=5),
    "step": Step(),
    "burst": Burst(count=2),
    "next": Next(to=START + 50 * SECOND),
    "seek": Seek(to=START + 20 * SECOND),
    "loop": Loop(begin=START, end=START + 30 * SECOND),
    "until": Until(to=START + 40 * SECOND),
    "stop": Stop(),
    "reset": Reset(),
    "inject": Inject(events=({"incident": "shots"},)),
    "hold": Hold(target="shots"),
    "skip": Skip(target="shots"),
    "fire": Fire(target="shots"),
    "edit": Edit(target="shots", data={"count": 3}),
    "fault": InjectFault(faults=({"fault": "drop"},)),
    "heal": Heal(),
}


def transport(state: State) -> Transport:
    """Return a transport in a state, ten seconds after the start of a hundred."""
    made = Transport(
        earliest=START, starts=START, ends=START + 100 * SECOND, rate=1.0, max_gap_s=None
    )
    made.change(Seek(to=START + 10 * SECOND), 0.0)
    if state is not State.LOADED:
        made.change(Play(), 0.0)
    if state is State.PAUSED:
        made.change(Pause(), 0.0)
    if state is State.ENDED:
        made.change(Stop(), 0.0)
    assert made.state is state
    return made


@pytest.mark.parametrize(("state", "verb"), list(product(State, VERBS)))
def test_the_table_is_what_happens(state: State, verb: str) -> None:
    """What is refused says why and changes nothing; the rest leads to the state of the table."""
    made, action, transition = transport(state), EXAMPLES[verb], TRANSITIONS[state][verb]
    if transition.refused:
        with pytest.raises(TransportError, match=transition.refused):
            made.allow(action, START)
        assert made.state is state
        return
    assert made.allow(action, START) is (transition.to is not None)
    made.change(action, 1.0)
    assert made.state is (transition.to or state)
    assert (made.landing(action) is not None) == transition.epoch


def test_what_makes_no_sense_is_refused() -> None:
    """A loop that ends before it begins, and a moment that is over."""
    made = transport(State.PAUSED)
    with pytest.raises(TransportError, match="has to begin before it ends"):
        made.allow(Loop(begin=START + 5, end=START), START)
    with pytest.raises(TransportError, match="is over; seek back first"):
        made.allow(Until(to=START), START + 1)


def test_a_seek_stays_within_the_scenario() -> None:
    """Before the start is the start, after the end is the end."""
    made = transport(State.PAUSED)
    assert made.landing(Seek(to=0)) == START
    assert made.landing(Seek(to=START + 10**15)) == made.ends


def test_a_pause_takes_back_what_a_step_has_granted() -> None:
    """Also in a state that is paused already."""
    made = transport(State.PAUSED)
    made.change(Burst(count=9), 0.0)
    assert made.may_go(START, 0.0)
    assert made.allow(Pause(), START)
    made.change(Pause(), 0.0)
    assert not made.may_go(START, 0.0)
    assert not made.allow(Pause(), START)
