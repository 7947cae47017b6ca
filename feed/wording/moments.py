"""Moments and durations to a tenth of a second, for what is compared second by second."""

import datetime as dt

from feed.model.time import SECOND
from feed.wording.times import Times

__all__ = ["clock", "full", "since_launch", "span"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TENTH = SECOND // 10
_MINUTE = 600
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def full(us: int, times: Times) -> str:
    """Return a moment with its date and its offset from UTC."""
    moment = _local(us, times)
    return f"{moment:%Y-%m-%d} {_clock(moment)} {times.offset_text(us)}"


def clock(us: int, near: int, times: Times) -> str:
    """Return a moment by the clock; with its date if that is not the date of another moment."""
    moment = _local(us, times)
    same = moment.date() == _local(near, times).date()
    return _clock(moment) if same else f"{moment:%Y-%m-%d} {_clock(moment)}"


def span(us: int) -> str:
    """Return a duration: ``2.9 s``, ``36:17.5``, ``2:05:11.0`` or ``1d 2:05:11.0``."""
    tenths = _tenths(abs(us))
    sign = "-" if us < 0 and tenths else ""
    if tenths < _MINUTE:
        return f"{sign}{tenths / 10:.1f} s"
    return f"{sign}{_counted(tenths)}"


def since_launch(us: int) -> str:
    """Return the time from a launch: ``T+0:50.6``."""
    tenths = _tenths(abs(us))
    return f"T{'-' if us < 0 and tenths else '+'}{_counted(tenths)}"


def _local(us: int, times: Times) -> dt.datetime:
    rounded = _tenths(us) * _TENTH
    return _EPOCH + dt.timedelta(microseconds=rounded + times.offset_at(us) * SECOND)


def _clock(moment: dt.datetime) -> str:
    return f"{moment:%H:%M:%S}.{moment.microsecond // _TENTH}"


def _tenths(us: int) -> int:
    """Return tenths of a second, a half rounded up; whole numbers, so that nothing drifts."""
    return (us + _TENTH // 2) // _TENTH


def _counted(tenths: int) -> str:
    days, tenths = divmod(tenths, _DAY)
    hours, tenths = divmod(tenths, _HOUR)
    minutes, tenths = divmod(tenths, _MINUTE)
    seconds = f"{tenths // 10:02}.{tenths % 10}"
    text = f"{hours}:{minutes:02}:{seconds}" if days or hours else f"{minutes}:{seconds}"
    return f"{days}d {text}" if days else text
