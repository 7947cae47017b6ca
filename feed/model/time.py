"""Moments, durations and instants: how people write time, and how the code counts it.

``parse_moment`` is the one rule for files, options and Python: ``07:40`` and ``07:40:00`` are
clock times wherever they stand; a duration begins with ``+`` or ``P``, or has a unit.  The code
counts in integer microseconds: an ``Instant`` is microseconds since 1970 UTC together with the
offset it is shown in.  Nothing here reads a clock.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from feed.model.quoting import quoted

__all__ = [
    "DATED",
    "SECOND",
    "TIMES",
    "Duration",
    "Instant",
    "Moment",
    "Start",
    "When",
    "instant_of",
    "moment_of",
    "parse_duration",
    "parse_moment",
    "read_instant",
    "render_duration",
    "rfc3339",
]

TIMES = "07:22, +PT90S, 2022-10-04 or 2022-10-04T07:22:00+09:00"
"""How a moment can be written, for a sentence that refuses one."""
DATED = frozenset({"date", "local", "full"})
"""The forms of a moment that say which day they are on."""
SECOND = 1_000_000
_MINUTE = 60 * SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MICROSECOND = dt.timedelta(microseconds=1)

# An event that is only known by its date is played at this local hour; that is an assumption, and
# the event says so (precision: date).
_HOUR_OF_A_DATE = 9


class Instant(NamedTuple):
    """A point in time and the offset from UTC it is shown in."""

    us: int
    offset_s: int


class Moment(NamedTuple):
    """A time as an author wrote it, to be resolved against the scenario's start."""

    form: str
    """``offset``, ``clock``, ``date``, ``local`` or ``full``"""
    us: int
    """offset: since the start; clock: since midnight; otherwise: since 1970 as written"""
    offset_s: int
    """only for ``full``: seconds east of UTC"""
    text: str
    """as written"""

    def resolve(self, start: Instant) -> Instant:
        """Return the instant this stands for in a scenario that starts at ``start``.

        A clock time is on the day of the start, also if it is before it.
        """
        local = start.offset_s * SECOND
        if self.form == "offset":
            return Instant(start.us + self.us, start.offset_s)
        if self.form == "clock":
            midnight = (start.us + local) // _DAY * _DAY
            return Instant(midnight + self.us - local, start.offset_s)
        if self.form == "date":
            return Instant(self.us + _HOUR_OF_A_DATE * _HOUR - local, start.offset_s)
        if self.form == "local":
            return Instant(self.us - local, start.offset_s)
        return Instant(self.us - self.offset_s * SECOND, self.offset_s)

    def resolve_from(self, start: Instant) -> Instant:
        """Return the instant as ``resolve`` does, but for a clock time the first from the start."""
        found = self.resolve(start)
        if self.form == "clock" and found.us < start.us:
            return found._replace(us=found.us + _DAY)
        return found


_ISO_DURATION = re.compile(
    r"P(?:(?P<d>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<m>\d+(?:\.\d+)?)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_CLOCK = re.compile(r"(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d(?:\.\d+)?))?", re.ASCII)
_SHORT = re.compile(
    r"(?:(?P<d>\d+(?:\.\d+)?)d)?(?:(?P<h>\d+(?:\.\d+)?)h)?(?:(?P<m>\d+(?:\.\d+)?)m)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)s)?(?:(?P<ms>\d+)ms)?",
    re.ASCII,
)
_ONE_UNIT = re.compile(r"\+?(?:(\d+(?:\.\d+)?)([dhms])|(\d+)(ms))", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,  # RFC 3339 lets 't' and 'z' stand for 'T' and 'Z'
)
_FIRST_YEAR = "1900"
_LAST_YEAR = "2200"
_TOLD_YEARS = range(1890, 2211)
"""Scenarios are of 1900 to 2200; what is told of them may be some years off, and any zone's."""
_UNITS = {"d": _DAY, "h": _HOUR, "m": _MINUTE, "s": SECOND, "ms": 1000}
_LONGEST = 200 * 366 * _DAY


def _total(match: re.Match[str]) -> int | None:
    found = {unit: text for unit, text in match.groupdict().items() if text}
    if not found:
        return None
    return _within(sum(float(text) * _UNITS[unit] for unit, text in found.items()))


def _within(us: float) -> int | None:
    return round(us) if us <= _LONGEST else None


def parse_duration(text: str) -> int:
    """Return the microseconds of ``PT90S``, ``P1D``, ``1m30s`` or ``+00:01:30``.

    Raises ``ValueError`` for anything else: ``00:01:30`` is a clock time, and a plain number has no
    unit.
    """
    moment = parse_moment(text)
    if moment.form != "offset":
        raise ValueError(text)
    return moment.us


def _length(text: str) -> int | None:
    """Return the microseconds of a duration as it stands without ``+``; None if it is none."""
    for form in (_ISO_DURATION, _SHORT):
        if (match := form.fullmatch(text)) is not None:
            return _total(match)
    return None


def render_duration(us: int) -> str:
    """Return a duration as ``H:MM:SS``; days stand in front, milliseconds only if there are any."""
    sign = "-" if us < 0 else ""
    seconds, rest = divmod(abs(us), SECOND)
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    text = f"{hours}:{minutes:02}:{seconds:02}"
    if rest >= 1000:  # noqa: PLR2004 - a millisecond
        text += f".{rest // 1000:03}"
    return f"{sign}{f'{days}d ' if days else ''}{text}"


def parse_moment(text: str) -> Moment:
    """Return the moment a text stands for; ``ValueError`` if it is none.

    Forms: ``07:22`` and ``07:22:05`` (a clock time in the scenario's zone), ``+PT90S``, ``PT90S``,
    ``1m30s``, ``+P1D`` and ``+01:30`` (a duration after the start; the last is hours and minutes),
    ``2018-09-20`` (the date alone), ``2023-12-18T08:24`` (in the scenario's zone),
    ``2023-12-18T08:24:00+09:00``.  More than six decimals are read, and cut off after the sixth.
    """
    if text[4:5] == "-":  # no duration and no clock time has a hyphen
        return _calendar(text)
    if (one := _ONE_UNIT.fullmatch(text)) is not None:
        number, unit = one[1] or one[3], one[2] or one[4]
        length = _within(float(number) * _UNITS[unit])
    else:
        length = _length(text.removeprefix("+"))
    if length is not None:
        return Moment("offset", length, 0, text)
    match = _CLOCK.fullmatch(text.removeprefix("+"))
    if match is not None:
        total = _total(match)
        if total is None:
            raise ValueError(text)
        if text.startswith("+"):
            return Moment("offset", total, 0, text)
        if total >= _DAY or len(match["h"]) != 2:  # noqa: PLR2004 - two digits
            raise ValueError(text)
        return Moment("clock", total, 0, text)
    raise ValueError(text)


def _calendar(text: str) -> Moment:
    """Return the moment of a date, with a time or without one."""
    # Far from the ends of the calendar, so that no offset and no duration can leave it.
    if not _FIRST_YEAR <= text[:4] <= _LAST_YEAR:
        raise ValueError(text)
    if _DATE.fullmatch(text):
        return Moment("date", _as_written(dt.datetime.fromisoformat(text)), 0, text)
    if _DATE_TIME.fullmatch(text):
        moment = dt.datetime.fromisoformat(text.upper())
        offset = moment.utcoffset()
        written = _as_written(moment)
        if offset is None:
            return Moment("local", written, 0, text)
        return Moment("full", written, round(offset.total_seconds()), text)
    raise ValueError(text)


def _as_written(moment: dt.datetime) -> int:
    """Return the microseconds since 1970 that a calendar and a clock show, in whatever zone."""
    seconds = moment.hour * 3_600 + moment.minute * 60 + moment.second
    days = moment.toordinal() - _EPOCH_DAY
    return (days * 86_400 + seconds) * SECOND + moment.microsecond


def instant_of(moment: dt.datetime) -> Instant:
    """Return an aware datetime as an instant."""
    offset = moment.utcoffset()
    assert offset is not None, "a datetime without an offset"
    return Instant((moment - _EPOCH) // _MICROSECOND, round(offset.total_seconds()))


def read_instant(text: str) -> Instant:
    """Return an RFC 3339 time with an offset, as messages have it; ``ValueError`` says why not.

    Whatever it is, it can be shown in any zone, and a delay can be added to it.
    """
    try:
        # Python reads more than RFC 3339 has, such as weeks.
        moment = dt.datetime.fromisoformat(text.upper()) if _DATE_TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"{quoted(text)} is no time of RFC 3339")
    if moment.tzinfo is None:
        raise ValueError(f"{quoted(text)} has no offset from UTC")
    if moment.year not in _TOLD_YEARS:
        first, last = _TOLD_YEARS[0], _TOLD_YEARS[-1]
        raise ValueError(f"{quoted(text)} is not between {first} and {last}")
    return instant_of(moment)


@lru_cache(maxsize=4096)  # several recipients get a message at one moment
def rfc3339(us: int, offset_s: int = 0) -> str:
    """Return an instant as RFC 3339 with milliseconds and a numeric offset, never ``Z``."""
    # ``isoformat`` on a zone object costs eight times as much, and this is on the hot path.
    days, rest = divmod(us + offset_s * SECOND, _DAY)
    seconds, micros = divmod(rest, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    date, zone = _date(days), _zone(offset_s)
    return f"{date}T{hour:02}:{minute:02}:{second:02}.{micros // 1000:03}{zone}"


@lru_cache(maxsize=64)
def _date(days: int) -> str:
    """Return the date so many days after 1970 began."""
    return f"{_EPOCH + dt.timedelta(days=days):%Y-%m-%d}"


@lru_cache(maxsize=64)
def _zone(offset_s: int) -> str:
    """Return an offset from UTC as RFC 3339 has it."""
    hours, minutes = divmod(abs(offset_s) // 60, 60)
    return f"{'+' if offset_s >= 0 else '-'}{hours:02}:{minutes:02}"


def moment_of(value: object) -> Moment:
    """Return what an author wrote as a moment; refuse what is none, as validators do."""
    if isinstance(value, Moment):
        return value
    try:
        return parse_moment(str(value))
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "{value}", {"value": str(value)}) from None


def _duration(value: object) -> int:
    if isinstance(value, int):
        return value
    try:
        return parse_duration(str(value))
    except (ValueError, OverflowError):
        raise PydanticCustomError("duration", "{value}", {"value": str(value)}) from None


def _start(value: object) -> Instant:
    if isinstance(value, Instant):
        return value
    try:
        moment = parse_moment(str(value))
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.form != "full":
        raise PydanticCustomError("start", "{value}", {"value": str(value)})
    return moment.resolve(Instant(0, 0))


When = Annotated[
    Moment,
    BeforeValidator(moment_of),
    PlainSerializer(lambda moment: moment.text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "07:22 or 07:22:05 on the first day, +PT90S, +90s or +01:30 after the "
            "start, a date, or a date-time with or without an offset",
            "examples": ["07:22", "+PT90S", "2022-10-05", "2022-10-04T07:29:00+09:00"],
        }
    ),
]

Duration = Annotated[
    int,
    BeforeValidator(_duration),
    PlainSerializer(
        lambda us: f"PT{us / SECOND:.6f}".rstrip("0").rstrip(".") + "S", return_type=str
    ),
    WithJsonSchema(
        {
            "type": "string",
            "description": "PT90S, P1D, 1m30s or +00:01:30",
            "examples": ["PT5S", "P1D", "1m30s"],
        }
    ),
    Field(ge=0),
]

Start = Annotated[
    Instant,
    BeforeValidator(_start),
    PlainSerializer(lambda instant: rfc3339(*instant), return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "a date-time with a numeric offset",
            "examples": ["2022-10-04T07:22:00+09:00"],
        }
    ),
]
