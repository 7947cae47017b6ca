"""The deck: what can be done to a run while it is played, whoever asks for it.

Every action is written into the ledger before it takes effect.  Nothing here sends or waits.
"""

import itertools
from collections.abc import Callable
from math import inf
from typing import Any

from feed.app.position import Position
from feed.clock import Clock
from feed.core.playhead import Playhead, State, checked_rate
from feed.files.ledger import PlayerLedger
from feed.model.message import Delivery

__all__ = ["Deck"]


class Deck:
    """The transport of one run: play, pause, rate, step, next, stop.

    What the present state refuses raises ``TransportError``, and is not written down.  ``before``
    is called before an action is written down, ``changed`` when something happens that
    others should look at.
    """

    def __init__(
        self,
        position: Position,
        ledger: PlayerLedger,
        clock: Clock,
        *,
        rate: float,
        max_gap_s: float | None,
        before: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self.position = position
        self.playhead = Playhead(
            position.deliveries,
            starts=position.starts,
            ends=position.ends,
            rate=rate,
            max_gap_s=max_gap_s,
        )
        self._ledger = ledger
        self._clock = clock
        self._before = before
        self._changed = changed

    @property
    def playing(self) -> bool:
        """Whether the scenario's time moves."""
        return self.playhead.state is State.PLAYING

    @property
    def ended(self) -> bool:
        """Whether nothing more will be sent."""
        return self.playhead.state is State.ENDED

    def play(self) -> None:
        """Start, or go on."""
        self.playhead.allow("play")
        self._act("play", rate=_told(self.playhead.rate))
        self.playhead.play(self._clock.now())

    def pause(self) -> None:
        """Hold the scenario's time."""
        self.playhead.allow("pause")
        self._act("pause")
        self.playhead.pause(self._clock.now())

    def toggle(self) -> None:
        """Pause if playing, play if not."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def set_rate(self, rate: float) -> None:
        """Go on at another rate; ``inf`` is as fast as can be."""
        self._act("rate", rate=_told(checked_rate(rate)))
        self.playhead.set_rate(self._clock.now(), rate)

    def step(self) -> Delivery | None:
        """Take the next delivery, and stand still at its moment; None at the end."""
        self.playhead.allow("step")
        self._act("step")
        return self.playhead.step(self._clock.now())

    def next_event(self) -> None:
        """Move to the next first report of an event; what lies between becomes due at once."""
        moment = self._next_first_report()
        self._act("next", to=moment)
        self.playhead.jump_to(self._clock.now(), moment)

    def stop(self) -> None:
        """End the run; what was not sent never will be."""
        self._act("stop")
        self.playhead.end(self._clock.now())

    def _act(self, verb: str, **details: Any) -> None:
        self._before()
        self._ledger.act(
            wall=self._clock.wall(),
            epoch=self.position.epoch,
            position=self.playhead.position(self._clock.now()),
            cursor=self.position.cursor,
            verb=verb,
            details=details,
        )
        # Whoever waits is woken now and runs when the action is done: nothing here gives way.
        self._changed()

    def _next_first_report(self) -> int:
        first = self.playhead.next_delivery
        ahead = () if first is None else itertools.chain([first], self.position.ahead())
        here = self.playhead.position(self._clock.now())
        for delivery in ahead:
            message = delivery.message
            fresh = message.type == "alert" and message.kind not in {"track", "impact"}
            if fresh and here < delivery.due <= self.playhead.ends:
                return delivery.due
        return self.playhead.ends


def _told(rate: float) -> float | str:
    return "max" if rate == inf else rate
