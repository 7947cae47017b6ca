"""The picture: what a country has to take as true at a moment, folded from what it received.

The player folds the deliveries it sends, a receiver the messages it gets; both with the same code.
Nothing that was cancelled, is over, or has expired is in the picture.  A receiver folds what others
wrote, so no shape of a body is taken for granted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.core.areas import remaining_areas, shortened, with_the_rest
from feed.core.track_lines import Vertex, extend, lines, place
from feed.model.event import LASTING, OVER
from feed.model.members import member
from feed.model.message import Delivery, Message

__all__ = ["FirstHeard", "Picture", "Report", "Shown"]

_MOST_ENDED = 1000
"""How many ended events are remembered, against reports that were overtaken by the end."""
_MILLISECOND = 1000
"""Moments are compared as they stand on the wire, so that player and receiver agree."""


class Report(NamedTuple):
    """One message that stands: what it said, and when its recipient got it."""

    message: Message
    due: int


class FirstHeard(NamedTuple):
    """How the recipient first came to hear of an event from one originator."""

    due: int
    arrangement: str
    path: tuple[str, ...]
    releasable: tuple[str, ...]


@dataclass
class Shown:
    """One event that is active, with the reports that stand about it."""

    kind: str
    event: str
    reports: dict[tuple[str, str], Report] = field(default_factory=dict)
    """by (originator, kind of message), the last to arrive last"""
    tracks: dict[str, list[Vertex]] = field(default_factory=dict)
    """where each originator saw it; thinned"""
    heard: dict[str, FirstHeard] = field(default_factory=dict)
    """by originator, the first to be heard first; only of what was delivered"""

    def copy(self) -> "Shown":
        """Return a copy that can be folded on by itself."""
        tracks = {originator: list(track) for originator, track in self.tracks.items()}
        return Shown(self.kind, self.event, dict(self.reports), tracks, dict(self.heard))

    @property
    def last(self) -> Report:
        """The report that arrived last."""
        return next(reversed(self.reports.values()))

    @property
    def act(self) -> str:
        """``alert`` while only first reports stand, ``update`` after."""
        first = len(self.reports) == 1 and self.last.message.type == "alert"
        return "alert" if first else "update"

    @property
    def own(self) -> Report | None:
        """The last report of the event's own kind; None if only its track or impact is known."""
        own = [report for (_, kind), report in self.reports.items() if kind == self.kind]
        return own[-1] if own else None

    @property
    def expires(self) -> int | None:
        """The scenario moment from which on nothing of it is current; None: it does not expire."""
        moments = [report.message.expires for report in self.reports.values()]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None

    def body(self, most: int | None = None) -> dict[str, Any]:
        """Return the body of the event's own kind; for a launch with every originator's reports.

        With ``most`` bytes the originators who were silent for longest are left out if need be, and
        ``reports_left_out`` says how many those are.
        """
        body = dict(self.own.message.data) if self.own else {}
        if self.kind != "launch":
            return shortened(body, most)
        # Claims and sources stand in the launch messages; a picture has to stay small.
        body.pop("claims", None)
        body.pop("source", None)
        reports = self._by_originator()
        for left_out in range(len(reports) + 1):
            body["reports"] = reports[left_out:]
            if left_out:
                body["reports_left_out"] = left_out
            if most is None or _bytes(body) <= most:
                break
        return body

    def _by_originator(self) -> list[dict[str, Any]]:
        """Return what each originator reports, the last to speak last."""
        reports: dict[str, dict[str, Any]] = {}
        for (originator, kind), report in self.reports.items():
            mine = reports.pop(originator, {"originator": originator})
            reports[originator] = mine
            mine["message"] = report.message.key
            if kind != self.kind:
                mine[kind] = report.message.data
            elif "state" in report.message.data:
                mine["state"] = report.message.data["state"]
        return list(reports.values())

    def feature(self, mark: dict[str, Any]) -> dict[str, Any]:
        """Return the event as a GeoJSON Feature; ``mark`` goes into its properties."""
        geometries, times = lines(self.tracks, self.last.message.offset_s)
        properties: dict[str, Any] = {**mark, "id": self.event, "kind": self.kind}
        if times:
            properties["lines"] = times
        for (_, kind), report in self.reports.items():
            data = report.message.data
            geometries += _places(kind, data)
            for name in ("headline", "title", "state", "phase", "altitude_m"):
                if name in data and kind != "impact":
                    properties[name] = data[name]
            if kind == "impact":
                properties |= {f"impact_{n}": data[n] for n in ("time", "state") if n in data}
        geometry = (
            geometries[0]
            if len(geometries) == 1
            else {"type": "GeometryCollection", "geometries": geometries}
            if geometries
            else None
        )
        return {"type": "Feature", "id": self.event, "geometry": geometry, "properties": properties}


class Picture:
    """The events that are active for one recipient."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], Shown] = {}
        """by (kind, event)"""
        self.unmatched: list[str] = []
        """cancels and all-clears that ended nothing that was known here"""
        self._ended: dict[tuple[str, str, str], int] = {}
        """by kind, event and originator: the moment up to which nothing said counts any longer"""

    def copy(self) -> "Picture":
        """Return a copy that can be folded on by itself."""
        other = Picture()
        other.shown = {key: shown.copy() for key, shown in self.shown.items()}
        other.unmatched = list(self.unmatched)
        other._ended = dict(self._ended)
        return other

    def take(self, delivery: Delivery) -> tuple[str, str] | None:
        """Fold a delivery in; return the (kind, event) whose picture changed, if one did."""
        message = delivery.message
        if message.kind not in LASTING:
            return None
        if delivery.references != message.references:
            message = message._replace(references=delivery.references)
        key = self.fold(message, delivery.due)
        shown = None if key is None else self.shown.get(key)
        if shown is not None and message.originator not in shown.heard:
            shown.heard[message.originator] = FirstHeard(
                delivery.due, delivery.arrangement, delivery.path, delivery.releasable
            )
        return key

    def fold(self, message: Message, due: int) -> tuple[str, str] | None:
        """Fold a message in that arrived at a scenario moment (microseconds since 1970)."""
        kind = LASTING.get(message.kind)
        if kind is None:
            return None
        key = (kind, message.event)
        if message.type in {"cancel", "all-clear"}:
            return key if self._end(key, message, due) else None
        if self._overtaken(key, message):
            return None
        shown = self.shown.setdefault(key, Shown(kind, message.event))
        replaced = set(message.references)
        for slot in [s for s, r in shown.reports.items() if r.message.key in replaced]:
            del shown.reports[slot]
        before = shown.reports.pop((message.originator, message.kind), None)
        if before is not None:
            message = with_the_rest(before.message, message)
        if message.data.get("state") in OVER.get(message.kind, ()):
            self._forget(shown, message)
        else:
            shown.reports[message.originator, message.kind] = Report(message, due)
        if message.kind == "track":
            extend(shown.tracks, message)
        return key

    def expire(self, now: int) -> Iterator[tuple[str, str]]:
        """Drop what must not be shown as current at a scenario moment; yield what changed."""
        for key, shown in list(self.shown.items()):
            old = [
                slot
                for slot, report in shown.reports.items()
                if report.message.expires is not None
                and _milliseconds(report.message.expires) <= _milliseconds(now)
            ]
            for slot in old:
                del shown.reports[slot]
            if not shown.reports:
                del self.shown[key]
            if old:
                yield key

    def counts(self) -> dict[str, int]:
        """Return how many events of each lasting kind are active."""
        counts = dict.fromkeys(sorted(set(LASTING.values())), 0)
        for kind, _ in self.shown:
            counts[kind] += 1
        return counts

    def _overtaken(self, key: tuple[str, str], message: Message) -> bool:
        """Tell whether something newer was already said; a later agreement may be a faster path."""
        said = _milliseconds(message.at)
        if said < self._ended.get((*key, message.originator), said):
            return True
        reports = self.shown[key].reports if key in self.shown else {}
        before = reports.get((message.originator, message.kind))
        return before is not None and said < _milliseconds(before.message.at)

    def _end(self, key: tuple[str, str], message: Message, due: int) -> bool:
        """Take out what a cancel or all-clear ends; False if nothing of it was known here."""
        shown = self.shown.get(key)
        ended = set(message.references)
        # An issuer may end what another one reported; its references then name that report.
        slots = [
            slot
            for slot, report in (shown.reports.items() if shown else ())
            if report.message.key in ended or slot[0] == message.originator
        ]
        if message.partial and (not shown or not slots or self._goes_on(shown, slots, message)):
            return self._reduce(key, message, due, slots)
        for originator in {message.originator, *(slot[0] for slot in slots)}:
            self._note_end((*key, originator), message.at)
        if shown is None or not slots:
            self.unmatched.append(message.key)
            return False
        for slot in slots:
            del shown.reports[slot]
            shown.tracks.pop(slot[0], None)
        if not shown.reports:
            del self.shown[key]
        return True

    @staticmethod
    def _goes_on(shown: Shown, slots: list[tuple[str, str]], message: Message) -> bool:
        """Tell whether anything is left after the end of a part."""
        return bool(remaining_areas(shown.reports[slots[-1]].message.data, message.data))

    def _reduce(
        self, key: tuple[str, str], message: Message, due: int, slots: list[tuple[str, str]]
    ) -> bool:
        """Let the rest of an event go on as it was said, not in the words that ended a part."""
        if not slots:
            self.unmatched.append(message.key)
            return False
        shown = self.shown[key]
        said = [shown.reports.pop(slot).message for slot in slots]
        data = {**said[-1].data, "areas": remaining_areas(said[-1].data, message.data)}
        report = message._replace(type="update", data=data)
        shown.reports[message.originator, message.kind] = Report(report, due)
        return True

    def _note_end(self, key: tuple[str, str, str], at: int) -> None:
        self._ended.pop(key, None)
        self._ended[key] = _milliseconds(at)
        if len(self._ended) > _MOST_ENDED:
            del self._ended[next(iter(self._ended))]

    def _forget(self, shown: Shown, message: Message) -> None:
        """Drop an event of which the last report said that it is over."""
        key = (shown.kind, shown.event)
        self._note_end((*key, message.originator), message.at)
        if not shown.reports:
            del self.shown[key]


def _bytes(body: dict[str, Any]) -> int:
    """Return how long a body is on the wire."""
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _milliseconds(moment: int) -> int:
    return moment // _MILLISECOND


def _places(kind: str, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if kind == "launch":
        yield from _point(member(data, "site", "point"))
    elif kind == "impact":
        yield from _point(data.get("point"))
    elif kind == "alert":
        areas = data.get("areas")
        for area in areas if isinstance(areas, list) else ():
            yield from _point(member(area, "point"))
            yield from _point(member(area, "circle", "center"))


def _point(value: Any) -> Iterator[dict[str, Any]]:
    found = place(member(value, "coordinates"))
    if found is not None and value.get("type") == "Point":
        yield {"type": "Point", "coordinates": found}
