"""The hub fails twice: nothing is lost, nothing comes twice, and the slow way steps in."""

from collections import Counter

from feed.model.message import Delivery
from feed.model.time import SECOND
from tests.scenarios.library import arrangements, deliveries, messages, scenario

NAME = "hub-down"
MINUTE = 60 * SECOND
LAUNCH = 1  # minutes after the start
CUT, RESTORED, CUT_AGAIN, RESTORED_AGAIN = 7, 57, 67, 69


def korean_for_japan(begin: int, end: int) -> list[Delivery]:
    """Return what Japan gets of Korean tracks made between two minutes of the story."""
    start = scenario(NAME).starts.us
    return [
        each
        for each in deliveries(NAME)
        if each.recipient == "JPN"
        and each.message.originator == "KOR"
        and each.message.kind == "track"
        and start + begin * MINUTE <= each.message.at < start + end * MINUTE
    ]


def test_nothing_is_lost_and_nothing_comes_twice() -> None:
    """Every country gets every message exactly once."""
    got = Counter((each.recipient, each.message.key) for each in deliveries(NAME))

    assert set(got.values()) == {1}
    assert len(got) == len(arrangements().countries()) * len(messages(NAME))


def test_before_the_cut_it_takes_seconds() -> None:
    """The mechanism carries everything while the hub stands."""
    before = korean_for_japan(LAUNCH, CUT)

    assert {each.arrangement for each in before} == {"realtime-2023"}
    assert max(each.due - each.message.at for each in before) < 10 * SECOND


def test_during_a_long_cut_the_slow_agreement_steps_in() -> None:
    """What is reported early in the cut comes sooner by hand than by waiting for the hub."""
    early = korean_for_japan(CUT, CUT + 5)

    assert early
    assert {each.arrangement for each in early} == {"gsomia-2016"}


def test_late_in_a_cut_waiting_is_sooner() -> None:
    """What is reported shortly before the hub is back arrives with its return."""
    start = scenario(NAME).starts.us
    for begin, end in ((RESTORED - 2, RESTORED), (CUT_AGAIN, RESTORED_AGAIN)):
        waiting = korean_for_japan(begin, end)
        assert {each.arrangement for each in waiting} == {"realtime-2023"}
        assert all(0 <= each.due - start - end * MINUTE < 10 * SECOND for each in waiting)
