"""A site's own broker: it holds the feed of its country and nothing else, and outlives the line.

What the country may read on the hub is brought here, and what it may write is taken there: here is
what stands, and what receivers say; the feed itself is in ``leaf_feed``.  A line that is cut makes
messages late, and the site keeps its picture.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from feed.app.broker_in_use import BrokerInUse, as_role, home, named_broker
from feed.app.connect import country_code
from feed.app.leaf_feed import LeafFeed, own_name
from feed.app.retained import retained
from feed.broker.roles import Rights, rights
from feed.clock import Clock
from feed.errors import BrokerError, FeedError, UsageError
from feed.files.identity import identity
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.topics import ROOT, client_id

__all__ = ["Leaf", "LeafOptions", "keep_leaf", "leaf_options", "stands"]

_STANDING = frozenset({"head", "state", "geo", "metrics", "clock", "manifest"})
"""levels below an exercise on which everything is retained"""
_LEVEL, _PRESENCE = 3, 5
_AT_ONCE = 200
_AGAIN_S = 2.0
_LOOK_S = 0.5

log = structlog.get_logger()


@dataclass(frozen=True)
class LeafOptions:
    """Whose site a broker is, and where it takes the feed from."""

    country: str
    hub: BrokerAddress
    """as the country connects to it"""


def leaf_options(
    country: str | None, hub: str | None, credentials: Path | None
) -> LeafOptions | None:
    """Return what ``--leaf``, ``--hub`` and ``--credentials`` ask for; None: no site."""
    if country is None:
        if hub is not None or credentials is not None:
            raise UsageError("--hub and --credentials are for a site; say whose with --leaf")
        return None
    code = country_code(country)
    # Only a site takes it from there: a broker that is none has nobody to show it to.
    handed = credentials or os.environ.get("FEED_CREDENTIALS") or None
    if hub is None and handed is None:
        raise UsageError(f"say of which hub {code} is a site, with --hub or --credentials")
    where = parse_address(named_broker(hub, None if handed is None else Path(handed)))
    return LeafOptions(code, as_role(where, code.lower()))


async def keep_leaf(options: LeafOptions, place: BrokerInUse, clock: Clock) -> None:
    """Join a broker that runs to its hub, for as long as it runs."""
    site = place.role("player")
    await Leaf(options.country, identity(home()), options.hub, site, clock).keep()


def stands(topic: str) -> bool:
    """Tell whether a topic is one of those that are retained; a broker does not say so."""
    levels = topic.split("/")
    if len(levels) <= _LEVEL or "/".join(levels[:2]) != ROOT:
        return False
    return levels[_LEVEL] in _STANDING or levels[_PRESENCE : _PRESENCE + 1] == ["presence"]


class Leaf:
    """The line between a hub and a site."""

    def __init__(
        self, country: str, own_key: str, hub: BrokerAddress, site: BrokerAddress, clock: Clock
    ) -> None:
        """Join them for a country; ``site`` is its broker as a player.

        ``own_key`` is that of its home.
        """
        self.country = country.lower()
        self._own_key = own_key
        self._hub = hub
        self._site = site
        self._clock = clock
        self._rights: Rights = rights([self.country])[self.country]
        self._feed = LeafFeed(country, own_key, hub, site, clock)
        self._said: str | None = None

    async def keep(self) -> None:
        """Carry messages both ways for as long as the site's broker runs."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed.keep())
            ways = (self._pictures, self._answers, self._presences, self._accounts)
            for way in (*ways, self._feed.answer, self._feed.ask):
                group.create_task(self._again(way))

    async def _again(self, way: Callable[[], Awaitable[None]]) -> None:
        """Carry one way, beginning again whenever a side refuses or cannot be reached."""
        while True:
            try:
                await way()
            except* FeedError as several:
                self._say(str(several.exceptions[0]))
            await self._clock.sleep(_AGAIN_S)

    async def _pictures(self) -> None:
        """Let what stands on the hub stand at the site, and nothing else."""
        filters = [each for each in self._rights.read if stands(each)]
        async with (
            self._giving(self._site, "down-stands") as there,
            self._taking(self._hub, "down-stands", filters) as here,
            asyncio.TaskGroup() as group,
        ):
            seen = _HubStands()
            group.create_task(self._look(here, seen))
            while True:
                whole = seen.whole
                if whole:
                    here.wake()  # to take what has arrived by now, and no more
                batch = await here.batch(_AT_ONCE)
                for arrival in batch:
                    self._feed.met(arrival.topic)
                    seen.note(arrival)
                    await there.publish(arrival.topic, arrival.payload, retain=True)
                await there.flushed()
                if whole and len(batch) < _AT_ONCE:
                    seen.whole = False
                    await self._tidy(there, seen.standing)

    async def _answers(self) -> None:
        """Hand on what receivers of the site were answered; they ask again for what is lost."""
        filters = [each for each in self._rights.read if "/down/" in each]
        own = f"/{own_name(self._own_key)}"
        async with (
            self._giving(self._site, "down-answers") as there,
            self._taking(self._hub, "down-answers", filters) as here,
        ):
            while True:
                for arrival in await here.batch(_AT_ONCE):
                    if not arrival.topic.endswith(own):
                        await there.publish(arrival.topic, arrival.payload)

    async def _presences(self) -> None:
        """Let the player see the receivers of the site."""
        async with (
            self._giving(self._hub, "up-stands") as there,
            self._taking(self._site, "up-stands", self._up("presence")) as here,
        ):
            while True:
                for arrival in await here.batch(_AT_ONCE):
                    self._feed.met(arrival.topic)
                    await there.publish(arrival.topic, arrival.payload, retain=True)

    async def _accounts(self) -> None:
        """Hand on how far receivers are; the site's broker keeps that while the line is cut."""
        async with (
            self._giving(self._hub, "up-passes") as there,
            self._taking(self._site, "up-passes", self._up("ack"), kept=True) as here,
        ):
            while True:
                batch = await here.batch(_AT_ONCE)
                for arrival in batch:
                    await there.publish(arrival.topic, arrival.payload)
                await there.flushed()
                here.acknowledge(batch)

    def _giving(self, side: BrokerAddress, end: str) -> Publisher:
        return Publisher(side, self._client(f"{end}-give"), clock=self._clock)

    def _taking(
        self, side: BrokerAddress, end: str, filters: Sequence[str], *, kept: bool = False
    ) -> Subscriber:
        return Subscriber(
            side,
            self._client(f"{end}-take"),
            [(each, 1) for each in filters],
            clock=self._clock,
            persistent=kept,
            late=kept,
        )

    def _up(self, level: str) -> list[str]:
        return [each.replace("#", f"{level}/#") for each in self._rights.write]

    async def _look(self, hub: Subscriber, seen: "_HubStands") -> None:
        """Whenever the line is there again say so, and have looked at what was taken away."""
        before = 0
        while True:
            if hub.connected and hub.connections != before:
                self._say("")
                # However slow the line is: what has not come yet is not what was taken away.
                if await hub.caught_up():
                    before, seen.whole = hub.connections, True
                    hub.wake()
            await self._clock.sleep(_LOOK_S)

    async def _tidy(self, site: Publisher, theirs: Collection[str]) -> None:
        """Take away what stands at the site, and does not at the hub.

        What stood there before a line was cut may have been taken away meanwhile.
        """
        filters = [(each, 1) for each in self._rights.read]
        with contextlib.suppress(BrokerError):
            ours = {topic async for topic, _ in retained(self._site, filters, self._clock)}
            for topic in sorted(ours - set(theirs)):
                await site.publish(topic, b"", retain=True)

    def _client(self, end: str) -> str:
        return client_id("leaf", self.country, end, self._own_key)

    def _say(self, why: str) -> None:
        """Say that the line is cut, and that it is there again, once each."""
        if why != self._said:
            self._said = why
            if why:
                log.warning("the hub is away; this site goes on with what it has", why=why)
            else:
                log.info("the hub is there", country=self.country, hub=self._hub.shown)


class _HubStands:
    """What stood on the hub when the line came to be there last, and what came to stand since."""

    def __init__(self) -> None:
        self.standing: set[str] = set()
        self.whole = False
        """all that stood has arrived, though it may not have been looked at"""
        self._connection = 0

    def note(self, arrival: Arrival) -> None:
        """Take in what stands from now on, or no longer."""
        if arrival.connection != self._connection:
            self._connection = arrival.connection
            self.standing.clear()
        (self.standing.add if arrival.payload else self.standing.discard)(arrival.topic)
