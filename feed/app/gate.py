"""The gate of a receiver: with the player's public key, only what the player has signed gets in.

And that only at the place that it was signed for, and while it is new.  Without a key everything
gets in, and the broker's rights are all there is.
"""

from feed.app.left_out import LeftOut
from feed.app.trust import verifier_of
from feed.clock import Clock
from feed.core.freshness import STALE_AFTER_S, Freshness
from feed.mqtt.address import BrokerAddress
from feed.wire.clock import RunClock
from feed.wire.envelope import moment_of

__all__ = ["ALTERED", "REFUSALS", "REPLAYED", "STALE", "UNSIGNED", "Gate"]

UNSIGNED, ALTERED, REPLAYED, STALE = "unsigned", "altered", "replayed", "stale"
REFUSALS = (UNSIGNED, ALTERED, REPLAYED, STALE)
"""why something is refused that would get in without signatures"""
_WHY = {
    UNSIGNED: "it has no signature",
    ALTERED: "its signature is not the player's for this content",
    REPLAYED: "it was signed for another place, run or epoch",
    STALE: "it was signed for another time: sent again, or the clock of a machine is wrong by more "
    f"than {STALE_AFTER_S // 60} minutes",
}


class Gate:
    """Tells of what arrives whether it is the player's; counts what is not."""

    def __init__(self, address: BrokerAddress, clock: Clock) -> None:
        self._verifier = verifier_of(address)
        self._clock = clock
        self._fresh = Freshness()
        self._left_out = LeftOut("refused what is not the player's", clock)

    @property
    def signed(self) -> bool:
        """Whether only what is signed gets in."""
        return self._verifier is not None

    @property
    def refused(self) -> dict[str, int]:
        """How often something was refused, by reason."""
        return dict(self._left_out.counts)

    def admits(self, topic: str, payload: bytes) -> bool:
        """Tell whether a payload is the player's."""
        flaw = None if self._verifier is None else self._verifier.flaw(payload)
        if flaw is not None:
            self.refuse(flaw, topic)
        return flaw is None

    def in_place(self, topic: str, signed_for: str | None) -> bool:
        """Tell whether what stands on a topic was signed for it."""
        if not self.signed or signed_for == topic:
            return True
        self.refuse(REPLAYED, topic)
        return False

    def is_of_now(self, topic: str, clock: RunClock) -> bool:
        """Tell whether a clock that is the player's is of this moment."""
        if not self.signed:
            return True
        if clock.wall is None:
            self.refuse(STALE, topic)
            return False
        fresh = self._fresh.take(moment_of(clock.wall), self._clock.wall())
        if fresh is False:
            self.refuse(STALE, topic)
        return bool(fresh)

    def refuse(self, reason: str, topic: str, count: int = 1) -> None:
        """Count what is refused."""
        for _ in range(count):
            self._left_out.add(reason, topic, _WHY[reason])
