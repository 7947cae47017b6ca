"""How long a country is waited for that says too much, or does not get on."""

from feed.app.patience import MOMENT_S, MOST_NOISE, Patience
from feed.clock import VirtualClock


async def test_a_country_that_stands_still_is_waited_for_so_long() -> None:
    """One that is drowned only for a moment; one that gets on is waited for again."""
    clock = VirtualClock()
    patience = Patience(clock)
    patience.limit_s = 60.0

    assert not patience.exhausted("A", 1, drowned=False)
    await clock.sleep(59)
    assert not patience.exhausted("A", 1, drowned=False)
    assert patience.exhausted("A", 1, drowned=True)
    await clock.sleep(1)
    assert patience.exhausted("A", 1, drowned=False)
    assert not patience.exhausted("A", 2, drowned=True)
    await clock.sleep(MOMENT_S)
    assert patience.exhausted("A", 2, drowned=True)
    assert not patience.exhausted("B", 0, drowned=True)
    patience.arrived("A")
    assert not patience.exhausted("A", 2, drowned=True)


def test_what_is_said_elsewhere_drowns_nobody_who_is_heard_aside() -> None:
    """Only what is said on its own topic; for whoever is not heard aside all counts."""
    patience = Patience(VirtualClock())
    patience.noise("A", MOST_NOISE, aside=False)

    assert patience.drowned("A", aside=False)
    assert not patience.drowned("A", aside=True)
    assert not patience.drowned("B", aside=False)
    patience.noise("A", MOST_NOISE, aside=True)
    assert patience.drowned("A", aside=True)
