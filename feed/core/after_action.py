"""What came of a run, for its report: who was warned when, by what, and how long before the impact.

Told every delivery that was sent, in any order of the recipients; memory grows with launches, and
by a few bytes with messages, not with what is said in them.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.core.knowledge import moment, texts_of
from feed.model.event import LASTING
from feed.model.members import member
from feed.model.message import OWN, PUBLIC, Delivery

__all__ = [
    "AfterAction",
    "Extreme",
    "FirstWord",
    "LaunchOutcome",
    "Spread",
    "WarnedCountry",
    "repaired",
    "spread_of",
]

MOST_MOMENTS = 300
"""So many messages stand on the time line; the rest is counted."""
MOST_LAUNCHES = 40
"""So many launches are told of one by one."""
_ROUTINE = frozenset({"track", "impact"})


class FirstWord(NamedTuple):
    """The message by which something was first known; times are microseconds since 1970."""

    message: str
    due: int
    originator: str
    arrangement: str
    path: tuple[str, ...]


@dataclass
class WarnedCountry:
    """What one country was told of one launch."""

    country: str
    first: FirstWord | None = None
    elements: dict[str, FirstWord] = field(default_factory=dict)
    """by kind of report: what first brought it"""
    own: FirstWord | None = None
    """the first of its own reports"""
    shared: FirstWord | None = None
    """the first report of another country"""
    own_reports: int = 0
    shared_reports: int = 0

    @property
    def gained_us(self) -> int | None:
        """How much earlier it was warned than by its own reports; None: by those it never was."""
        if self.own is None or self.first is None:
            return None
        return self.own.due - self.first.due


@dataclass
class LaunchOutcome:
    """One launch, and who was warned of it."""

    event: str
    launched: int
    vehicle: str = ""
    site: str = ""
    site_names: Mapping[str, str] = field(default_factory=dict)
    """by language, where it has a name in others than English"""
    impact: int | None = None
    """when it came down, or was last said to"""
    observed: bool = False
    impact_message: str = ""
    said: int = 0
    """when that was said"""
    countries: dict[str, WarnedCountry] = field(default_factory=dict)

    def left_us(self, country: str) -> int | None:
        """Return how long before the impact a country was warned; None: not, or no impact."""
        warned = self.countries.get(country)
        if warned is None or warned.first is None or self.impact is None:
            return None
        return self.impact - warned.first.due


class Extreme(NamedTuple):
    """One end of a distribution."""

    value: int
    message: str


class Spread(NamedTuple):
    """How values are distributed."""

    total: int
    median: int
    most_of: int
    """95 of 100 are no greater"""
    greatest: int
    greatest_message: str


class AfterAction:
    """Everything that was sent, as far as a report needs it."""

    def __init__(self) -> None:
        self.launches: dict[str, LaunchOutcome] = {}
        self.moments: dict[str, int] = {}
        """the first messages, by key, that are more than another position: when they were said"""
        self.left_out = 0
        """how many of those are not there"""
        self.sent: dict[str, int] = {}
        self.kinds: dict[str, int] = {}
        self.delays: dict[tuple[str, str], array[int]] = {}
        """scenario time from event to country, by (recipient, arrangement)"""
        self.latencies: dict[str, array[int]] = {}
        """wall time from sending to receiving, by recipient"""
        self._greatest: dict[tuple[str, ...], Extreme] = {}
        self._seen_moments: set[str] = set()

    def take(self, delivery: Delivery, latency_us: int | None = None) -> None:
        """Take in what was sent to a country, and how long it was under way by the wall clock."""
        message, recipient = delivery.message, delivery.recipient
        self.sent[recipient] = self.sent.get(recipient, 0) + 1
        self.kinds[message.kind] = self.kinds.get(message.kind, 0) + 1
        delay = delivery.due - message.at
        way = (recipient, delivery.arrangement)
        self.delays.setdefault(way, array("q")).append(delay)
        self._note_greatest(("delay", *way), delay, message.key)
        if latency_us is not None:
            self.latencies.setdefault(recipient, array("q")).append(latency_us)
            self._note_greatest(("latency", recipient), latency_us, message.key)
        if not (message.kind in _ROUTINE and message.type == "update"):
            self._moment(message.key, message.at)
        if LASTING.get(message.kind) == "launch":
            self._launch(delivery)

    def delay_spread(self, recipient: str, arrangement: str) -> Spread:
        """Return how long reports took to a country by an arrangement."""
        way = (recipient, arrangement)
        return spread_of(self.delays[way], self._greatest["delay", *way].message)

    def latency_spread(self, recipient: str) -> Spread:
        """Return how long messages took to a receiver."""
        found = self._greatest["latency", recipient]
        return spread_of(self.latencies[recipient], found.message)

    def shown_launches(self) -> list[LaunchOutcome]:
        """Return the first launches, as many as a report tells of one by one."""
        ordered = sorted(self.launches.values(), key=lambda each: (each.launched, each.event))
        return ordered[:MOST_LAUNCHES]

    def referred(self) -> Iterator[str]:
        """Yield the keys of all messages that figures come from."""
        yield from self.moments
        for sample in self._greatest.values():
            yield sample.message
        for launch in self.shown_launches():
            if launch.impact_message:
                yield launch.impact_message
            for warned in launch.countries.values():
                words = (warned.first, warned.own, warned.shared, *warned.elements.values())
                yield from (word.message for word in words if word is not None)

    def _note_greatest(self, slot: tuple[str, ...], value: int, message: str) -> None:
        known = self._greatest.get(slot)
        if known is None or value > known.value:
            self._greatest[slot] = Extreme(value, message)

    def _moment(self, key: str, at: int) -> None:
        if key in self._seen_moments:
            return
        self._seen_moments.add(key)
        self.moments[key] = at
        if len(self.moments) > 2 * MOST_MOMENTS:
            self._shorten()

    def _shorten(self) -> None:
        first = sorted(self.moments.items(), key=lambda each: each[1])
        self.left_out += len(first[MOST_MOMENTS:])
        self.moments = dict(first[:MOST_MOMENTS])

    def finish(self) -> None:
        """Say that everything was told."""
        self._shorten()

    def _launch(self, delivery: Delivery) -> None:
        message = delivery.message
        launch = self.launches.get(message.event)
        if launch is None:
            launch = self.launches[message.event] = LaunchOutcome(message.event, message.at)
        _describe(launch, message.data, message.kind, message.at)
        if message.kind == "impact" and message.type in {"alert", "update"}:
            _impact(launch, message.data, message.at, message.key)
        if message.type not in {"alert", "update"} or delivery.arrangement == PUBLIC:
            return
        warned = launch.countries.setdefault(delivery.recipient, WarnedCountry(delivery.recipient))
        word = FirstWord(
            message.key, delivery.due, message.originator, delivery.arrangement, delivery.path
        )
        warned.first = _earlier(warned.first, word)
        known = warned.elements.get(message.kind)
        warned.elements[message.kind] = _earlier(known, word)
        if delivery.arrangement == OWN:
            warned.own_reports += 1
            warned.own = _earlier(warned.own, word)
        else:
            warned.shared_reports += 1
            warned.shared = _earlier(warned.shared, word)


def _earlier(known: FirstWord | None, word: FirstWord) -> FirstWord:
    return word if known is None or word.due < known.due else known


def _describe(launch: LaunchOutcome, data: Mapping[str, Any], kind: str, at: int) -> None:
    launch.launched = min(launch.launched, at)
    if kind != "launch":
        return
    vehicle, site = member(data, "vehicle", "class"), member(data, "site", "name")
    launch.vehicle = launch.vehicle or (vehicle if isinstance(vehicle, str) else "")
    launch.site = launch.site or (site if isinstance(site, str) else "")
    launch.site_names = launch.site_names or texts_of(member(data, "site", "names"))
    launch.launched = min(launch.launched, moment(data.get("when"), at))


def _impact(launch: LaunchOutcome, data: Mapping[str, Any], at: int, key: str) -> None:
    observed = data.get("state") == "observed"
    if (observed, at) >= (launch.observed, launch.said):
        launch.impact, launch.observed = moment(data.get("time"), at), observed
        launch.said, launch.impact_message = at, key


def spread_of(values: "array[int]", greatest_message: str) -> Spread:
    """Return how values are distributed; there is one at least."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return Spread(
        len(ordered), ordered[last // 2], ordered[last * 95 // 100], ordered[last],
        greatest_message,
    )  # fmt: skip


def repaired(received: "array[int]") -> list[tuple[int, int]]:
    """Return the numbers that came after a later one, as (first, last): what history brought.

    ``received`` has when each number was received, from 1 on; 0: it was not.
    """
    spans: list[tuple[int, int]] = []
    soonest = 1 << 62
    for number in range(len(received), 0, -1):
        when = received[number - 1]
        if not when:
            continue
        if when > soonest:
            first, last = spans[-1] if spans else (0, 0)
            if spans and first == number + 1:
                spans[-1] = (number, last)
            else:
                spans.append((number, number))
        soonest = min(soonest, when)
    return spans[::-1]
