"""Where an object was seen, by whom and when: tracks that are kept short, and as GeoJSON lines.

No shape of a body is taken for granted: a receiver folds what others wrote.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from feed.model.members import member, number
from feed.model.message import Message
from feed.model.time import SECOND, rfc3339

__all__ = ["Vertex", "extend", "lines", "place"]

_LONGEST_TRACK = 200
_HALF_TURN = 180

Vertex = tuple[float, float, float, int]
"""longitude, latitude, altitude in metres, and when it was there: microseconds since 1970"""


def lines(
    tracks: Mapping[str, list[Vertex]], offset_s: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return tracks as geometries, and for each of these whose it is and when it was where."""
    parts = [(whose, part) for whose, track in tracks.items() for part in _parts(track)]
    return [_line(part) for _, part in parts], [_times(*each, offset_s) for each in parts]


def extend(tracks: dict[str, list[Vertex]], message: Message) -> None:
    """Add where an object was seen; all tracks of one event together are kept short."""
    seen = place(member(message.data, "position", "coordinates"))
    if seen is None:
        return
    altitude: Any = message.data.get("altitude_m")
    vertex = (seen[0], seen[1], altitude if number(altitude) is not None else 0, message.at)
    tracks.setdefault(message.originator, []).append(vertex)
    longest = max(tracks.values(), key=len)
    while sum(map(len, tracks.values())) > _LONGEST_TRACK and len(longest) > 2:  # noqa: PLR2004 - its ends
        # Every second vertex but the newest: an old track gets coarser, it never loses its start.
        longest[:] = [*longest[:-1:2], longest[-1]]
        longest = max(tracks.values(), key=len)


def _line(part: list[Vertex]) -> dict[str, Any]:
    places = [list(vertex[:3]) for vertex in part]
    if len(places) > 1:
        return {"type": "LineString", "coordinates": places}
    return {"type": "Point", "coordinates": places[0]}


def _times(originator: str, part: list[Vertex], offset_s: int) -> dict[str, Any]:
    """Return whose line it is, and when the object was at each of its vertices."""
    begins = part[0][3]
    seconds = [_short((at - begins) / SECOND) for *_, at in part]
    return {"originator": originator, "from": rfc3339(begins, offset_s), "seconds": seconds}


def _short(seconds: float) -> float:
    """Return tenths of a second, and whole seconds in as few letters as can be."""
    tenths = round(seconds, 1)
    return int(tenths) if tenths.is_integer() else tenths


def _parts(track: list[Vertex]) -> Iterator[list[Vertex]]:
    """Yield a track in parts none of which crosses the 180th meridian, as RFC 7946 asks."""
    part = [track[0]]
    for before, here in pairwise(track):
        if abs(here[0] - before[0]) > _HALF_TURN:
            edge = math.copysign(_HALF_TURN, before[0])
            way = here[0] + 2 * edge - before[0]
            share = (edge - before[0]) / way if way else 0.0
            lat, altitude = (round(before[n] + share * (here[n] - before[n]), 5) for n in (1, 2))
            at = before[3] + round(share * (here[3] - before[3]))
            part.append((edge, lat, altitude, at))
            yield part
            part = [(-edge, lat, altitude, at)]
        part.append(here)
    yield part


def place(value: Any) -> list[float] | None:
    """Return a position, longitude first; None if it is none."""
    if not isinstance(value, list) or len(value) < 2 or None in map(number, value):  # noqa: PLR2004 - longitude and latitude
        return None
    on_earth = abs(value[0]) <= _HALF_TURN and abs(value[1]) <= _HALF_TURN / 2
    return value[:3] if on_earth else None
