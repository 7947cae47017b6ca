"""Handing items to a thread: nothing piles up, and nobody waits for who has left."""

import threading

from feed.app.handoff import Handoff

PATIENCE_S = 20


def test_who_gives_waits_until_the_reader_is_done() -> None:
    """What was given is taken whole before the call returns."""
    handoff: Handoff[int] = Handoff()
    taken: list[int] = []
    done: list[bool] = []
    reader = threading.Thread(target=lambda: taken.extend(handoff))
    reader.start()
    for first in (0, 2, 4):
        done.append(handoff.give([first, first + 1]))
        assert taken == list(range(first + 2))
    handoff.end()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()
    assert done == [True, True, True]


def test_what_was_given_before_the_end_is_taken() -> None:
    """The end comes after it, whoever is faster."""
    handoff: Handoff[int] = Handoff()
    giver = threading.Thread(target=lambda: handoff.give([1, 2]))
    reading = iter(handoff)
    giver.start()
    assert next(reading) == 1
    handoff.end()
    assert list(reading) == [2]
    giver.join(PATIENCE_S)
    assert not giver.is_alive()


def test_nobody_waits_for_a_reader_that_has_left() -> None:
    """Whoever waits is let go, and who comes later does not begin to wait."""
    handoff: Handoff[int] = Handoff()
    said: list[bool] = []
    reading = iter(handoff)
    giver = threading.Thread(target=lambda: said.append(handoff.give([1])))
    giver.start()
    assert next(reading) == 1
    handoff.leave()
    giver.join(PATIENCE_S)
    assert said == [False]
    assert not handoff.give([2])
