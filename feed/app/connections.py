"""How many connections and sessions a participant may have on a broker of our own.

A server has room for so many, whoever they are of, and then nobody gets in.  It has no limit for
each user, so this one asks it every second who is connected, and ends what is too much: the newest
connections of that user, and its oldest sessions that nobody uses.  Nobody else notices anything.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from feed.broker.embedded import EmbeddedBroker
from feed.broker.roles import OBSERVER, OPERATOR
from feed.broker.supervision import Supervision, mark_of, supervision
from feed.clock import Clock
from feed.core.crowd import Connected, Crowd
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber

__all__ = ["Connections", "keep_within_connections"]

_OTHERS = 200
"""connections beside those that are counted: the player's, and who just comes"""
_LOOK_S = 1.0
_SAY_EVERY_S = 60.0
_FULL = 0.5
"""Of the server's room: when so much is taken, the session that takes most of it has to go."""
_WAITING = 1_000
"""A session for which fewer messages wait is not what takes it."""
_SHARE = 4
"""Of the server's time this part goes into taking sessions away, at most: each can take it long."""

_OPTIONS = {OBSERVER: "--observers"}
"""of 'feed broker', by user; that of everybody else is --connections"""

log = structlog.get_logger()


@dataclass(frozen=True)
class Connections:
    """How many connections each user may have, and as many sessions that nobody uses."""

    each: int = 200
    """of a country or the operator"""
    observers: int = 1000
    """of all observers, who are one user"""

    def by_user(self, countries: Sequence[str]) -> Mapping[str, int]:
        """Return the figure of each user; who is not in it may have any number."""
        each = dict.fromkeys((*(country.lower() for country in countries), OPERATOR), self.each)
        return {**each, OBSERVER: self.observers}

    def together(self, countries: Sequence[str]) -> int:
        """Return what a server has to have room for."""
        return sum(self.by_user(countries).values()) + _OTHERS


async def keep_within_connections(
    broker: EmbeddedBroker, address: BrokerAddress, most: Mapping[str, int], clock: Clock
) -> None:
    """Watch who connects, for as long as the broker runs; ``address`` is a player's."""
    if not broker.engine.PROMISES.supervised:
        return
    async with asyncio.TaskGroup() as group:
        keeper = _Doorkeeper(address, most, clock)
        group.create_task(keeper.forget())
        while True:
            try:
                asked = broker.supervision()
                if asked is not None:
                    async with supervision(*asked) as server:
                        await keeper.keep(server)
            except BrokerError as error:
                # The server is just being brought back.
                log.debug("nobody watches who is connected", why=str(error))
            await clock.sleep(_LOOK_S)


class _Doorkeeper:
    """Who is connected, what is to end, and what was said about it."""

    def __init__(self, address: BrokerAddress, most: Mapping[str, int], clock: Clock) -> None:
        self._address = address
        self._most = most
        self._clock = clock
        self._crowd = Crowd(most)
        self._sessions: dict[str, None] = {}
        """by client: to be taken away, in order"""
        self._more = asyncio.Event()
        self._ended: Counter[str] = Counter()
        self._said: dict[str, float] = {}
        """by user: the clock reading at which it was said last that it has too many"""

    async def keep(self, server: Supervision) -> None:
        """End what is too much, again and again, while the server answers."""
        while True:
            gone, here = await server.gone(), await server.here()
            found = self._crowd.look(here, gone)
            for one in found.connections:
                await server.end(one)
            for one in here:
                self._sessions.pop(one.client, None)
            self._sessions.update(dict.fromkeys(one.client for one in found.sessions))
            await self._heed_room(server, [*here, *self._crowd.left])
            self._more.set()
            self._say([*found.connections, *found.sessions])
            await self._clock.sleep(_LOOK_S)

    async def _heed_room(self, server: Supervision, known: Sequence[Connected]) -> None:
        """Take away the session for which most waits, if that leaves too little room for others.

        What one participant does not read would stop everybody in the end.
        """
        if await server.taken() < _FULL:
            return
        waiting = await server.waiting()
        ones = [one for one in known if one.user in self._most]
        worst = max(ones, key=lambda one: waiting[mark_of(one.client)], default=None)
        if worst is not None and waiting[mark_of(worst.client)] >= _WAITING:
            if worst.client not in self._sessions:
                log.warning(
                    "a session is taken away: what waits for it leaves too little room for others",
                    user=worst.user,
                    client=worst.client,
                    messages=waiting[mark_of(worst.client)],
                )
            self._sessions[worst.client] = None

    async def forget(self) -> None:
        """Take away sessions: whoever connects with the same id and a clean session does that."""
        while True:
            while self._sessions:
                client = next(iter(self._sessions))
                del self._sessions[client]
                begun = self._clock.now()
                try:
                    async with Subscriber(self._address, client, [], clock=self._clock):
                        pass
                except BrokerError as error:
                    log.debug("a session is not taken away", why=str(error))
                # nats-server lets nobody else read or write meanwhile, the longer the more waits
                # for all such sessions together.
                await self._clock.sleep((_SHARE - 1) * (self._clock.now() - begun))
            self._more.clear()
            await self._more.wait()

    def _say(self, ended: Sequence[Connected]) -> None:
        """Say who has too many, once a minute of each."""
        self._ended.update(one.user for one in ended)
        now = self._clock.now()
        for user, count in [*self._ended.items()]:
            if now - self._said.get(user, now - _SAY_EVERY_S) >= _SAY_EVERY_S:
                self._said[user] = now
                del self._ended[user]
                log.warning(
                    "a user has too many connections; the newest are ended, and its old sessions",
                    user=user,
                    ended=count,
                    most=self._most[user],
                    remedy=f"{_OPTIONS.get(user, '--connections')} lets it have more",
                )
