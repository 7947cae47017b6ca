"""The events of a run's story, for an operator who is about to hold, skip or fire one.

Only operators are told: who follows a feed must not know what comes.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from feed.core.event_stream import earliest
from feed.core.run import Run
from feed.model.common import EventBase
from feed.model.time import rfc3339

__all__ = ["MOST_EVENTS", "planned_events"]

MOST_EVENTS = 120
"""Of a longer story, those around the present moment are told."""
_BEFORE = 20
_READ = 400
"""Events of a long story that are looked at: what is due does not wait for more."""
_TOLD = ("title", "headline", "site", "vehicle", "state", "of", "as", "speaker", "about")
"""Members by which somebody recognises an event."""
_LONGEST = 120


def planned_events(run: Run, position: int, offset_s: int) -> list[dict[str, Any]]:
    """Return events in order of time: id, kind, first moment, and what they are called.

    ``position`` is the run's, in microseconds since 1970; ``offset_s`` is that of the times.
    """
    stream = run.plan.event_stream
    found = [
        (earliest(event, stream.start), event)
        for event in itertools.islice(stream.events(0), _READ)
    ]
    if len(found) > MOST_EVENTS:
        passed = sum(at < position for at, _ in found)
        first = max(0, min(passed - _BEFORE, len(found) - MOST_EVENTS))
        found = found[first : first + MOST_EVENTS]
    return [
        {"event": event.id, "kind": event.word, "at": rfc3339(at, offset_s), **_called(event)}
        for at, event in found
    ]


def _called(event: EventBase) -> dict[str, Any]:
    said = event.model_dump(mode="json", by_alias=True, exclude_none=True, include={*_TOLD, "as_"})
    return {name: _short(value) for name, value in said.items() if name in _TOLD}


def _short(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _short(each) for name, each in value.items()}
    return value[:_LONGEST] if isinstance(value, str) else value
