"""Reads one body for another format: what makes no sense there reads as nothing.

Payloads of a file may be anybody's.  Texts come out under the exercise banner, whether or not they
had it, and without characters that XML cannot hold.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from feed.model.language import is_language
from feed.model.marking import BANNER, marked
from feed.model.members import instant, number
from feed.model.time import rfc3339

__all__ = [
    "FIRST",
    "LAST",
    "bodies",
    "choice",
    "line",
    "moment",
    "number",
    "place",
    "plain",
    "seconds_time",
    "texts",
    "utc_time",
]

FIRST = -2_208_988_800_000_000
LAST = 7_289_654_399_999_999
"""1900-01-01 to 2200-12-31: outside of it some format cannot write a time, and no story is"""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HALF_TURN, _QUARTER_TURN = 180, 90


def plain(value: Any) -> str:
    """Return a text that any format can hold; empty if it is none."""
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else ""


def line(value: Any) -> str:
    """Return a text in one line; empty if it is none."""
    return " ".join(plain(value).split())


def texts(value: Any) -> dict[str, str]:
    """Return a text by language, each under the banner; a plain text is English."""
    given = {"en": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping):
        return {}
    found = {
        language: plain(text).strip()
        for language, text in given.items()
        if isinstance(language, str) and is_language(language) and isinstance(text, str)
    }
    return {
        language: text if text.startswith(BANNER) else marked(text)
        for language, text in found.items()
        if text
    }


def choice(value: Any, among: Iterable[str], otherwise: str) -> str:
    """Return a word if it is one of some, else another."""
    return value if isinstance(value, str) and value in among else otherwise


def place(value: Any) -> tuple[float, float] | None:
    """Return longitude and latitude of a GeoJSON point."""
    pair = value.get("coordinates") if isinstance(value, Mapping) else None
    if not isinstance(pair, list | tuple) or len(pair) < 2:  # noqa: PLR2004 - lon and lat
        return None
    lon, lat = number(pair[0]), number(pair[1])
    if lon is None or lat is None or abs(lon) > _HALF_TURN or abs(lat) > _QUARTER_TURN:
        return None
    return lon, lat


def bodies(value: Any) -> list[Mapping[str, Any]]:
    """Return the bodies in a list."""
    found = value if isinstance(value, list | tuple) else ()
    return [each for each in found if isinstance(each, Mapping)]


def moment(value: Any) -> int | None:
    """Return an RFC 3339 time in microseconds since 1970."""
    found = instant(value)
    return found.us if found is not None and FIRST <= found.us <= LAST else None


def utc_time(us: int) -> str:
    """Return a moment as ``2023-12-18T00:31:04.000Z``."""
    return rfc3339(us)[:-6] + "Z"


def seconds_time(us: int, offset_s: int) -> str:
    """Return a moment to the second with its offset, as ``2023-12-18T08:31:04+09:00``."""
    text = rfc3339(us, offset_s)
    return text[:19] + text[-6:]
