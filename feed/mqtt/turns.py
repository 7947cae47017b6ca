"""Which of several addresses a client takes: each in its turn, and all of them before it waits.

A connection that is lost is first made again where it was, because most losses are of the line and
a session that a broker keeps is kept there; then the others come.  A single address is the same
with nobody to turn to.
"""

import asyncio
import contextlib

import structlog

from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.errors import BusyError, broker_error, for_good, hung_up

__all__ = ["Turns", "answering"]

log = structlog.get_logger()

_PATIENCE_S = 10.0
"""A cluster that has just lost a node answers nobody for some seconds, so less would never do."""
_PROBE_S = 2.0
_ROUNDS = 2
_ROUNDS_REFUSED = 4
"""Where one of several refuses a subscription: all nodes do while the disk of their leader fills,
until that one is stopped, within a second."""


class Turns:
    """The addresses of one client, and why each could not be used when it was last tried."""

    def __init__(self, address: BrokerAddress) -> None:
        self._address = address
        self._each = address.each
        self._at = 0
        self._errors: dict[int, BaseException] = {}
        self._tried = 0
        self._stands = False

    @property
    def now(self) -> BrokerAddress:
        """Whose turn it is, with the password that holds now."""
        return self._each[self._at].renewed()

    @property
    def patience_s(self) -> float:
        """For how long an answer is waited for."""
        return _PATIENCE_S

    @property
    def exhausted(self) -> bool:
        """Whether every address was tried in vain since one stood, or since that was last so."""
        return self._tried > 0 and self._tried % len(self._each) == 0

    @property
    def in_vain(self) -> bool:
        """Whether somebody who has never been connected has to be told.

        A cluster that has just lost a node is silent until it has chosen who takes its place; so
        where one of several takes the connection and says nothing, all of them are tried again.
        So they are where one has no room for a subscription, or no time; and a broker that is busy
        hangs up on whoever it has not had time for, whether there are others or not.
        """
        rounds, errors = 1, self._errors.values()
        if len(self._each) > 1 and any(map(_silent, errors)):
            rounds = _ROUNDS
        if len(self._each) > 1 and any(isinstance(each, BrokerError) for each in errors):
            rounds = _ROUNDS_REFUSED
        if any(isinstance(each, BusyError) or hung_up(each) for each in errors):
            rounds = _ROUNDS_REFUSED
        return self.exhausted and self._tried >= len(self._each) * rounds

    @property
    def hopeless(self) -> bool:
        """Whether every one of them has refused us in a way that time does not change."""
        return len(self._errors) == len(self._each) and all(map(for_good, self._errors.values()))

    def connected(self) -> None:
        """Note that the connection stands."""
        self._errors.clear()
        self._tried = 0
        self._stands = True

    def failed(self, error: BaseException) -> bool:
        """Note a loss or a vain attempt; tell whether to wait before the next one.

        After a loss it is tried where it was; after a vain attempt it is the next one's turn.
        """
        if self._stands:
            self._stands = False
            return True
        self._errors[self._at] = error
        self._at = (self._at + 1) % len(self._each)
        self._tried += 1
        if hung_up(error) and not self.in_vain:
            shown = self._address.shown
            log.info("the broker hung up before it let us in; trying again", broker=shown)
        return self.exhausted

    def error(self) -> BrokerError:
        """Return why none of them can be used, as one sentence."""
        found = {
            self._each[at].shown: broker_error(self._each[at], error)
            for at, error in sorted(self._errors.items())
        }
        texts = {each.text for each in found.values()}
        if len(texts) == 1:
            return BrokerError(self._address.shown, texts.pop())
        reasons = " | ".join(f"{shown}: {each.text}" for shown, each in found.items())
        return BrokerError(self._address.shown, f"none of them can be used: {reasons}")


def _silent(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or "timed out" in str(error).lower()


async def answering(address: BrokerAddress) -> BrokerAddress:
    """Return the first address at which something listens; the first of all if nothing does.

    For what connects once and by itself; ``Turns`` is for those that stay.
    """
    each = address.each
    for one in each if len(each) > 1 else ():
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_PROBE_S):
                _, writer = await asyncio.open_connection(one.host, one.port)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            return one
    return each[0]
