"""GeoJSON (RFC 7946): points with the properties of a table of launches, or of an incident."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from feed.app.scenarios_table import (
    NAMES,
    Ids,
    Table,
    UnusableError,
    launch_of,
    moment_of,
    table_of,
)
from feed.errors import Problem, ScenarioError
from feed.files.text import Located, decode, parse, read_bytes
from feed.model.incident import Incident

__all__ = ["read_points"]

_LAUNCH = ("class", "range_km", "apogee_km")
_DEGREES = 2
_MOST_LON, _MOST_LAT = 180, 90


def read_points(path: Path, country: str | None) -> Table:
    """Read the points of a file: a launch if it has a class, a range or a height; else an incident.

    An incident is reported by its ``country``, else by the one that is given.
    """
    shown = str(path)
    located = parse(decode(read_bytes(path, shown), shown), shown)
    events: list[dict[str, Any]] = []
    ids = Ids()
    left_out = []
    for steps, feature in _features(located):
        line, _ = located.place(steps)
        try:
            row = _row(feature)
            is_launch = any(row.get(name) for name in _LAUNCH)
            events.append(launch_of(row, ids) if is_launch else _incident(row, country, ids))
            ids.take(events[-1])
        except UnusableError as error:
            left_out.append(f"{shown}:{line}: {error}")
    return table_of(events, left_out, shown)


def _features(located: Located) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    data = located.data
    kind = data.get("type") if isinstance(data, Mapping) else None
    if kind == "Feature":
        yield (), data
    elif kind == "FeatureCollection" and isinstance(data.get("features"), list):
        for n, feature in enumerate(data["features"]):
            yield ("features", n), feature
    else:
        text = "this is no GeoJSON; write a FeatureCollection of points (RFC 7946)"
        raise ScenarioError([Problem(located.path, 1, 1, text)])


def _row(feature: Any) -> dict[str, str]:
    """Return the properties of a point as the columns of a table."""
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if not isinstance(geometry, Mapping) or kind != "Point":
        raise UnusableError(f"its geometry is {kind or 'nothing'}; only a Point can be used")
    row = dict(zip(("lon", "lat"), _position(geometry.get("coordinates")), strict=True))
    properties = feature.get("properties")
    for key, value in (properties if isinstance(properties, Mapping) else {}).items():
        name = NAMES.get(key.strip().lower(), key.strip().lower())
        if isinstance(value, str) and name not in row:
            row[name] = value.strip()
    return row


def _position(value: Any) -> tuple[str, str]:
    try:
        lon, lat = value[:_DEGREES]
        fits = abs(float(lon)) <= _MOST_LON and abs(float(lat)) <= _MOST_LAT
    except (TypeError, ValueError):
        raise UnusableError("its coordinates are not two numbers") from None
    if not fits:
        raise UnusableError(f"[{lon}, {lat}] is no longitude and latitude, in this order")
    return str(lon), str(lat)


def _incident(row: Mapping[str, str], country: str | None, ids: Ids) -> dict[str, Any]:
    reporter = row.get("country") or row.get("originator") or country
    if not reporter:
        raise UnusableError("nobody reports it; give it a 'country', or name one with --country")
    title = row.get("title") or row.get("name")
    incident: dict[str, Any] = {
        "incident": ids.free(title or "incident", row.get("date", "")),
        "at": moment_of(row),
        "originator": reporter,
        "category": row.get("category") or "other",
        "point": {"lat": float(row["lat"]), "lon": float(row["lon"])},
        "source": "table",
    }
    more = {"title": title, "place": row.get("site"), "notes": row.get("notes")}
    incident |= {key: value for key, value in more.items() if value}
    try:
        Incident.model_validate(incident)
    except ValidationError as error:
        first = error.errors()[0]
        raise UnusableError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return incident
