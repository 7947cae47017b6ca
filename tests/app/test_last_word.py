"""The last word of a receiver: said until somebody has heard it, and not for ever."""

from collections.abc import Callable

import pytest

from feed.app.last_word import LastWord
from feed.clock import VirtualClock
from feed.core.reception import Acknowledgement
from feed.core.repair import Asking

ALL = Acknowledgement("01a", 2, 7, [], final=True)


class Saying:
    """A receiver that has everything, and a broker that takes its word unless it is away."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.word = LastWord("jpn", self.clock)
        self.said: Acknowledgement | None = ALL
        self.away = 0
        """how many reports it does not take"""
        self.asked: list[Asking] = []
        self.reports = 0
        self.on_ask: Callable[[Asking], None] = lambda _: None

    async def report(self) -> bool:
        """Say how far it is."""
        self.reports += 1
        return self.reports > self.away

    async def ask(self, request: Asking) -> None:
        """Ask for what does not exist."""
        self.asked.append(request)
        self.on_ask(request)

    def heed(self, request: Asking) -> None:
        """Answer as a player does."""
        assert self.word.answered(request.id)

    async def over_after(self) -> float:
        """Return the seconds after which it leaves."""
        begun = self.clock.now()
        await self.word.say(lambda: self.said, self.report, self.ask)
        return self.clock.now() - begun


async def test_it_leaves_when_the_player_has_heard_it() -> None:
    """It asks behind its last number, and knows the answer from others."""
    one = Saying()
    one.word.player_heard()
    one.on_ask = one.heed

    assert await one.over_after() == 0

    (asked,) = one.asked
    assert (asked.epoch, asked.first, asked.last, one.reports) == (2, 8, 8, 1)
    assert not one.word.answered("jpn-7")


@pytest.mark.parametrize(
    ("what", "least", "most"),
    [("was never heard", 0, 0), ("left", 0, 0), ("is killed", 29, 31), ("answers nothing", 4, 6)],
)
async def test_who_does_not_answer_is_not_waited_for_for_ever(
    what: str, least: float, most: float
) -> None:
    """At once if nobody is there, soon if it is no player of ours, else for half a minute."""
    one = Saying()
    if what != "was never heard":
        one.word.player_heard()
    if what == "left":
        one.word.player_left()
    if what == "answers nothing":
        one.on_ask = lambda _: one.word.player_heard()

    assert least <= await one.over_after() <= most

    assert one.reports >= 1


async def test_what_a_broker_did_not_take_is_said_again() -> None:
    """A request goes out only behind a report that was taken."""
    one = Saying()
    one.word.player_heard()
    one.away, one.on_ask = 5, one.heed

    assert await one.over_after() <= 1

    assert (one.reports, len(one.asked)) == (6, 1)


@pytest.mark.parametrize("why", ["there is more", "somebody leaves"])
async def test_it_ends_when_there_is_no_sense_in_it(why: str) -> None:
    """A jump back brings more, and whoever is told to leave waits for no answer."""
    one = Saying()
    one.word.player_heard()

    def end(_: Asking) -> None:
        one.said = None if why == "there is more" else ALL
        if why == "somebody leaves":
            one.word.hasten()

    one.on_ask = end
    assert await one.over_after() <= 1.1
    assert len(one.asked) == 1
