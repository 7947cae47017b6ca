"""What an operator is told of the events of a story."""

from feed.app.planned_events import MOST_EVENTS, planned_events
from feed.core.actions import Inject
from feed.core.plan import Plan
from feed.core.run import Run
from feed.model.time import SECOND
from tests import make
from tests.app.controlling import SHOT, controlled
from tests.app.stage import Stage, eventful
from tests.make import START


def run_of(planned: Plan) -> Run:
    """Return a run of a plan that has not begun."""
    return Run(planned)


def test_events_are_told_in_order_with_what_they_are_called() -> None:
    """Id, kind, first moment and the members by which somebody recognises them."""
    told = planned_events(run_of(eventful()), START, 9 * 3600)

    assert [each["at"] for each in told] == sorted(each["at"] for each in told)
    assert {"event", "kind", "at"} <= set(told[0])
    (rocket,) = [each for each in told if each["event"] == "rocket"]
    assert (rocket["kind"], rocket["vehicle"]["class"]) == ("launch", "srbm")


def test_of_a_long_story_those_around_the_present_moment_are_told() -> None:
    """As many as may be told, with some of what has passed."""
    events = [make.alert(f"a-{n:03}", at=n) for n in range(300)]
    planned = make.plan(*events)

    for at, first in ((0, 0), (200, 180), (299, 180)):
        told = planned_events(run_of(planned), START + at * SECOND, 0)
        assert len(told) == MOST_EVENTS
        assert told[0]["event"] == f"a-{first:03}"


async def test_what_was_added_is_told_too(stage: Stage) -> None:
    """As part of the status, from the moment it was added."""
    async with controlled(stage, eventful()) as played:
        before = await played.operator.status()
        await played.publication.player.do(Inject(events=(SHOT,)))
        after = await played.operator.status()

    names = [{each["event"] for each in status["events"]} for status in (before, after)]
    assert names[1] - names[0] == {"surprise"}
