"""A situation as JSON, for programs: names as in the code, moments as RFC 3339."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from feed.core.knowledge import KnownCorrection
from feed.core.situation import Situation
from feed.model.time import rfc3339

__all__ = ["MOMENTS", "situation_json"]

MOMENTS = frozenset({
    "at", "due", "expected", "heard", "launched", "measured", "newest", "now", "over", "said",
    "since",
})  # fmt: skip
"""The fields that are moments, in microseconds since 1970."""


def situation_json(situation: Situation, offset_s: int = 0) -> dict[str, Any]:
    """Return a situation as JSON; moments are shown in an offset from UTC, in seconds."""
    found = _json(situation, offset_s)
    assert isinstance(found, dict)
    return found


def _json(value: Any, offset_s: int) -> Any:
    if is_dataclass(value):
        names = [each.name for each in fields(value)]
        return _members({name: getattr(value, name) for name in names}, offset_s)
    if isinstance(value, KnownCorrection):
        return _members(value._asdict(), offset_s)
    if isinstance(value, Mapping):
        return {name: _json(each, offset_s) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_json(each, offset_s) for each in value]
    return value


def _members(members: Mapping[str, Any], offset_s: int) -> dict[str, Any]:
    return {
        name: rfc3339(value, offset_s)
        if name in MOMENTS and isinstance(value, int)
        else _json(value, offset_s)
        for name, value in members.items()
    }
