"""What the control staff is reminded of: the notes of a story up to a moment, and the next one.

A pure function of scenario time, so a pause holds the notes, and a seek shows those of its moment.
"""

from collections.abc import Iterator
from typing import Any

from feed.model.header import Header
from feed.model.time import rfc3339

__all__ = ["StaffNotes"]

_MOST = 3
"""Notes that are told; together with the next they fit into a message."""


class StaffNotes:
    """The notes of one story, by their moments."""

    def __init__(self, header: Header) -> None:
        moments = ((one.at.resolve(header.starts).us, one.note) for one in header.staff)
        self._notes = sorted(moments, key=lambda one: one[0])
        self._offset_s = header.starts.offset_s

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._notes)

    def told(self, position: int) -> dict[str, Any]:
        """Return the last notes up to a moment (microseconds since 1970) and the next, JSON-able.

        ``earlier`` is how many there were before those.
        """
        come = [one for one in self._notes if one[0] <= position]
        told: dict[str, Any] = {
            "notes": [self._said(one) for one in come[-_MOST:]],
            "earlier": max(0, len(come) - _MOST),
        }
        if len(come) < len(self._notes):
            told["next"] = self._said(self._notes[len(come)])
        return told

    def latest(self, position: int, most: int) -> list[tuple[int, str]]:
        """Return the last notes up to a moment, each with its own."""
        return [one for one in self._notes if one[0] <= position][-most:]

    def between(self, after: int, until: int) -> Iterator[dict[str, str]]:
        """Yield the notes that come after a moment, up to another."""
        for one in self._notes:
            if after < one[0] <= until:
                yield self._said(one)

    def _said(self, one: tuple[int, str]) -> dict[str, str]:
        return {"at": rfc3339(one[0], self._offset_s), "note": one[1]}
