"""Reads one body in the language and the time zone of whoever looks.

Payloads may be anybody's: nothing that stands in one can raise here, break the line or speak to the
terminal.
"""

from collections.abc import Mapping
from typing import Any, Self
from zoneinfo import ZoneInfo

from feed.model.kind import Terms
from feed.model.members import instant, number
from feed.model.time import Instant
from feed.wording.terms import COMMON, term
from feed.wording.text import said
from feed.wording.times import Times

__all__ = ["BodyWords"]

Body = Mapping[str, Any]
_MOST_NAMES = 20
"""An alert for a whole country names so many areas in its line, and counts the rest."""


class BodyWords:
    """The words of one body, as ``feed.model.kind.Words`` asks for them."""

    def __init__(self, data: Body, terms: Terms, language: str, zone: ZoneInfo | None) -> None:
        """Read ``data``; without a zone, times stand as the message has them."""
        self._data = data
        self._terms = terms
        self._language = language
        self._zone = zone

    def _of(self, data: Body) -> Self:
        return type(self)(data, self._terms, self._language, self._zone)

    def inside(self, name: str) -> Self:
        """Return a member that is a body of its own."""
        value = self._data.get(name)
        return self._of(value if isinstance(value, Mapping) else {})

    def text(self, *names: str) -> str:
        """Return the first of the members that has a text."""
        for name in names:
            value = self._data.get(name)
            if value is not None and (text := said(value, self._language)):
                return text
        return ""

    def each(self, name: str) -> list[Self]:
        """Return the bodies in a list."""
        value = self._data.get(name)
        bodies = value if isinstance(value, list | tuple) else ()
        return [self._of(body) for body in bodies if isinstance(body, Mapping)]

    def names(self, name: str) -> str:
        """Return the names in a list, of bodies or of words."""
        value = self._data.get(name)
        items = value if isinstance(value, list | tuple) else ()
        found = (
            said(item.get("name"), self._language) if isinstance(item, Mapping) else said(item)
            for item in items
        )
        texts = [text for text in found if text]
        more = len(texts) - _MOST_NAMES
        if more > 1:
            texts[_MOST_NAMES:] = [self.term("more", f"{more:,}")]
        return ", ".join(texts)

    def value(self, name: str) -> float | None:
        """Return a number that can be reckoned with."""
        return number(self._data.get(name))

    def place(self, name: str) -> str:
        """Return a GeoJSON point in degrees north and east."""
        value = self._data.get(name)
        pair = value.get("coordinates") if isinstance(value, Mapping) else None
        if not isinstance(pair, list | tuple) or len(pair) < 2:  # noqa: PLR2004 - lon and lat
            return ""
        lon, lat = number(pair[0]), number(pair[1])
        if lon is None or lat is None:
            return ""
        north = f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'}"
        return f"{north} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"

    def clock(self, name: str) -> str:
        """Return the time of day of an RFC 3339 moment."""
        there = instant(self._data.get(name))
        return "" if there is None else self._times(there).clock(there.us)

    def day(self, name: str) -> str:
        """Return an RFC 3339 moment as a date and a time of day, to the minute."""
        there = instant(self._data.get(name))
        return "" if there is None else f"{self._times(there).day(there.us)} {self.clock(name)[:5]}"

    def term(self, name: str, *values: str) -> str:
        """Return what a word or a phrase is called; a word without a term is its own."""
        return term(name, *values, language=self._language, tables=(self._terms, COMMON))

    def _times(self, there: Instant) -> Times:
        return Times(there.offset_s, self._zone)
