"""Cursor on Target: launch sites, objects in flight and impact points as CoT events.

One file, one ``event`` a line without an XML declaration, as CoT goes over TCP, so that
``nc 127.0.0.1 8087 < jpn.cot`` sends it.  An object keeps its ``uid``, so that each position moves
it.  Types: ``a-h-A-W-M`` a missile in flight, ``b-d-l`` a launch, ``b-d-i`` an impact,
``b-l-o-can`` the end of one; all are ``how="m-s"``, simulated.  The mark: ``opex`` is ``e-`` and
the exercise, the callsign that maps show and every remark begin with EXERCISE.

What CoT cannot say: alerts, meetings, agreements, incidents, statements; who got what by which
arrangement; that a cancel is not an all-clear, but in words.  Times are scenario time in UTC, which
a TAK client takes for long stale.  Live they are moved to the wall time at which the report came,
and the remark has the scenario's.  What does not expire is stale after ten minutes, because CoT
wants a moment.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from feed.export.reading import LAST, line, moment, number, place, utc_time
from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.model.marking import marked
from feed.model.message import Message
from feed.model.time import SECOND, rfc3339

__all__ = ["COT", "UNKNOWN", "cot_events"]

UNKNOWN = 9_999_999.0
"""What CoT writes for an error or a height that nobody knows."""
_STALE_AFTER = 600 * SECOND
_TYPES = {"launch": "b-d-l", "track": "a-h-A-W-M", "impact": "b-d-i"}
_OVER = "b-l-o-can"
_ENDS = ("cancel", "all-clear")
_FULL_TURN = 360


class _CotPoint(NamedTuple):
    """Where it is, and how well that is known, in metres."""

    lat: float
    lon: float
    hae: float = UNKNOWN
    ce: float = UNKNOWN
    le: float = UNKNOWN


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield one line for each report."""
    for event in cot_events(records, context):
        yield Part("", event + b"\n")


def cot_events(records: Iterable[Exported], context: ExportContext) -> Iterator[bytes]:
    """Yield the XML of each event, in one line without an end."""
    last: dict[str, _CotPoint] = {}
    for record in records:
        message = record.delivery.message
        uid = _uid(message, message.kind, context)
        point = _point(message)
        if message.type in _ENDS:
            ended = [(uid, last.pop(uid, point))]
            if message.kind == "launch":
                # What was derived of it goes as well; a map would show it until it is stale.
                others = [_uid(message, kind, context) for kind in _TYPES if kind != "launch"]
                ended += [(other, last.pop(other)) for other in others if other in last]
        else:
            ended = []
            if point is not None:
                last[uid] = point
        written = ended or [(uid, point)]
        if all(where is None for _, where in written):
            context.left_out["it has no place"] += 1
        for each, where in written:
            if where is not None:
                yield _event(record, each, where, context)


COT = ExportFormat(
    "cot",
    "Cursor on Target, an XML event for each position",
    write,
    kinds=tuple(_TYPES),
    single=True,
    needs=("lxml",),
)


def _uid(message: Message, kind: str, context: ExportContext) -> str:
    return f"EXERCISE.{context.slug}.{message.event}.{message.originator}.{kind}"


def _event(record: Exported, uid: str, point: _CotPoint, context: ExportContext) -> bytes:
    from lxml import etree  # noqa: PLC0415 - an extra

    message = record.delivery.message
    # A client compares with its own clock, so what it is told now is dated now.
    moved = record.sent - record.delivery.due if context.live else 0
    over = message.type in _ENDS
    at = message.at
    if message.kind == "track":
        measured = moment(message.data.get("time"))
        at = message.at if measured is None else measured
    stale = at if over else message.expires or min(at + _STALE_AFTER, LAST)
    event = etree.Element(
        "event",
        version="2.0",
        uid=uid,
        type=_OVER if over else _TYPES[message.kind],
        how="m-s",
        time=utc_time(at + moved),
        start=utc_time(at + moved),
        stale=utc_time(max(stale, at) + moved),
        opex=f"e-{line(context.exercise)}",
    )
    numbers = {name: _decimal(value) for name, value in point._asdict().items()}
    etree.SubElement(event, "point", numbers)
    detail = etree.SubElement(event, "detail")
    callsign = f"EXERCISE {message.event} ({message.originator})"
    etree.SubElement(detail, "contact", callsign=callsign)
    if message.kind == "track" and (moving := _moving(message.data.get("velocity"))):
        etree.SubElement(detail, "track", moving)
    said = context.told(message)
    what = context.called(message)
    when = f"; scenario time {rfc3339(at, message.offset_s)}" if context.live else ""
    remark = line(marked(f"{what}: {said or message.event}{when}"))
    etree.SubElement(detail, "remarks").text = remark
    return bytes(etree.tostring(event, encoding="UTF-8", xml_declaration=False))


def _decimal(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _point(message: Message) -> _CotPoint | None:
    """Return where a report says that it is; None if it does not."""
    data = message.data
    if message.kind == "launch":
        site = data.get("site")
        where = place(site.get("point")) if isinstance(site, Mapping) else None
        return None if where is None else _CotPoint(where[1], where[0])
    if message.kind == "track":
        where = place(data.get("position"))
        error = _error(data.get("quality"), "error_m")
        height = number(data.get("altitude_m"))
        return where and _CotPoint(
            where[1], where[0], UNKNOWN if height is None else height, error, error
        )
    where = place(data.get("point"))
    return where and _CotPoint(where[1], where[0], 0.0, _error(data.get("area"), "radius_m"))


def _error(value: Any, name: str) -> float:
    found = number(value.get(name)) if isinstance(value, Mapping) else None
    return UNKNOWN if found is None or not 0 <= found <= UNKNOWN else found


def _moving(velocity: Any) -> dict[str, str]:
    """Return course in degrees from north and speed over the ground in metres per second."""
    if not isinstance(velocity, Mapping):
        return {}
    east, north = number(velocity.get("east_m_s")), number(velocity.get("north_m_s"))
    if east is None or north is None or not math.isfinite(math.hypot(east, north)):
        return {}
    course = math.degrees(math.atan2(east, north)) % _FULL_TURN
    return {"course": f"{course:.1f}", "speed": f"{math.hypot(east, north):.1f}"}
