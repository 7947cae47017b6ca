"""WIS2 Notification Messages (WNM 1.1): one GeoJSON Feature a line for each message of the feed.

As a WIS2 node would publish that there is something new: ``canonical`` for what is new, ``update``
for what replaces it, ``deletion`` for what is withdrawn.  The message itself is embedded in
``content``, compressed where it would not fit into 4,096 bytes otherwise, with its SHA-512.
``mosquitto_pub -l`` publishes the lines.  The mark: the link's title begins with EXERCISE,
``metadata_id``, ``data_id`` and the link's address have the exercise, and ``status`` and
``exercise`` stand among the properties.

What it cannot say: an all-clear, which is an update; circles, so the geometry is a point or none.
Nothing can be fetched: the link leads to a name that never resolves (``.invalid``), because the
feed has no HTTP; whoever reads it takes ``content``.  ``metadata_id`` is of no registered centre.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from feed.export.reading import bodies, line, place, plain, utc_time
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.model.marking import marked
from feed.model.message import Message

__all__ = ["LARGEST_CONTENT", "WNM"]

LARGEST_CONTENT = 4096
"""bytes of embedded data, as they are encoded"""
_CONFORMS = "http://wis.wmo.int/spec/wnm/1/conf/core"
_RELATIONS = {"update": "update", "all-clear": "update", "cancel": "deletion"}
_PLACES = ("position", "point")


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield one line for each message."""
    for record in records:
        text = json.dumps(_notification(record, context), ensure_ascii=False, allow_nan=False)
        yield Part("", text.encode("utf-8", "replace") + b"\n")


WNM = ExportFormat(
    "wnm",
    "WIS2 notification messages, a line for each message",
    write,
    one_country=False,
    single=True,
)


def _notification(record: Exported, context: ExportContext) -> dict[str, Any]:
    message, recipient = record.delivery.message, record.delivery.recipient.lower()
    said = context.told(message) or message.event
    where = _where(message)
    properties = {
        "status": "Exercise",
        "exercise": plain(context.mark),
        "pubtime": utc_time(record.sent),
        "datetime": utc_time(message.at),
        "data_id": f"exercise/{context.slug}/{recipient}/{message.kind}/{plain(message.key)}",
        "metadata_id": f"urn:wmo:md:exercise-{context.slug}-test:feed.{recipient}.{message.kind}",
        "producer": message.originator,
        "cache": False,
        "integrity": {"method": "sha512", "value": _base64(_digest(record.payload))},
    }
    if content := _content(record.payload):
        properties["content"] = content
    link = {
        "rel": _RELATIONS.get(message.type, "canonical"),
        "href": f"https://{context.slug}.exercise.invalid/{recipient}/{record.sequence}.json",
        "type": "application/cloudevents+json",
        "title": line(marked(f"{context.called(message)}: {said}")),
        "length": len(record.payload),
    }
    return {
        "id": _uuid(record, context),
        "conformsTo": [_CONFORMS],
        "type": "Feature",
        "geometry": None if where is None else {"type": "Point", "coordinates": list(where)},
        "properties": properties,
        "links": [link],
    }


def _where(message: Message) -> tuple[float, float] | None:
    """Return the one place that a message is about."""
    data = message.data
    site = data.get("site")
    inner = [site] if isinstance(site, Mapping) else []
    areas = bodies(data.get("areas"))
    for each in (data, *inner, *(areas if len(areas) == 1 else ())):
        circle = each.get("circle")
        centre = circle.get("center") if isinstance(circle, Mapping) else None
        for value in (centre, *(each.get(name) for name in _PLACES)):
            if (found := place(value)) is not None:
                return found
    return None


def _content(payload: bytes) -> dict[str, Any] | None:
    """Return a payload as text, or compressed; None if it is too long even so."""
    text = payload.decode("utf-8", "replace")
    if len(payload) <= LARGEST_CONTENT and text.encode() == payload:
        return {"encoding": "utf-8", "size": len(payload), "value": text}
    packed = _base64(gzip.compress(payload, mtime=0))
    if len(packed) > LARGEST_CONTENT:
        return None
    return {"encoding": "gzip", "size": len(packed), "value": packed}


def _digest(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _uuid(record: Exported, context: ExportContext) -> str:
    """Return a UUID (RFC 9562, version 8) of a delivery: the same whenever it is exported."""
    name = f"{context.run}.{context.epoch}.{record.delivery.recipient}.{record.sequence}"
    digits = _digest(name.encode()).hex()
    parts = (digits[:8], digits[8:12], f"8{digits[13:16]}", f"8{digits[17:20]}", digits[20:32])
    return "-".join(parts)
