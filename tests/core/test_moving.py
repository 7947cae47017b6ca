"""What a scenario's run and that of a capture have in common."""

import pytest

from feed.core.actions import Pause, Play, Rate, State, Stop
from feed.core.foreign import Foreign, ForeignRun
from feed.core.moving import Moving
from feed.core.run import Run
from feed.model.time import SECOND
from tests import make
from tests.make import START


def runs() -> list[Run | ForeignRun]:
    """Return one of each, of ten seconds."""
    dues = (START, START + 10 * SECOND)
    records = [Foreign(due, "a", b"", 0, retain=False) for due in dues]
    return [
        Run(make.plan(make.alert("first", at=0), make.alert("last", at=10))),
        ForeignRun(lambda: iter(records), first=dues[0], last=dues[1]),
    ]


@pytest.mark.parametrize("run", runs(), ids=lambda run: type(run).__name__)
def test_state_rate_and_time_are_those_of_the_transport(run: Moving) -> None:
    """And what it does by itself is known before it is done."""
    do = run.apply  # type: ignore[attr-defined]  # both have it, each for what it plays
    assert (run.state, run.playing, run.ended, run.rate) == (State.LOADED, False, False, 1.0)
    assert run.wake_at() is None
    do(Rate(rate=2.0), 0.0)
    do(Play(), 0.0)
    assert (run.playing, run.rate) == (True, 2.0)
    assert run.position(1.0) == START + 2 * SECOND
    assert run.wake_at() == pytest.approx(0.0)
    assert run.automatic(1.0) is None
    do(Pause(), 1.0)
    assert run.position(9.0) == START + 2 * SECOND
    do(Play(), 9.0)
    run.due(13.0, 100)  # type: ignore[attr-defined]  # as above
    assert run.automatic(13.0) == Stop(over=True)
    do(Stop(over=True), 13.0)
    assert run.ended
