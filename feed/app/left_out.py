"""What a participant leaves out of what it is sent: counted, and told of once a minute.

Anybody who may publish can send rubbish as fast as the line carries it.  It costs a number here,
and never a line of the log each.
"""

from collections import Counter

import structlog

from feed.clock import Clock

__all__ = ["LeftOut"]

_TELL_EVERY_S = 60.0

log = structlog.get_logger()


class LeftOut:
    """The counts, by reason; the last of each is told of as an example."""

    def __init__(self, what: str, clock: Clock) -> None:
        self.counts: Counter[str] = Counter()
        self._what = what
        self._clock = clock
        self._told: float | None = None
        self._since: Counter[str] = Counter()

    def add(self, reason: str, topic: str, why: str) -> None:
        """Count something that is left out."""
        self.counts[reason] += 1
        self._since[reason] += 1
        now = self._clock.now()
        if self._told is not None and now - self._told < _TELL_EVERY_S:
            return
        self._told = now
        counts, self._since = dict(self._since), Counter()
        log.warning(self._what, topic=topic, why=why, **counts)
