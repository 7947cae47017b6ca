"""Launches from a table: CSV with the columns of this file, or of the field's public databases.

What a row does not say is not made up: without a place, a class, a height or a range there is no
flight, and the row is left out and named.  Only the azimuth, which nobody publishes, is assumed.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from feed.core.launches import flight_problem
from feed.errors import Problem, ScenarioError
from feed.files.text import read_bytes
from feed.flight.vehicle import VEHICLE_CLASSES
from feed.model.base import slug_of
from feed.model.launch import Launch
from feed.model.time import Instant, parse_moment, rfc3339

__all__ = [
    "COLUMNS",
    "NAMES",
    "Ids",
    "Table",
    "UnusableError",
    "launch_of",
    "moment_of",
    "read_table",
    "table_of",
]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("day",),
    "time": ("launch time",),
    "utc": ("launch time (utc)", "time (utc)", "time_utc"),
    "lat": ("latitude", "facility latitude"),
    "lon": ("longitude", "facility longitude", "lng"),
    "site": ("facility", "facility name", "launch site", "place"),
    "class": ("missile type", "type", "vehicle"),
    "name": ("missile", "missile name"),
    "azimuth_deg": ("azimuth", "bearing"),
    "range_km": ("range", "distance", "distance travelled", "distance traveled"),
    "apogee_km": ("apogee", "altitude"),
    "notes": ("source", "source(s)", "sources"),
}
"""each column, and the other names that it may have; upper and lower case are the same"""

_ZONE_S = 9 * 3600
"""Of a file that names none, and of the story: UTC+9."""
AZIMUTH = 90.0
"""assumed where a table has none: to the east"""
NAMES = {other: column for column, names in COLUMNS.items() for other in (column, *names)}
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_PLAIN = re.compile(r"launch-[0-9-]+|table|[a-z]+_(?:deg|km)|\d{4}-\d\d-\d\d(?:T[0-9:+]+)?")
"""our own words and times, which need no quotes"""
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(:\d\d)?")
_CLASSES = {kind.name: kind.name for kind in VEHICLE_CLASSES} | {
    "cruise missile": "cruise", "lacm": "cruise", "satellite": "slv", "space launch vehicle": "slv",
}  # fmt: skip


class Table(NamedTuple):
    """What a table gave."""

    events: str
    """YAML, ready to stand under ``events:``"""
    first_day: str
    taken: int
    left_out: tuple[str, ...]
    """a sentence for each row that was not taken, with its line"""


class UnusableError(Exception):
    """A row cannot be an event; says why."""


class Ids:
    """The ids of the events of a table: what each is called, its date and a number if need be."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        """by what comes before the number: the lowest that may be free"""

    def free(self, name: str, day: str) -> str:
        """Return an id that no event has; it is free until it is taken."""
        stem = "-".join(filter(None, (slug_of(name)[:40].strip("-") or "event", slug_of(day)[:10])))
        if name != "launch" and stem not in self._taken:
            return stem
        number = self._numbers.get(stem, 1)
        while f"{stem}-{number}" in self._taken:
            number += 1
        self._numbers[stem] = number
        return f"{stem}-{number}"

    def take(self, event: Mapping[str, Any]) -> None:
        """Note the id of an event, which is what its first member says."""
        self._taken.add(str(next(iter(event.values()))))


def read_table(path: Path) -> Table:
    """Read the launches of a table; ScenarioError if there is none in it."""
    shown = str(path)
    text = _decoded(read_bytes(path, shown))
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        launches, left_out = _rows(reader, shown)
    except csv.Error as error:
        problem = Problem(shown, reader.line_num, 1, f"this is no CSV: {error}")
        raise ScenarioError([problem]) from error
    return table_of(launches, left_out, shown)


def _rows(reader: Any, shown: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the launches of the rows, and why the others were left out."""
    header = [NAMES.get(name.strip().lower(), "") for name in next(reader, [])]
    missing = [name for name in ("date", "lat", "lon") if name not in header]
    if missing:
        text = f"no column is called {', '.join(missing)}; the first line names the columns"
        raise ScenarioError([Problem(shown, 1, 1, text)])
    launches: list[dict[str, Any]] = []
    ids = Ids()
    left_out = []
    for cells in reader:
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if not any(row.values()):
            continue
        try:
            launches.append(launch_of(row, ids))
            ids.take(launches[-1])
        except UnusableError as error:
            left_out.append(f"{shown}:{reader.line_num}: {error}")
    return launches, left_out


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def launch_of(row: Mapping[str, str], ids: Ids) -> dict[str, Any]:
    """Return a launch as a scenario writes it."""
    flight = {"azimuth_deg": _number(row, "azimuth_deg", AZIMUTH)}
    for name in ("range_km", "apogee_km"):
        flight[name] = _number(row, name)
    assumed = [] if row.get("azimuth_deg") else ["azimuth_deg"]
    launch: dict[str, Any] = {
        "launch": ids.free("launch", row.get("date", "")),
        "at": moment_of(row),
        "site": {
            "name": row.get("site") or "not stated",
            "lat": _number(row, "lat"),
            "lon": _number(row, "lon"),
            "approximate": True,
        },
        "vehicle": {"class": _class(row.get("class", ""))},
        "flight": {**flight, "assumed": assumed} if assumed else flight,
        "source": "table",
    }
    if row.get("name"):
        launch["vehicle"]["name"] = row["name"]
    if row.get("notes"):
        launch["notes"] = row["notes"]
    try:
        problem = flight_problem(Launch.model_validate(launch))
    except ValidationError as error:
        first = error.errors()[0]
        raise UnusableError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if problem is not None:
        raise UnusableError(problem)
    return launch


def _number(row: Mapping[str, str], name: str, default: float | None = None) -> float:
    found = _NUMBER.search(row.get(name, ""))
    if found is not None:
        return float(found[0].replace(",", ""))
    if default is None:
        raise UnusableError(f"no number in '{name}'")
    return default


def _class(text: str) -> str:
    for word in (text.lower(), *re.split(r"[^a-z-]+", text.lower())):
        if word in _CLASSES:
            return _CLASSES[word]
    known = " ".join(kind.name for kind in VEHICLE_CLASSES)
    told = f"'{text}' in 'class' is none of" if text else "nothing in 'class'; give one of"
    raise UnusableError(f"{told} {known}")


def moment_of(row: Mapping[str, str]) -> str:
    """Return when it was, as exactly as the row says."""
    day = row.get("date", "")
    for column, offset in (("utc", "+00:00"), ("time", "")):
        clock = _CLOCK.search(row.get(column, ""))
        if clock is not None:
            moment = f"{day}T{int(clock[1]):02}:{clock[2]}{clock[3] or ''}{offset}"
            break
    else:
        moment = day
    try:
        parse_moment(moment)
    except ValueError:
        raise UnusableError(f"'{day}' in 'date' is no date such as 2022-10-04") from None
    return moment


def table_of(events: Sequence[dict[str, Any]], left_out: Sequence[str], shown: str) -> Table:
    """Return what was read; ScenarioError if nothing could be used."""
    if not events:
        why = left_out[0].partition(": ")[2] if left_out else "there is nothing in it"
        raise ScenarioError([Problem(shown, 1, 1, f"no event can be made of it: {why}")])
    start = Instant(0, _ZONE_S)
    first = min(parse_moment(str(each["at"])).resolve(start).us for each in events)
    return Table(
        events="\n".join(_written(each) for each in events),
        first_day=rfc3339(first, _ZONE_S)[:10],
        taken=len(events),
        left_out=tuple(left_out),
    )


def _written(launch: Mapping[str, Any]) -> str:
    lines = [f"{key}: {_flow(value)}" for key, value in launch.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def _flow(value: Any) -> str:
    """Return a value as an author would write it on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)
