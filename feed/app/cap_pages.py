"""The alerts of every country as CAP files and an Atom index, for those who poll them over HTTP.

An observer's connection to the broker fills a table of files that the page's server serves beside
the page: ``/cap/<exercise>/<country>/index.atom``.  It begins with what stands when it connects,
and with nothing when time jumps or another run begins.
"""

from collections import deque
from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

import structlog

from feed.app.export_source import exported
from feed.clock import Clock
from feed.errors import BrokerError
from feed.export.cap import CAP, CapAlerts
from feed.export.record import ExportContext
from feed.model.time import rfc3339
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.web.page import PageFile
from feed.wire.envelope import Envelope, decode
from feed.wire.manifest import decode_manifest
from feed.wire.topics import ROOT, exercise_of

__all__ = ["CapPages"]

_MOST_FILES = 500
"""of one country; the index has no more either"""
_MOST_FEEDS = 100
_AGAIN_S = 5.0
_LIST = "/cap/"
_ATOM, _CAP, _TEXT = "application/atom+xml", "application/cap+xml", "text/plain; charset=utf-8"
_KINDS = ("feed", "state")

log = structlog.get_logger()


@dataclass
class _CapFeed:
    """The files of one country in one exercise."""

    stretch: tuple[str, int] = ("", 0)
    """run and epoch"""
    alerts: CapAlerts | None = None
    heard: set[str] = field(default_factory=set)
    """the keys of the messages that are in it"""
    names: deque[str] = field(default_factory=deque)


class CapPages:
    """The files that can be polled now, by the path that they are served at."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._feeds: dict[tuple[str, str], _CapFeed] = {}
        self._files: dict[str, PageFile] = {}
        self._list()

    @property
    def files(self) -> MutableMapping[str, PageFile]:
        """What is served; it changes as alerts come."""
        return self._files

    async def listen(self, address: BrokerAddress, client_id: str) -> None:
        """Take in what an observer hears, for as long as it is let."""
        if missing := [module for module in CAP.needs if find_spec(module) is None]:
            why = f"it needs {', '.join(missing)}: pip install 'alert-feed[export]'"
            self._files[_LIST] = PageFile(_TEXT, f"there is no CAP here; {why}\n".encode())
            return
        filters = [(f"{ROOT}/+/manifest", 1)]
        filters += [(f"{ROOT}/+/{kind}/+/alert/+", 1) for kind in _KINDS]
        said = False
        while True:
            try:
                async with Subscriber(address, client_id, filters, clock=self._clock) as subscriber:
                    while True:
                        for arrival in await subscriber.batch():
                            self.take(arrival)
            except BrokerError as error:
                if not said:
                    log.warning("no alerts are served as CAP until it is there", why=str(error))
                said = True
            await self._clock.sleep(_AGAIN_S)

    def take(self, arrival: Arrival) -> None:
        """Take in what arrived; what is none of ours is left out."""
        slug = exercise_of(arrival.topic)
        levels = arrival.topic.split("/")
        if slug is None or not arrival.payload or (levels[3] == "state" and not arrival.retain):
            return
        try:
            if levels[3] == "manifest":
                manifest = decode_manifest(arrival.payload)
                for country in manifest.countries if manifest.run else ():
                    self._begin(slug, country, (manifest.run or "", 1), manifest.exercise)
            else:
                self._take(slug, decode(arrival.payload), arrival, stands=levels[3] == "state")
        except ValueError as error:
            log.debug("left out a payload", topic=arrival.topic, why=str(error))

    def _take(self, slug: str, envelope: Envelope, arrival: Arrival, *, stands: bool) -> None:
        country, stretch = envelope.recipient, (envelope.run, envelope.epoch)
        feed = self._begin(slug, country, stretch, envelope.exercise)
        if feed is None or feed.alerts is None or stretch < feed.stretch:
            return
        if envelope.message in feed.heard:
            return
        record = exported(envelope, arrival.topic, arrival.payload)
        part = feed.alerts.take(record, first=stands)
        feed.heard.add(envelope.message)
        if part is None:
            return
        path = _path(slug, country, part.file)
        self._files[path] = PageFile(_CAP, part.data)
        feed.names.append(path)
        if len(feed.names) > _MOST_FILES:
            del self._files[feed.names.popleft()]
        self._index(slug, country, feed)

    def _begin(
        self, slug: str, country: str, stretch: tuple[str, int], mark: str
    ) -> _CapFeed | None:
        """Return the files of a country, begun anew with a later run or epoch."""
        key = (slug, country)
        if key not in self._feeds and len(self._feeds) >= _MOST_FEEDS:
            return None
        feed = self._feeds.setdefault(key, _CapFeed())
        if stretch <= feed.stretch:
            return feed
        for path in feed.names:
            del self._files[path]
        exercise = mark.removeprefix("EXERCISE ") or slug
        context = ExportContext(exercise, slug, *stretch)
        self._feeds[key] = feed = replace(
            feed, stretch=stretch, alerts=CapAlerts(context), heard=set(), names=deque()
        )
        self._index(slug, country, feed)
        self._list()
        return feed

    def _index(self, slug: str, country: str, feed: _CapFeed) -> None:
        assert feed.alerts is not None, "a feed that was begun has a writer"
        part = feed.alerts.index(country, rfc3339(self._clock.wall()))
        self._files[_path(slug, country, part.file)] = PageFile(_ATOM, part.data)

    def _list(self) -> None:
        """Say which feeds there are to whoever asks for their folder."""
        lines = [_path(slug, country, "index.atom") for slug, country in sorted(self._feeds)]
        text = (
            "\n".join(lines) or "nothing is being played; later: /cap/EXERCISE/COUNTRY/index.atom"
        )
        self._files[_LIST] = PageFile(_TEXT, f"{text}\n".encode())


def _path(slug: str, country: str, name: str) -> str:
    return f"/cap/{slug}/{country.lower()}/{name}"
