"""The faults of a run as a story: what an operator added and ended, with its moments."""

from typing import Any

from feed.core.actions import Heal, InjectFault, Play, Reset, Verb
from feed.core.cut_off import Recorded
from feed.core.faults import Faults
from feed.core.recorded_faults import recorded_faults
from feed.model.fault import Fault
from feed.model.time import SECOND, rfc3339
from tests import make

COUNTRIES = ("JPN", "KOR", "USA")
START = make.plan(make.alert()).event_stream.start
DROP = Fault(fault="drop", country=("JPN",))


def recorded(*done: tuple[int, Verb], begun: tuple[Fault, ...] = (DROP,)) -> Any:
    """Return the faults of a run to which things were done, at seconds of the scenario."""
    rows = [Recorded(action, START.us + at * SECOND, 0, 1) for at, action in done]
    return recorded_faults(rows, Faults(begun, 5, START), COUNTRIES)


def moment(seconds: int) -> str:
    """Return what follows a moment at once, as it is written."""
    return rfc3339(START.us + seconds * SECOND + 1000, START.offset_s)


def test_what_nobody_changed_stays_as_it_was() -> None:
    """Also what was changed before a reset."""
    assert recorded((0, Play())) is None
    assert recorded((5, Heal()), (9, Reset())) is None


def test_a_fault_is_from_when_it_was_added_until_it_was_ended() -> None:
    """What the run began with has no beginning, what was not ended no end."""
    twice = {"fault": "duplicate", "name": "twice", "until": "+10m"}
    told = recorded(
        (5, InjectFault(faults=(twice,))),
        (7, Heal(names=("drop",))),
        (9, InjectFault(faults=({"fault": "stale", "by": "PT9S", "from": "+1s"},))),
    )

    assert told == [
        {"name": "stale", "fault": "stale", "from": moment(9), "by": "PT9S"},
        {"name": "twice", "fault": "duplicate", "from": moment(5), "until": "+10m"},
        {"name": "drop", "fault": "drop", "country": ["JPN"], "until": moment(7)},
    ]


def test_what_never_could_happen_is_left_out() -> None:
    """A fault that was ended before its own beginning, or at once."""
    later = {"fault": "drop", "name": "later", "from": "+20s"}
    assert recorded((5, InjectFault(faults=(later,))), (9, Heal(names=("later",)))) == [
        {"name": "drop", "fault": "drop", "country": ["JPN"]}
    ]
    assert recorded((5, InjectFault(faults=({"fault": "drop"},))), (5, Heal()), begun=()) == []
