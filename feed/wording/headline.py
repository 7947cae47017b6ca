"""What a message says, in one line for people.

Payloads may be anybody's: nothing that stands in one can raise here, break the line or speak to the
terminal.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from feed.model.time import instant_of
from feed.wording.text import said
from feed.wording.times import Times

__all__ = ["headline", "kind_and_act"]

Body = Mapping[str, Any]

_STATES = {
    "detected": "detected",
    "tracked": "seen again",
    "lost": "lost from view",
    "down": "down",
    "in-orbit": "in orbit",
}


def headline(
    kind: str, act: str, data: Any, language: str = "en", zone: ZoneInfo | None = None
) -> str:
    """Return one line for people about a message; empty if its body says nothing that is known.

    ``zone`` is the one to show times in; without it they stand as the message has them.
    """
    if not isinstance(data, Mapping):
        return ""
    words = _Words(act, data, language, zone)
    return _KINDS.get(kind, _unknown)(words)


def kind_and_act(kind: str, act: str) -> str:
    """Return what kind of message it is and what it does; an alert is not said twice."""
    return kind if kind == act else f"{kind} {act}"


class _Words:
    """The words of one body, whatever it is made of."""

    def __init__(self, act: str, data: Body, language: str, zone: ZoneInfo | None) -> None:
        self.act = act
        self._data = data
        self._language = language
        self._zone = zone

    def inside(self, name: str) -> "_Words":
        """Return the words of a member that is a body of its own."""
        value = self._data.get(name)
        body = value if isinstance(value, Mapping) else {}
        return _Words(self.act, body, self._language, self._zone)

    def text(self, *names: str) -> str:
        """Return the first of the members that has a text."""
        texts = (said(self._data.get(name), self._language) for name in names)
        return next((text for text in texts if text), "")

    def each(self, name: str) -> list["_Words"]:
        """Return the bodies in a list."""
        value = self._data.get(name)
        bodies = value if isinstance(value, list | tuple) else ()
        return [
            _Words(self.act, body, self._language, self._zone)
            for body in bodies
            if isinstance(body, Mapping)
        ]

    def names(self, name: str) -> str:
        """Return the names in a list, of bodies or of words."""
        value = self._data.get(name)
        items = value if isinstance(value, list | tuple) else ()
        found = (
            said(item.get("name"), self._language) if isinstance(item, Mapping) else said(item)
            for item in items
        )
        return ", ".join(text for text in found if text)

    def number(self, name: str) -> float | None:
        """Return a number that can be reckoned with."""
        value = self._data.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    def place(self, name: str) -> str:
        """Return a GeoJSON point in degrees north and east."""
        value = self._data.get(name)
        pair = value.get("coordinates") if isinstance(value, Mapping) else None
        if not isinstance(pair, list | tuple) or len(pair) < 2:  # noqa: PLR2004 - lon and lat
            return ""
        point = _Words("", {"lon": pair[0], "lat": pair[1]}, "", None)
        lon, lat = point.number("lon"), point.number("lat")
        if lon is None or lat is None:
            return ""
        north = f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'}"
        return f"{north} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"

    def clock(self, name: str) -> str:
        """Return the time of day of an RFC 3339 moment."""
        value = self._data.get(name)
        if not isinstance(value, str):
            return ""
        try:
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is None:
                return ""
            instant = instant_of(moment)
            return Times(instant.offset_s, self._zone).clock(instant.us)
        except (ValueError, OverflowError):
            return ""

    def day(self, name: str) -> str:
        """Return an RFC 3339 moment as a date and a time of day, to the minute."""
        value = self._data.get(name)
        clock = self.clock(name)
        if not clock or not isinstance(value, str):
            return ""
        instant = instant_of(dt.datetime.fromisoformat(value))
        return f"{Times(instant.offset_s, self._zone).day(instant.us)} {clock[:5]}"


def _joined(parts: Iterable[str], by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def _reasoned(line: str, words: _Words) -> str:
    """Add why something was corrected."""
    reason = words.text("reason").replace("-", " ")
    return f"{line} ({reason})" if line and reason else line or reason


def _launch(words: _Words) -> str:
    vehicle = words.inside("vehicle")
    name, kind = vehicle.text("name"), vehicle.text("class")
    what = f"{name} ({kind})" if name and kind else name or kind
    parent = words.text("parent")
    where = words.inside("site").text("name")
    from_ = f"from {where}" if where else ""
    piece = f"piece of {parent}" if parent else ""
    line = _joined((_joined((what, from_), " "), piece))
    state = words.text("state")
    # What became of it first: the rest is the same in every report, and may be cut off.
    line = _joined((_STATES.get(state, state), line), ": ")
    return _reasoned(_joined((line, words.text("text")), "; "), words)


def _track(words: _Words) -> str:
    height = words.number("altitude_m")
    velocity = words.inside("velocity")
    speeds = [velocity.number(f"{way}_m_s") for way in ("east", "north", "up")]
    known = [speed for speed in speeds if speed is not None]
    speed = math.hypot(*known) if len(known) == len(speeds) else math.inf
    return _joined(
        (
            words.place("position"),
            "" if height is None else f"{height / 1000:,.1f} km up",
            f"{speed / 1000:.2f} km/s" if math.isfinite(speed) else "",
            words.text("phase"),
        )
    )


def _impact(words: _Words) -> str:
    radius = words.inside("area").number("radius_m")
    time, doubt = words.clock("time"), words.number("uncertainty_s")
    point = words.place("point")
    within = f"±{radius / 1000:,.0f} km" if radius is not None else ""
    if radius is not None and radius < 10_000:  # noqa: PLR2004 - ten kilometres
        within = f"±{radius / 1000:.1f} km"
    about = f"±{doubt:,.0f} s" if doubt else ""
    at = f"at {time} {about}".strip() if time else ""
    return _joined((_joined((words.text("state"), point, within), " "), at))


def _alert(words: _Words) -> str:
    line = words.text("headline", "text")
    where = words.names("areas")
    still = words.names("remaining")
    line = _joined((line, where), " – ")
    if still:
        line = f"{line}; goes on in {still}"
    issuer = words.inside("issuer")
    line = _reasoned(line, words)
    who = issuer.text("authority")
    return f"{line} [{who}]" if who else line


def _meeting(words: _Words) -> str:
    day = words.day("scheduled")
    state = words.text("state").replace("-", " ")
    if day and state in {"announced", "confirmed", "postponed"}:
        state = f"{state} for {day}"
    line = _joined((_joined((words.text("title"), state), ": "), words.text("place")))
    return _reasoned(_joined((line, words.text("outcome", "text")), "; "), words)


def _agreement(words: _Words) -> str:
    state = words.text("state").replace("-", " ")
    line = _joined((words.text("title"), state), ": ")
    parties = words.names("parties")
    line = f"{line} ({parties})" if parties else line
    return _reasoned(_joined((line, words.text("effect", "text")), "; "), words)


def _incident(words: _Words) -> str:
    category = words.text("category").replace("-", " ")
    count = words.number("count")
    line = words.text("title", "summary", "text") or category
    many = "" if count is None else f"{count:,.0f} in number"
    line = _joined((line, many, words.text("place")))
    if words.text("title", "summary", "text") and category not in {"", "other"}:
        line = f"{category}: {line}"
    return _reasoned(line, words)


def _statement(words: _Words) -> str:
    words_said = words.text("summary", "text")
    if not words_said:
        words_said = "; ".join(filter(None, (_claim(claim) for claim in words.each("claims"))))
    who = _joined((words.text("speaker"), words.text("role")))
    about = words.text("about")
    return _reasoned(_joined((who, words_said or (f"about {about}" if about else "")), ": "), words)


def _claim(words: _Words) -> str:
    figures = (
        ("count", "", " in number"),
        ("range_km", "range ", " km"),
        ("apogee_km", "apogee ", " km"),
    )
    parts = [
        f"{before}{number:,.0f}{behind}"
        for name, before, behind in figures
        if (number := words.number(name)) is not None
    ]
    moments = ((name, words.clock(name)) for name in ("launched", "fell"))
    parts += [f"{name} {clock[:5]}" for name, clock in moments if clock]
    flight = words.number("flight_time_s")
    if flight is not None:
        parts.append(f"flight of {flight / 60:,.0f} min")
    return _joined((words.text("text"), words.text("vehicle"), *parts))


def _unknown(words: _Words) -> str:
    return words.text("headline", "title", "summary", "text", "name", "state")


_KINDS: dict[str, Callable[[_Words], str]] = {
    "launch": _launch,
    "track": _track,
    "impact": _impact,
    "alert": _alert,
    "meeting": _meeting,
    "agreement": _agreement,
    "incident": _incident,
    "statement": _statement,
}
