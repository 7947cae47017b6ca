"""Times as people read them: in a zone that they chose, or in the scenario's own offset.

Everything is told of integer microseconds; nothing here reads a clock.
"""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feed.errors import UsageError
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import SECOND, rfc3339

__all__ = ["Times", "after", "named_zone", "rate_text"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MINUTE = 60
_HOUR = 3600
_DAY = 86_400


@dataclass(frozen=True)
class Times:
    """Where the hands of the clock stand for whoever looks."""

    offset_s: int = 0
    """seconds east of UTC, where there is no zone"""
    zone: ZoneInfo | None = None

    def offset_at(self, us: int) -> int:
        """Return seconds east of UTC at a moment, in whole minutes as RFC 3339 has them."""
        if self.zone is None:
            return self.offset_s
        offset = (_EPOCH + dt.timedelta(microseconds=us)).astimezone(self.zone).utcoffset()
        assert offset is not None, "a zone without an offset"
        return round(offset.total_seconds()) // _MINUTE * _MINUTE

    def rfc3339(self, us: int) -> str:
        """Return a moment with its date, milliseconds and offset."""
        return rfc3339(us, self.offset_at(us))

    def day(self, us: int) -> str:
        """Return the date of a moment and its day of the week."""
        return f"{self._local(us):%Y-%m-%d %a}"

    def clock(self, us: int) -> str:
        """Return the time of day of a moment, to the second that has begun."""
        return f"{self._local(us):%H:%M:%S}"

    def offset_text(self, us: int) -> str:
        """Return the offset from UTC at a moment, as ``+09:00``."""
        return self.rfc3339(us)[-6:]

    def _local(self, us: int) -> dt.datetime:
        return _EPOCH + dt.timedelta(microseconds=us + self.offset_at(us) * SECOND)


def named_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone of a name; UsageError if there is none."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        offer = did_you_mean(name, sorted(zoneinfo.available_timezones()))
        raise UsageError(
            f"--tz {quoted(name)} is no time zone{offer or '; write one as Asia/Seoul or UTC'}"
        ) from None


def after(us: int) -> str:
    """Return how much later something was, in the unit that fits; nothing if not at all."""
    if us == 0:
        return ""
    sign = "+" if us > 0 else "-"
    tenths = round(abs(us) * 10 / SECOND)
    if tenths < _MINUTE * 10:
        return f"{sign}{tenths / 10:.1f}s"
    seconds = round(abs(us) / SECOND)
    if seconds < _HOUR:
        return f"{sign}{seconds // _MINUTE}m{seconds % _MINUTE:02}s"
    if seconds < _DAY:
        return f"{sign}{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02}m"
    return f"{sign}{seconds // _DAY}d{seconds % _DAY // _HOUR:02}h"


def rate_text(rate: float) -> str:
    """Return a rate as a factor."""
    return "max" if rate == float("inf") else f"×{rate:g}"
