"""What a country has heard of each event, from whom, since when and by which path.

A picture keeps what stands; this keeps beside it when and how it came to be known, the newest word
of each originator by the moment it was measured, and how events ended.  It is folded from the same
deliveries, and like a picture it takes no shape of a body for granted.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.model.event import LASTING
from feed.model.members import instant, member
from feed.model.message import Delivery, Message
from feed.model.time import SECOND

__all__ = [
    "Heard",
    "Knowledge",
    "KnownCorrection",
    "KnownEnd",
    "KnownReport",
    "Measured",
    "fresh_for",
    "moment",
    "texts_of",
]

_MOST_KNOWN = 5_000
"""How many events are remembered; those that are over are forgotten first."""
_MOST_CORRECTIONS = 100
_INTERVALS = 3
"""A word is fresh for so many intervals of its originator's."""
_INTERVAL = 20 * SECOND
"""the interval of an originator of whom there is one measurement or none"""
_OVER_STATES: dict[str, tuple[str, ...]] = {
    "meeting": ("held", "cancelled", "not-held"),
    "agreement": ("ended",),
}


class Measured(NamedTuple):
    """One report, and the moment that it is about (microseconds since 1970)."""

    at: int
    message: Message
    due: int


class KnownCorrection(NamedTuple):
    """One change of what had been said: an update, a cancel or an all-clear, whole or of a part."""

    due: int
    act: str
    reason: str
    areas: tuple[str, ...]
    partial: bool


class KnownEnd(NamedTuple):
    """How an event ended, for one country."""

    due: int
    """when it heard so"""
    at: int
    """when it was said"""
    act: str
    """``cancel``, ``all-clear``, or the state in which the event was over"""
    reason: str


@dataclass
class Heard:
    """What one originator has said about one event, to one country."""

    originator: str
    first: Message
    since: int
    """when the country first heard it from this originator"""
    arrangement: str
    path: tuple[str, ...]
    last: int
    """when it last heard"""
    newest: int
    """the moment that the newest word is about"""
    launch: Measured | None = None
    track: Measured | None = None
    impact: Measured | None = None
    interval: int = _INTERVAL
    """between the last two positions that it measured"""
    ended: str = ""
    """``cancel`` or ``all-clear``, once it has said so"""

    def fresh_for(self) -> int:
        """Return how long its word is fresh."""
        return fresh_for(self.interval)


@dataclass
class KnownReport:
    """What one country knows of one event."""

    kind: str
    event: str
    first: Delivery
    """the delivery by which it first heard"""
    heard: dict[str, Heard] = field(default_factory=dict)
    """by originator, the first to be heard first"""
    corrections: list[KnownCorrection] = field(default_factory=list)
    end: KnownEnd | None = None
    late: bool = False
    """something came after the event was over"""


class Knowledge:
    """What one country knows of all events."""

    def __init__(self, country: str) -> None:
        self.country = country
        self.known: dict[tuple[str, str], KnownReport] = {}
        """by (kind, event), the first to be heard first"""
        self._ended: dict[tuple[str, str], None] = {}

    def take(self, delivery: Delivery) -> None:
        """Fold a delivery to this country in."""
        message = delivery.message
        kind = LASTING.get(message.kind)
        if kind is None:
            return
        key = (kind, message.event)
        known = self.known.get(key)
        if message.type in {"cancel", "all-clear"}:
            if known is not None:
                self._correct(key, known, delivery)
            return
        if known is None:
            known = self.known[key] = KnownReport(kind, message.event, delivery)
            self._forget()
        if known.end is not None:
            if message.at <= known.end.at:
                known.late = True
            else:
                known.end = None
                known.late = False
                self._ended.pop(key, None)
        _hear(known, delivery)
        if message.type == "update" and message.kind == kind and kind != "launch":
            _note(known, delivery, partial=False)
        state = message.data.get("state")
        if state in _OVER_STATES.get(message.kind, ()):
            self._end(key, known, delivery, str(state))

    def _correct(self, key: tuple[str, str], known: KnownReport, delivery: Delivery) -> None:
        """Take a cancel or all-clear in."""
        message = delivery.message
        _note(known, delivery, partial=message.partial)
        if message.partial:
            return
        ended = set(delivery.references)
        for heard in known.heard.values():
            keys = {each.message.key for each in _words(heard)}
            if heard.originator == message.originator or keys & ended:
                heard.ended = message.type
        # Who has not said that it is over, and whose word was fresh when others did, still sees it.
        still = [
            heard
            for heard in known.heard.values()
            if not heard.ended and heard.newest + heard.fresh_for() >= message.at
        ]
        if not still and known.end is None:
            self._end(key, known, delivery, message.type)

    def _end(self, key: tuple[str, str], known: KnownReport, delivery: Delivery, act: str) -> None:
        message = delivery.message
        known.end = KnownEnd(delivery.due, message.at, act, str(message.data.get("reason", "")))
        self._ended.pop(key, None)
        self._ended[key] = None

    def _forget(self) -> None:
        if len(self.known) > _MOST_KNOWN:
            oldest = next(iter(self._ended), next(iter(self.known)))
            self._ended.pop(oldest, None)
            del self.known[oldest]


def _hear(known: KnownReport, delivery: Delivery) -> None:
    """Note what an originator says; an older word never takes the place of a newer one."""
    message = delivery.message
    about = message.at
    if message.kind == "track":
        about = moment(message.data.get("time"), message.at)
    heard = known.heard.get(message.originator)
    if heard is None:
        heard = known.heard[message.originator] = Heard(
            originator=message.originator,
            first=message,
            since=delivery.due,
            arrangement=delivery.arrangement,
            path=delivery.path,
            last=delivery.due,
            newest=about,
        )
    heard.last = max(heard.last, delivery.due)
    heard.newest = max(heard.newest, about)
    heard.ended = ""
    word = Measured(about, message, delivery.due)
    if message.kind == "track":
        if heard.track is not None and about > heard.track.at:
            heard.interval = about - heard.track.at
        if heard.track is None or about >= heard.track.at:
            heard.track = word
    elif message.kind == "impact":
        if heard.impact is None or about >= heard.impact.at:
            heard.impact = word
    elif heard.launch is None or about >= heard.launch.at:
        heard.launch = word


def _words(heard: Heard) -> list[Measured]:
    return [each for each in (heard.launch, heard.track, heard.impact) if each is not None]


def _note(known: KnownReport, delivery: Delivery, *, partial: bool) -> None:
    data = delivery.message.data
    reason, areas = data.get("reason"), data.get("areas")
    names = [member(area, "name") for area in areas] if isinstance(areas, list) else []
    known.corrections.append(
        KnownCorrection(
            due=delivery.due,
            act=delivery.message.type,
            reason=reason if isinstance(reason, str) else "",
            areas=tuple(name for name in names if isinstance(name, str)),
            partial=partial,
        )
    )
    del known.corrections[:-_MOST_CORRECTIONS]


def fresh_for(interval: int) -> int:
    """Return how long a word is fresh, given its originator's interval (microseconds)."""
    return _INTERVALS * interval


# -- bodies of others ------------------------------------------------------------------------------


def moment(text: Any, otherwise: int) -> int:
    """Return an RFC 3339 time in microseconds since 1970, or another if it is none."""
    found = instant(text)
    return otherwise if found is None else found.us


def texts_of(value: Any) -> dict[str, str]:
    """Return a text by language; none if it is none."""
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)}
