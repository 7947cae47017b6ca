"""The last word of a receiver that has everything: it stays until the player has heard it.

A broker says that it has taken a message, not that anybody got it: one that is killed may forget
what it holds for a player that is away, and one that was started again may hold nothing for the
name that the player had before.  Who has left by then cannot say it again, and the player would
wait in vain.  So a receiver asks for a message behind its last, which costs next to nothing: the
player answers that there is none, and has written down by then what was said before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

from feed.clock import Clock
from feed.core.reception import Acknowledgement
from feed.core.repair import Asking

__all__ = ["LastWord"]

_AGAIN_S = 1.0
_UNANSWERED = 5
"""How often it is said to a player that is there and answers nothing; it is not one of ours."""
_GONE_S = 30.0
"""How long it is said to a player that is away and has not taken leave: it may go on."""
_TAKEN_S = 5.0
"""How long a broker has for taking it when nobody waits for it."""
_PAUSE_S = 0.1
_THERE_S = 2.5
"""A player says the clock once a second."""


class LastWord:
    """What one receiver has to say before it leaves; ``client`` goes into the ids of requests."""

    def __init__(self, client: str, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._changed = asyncio.Event()
        self._answered = False
        self._ids: set[str] = set()
        self._numbers = count(1)
        self._beat: float | None = None
        self._left = self._hasty = False

    def player_heard(self) -> None:
        """Note that the player said what time it is."""
        self._beat, self._left = self._clock.now(), False

    def player_left(self) -> None:
        """Note that the player took away what stood: it waits for nobody any longer."""
        self._left = True
        self._changed.set()

    def hasten(self) -> None:
        """Wait for no answer any longer: somebody wants to leave."""
        self._hasty = True
        self._changed.set()

    @property
    def _alone(self) -> bool:
        """Whether no answer is waited for: who was never heard gives none."""
        return self._left or self._hasty or self._beat is None

    def answered(self, request: str) -> bool:
        """Take in an answer; False if it is to something else that was asked."""
        if request not in self._ids:
            return False
        self._answered = True
        self._changed.set()
        return True

    async def say(
        self,
        told: Callable[[], Acknowledgement | None],
        report: Callable[[], Awaitable[bool]],
        ask: Callable[[Asking], Awaitable[None]],
    ) -> None:
        """Report and ask until the player answers, has left, or is given up.

        ``told`` is what there is to say; None when there is more to come after all.
        """
        begun, in_vain, self._answered = self._clock.now(), 0, False
        while not self._answered and (said := told()) is not None:
            self._changed.clear()
            now = self._clock.now()
            reported = await report()
            if now - begun >= (_TAKEN_S if self._alone else _GONE_S) or in_vain == _UNANSWERED:
                return
            if reported and self._alone:
                return
            if reported:
                request = f"{self._client}-last-{next(self._numbers)}"
                self._ids.add(request)
                behind = said.sequence + 1
                await ask(Asking(request, said.epoch, behind, behind))
            await self._clock.wait(self._changed, now + (_AGAIN_S if reported else _PAUSE_S))
            there = self._beat is not None and self._clock.now() - self._beat < _THERE_S
            in_vain += reported and there
