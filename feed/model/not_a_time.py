"""What is wrong with a text that was to be a time, and what to write: one sentence for each."""

import re

from feed.model.time import TIMES, parse_duration

__all__ = ["not_a_duration", "not_a_moment"]


def not_a_duration(text: str) -> str:
    """Return what is wrong with a text that was to be a duration, and what to write."""
    if _is_duration(f"+{text}"):
        return f"a clock time, not a duration; write +{text} if that is how long"
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return f"a number without a unit; write {text}s, {text}m or {text}h"
    if text.startswith("-"):
        return "a duration is not negative; write 90s, 10m, PT90S or +00:01:30"
    return "not a duration; write 90s, 10m, PT90S or +00:01:30"


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except (ValueError, OverflowError):
        return False
    return True


_HOURS = re.compile(r"(\d{1,2}):?(\d{2})(?::(\d{2}))?\s*([ap])?\.?m?\.?\s*([A-Za-z]{2,5})?")


def not_a_moment(text: str) -> str:
    """Return what is wrong with a text that was to be a moment, and what to write."""
    example = "2022-10-04T07:22:00+09:00"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*[A-Za-z]{3,5}", text):
        return f"a zone is written as an offset, such as {example}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", text):
        return f"no day or time of the calendar; write it as {example}"
    if re.fullmatch(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}.*", text):
        return f"a date is written year first, 2022-10-04, with a time {example}"
    return _not_a_clock(text)


def _not_a_clock(text: str) -> str:
    if (found := _HOURS.fullmatch(text)) is None:
        return f"not a time; write {TIMES}"
    hours, minutes, half, zone = int(found[1]), f"{int(found[2]):02}", found[4], found[5]
    if half is not None:
        hours = hours % 12 + 12 * (half == "p")
    if hours > 23 or int(minutes) > 59:  # noqa: PLR2004 - of a clock
        return f"no time of day, those end at 23:59; write {TIMES}"
    if zone is not None and half is None:
        return (
            f"a clock time is in the zone of 'starts'; write {hours:02}:{minutes}, or in another "
            "zone 2022-10-04T07:22:00+09:00"
        )
    return f"not a time as it is written here; write {hours:02}:{minutes}"
