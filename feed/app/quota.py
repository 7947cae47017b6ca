"""How much a participant may write to a broker of our own: who exceeds it is not heard for a while.

A broker has room for so much, and one that is full lets nobody in.  No server of ours has a limit
for each user, so this one listens to what they write.  Whoever writes more than it may goes on
reading, but nothing is taken from it but the word of its first receivers, and what it left is taken
away; so its own receivers lose no message, and nobody else notices anything.  Whoever writes too
much in the name of those receivers, too, is not heard at all.
"""

import asyncio
import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence

import structlog

from feed.app.retained import retained
from feed.broker.embedded import EmbeddedBroker
from feed.broker.roles import OPERATOR
from feed.clock import Clock
from feed.core.allowance import Allowance
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.topics import LEVEL, ROOT, Topics, client_id

__all__ = ["keep_within_quota"]

_AT_ONCE = 33_554_432
"""Bytes that a participant may write at once,"""
_PER_S = 524_288
"""and by how many they grow again in a second.

A receiver writes some hundred bytes a second; this is for hundreds of a country.
"""
_EACH = 2048
"""bytes that every message counts in addition, for what it costs to keep and to hand on"""
_SILENT_S = 10.0
_LONGEST_S = 300.0
"""how long little is taken, at first and at most: twice as long each further time"""
_HEED_S = 0.5
"""within which a server has read what it is to do"""
_ONLINE = b"online"
_MOST_PRESENT = 1000
"""receivers of a participant that are remembered"""
_MOST_HEARD = 20
"""Of them, the first that came: they are heard while nothing else of their country is,"""
_HEARD_AT_ONCE = 4_194_304
"""for so many bytes at once, and as many more a second as ever."""
_ABOVE = Topics("x").presence("xyz", "x").count("/") - 2
_AGAIN_S = 1.0
_ATTEMPTS = 20
"""at taking away what a participant left"""

log = structlog.get_logger()


async def keep_within_quota(broker: EmbeddedBroker, address: BrokerAddress, clock: Clock) -> None:
    """Watch what participants write, for as long as the broker runs; ``address`` is a player's."""
    async with asyncio.TaskGroup() as group:
        quota = _Quota(broker, address, clock, group)
        while True:
            try:
                await quota.watch()
            except BrokerError as error:
                # The server is just being brought back, or the player has other credentials now.
                log.debug("nobody watches how much is written", why=str(error))
            await clock.sleep(_AGAIN_S)


class _Quota:
    """Who has written how much, and from whom little is taken at present."""

    def __init__(
        self,
        broker: EmbeddedBroker,
        address: BrokerAddress,
        clock: Clock,
        group: asyncio.TaskGroup,
    ) -> None:
        self._broker = broker
        self._address = address
        self._clock = clock
        self._group = group
        self._allowance = Allowance(most=_AT_ONCE, per_s=_PER_S)
        self._heard = Allowance(most=_HEARD_AT_ONCE, per_s=_PER_S)
        self._silent: dict[str, tuple[str, ...]] = {}
        """by user: the filters of what is taken from it all the same"""
        self._times: Counter[str] = Counter()
        self._present: defaultdict[str, dict[str, None]] = defaultdict(dict)
        """by user: where a receiver says that it is there, the first that came first"""

    async def watch(self) -> None:
        """Count what everybody writes, while the connection stands; BrokerError: not any longer."""
        filters = [
            (f"{ROOT}/+/up/#", 0),
            (f"{ROOT}/+/control", 0),
            (f"{ROOT}/+/{OPERATOR}/#", 0),
        ]
        name = client_id("player", "any", f"quota-{secrets.token_hex(4)}")
        async with Subscriber(self._address, name, filters, clock=self._clock) as subscriber:
            while not self._count(await subscriber.batch()):
                pass
        # What waits here of a flood need not be read any more; a new connection has none of it.
        await self._clock.sleep(_HEED_S)

    def _count(self, arrivals: Sequence[Arrival]) -> bool:
        """Count what was written; tell whether less is taken from somebody from now on."""
        now, less = self._clock.now(), False
        for arrival in arrivals:
            levels = arrival.topic.split("/")
            # What a participant writes names it, by the rights of its user.
            user = levels[4] if levels[3] == "up" else OPERATOR
            self._note(user, arrival)
            if arrival.retain:
                continue
            size, heard = len(arrival.payload) + _EACH, self._silent.get(user)
            if heard is None:
                if self._allowance.spend(user, size, now) < 0:
                    less = True
                    self._silent[user] = self._first(user)
                    self._group.create_task(self._silence(user))
            # What else still comes was written before.
            elif (
                "/".join((*levels[:5], "+", *levels[6:])) in heard
                and self._heard.spend(user, size, now) < 0
            ):
                less = True
                self._silent[user] = ()
                self._broker.silence(self._silent)
        return less

    def _first(self, user: str) -> tuple[str, ...]:
        """Return the filters of what the first receivers of a user say."""
        found = []
        for topic in self._present[user]:
            above, _, name = topic.rpartition("/presence/")
            # They become rights: nothing that a server could read in another way.
            if above.count("/") == _ABOVE and all(map(LEVEL.fullmatch, topic.split("/"))):
                found.append(f"{above}/+/{name}")
        return tuple(found[:_MOST_HEARD])

    def _note(self, user: str, arrival: Arrival) -> None:
        """Note who says that it is there, of not too many."""
        present = self._present[user]
        if arrival.payload != _ONLINE:
            present.pop(arrival.topic, None)
        elif "/presence/" in arrival.topic and len(present) < _MOST_PRESENT:
            present[arrival.topic] = None

    async def _silence(self, user: str) -> None:
        """Take little from a participant for a while, and take away what it left."""
        length = min(_SILENT_S * 2 ** self._times[user], _LONGEST_S)
        self._times[user] += 1
        self._broker.silence(self._silent)
        log.warning(
            "little is taken from a user for a while",
            user=user,
            for_s=length,
            heard=len(self._silent[user]),
            why=f"it wrote more than {_AT_ONCE:,} bytes, and {_PER_S:,} a second",
        )
        try:
            for _ in range(_ATTEMPTS):
                # The server has something else to do while it is flooded.
                await self._clock.sleep(_HEED_S)
                if await self._tidy(user):
                    break
            await self._clock.sleep(length)
        finally:
            del self._silent[user]
            self._allowance.exhaust(user, self._clock.now())
            self._broker.silence(self._silent)
        log.info("a user is heard again", user=user)

    async def _tidy(self, user: str) -> bool:
        """Take away what stands of a participant, but for receivers that are there.

        A server may do so itself where the right to write is gone, and then with those, too.
        """
        below = f"up/{user}/#" if user != OPERATOR else f"{OPERATOR}/#"
        present = self._present[user]
        filters = [(f"{ROOT}/+/{below}", 0)]
        name = client_id("player", "any", f"quota-{secrets.token_hex(4)}")
        try:
            stands = [topic async for topic, _ in retained(self._address, filters, self._clock)]
            async with Subscriber(self._address, name, [], clock=self._clock) as client:
                for topic in stands:
                    if topic not in present:
                        await client.publish(topic, b"", retain=True)
                for topic in list(present):
                    await client.publish(topic, _ONLINE, retain=True)
        except BrokerError as error:
            log.warning("what a user left is not taken away yet", user=user, why=str(error))
            return False
        return True
