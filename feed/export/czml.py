"""CZML: the flights in Cesium's time: positions between which it interpolates, and impact circles.

A packet for each position, in the order of the reports, which Cesium adds to the object's track; so
a long story streams.  The size of the ellipsoid around an object is the standard error of its
position, an impact circle is shown from the moment its recipient got it until the next one.  An
object is there from its first position to its last.  The mark: the document's name, the name and
the label of every object, and every description begin with EXERCISE.

What CZML cannot say: alerts' areas, of which most are only names; meetings and everything else that
flies nowhere; corrections, references and who was told by whom.  Times are scenario time in UTC.
"""

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feed.export.reading import line, moment, number, place, utc_time
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.model.marking import marked
from feed.model.message import Message

if TYPE_CHECKING:
    from czml3 import Packet

__all__ = ["CZML"]

_RED, _AMBER, _GREY = [213, 0, 0, 255], [255, 160, 0, 90], [120, 120, 120, 255]
_FONT = "13px sans-serif"
_WHOLE_TRACK_S = 1e9
_SMALLEST_M = 1.0
"""Cesium draws no ellipsoid without a size."""


@dataclass
class _Object:
    """What has been written of one object as one originator sees it."""

    first: int
    last: int


class _Impact:
    """The impact that one originator predicts, until it is replaced."""

    def __init__(self, message: Message, due: int, where: tuple[float, float]) -> None:
        self.message, self.due, self.where = message, due, where

    def ends(self) -> int:
        """Return until when it is of interest, if nothing replaces it."""
        return moment(self.message.data.get("time")) or self.message.expires or self.due


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield the document, packet by packet."""
    from czml3 import Packet  # noqa: PLC0415 - an extra

    head = Packet(id="document", name=line(context.mark), version="1.0")
    yield Part("", b"[\n" + _rendered(head))
    for packet in _packets(records, context):
        yield Part("", b",\n" + _rendered(packet))
    yield Part("", b"\n]\n")


CZML = ExportFormat(
    "czml",
    "CZML, the flights for Cesium",
    write,
    kinds=("launch", "track", "impact"),
    needs=("czml3",),
)


def _rendered(packet: "Packet") -> bytes:
    # Written anew, so that what is no text in UTF-8 is replaced, and infinities are refused.
    return json.dumps(json.loads(packet.dumps()), ensure_ascii=False, allow_nan=False).encode()


class _Scene:
    """What has been written of each object, and what still has to be."""

    def __init__(self, context: ExportContext) -> None:
        self.left_out = 0
        self._context = context
        self._objects: dict[tuple[str, str], _Object] = {}
        self._impacts: dict[tuple[str, str], _Impact] = {}
        self._sites: set[str] = set()

    def take(self, message: Message, due: int) -> Iterator["Packet"]:
        """Yield what a report shows."""
        key = (message.event, message.originator)
        where = _where(message)
        if where is None:
            self.left_out += 1
        elif message.kind == "track":
            yield self._sample(key, message, where)
        elif message.kind == "impact":
            if (before := self._impacts.get(key)) is not None:
                yield from _circle(before, due, self._context)
            self._impacts[key] = _Impact(message, due, where)
        elif message.event not in self._sites:
            self._sites.add(message.event)
            yield _launch(message, where, self._context)

    def _sample(
        self, key: tuple[str, str], message: Message, where: tuple[float, float]
    ) -> "Packet":
        """Return a position, which widens the time in which its object is there."""
        at, known = _time_of(message), self._objects.get(key)
        if known is None:
            self._objects[key] = _Object(at, at)
        else:
            known.first, known.last = min(known.first, at), max(known.last, at)
        return _position(message, where, at, self._context, first=known is None)

    def end(self) -> Iterator["Packet"]:
        """Yield the last circles, and when each object was there."""
        from czml3 import Packet, TimeInterval  # noqa: PLC0415 - an extra

        for impact in self._impacts.values():
            yield from _circle(impact, impact.ends(), self._context)
        for (event, originator), seen in self._objects.items():
            yield Packet(
                id=_id(event, originator),
                availability=TimeInterval(start=utc_time(seen.first), end=utc_time(seen.last)),
            )


def _packets(records: Iterable[Exported], context: ExportContext) -> Iterator["Packet"]:
    scene = _Scene(context)
    for record in records:
        yield from scene.take(record.delivery.message, record.delivery.due)
    if scene.left_out:
        context.left_out["it has no place"] += scene.left_out
    yield from scene.end()


def _where(message: Message) -> tuple[float, float] | None:
    """Return where a report says that something is."""
    if message.kind != "launch":
        return place(message.data.get("position" if message.kind == "track" else "point"))
    site = message.data.get("site")
    return place(site.get("point")) if isinstance(site, Mapping) else None


def _id(event: str, originator: str) -> str:
    return f"{event}/{originator.lower()}"


def _time_of(message: Message) -> int:
    at = moment(message.data.get("time"))
    return message.at if at is None else at


def _named(message: Message) -> str:
    return f"EXERCISE {message.event} ({message.originator})"


def _described(message: Message, context: ExportContext) -> str:
    """Return what Cesium shows as HTML in a box; nothing of it is markup."""
    return html.escape(line(marked(context.told(message) or message.event)))


def _position(
    message: Message,
    where: tuple[float, float],
    at: int,
    context: ExportContext,
    *,
    first: bool,
) -> "Packet":
    """Return one position of an object; with the first, what the object looks like."""
    from czml3 import (  # noqa: PLC0415 - an extra
        Color,
        Ellipsoid,
        Material,
        Packet,
        Path,
        Point,
        PolylineMaterial,
        Position,
        SolidColorMaterial,
    )
    from czml3.properties import EllipsoidRadii  # noqa: PLC0415 - an extra

    quality = message.data.get("quality")
    error = number(quality.get("error_m")) if isinstance(quality, Mapping) else None
    radius = max(abs(error or 0.0), _SMALLEST_M)
    height = number(message.data.get("altitude_m")) or 0.0
    epoch = utc_time(at)
    looks: dict[str, Any] = {}
    filled: dict[str, Any] = {}
    if first:
        red, amber = (SolidColorMaterial(color=Color(rgba=rgba)) for rgba in (_RED, _AMBER))
        filled = {"material": Material(solidColor=amber)}
        looks = {
            "name": _named(message),
            "description": _described(message, context),
            "label": _label(message),
            "point": Point(pixelSize=8, color=Color(rgba=_RED)),
            "path": Path(
                leadTime=0,
                trailTime=_WHOLE_TRACK_S,
                width=2,
                material=PolylineMaterial(solidColor=red),
            ),
        }
    # Members of a base class that has no types.
    radii: dict[str, Any] = {"epoch": epoch, "cartesian": [0, radius, radius, radius]}
    sample: dict[str, Any] = {"epoch": epoch, "cartographicDegrees": [0, *where, height]}
    return Packet(
        id=_id(message.event, message.originator),
        position=Position(**sample),
        ellipsoid=Ellipsoid(radii=EllipsoidRadii(**radii), **filled),
        **looks,
    )


def _label(message: Message) -> Any:
    from czml3 import Label  # noqa: PLC0415 - an extra

    return Label(text=_named(message), font=_FONT, showBackground=True)


def _launch(message: Message, where: tuple[float, float], context: ExportContext) -> "Packet":
    from czml3 import Color, Packet, Point, Position  # noqa: PLC0415 - an extra

    return Packet(
        id=f"{message.event}/site",
        name=f"EXERCISE {message.event}: launch site",
        description=_described(message, context),
        position=Position(cartographicDegrees=[*where, 0]),
        point=Point(pixelSize=8, color=Color(rgba=_GREY)),
    )


def _circle(impact: _Impact, until: int, context: ExportContext) -> Iterator["Packet"]:
    """Yield an impact circle, unless it was replaced at the moment it came."""
    from czml3 import (  # noqa: PLC0415 - an extra
        Color,
        Ellipse,
        Material,
        Packet,
        Point,
        Position,
        SolidColorMaterial,
        TimeInterval,
    )

    if until <= impact.due:
        return
    message = impact.message
    area = message.data.get("area")
    radius = number(area.get("radius_m")) if isinstance(area, Mapping) else None
    axis = max(abs(radius or 0.0), _SMALLEST_M)
    yield Packet(
        id=line(message.key),
        name=f"EXERCISE {message.event}: impact ({message.originator})",
        description=_described(message, context),
        availability=TimeInterval(start=utc_time(impact.due), end=utc_time(until)),
        position=Position(cartographicDegrees=[*impact.where, 0]),
        point=Point(pixelSize=6, color=Color(rgba=_RED)),
        ellipse=Ellipse(
            semiMajorAxis=axis,
            semiMinorAxis=axis,
            material=Material(solidColor=SolidColorMaterial(color=Color(rgba=_AMBER))),
        ),
    )
