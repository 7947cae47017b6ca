"""The areas of an alert that goes out, or ends, in several messages; of any shape of body."""

from typing import Any

from feed.core.parts import body_size
from feed.model.message import Message

__all__ = ["remaining_areas", "shortened", "with_the_rest"]


def with_the_rest(before: Message, message: Message) -> Message:
    """Return a message of a group with the areas that the messages before it had."""
    group = message.data.get("group")
    if group is None or before.data.get("group") != group:
        return message
    areas = [*_areas(before.data), *_areas(message.data)]
    return message._replace(data={**message.data, "areas": areas})


def remaining_areas(said: dict[str, Any], ends: dict[str, Any]) -> list[Any]:
    """Return the areas that an end leaves; one in several messages names only what it ends."""
    if "parts" not in ends:
        remaining = ends.get("remaining")
        return remaining if isinstance(remaining, list) else []
    ended = [_name(area) for area in _areas(ends)]
    return [area for area in _areas(said) if _name(area) not in ended]


def _areas(data: dict[str, Any]) -> list[Any]:
    areas = data.get("areas")
    return areas if isinstance(areas, list) else []


def shortened(body: dict[str, Any], most: int | None) -> dict[str, Any]:
    """Leave out the last areas of a body that is too large, and say how many those are."""
    areas = _areas(body)
    fewest, few = 0, len(areas)
    if most is None or body_size(body) <= most:
        return body
    while fewest < few:  # the most areas that fit
        some = (fewest + few + 1) // 2
        short = {**body, "areas": areas[:some], "areas_left_out": len(areas) - some}
        fewest, few = (some, few) if body_size(short) <= most else (fewest, some - 1)
    if not areas:
        return body
    return {**body, "areas": areas[:fewest], "areas_left_out": len(areas) - fewest}


def _name(area: Any) -> Any:
    return area.get("name") if isinstance(area, dict) else None
