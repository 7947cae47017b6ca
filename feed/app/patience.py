"""How long a country is waited for that says too much, or does not get on.

Nobody's receivers may keep everybody else's run from going on.
"""

from collections import Counter

import structlog

from feed.clock import Clock

__all__ = ["MOMENT_S", "MOST_NOISE", "Patience"]

MOMENT_S = 5.0
"""What whoever the run does not wait for gets."""
MOST_NOISE = 500
"""What a country says that no receiver says, after which nobody waits for its word for long."""

log = structlog.get_logger()


class Patience:
    """What was heard of each country, and when it last got further."""

    def __init__(self, clock: Clock) -> None:
        self.limit_s = float("inf")
        """for how long a country may stand still that is not drowned"""
        self._clock = clock
        self._noise: Counter[tuple[str, bool]] = Counter()
        """by country, and whether it was said where receivers acknowledge that are heard aside"""
        self._reached: dict[str, tuple[int, float]] = {}
        """by country: how far it was known to be, and since when, by the clock"""
        self._left_behind: set[str] = set()

    def noise(self, country: str, count: int, *, aside: bool) -> None:
        """Count what a country said that no receiver says."""
        self._noise[country, aside] += count

    def drowned(self, country: str, *, aside: bool) -> bool:
        """Tell whether the word of a country's receivers is not heard for what it says.

        ``aside``: there are some that are heard on a connection of their own.
        """
        return self._noise[country, True] + self._noise[country, False] * (not aside) >= (
            MOST_NOISE
        )

    def arrived(self, country: str) -> None:
        """Note that a country has everything, so that nobody waits for it."""
        self._reached.pop(country, None)

    def exhausted(self, country: str, reached: int, *, drowned: bool) -> bool:
        """Tell whether a country that has got so far has stood still for too long."""
        now = self._clock.now()
        had, since = self._reached.get(country, (-1, now))
        if reached != had:
            self._reached[country] = (reached, now)
            self._left_behind.discard(country)
            return False
        if now - since < (min(MOMENT_S, self.limit_s) if drowned else self.limit_s):
            return False
        if country not in self._left_behind:
            self._left_behind.add(country)
            log.warning(
                "a country does not acknowledge; the run goes on without waiting for it",
                country=country,
                reached=reached,
            )
        return True
