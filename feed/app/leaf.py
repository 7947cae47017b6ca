"""A site's own broker: it holds the feed of its country and nothing else, and outlives the line.

What the country may read on the hub is brought here, in order; what it may write is taken there.  A
message is acknowledged on one side when the other has it, and each side keeps what waits under a
fixed client id, so a line that is cut makes messages late, and the site keeps its picture.  What a
lost acknowledgement makes double is dropped by its number, as everywhere.
"""

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import structlog

from feed.app.broker_in_use import BrokerInUse, as_role, home, named_broker
from feed.app.connect import country_code
from feed.app.retained import retained
from feed.broker.roles import Rights, rights
from feed.clock import Clock
from feed.errors import BrokerError, FeedError, UsageError
from feed.files.identity import identity
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Subscriber
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
        self, country: str, name: str, hub: BrokerAddress, site: BrokerAddress, clock: Clock
    ) -> None:
        """Join them for a country; ``name`` is the site's own, ``site`` its broker as a player."""
        self.country = country.lower()
        self._name = name
        self._hub = hub
        self._site = site
        self._clock = clock
        self._rights: Rights = rights([self.country])[self.country]
        self._said: str | None = None

    async def keep(self) -> None:
        """Carry messages both ways for as long as the site's broker runs."""
        async with asyncio.TaskGroup() as group:
            for way in ("down", "up"):
                group.create_task(self._carry(way, standing=True))
                group.create_task(self._carry(way, standing=False))

    async def _carry(self, way: str, *, standing: bool) -> None:
        """Carry one way, beginning again whenever a side refuses or cannot be reached."""
        while True:
            try:
                await self._carried(way, standing=standing)
            except* FeedError as several:
                self._say(str(several.exceptions[0]))
            await self._clock.sleep(_AGAIN_S)

    async def _carried(self, way: str, *, standing: bool) -> None:
        """Carry what stands, or what passes.

        Only what passes is kept for us while the line is cut: what stands comes whenever it is
        there again, and what was kept of it would overtake that.
        """
        down = way == "down"
        source, target = (self._hub, self._site) if down else (self._site, self._hub)
        filters = [each for each in self._filters(way) if stands(each) is standing]
        end = f"{way}-{'stands' if standing else 'passes'}"
        async with (
            Publisher(target, self._client(f"{end}-give"), clock=self._clock) as there,
            Subscriber(
                source,
                self._client(f"{end}-take"),
                [(each, 1) for each in filters],
                clock=self._clock,
                persistent=not standing,
                late=not standing,
            ) as here,
            asyncio.TaskGroup() as group,
        ):
            if down and standing:
                group.create_task(self._keep_tidy(here, there))
            while True:
                batch = await here.batch(_AT_ONCE)
                for arrival in batch:
                    await there.publish(arrival.topic, arrival.payload, retain=standing)
                await there.flushed()
                here.acknowledge(batch)

    def _filters(self, way: str) -> list[str]:
        """Return what is carried one way, as filters that either stand or pass as a whole."""
        if way == "down":
            return list(self._rights.read)
        below = ("presence", "ack", "history")
        return [each.replace("#", f"{level}/#") for each in self._rights.write for level in below]

    async def _keep_tidy(self, hub: Subscriber, site: Publisher) -> None:
        """Whenever the line is there again, say so, and see what was taken away meanwhile."""
        seen = 0
        while True:
            if hub.connected and hub.connections != seen:
                seen = hub.connections
                self._say("")
                await self._tidy(site)
            await self._clock.sleep(_LOOK_S)

    async def _tidy(self, site: Publisher) -> None:
        """Take away what stood at the site and was taken away at the hub meanwhile.

        A session keeps what is published while the line is cut, but not what is only retained.
        """
        filters = [(each, 1) for each in self._rights.read]
        with contextlib.suppress(BrokerError):  # the line is cut again, and this is done again
            ours = {topic async for topic, _ in retained(self._site, filters, self._clock)}
            theirs = {topic async for topic, _ in retained(self._hub, filters, self._clock)}
            for topic in sorted(ours - theirs):
                await site.publish(topic, b"", retain=True)

    def _client(self, end: str) -> str:
        return client_id("leaf", self.country, f"{end}-{self._name}")

    def _say(self, why: str) -> None:
        """Say that the line is cut, and that it is there again, once each."""
        if why != self._said:
            self._said = why
            if why:
                log.warning("the hub is away; this site goes on with what it has", why=why)
            else:
                log.info("the hub is there", country=self.country, hub=self._hub.shown)
