"""The two tables of an export, for whatever format holds tables: messages, and positions of tracks.

A row of ``messages`` for each delivery, and a row of ``tracks`` for each delivered position.  Units
are in the names of the columns.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from feed.export.reading import line, moment, number, place, plain
from feed.export.record import ExportContext, Exported
from feed.model.marking import marked
from feed.model.time import SECOND, Instant

__all__ = ["MESSAGES", "TRACKS", "Cell", "ExportColumn", "ExportTable", "message_row", "track_row"]

Cell = str | int | float | bool | Instant | None


class ExportColumn(NamedTuple):
    """One column: its name, and what stands in it."""

    name: str
    of: Literal["text", "count", "number", "flag", "time"]


class ExportTable(NamedTuple):
    """One table: its name, and its columns."""

    name: str
    columns: tuple[ExportColumn, ...]


_WHO = (
    ExportColumn("status", "text"),
    ExportColumn("exercise", "text"),
    ExportColumn("run", "text"),
    ExportColumn("epoch", "count"),
    ExportColumn("recipient", "text"),
    ExportColumn("sequence", "count"),
    ExportColumn("message", "text"),
)
MESSAGES = ExportTable(
    "messages",
    (
        *_WHO,
        ExportColumn("kind", "text"),
        ExportColumn("type", "text"),
        ExportColumn("event", "text"),
        ExportColumn("originator", "text"),
        ExportColumn("time", "time"),
        ExportColumn("due", "time"),
        ExportColumn("delay_s", "number"),
        ExportColumn("sent", "time"),
        ExportColumn("expires", "time"),
        ExportColumn("arrangement", "text"),
        ExportColumn("path", "text"),
        ExportColumn("releasable_to", "text"),
        ExportColumn("late", "flag"),
        ExportColumn("references", "text"),
        ExportColumn("text", "text"),
        ExportColumn("data", "text"),
    ),
)
TRACKS = ExportTable(
    "tracks",
    (
        *_WHO,
        ExportColumn("event", "text"),
        ExportColumn("originator", "text"),
        ExportColumn("track_number", "text"),
        ExportColumn("time", "time"),
        ExportColumn("due", "time"),
        ExportColumn("lon_deg", "number"),
        ExportColumn("lat_deg", "number"),
        ExportColumn("altitude_m", "number"),
        ExportColumn("east_m_s", "number"),
        ExportColumn("north_m_s", "number"),
        ExportColumn("up_m_s", "number"),
        ExportColumn("speed_m_s", "number"),
        ExportColumn("phase", "text"),
        ExportColumn("error_m", "number"),
        ExportColumn("sensor_class", "text"),
    ),
)


def message_row(record: Exported, context: ExportContext) -> tuple[Cell, ...]:
    """Return the row of a delivery."""
    delivery, message = record.delivery, record.delivery.message
    said = context.told(message)
    offset = message.offset_s
    return (
        *_who(record, context),
        message.kind,
        message.type,
        message.event,
        message.originator,
        Instant(message.at, offset),
        Instant(delivery.due, offset),
        (delivery.due - message.at) / SECOND,
        Instant(record.sent, 0),
        None if message.expires is None else Instant(message.expires, offset),
        line(delivery.arrangement),
        line(">".join(delivery.path)),
        line(", ".join(delivery.releasable)),
        delivery.late,
        line(" ".join(delivery.references)),
        line(marked(said or message.event)),
        plain(json.dumps(message.data, ensure_ascii=False, separators=(",", ":"))),
    )


def track_row(record: Exported, context: ExportContext) -> tuple[Cell, ...] | None:
    """Return the row of a delivered position; None if it is none."""
    delivery, message = record.delivery, record.delivery.message
    data = message.data
    where = place(data.get("position")) if message.kind == "track" else None
    if where is None:
        return None
    velocity, quality = _inner(data, "velocity"), _inner(data, "quality")
    ways = [number(velocity.get(f"{way}_m_s")) for way in ("east", "north", "up")]
    known = [way for way in ways if way is not None]
    speed = math.hypot(*known) if len(known) == len(ways) else None
    at = moment(data.get("time"))
    return (
        *_who(record, context),
        message.event,
        message.originator,
        line(data.get("track_number")),
        Instant(message.at if at is None else at, message.offset_s),
        Instant(delivery.due, message.offset_s),
        *where,
        number(data.get("altitude_m")),
        *ways,
        None if speed is None else number(round(speed, 3)) if math.isfinite(speed) else None,
        line(data.get("phase")),
        number(quality.get("error_m")),
        line(quality.get("sensor_class")),
    )


def _who(record: Exported, context: ExportContext) -> tuple[Cell, ...]:
    return (
        "Exercise",
        line(context.mark),
        line(context.run),
        context.epoch,
        record.delivery.recipient,
        record.sequence,
        line(record.delivery.message.key),
    )


def _inner(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}
