"""Foreign messages of a capture as a run: what is due when, and where in an exercise it goes.

What h11 is to HTTP, this is to a replay: no clock, no socket, no file.  The records come from a
function that reads them anew from the beginning, so a jump forwards or backwards reads again and
nothing but the next message is in memory.  Time is the wall time of the capture.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple

from feed.core.actions import (
    TRANSITIONS,
    Amending,
    Faulting,
    Next,
    TransportError,
    Verb,
    checked_rate,
)
from feed.core.moving import Moving
from feed.core.place import at_once
from feed.core.run import Span
from feed.core.transport import Transport

__all__ = ["Foreign", "ForeignRun", "ForeignTopics", "matches"]

_SLICE = 500
_LONGEST_TOPIC = 65_535
"""Bytes that MQTT allows."""


class Foreign(NamedTuple):
    """A message of a capture, ready to be played."""

    due: int
    """wall time of the capture, microseconds since 1970; never earlier than the one before"""
    topic: str
    """where it goes"""
    payload: bytes
    qos: int
    retain: bool


def matches(name: str, topic: str) -> bool:
    """Tell whether a topic fits an MQTT filter."""
    wanted, levels = name.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in {"#", "+"}:
        return False
    for n, level in enumerate(wanted):
        if level == "#":
            return True
        if n >= len(levels) or level not in {"+", levels[n]}:
            return False
    return len(wanted) == len(levels)


class ForeignTopics:
    """Where the messages of other people's topics go: below one level of an exercise, always."""

    def __init__(
        self, base: str, filters: Sequence[str] = (), maps: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Play what fits one of the filters (without any: all), with prefixes exchanged."""
        self.base = f"{base}/foreign"
        self._filters = tuple(filters)
        self._maps = tuple(maps)

    def target(self, topic: str) -> str | None:
        """Return where a message goes; None if it is not to be played.

        ``ValueError`` if there is no such topic.
        """
        if self._filters and not any(matches(name, topic) for name in self._filters):
            return None
        for old, new in self._maps:
            if topic == old or topic.startswith(f"{old.rstrip('/')}/"):
                topic = new + topic[len(old) :]
                break
        target = f"{self.base}/{topic}"
        if len(target.encode(errors="replace")) > _LONGEST_TOPIC:
            raise ValueError("its topic is too long to stand below an exercise")
        return target


class ForeignRun(Moving):
    """One playing of a capture.  Starts ``loaded``, at the beginning of its span."""

    def __init__(
        self,
        records: Callable[[], Iterator[Foreign]],
        *,
        first: int,
        last: int,
        span: Span | None = None,
        rate: float = 1.0,
    ) -> None:
        """``first`` and ``last`` are when the first and last message are due."""
        span = span or Span()
        self.first = first
        self.until = last if span.until is None else min(span.until, last)
        self.epoch = 1
        """grows with each jump"""
        self.sent = 0
        """how many messages were handed out, in all epochs"""
        starts = first if span.begin is None else max(first, span.begin)
        super().__init__(
            Transport(
                earliest=first,
                starts=starts,
                ends=max(starts, self.until),
                rate=checked_rate(rate),
                max_gap_s=None,
            )
        )
        self._records = records
        self._prepared: tuple[int, Iterator[Foreign], Foreign | None] | None = None
        self._sent_now = False
        self._left: Iterator[Foreign] = iter(())
        self.following: Foreign | None = None
        """the message that is handed out next"""
        self._go(starts)

    def due(self, now: float, most: int) -> list[Foreign]:
        """Hand out, once, at most so many messages whose moment has come."""
        handed: list[Foreign] = []
        while len(handed) < most and self.following is not None:
            if not self.transport.may_go(self.following.due, now):
                break
            handed.append(self.following)
            self.transport.went(self.following.due)
            self.following = self._next()
        self.sent += len(handed)
        self._sent_now = self._sent_now or bool(handed)
        return handed

    def allow(self, action: Verb, now: float) -> bool:
        """Tell whether an action would do anything; TransportError if it is refused now."""
        if isinstance(action, Amending | Faulting):
            raise TransportError(
                f"a capture is played as it is, without '{action.do}'; play a scenario for that"
            )
        return self.transport.allow(action, self.position(now))

    def into(self, action: Verb) -> int:
        """Return the epoch that follows an action."""
        return self.epoch + (TRANSITIONS[self.state][action.do].epoch and self._sent_now)

    def prepare(self, action: Verb) -> Generator[int, None, Verb]:
        """Find in slices where an action jumps to; yield how many messages were looked at."""
        landing = self.transport.landing(action)
        if landing is not None:
            found = yield from self._find(landing)
            self._prepared = (landing, *found)
        elif isinstance(action, Next) and action.to is None:
            ends = self.transport.ends
            return Next(to=ends if self._next_due is None else self._next_due)
        return action

    def apply(self, action: Verb, now: float) -> bool:
        """Do something to the run; False if it was so already."""
        if not self.allow(action, now):
            return False
        if isinstance(action, Next) and action.to is None:
            action = at_once(self.prepare(action))
        landing, into = self.transport.landing(action), self.into(action)
        self.transport.change(action, now)
        if landing is not None:
            self._go(landing)
            self._sent_now = False
        self.epoch = into
        return True

    @property
    def _next_due(self) -> int | None:
        return None if self.following is None else self.following.due

    def _next(self) -> Foreign | None:
        """Return the next message of the span; None after the last."""
        found = next(self._left, None)
        return None if found is None or found.due > self.until else found

    def _go(self, landing: int) -> None:
        """Be at a moment: what is due from then on is next."""
        if self._prepared is None or self._prepared[0] != landing:
            self._prepared = (landing, *at_once(self._find(landing)))
        _, self._left, self.following = self._prepared
        self._prepared = None

    def _find(self, landing: int) -> Generator[int, None, tuple[Iterator[Foreign], Foreign | None]]:
        """Read the capture anew up to a moment."""
        left = self._records()
        for looked, one in enumerate(left, 1):
            if one.due >= landing:
                return left, one if one.due <= self.until else None
            if looked % _SLICE == 0:
                yield looked
        return left, None
