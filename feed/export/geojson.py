"""GeoJSON (RFC 7946): what has a place, report by report, and the whole track of each launch.

One FeatureCollection.  A Feature for each report that has a place (``of`` is ``report``), in the
order in which they came, with its times, for maps with a time slider; and when a launch is over, or
the story is, one Feature with where it was seen, a line for each originator (``of`` is ``track``).
The mark: ``status`` and ``exercise`` in the properties of every Feature and
of the collection, and ``title``, which maps show, begins with EXERCISE.

What GeoJSON cannot say: circles, which are points with ``radius_m``; meetings, agreements,
incidents and statements, which have no place; what an update replaces, but for ``references``.  A
track has at most 200 vertices, and is cut at the 180th meridian.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from feed.core.picture import Picture, Shown
from feed.export.reading import bodies, line, number, place, plain
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.model.marking import BANNER
from feed.model.message import Message
from feed.model.time import rfc3339

__all__ = ["GEOJSON"]

_METRES = 1000
_TITLE = f"{BANNER}. "


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield the collection, feature by feature."""
    mark = {"status": "Exercise", "exercise": plain(context.mark)}
    start = json.dumps({"type": "FeatureCollection", **mark}, ensure_ascii=False)[:-1]
    yield Part("", f'{start}, "features": ['.encode("utf-8", "replace"))
    comma = ""
    for feature in _features(records, context, mark):
        text = json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        yield Part("", f"{comma}\n{text}".encode("utf-8", "replace"))
        comma = ","
    yield Part("", b"\n]}\n")


GEOJSON = ExportFormat(
    "geojson",
    "GeoJSON, a Feature for each report and each track",
    write,
    kinds=("launch", "track", "impact", "alert"),
)


def _features(
    records: Iterable[Exported], context: ExportContext, mark: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    picture = Picture()
    numbers: Counter[str] = Counter()
    for record in records:
        message = record.delivery.message
        located = list(_located(message))
        if not located:
            context.left_out["it has no place"] += 1
        for n, (where, what) in enumerate(located):
            yield {
                "type": "Feature",
                "id": f"{plain(message.key)}{f'#{n}' if n else ''}",
                "geometry": {"type": "Point", "coordinates": where},
                "properties": {**mark, **_properties(record, context), **what},
            }
        for shown in _ended(picture, record):
            yield from _track(shown, mark, numbers)
    for shown in picture.shown.values():
        yield from _track(shown, mark, numbers)


def _ended(picture: Picture, record: Exported) -> Iterator[Shown]:
    """Fold a report in; yield the launches that it ended, as they were before."""
    message = record.delivery.message
    before = picture.shown.get(("launch", message.event))
    if before is not None and message.type in {"cancel", "all-clear"}:
        before = before.copy()
    picture.take(record.delivery)
    if before is not None and ("launch", message.event) not in picture.shown:
        yield before


def _track(
    shown: Shown, mark: Mapping[str, str], numbers: Counter[str]
) -> Iterator[dict[str, Any]]:
    """Yield where a launch was seen, in lines that do not cross the 180th meridian."""
    geometry = shown.feature({})["geometry"] or {}
    lines = [
        each["coordinates"]
        for each in geometry.get("geometries", [geometry])
        if each.get("type") == "LineString"
    ]
    if not lines:
        return
    numbers[shown.event] += 1  # somebody may see it again after it was over
    properties = {
        **mark,
        "title": f"{_TITLE}track of {shown.event}",
        "of": "track",
        "kind": shown.kind,
        "event": shown.event,
    }
    yield {
        "type": "Feature",
        "id": f"{shown.event}.track.{numbers[shown.event]}",
        "geometry": {"type": "MultiLineString", "coordinates": lines},
        "properties": properties,
    }


def _properties(record: Exported, context: ExportContext) -> dict[str, Any]:
    delivery, message = record.delivery, record.delivery.message
    title = f"{_TITLE}{context.called(message)}: {context.told(message) or message.event}"
    members: dict[str, Any] = {
        "title": line(title),
        "of": "report",
        "recipient": delivery.recipient,
        "kind": message.kind,
        "type": message.type,
        "event": message.event,
        "originator": message.originator,
        "message": plain(message.key),
        "references": plain(" ".join(delivery.references)),
        "time": rfc3339(message.at, message.offset_s),
        "due": rfc3339(delivery.due, message.offset_s),
        "arrangement": plain(delivery.arrangement),
    }
    if message.expires is not None:
        members["expires"] = rfc3339(message.expires, message.offset_s)
    return members


def _located(message: Message) -> Iterator[tuple[list[float], dict[str, Any]]]:
    """Yield every place of a report, longitude first, with what is said of it."""
    data = message.data
    if message.kind == "launch":
        site = data.get("site")
        site = site if isinstance(site, Mapping) else {}
        where = place(site.get("point"))
        if where is not None:
            yield (
                list(where),
                _kept({"name": line(site.get("name")), "state": line(data.get("state"))}),
            )
    elif message.kind == "track":
        where, height = place(data.get("position")), number(data.get("altitude_m"))
        quality = data.get("quality")
        error = number(quality.get("error_m")) if isinstance(quality, Mapping) else None
        if where is not None:
            yield (
                [*where, *([] if height is None else [height])],
                _kept({"phase": line(data.get("phase")), "altitude_m": height, "error_m": error}),
            )
    elif message.kind == "impact":
        where, area = place(data.get("point")), data.get("area")
        radius = number(area.get("radius_m")) if isinstance(area, Mapping) else None
        if where is not None:
            said = {
                "state": line(data.get("state")),
                "radius_m": radius,
                "impact_time": line(data.get("time")),
            }
            yield list(where), _kept(said)
    else:
        yield from _areas(message)


def _areas(message: Message) -> Iterator[tuple[list[float], dict[str, Any]]]:
    """Yield the areas of an alert; of one that ended in a part, those where it goes on too."""
    for name in ("areas", "remaining"):
        for area in bodies(message.data.get(name)):
            circle = area.get("circle")
            circle = circle if isinstance(circle, Mapping) else {}
            centre, radius = place(circle.get("center")), number(circle.get("radius_km"))
            where = centre or place(area.get("point"))
            if where is not None:
                radius_m = radius * _METRES if centre and radius is not None else None
                said = {"name": line(area.get("name")), "radius_m": radius_m}
                goes_on = {"goes_on": name == "remaining"} if message.partial else {}
                yield list(where), {**_kept(said), **goes_on}


def _kept(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in {None, ""}}
