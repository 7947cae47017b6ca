"""Reads values of bodies that nobody has checked: what makes no sense reads as nothing."""

import math
from typing import Any

from feed.model.time import Instant, read_instant

__all__ = ["instant", "member", "number"]


def instant(value: Any) -> Instant | None:
    """Return an RFC 3339 time with an offset; None if it is none, or of no scenario's years."""
    try:
        return read_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None


def member(value: Any, *names: str) -> Any:
    """Return what stands under names within names; None if it does not."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def number(value: Any) -> float | None:
    """Return a finite number; None if it is none, or too great to be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None
