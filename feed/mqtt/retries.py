"""When to connect again, and when to stop trying.

A connection that is lost is made again for as long as it takes.  Only a broker that ends it again
and again, as soon as it stands, is not fought for ever: two clients with one id do that to each
other, and some brokers do it to whoever publishes without the right.  ``rights.why_hung_up`` tells
one from the other.
"""

import structlog

from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress

__all__ = ["Retries"]

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0
_SHORT_S = 3.0
"""A connection that does not even last as long as this was not lost by chance,"""
_MOST_SHORT = 6
"""if that happens so many times in a row."""
_MOST_REFUSED = 6
"""A broker that was started again is reached a moment before its new password can be looked up."""

log = structlog.get_logger()


class Retries:
    """The attempts of one client to stay connected."""

    def __init__(self, address: BrokerAddress, client_id: str) -> None:
        self._address = address
        self._client_id = client_id
        self._since: float | None = None
        self._short = 0
        self._pause = _FIRST_PAUSE_S
        self._refused = 0

    def connected(self, now: float) -> None:
        """Note that the connection stands."""
        if self._pause > _FIRST_PAUSE_S:
            log.info("connected again", client=self._client_id, broker=self._address.shown)
        self._since = now
        self._pause = _FIRST_PAUSE_S
        self._refused = 0

    def refused(self, *, subscription: bool = False) -> bool:
        """Note that the user was refused; tell whether that may be otherwise in a moment.

        A password may be where it is looked up, a subscription where there are several to grant
        it, of which one may have no room; neither for ever.
        """
        self._refused += 1
        if subscription:
            return len(self._address.each) > 1 and self._refused < _MOST_REFUSED
        # Credentials are written before the broker reads them, so they need not be waited for.
        most = _MOST_REFUSED if self._address.credentials is None else _MOST_REFUSED // 2
        return self._address.renew is not None and self._refused < most

    def pause(self, now: float) -> float:
        """Return how long to wait after a loss or a vain attempt; BrokerError: not any longer."""
        lived = None if self._since is None else now - self._since
        self._since = None
        if lived is not None:
            self._short = self._short + 1 if lived < _SHORT_S else 0
        if self._short >= _MOST_SHORT:
            raise BrokerError(
                self._address.shown,
                f"it ends the connection of '{self._client_id}' as soon as it stands, as when two "
                "clients have one id; stop the other one, or take another name or exercise. It may "
                "also be a right that its user lacks ('feed doctor --user USER' tells which), or a "
                "message larger than it takes",
            )
        pause, self._pause = self._pause, min(_LONGEST_PAUSE_S, self._pause * 2)
        if lived is not None:
            log.warning(
                "connection lost",
                client=self._client_id,
                broker=self._address.shown,
                again_s=pause,
                times=self._short,
            )
        return pause
