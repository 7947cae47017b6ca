"""A report that is too large for one message, as several of one group.

An alert for two thousand municipalities has one text and a list of areas that no message can hold.
It goes out as several messages, each with all of the text and some of the areas.  What a report
is divided by is a function of the report alone, so that it is the same in every run.
"""

import json
from collections.abc import Iterator
from typing import Any

from feed.model.message import LARGEST, LARGEST_ENVELOPE, Draft

__all__ = ["body_size", "divided", "grouped"]


def body_size(body: Any) -> int:
    """Return the bytes of a body on the wire."""
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def divided(draft: Draft, name: str, references: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """Return the entries of the list ``name`` as those of each message; empty if one is enough."""
    most = LARGEST - LARGEST_ENVELOPE - sum(len(key) + 1 for key in references)
    entries = draft.data.get(name)
    if not entries or body_size(draft.data) <= most:
        return []
    text = {key: value for key, value in draft.data.items() if key not in {name, "remaining"}}
    # The group is the key of the first message: it is as long as the longest key it can have.
    longest = f"{draft.event}.{draft.originator}.{'9' * 9}"
    counted = {name: [], "group": longest, "part": 10**6, "parts": 10**6}
    room = most - body_size({**text, **counted})
    return list(_filled(entries, room))


def _filled(entries: list[dict[str, Any]], room: int) -> Iterator[list[dict[str, Any]]]:
    """Yield as many entries as there is room for, and one at least."""
    part: list[dict[str, Any]] = []
    left = room
    for entry in entries:
        size = body_size(entry) + 1
        if part and size > left:
            yield part
            part, left = [], room
        part.append(entry)
        left -= size
    yield part


def grouped(
    draft: Draft, name: str, parts: list[list[dict[str, Any]]], group: str
) -> Iterator[Draft]:
    """Yield the messages of a report that was divided; ``group`` is the key of the first.

    The end of a part says nothing of what goes on: that is what no message has ended.
    """
    text = {key: value for key, value in draft.data.items() if key != "remaining"}
    for n, part in enumerate(parts, 1):
        data = {**text, name: part, "group": group, "part": n, "parts": len(parts)}
        yield draft._replace(data=data, partial=draft.type in {"cancel", "all-clear"})
