"""Whether a signed clock is of now: what was true once can be sent again by anybody.

A signature has no end.  The clock of a run says when it was written, by the player's own wall
clock, and never goes back; so one that is older than another is a repetition, and one that is far
older than this machine's clock is of a player that is gone.
"""

__all__ = ["STALE_AFTER_S", "Freshness"]

STALE_AFTER_S = 300
"""How far the wall clocks of two machines may be apart."""
_REDELIVERED_S = 10
"""So much may a broker repeat by itself, after a connection was lost."""


class Freshness:
    """The newest clock that was heard."""

    def __init__(self) -> None:
        self._newest: int | None = None

    def take(self, written: int, now: int) -> bool | None:
        """Tell whether a clock is of now; None: it is an old one, and no reason for suspicion.

        Both moments are wall time in microseconds since 1970.
        """
        if now - written > STALE_AFTER_S * 1_000_000:
            return False
        if self._newest is not None and written < self._newest:
            return None if self._newest - written <= _REDELIVERED_S * 1_000_000 else False
        self._newest = written
        return True
