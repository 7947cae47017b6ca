"""Counting beside a run."""

from feed.app.counting import beside_it
from feed.clock import VirtualClock
from tests import make


async def test_it_rests_between_its_slices() -> None:
    """So that whatever is due in the meantime goes out."""
    plan = make.plan(*(make.meeting(f"m-{n}", n) for n in range(100)), recipients=("USA",))
    clock = VirtualClock()
    count = await beside_it(plan.counting(), clock)

    assert count.deliveries == {"USA": 100}
    assert round(clock.now(), 6) == 4 * 0.005
