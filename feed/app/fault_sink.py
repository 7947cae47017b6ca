"""A sink that lets faults on purpose happen on the way to another sink.

It drops, sends several times, sends later or behind others, and damages; the player and its ledger
know nothing but the true messages.  What is sent later waits here, in memory: a player that is
killed meanwhile finds it unacknowledged in its ledger and sends it again.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from feed.app.sink import Key, Outgoing, Sink
from feed.core.faults import PASS, altered

__all__ = ["FaultSink"]


@dataclass
class _Behind:
    """A message that waits until so many others have gone to its recipient."""

    left: int
    message: Outgoing


class FaultSink:
    """Lets the effects of messages happen; everything else goes through as it is.

    ``held`` is kept as the keys of what is to be sent later and was not yet.
    """

    def __init__(self, sink: Sink, held: set[Key]) -> None:
        self.held = held
        self._sink = sink
        self._going: deque[Outgoing] = deque()  # what the other sink has no room for yet
        self._delayed: list[tuple[int, int, Outgoing]] = []  # a heap by (moment, count)
        self._behind: dict[str, list[_Behind]] = {}
        self._safe: list[Key] = []
        self._count = 0

    @property
    def changed(self) -> Callable[[], None]:
        """Called when there may be more room, or something is safe."""
        return self._sink.changed

    @changed.setter
    def changed(self, call: Callable[[], None]) -> None:
        self._sink.changed = call

    @property
    def room(self) -> int:
        """How many messages can be given now."""
        return max(0, self._sink.room - len(self._going))

    @property
    def moment(self) -> int | None:
        """The scenario time at which the next delayed message goes out; None: there is none."""
        return self._delayed[0][0] if self._delayed else None

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Take messages, for which there is room, and do to each what its effect says."""
        for true in messages:
            effect = true.effect
            if effect is PASS:
                if self._behind or self.held:
                    self._pass(true)
                else:
                    self._going.append(true)
                continue
            message = true._replace(payload=altered(true.payload, effect))
            if effect.copies == 0:
                # It is as it is to be, so it need not be sent again.
                self._safe.append(message.key)
            elif effect.delay_us:
                self.held.add(message.key)
                self._count += 1
                entry = (message.due + effect.delay_us, self._count, message)
                heapq.heappush(self._delayed, entry)
            elif effect.behind:
                self.held.add(message.key)
                waiting = self._behind.setdefault(message.key[1], [])
                waiting.append(_Behind(effect.behind, message))
            else:
                self._pass(message, effect.copies)
        self._give()

    def release(self, come: Callable[[int], bool]) -> None:
        """Send what was delayed until a scenario time that has come, and what had no room."""
        while self._delayed and come(self._delayed[0][0]):
            self._pass(heapq.heappop(self._delayed)[2])
        self._give()

    def flush(self) -> None:
        """Send all that waits: its epoch ends, and nothing else will follow it."""
        while self._delayed:
            self._pass(heapq.heappop(self._delayed)[2])
        waiting, self._behind = list(self._behind.values()), {}
        for one in itertools.chain(*waiting):
            self._pass(one.message)
        self._give()

    def empty(self) -> bool:
        """Tell whether everything was handed on, trying once more."""
        self._give()
        return not self._going

    def take_safe(self) -> list[Key]:
        """Return what has become safe, or was dropped, since this was last asked."""
        safe, self._safe = self._safe, []
        return [*safe, *self._sink.take_safe()]

    def _pass(self, message: Outgoing, copies: int = 1) -> None:
        """Let a message go, and after it what waited for it to go first."""
        self.held.discard(message.key)
        self._going.extend([message] * copies)
        waiting = self._behind.get(message.key[1], [])
        for one in waiting:
            one.left -= 1
        ready = [one for one in waiting if one.left <= 0]
        if ready:
            self._behind[message.key[1]] = [one for one in waiting if one.left > 0]
        for one in ready:
            self._pass(one.message)

    def _give(self) -> None:
        going = self._going
        room = self._sink.room if going else 0
        if room >= len(going) > 0:
            self._sink.send(going)
            self._going = deque()
        elif room > 0:
            self._sink.send([going.popleft() for _ in range(room)])
