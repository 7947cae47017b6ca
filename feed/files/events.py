"""Files of events to be added to a run: YAML or JSON, each mistake with its line and column.

What only the story shows to be wrong, such as a correction of what is not there, the player says.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from feed.errors import Problem, ScenarioError
from feed.files.refusals import refusals
from feed.files.source import source_of
from feed.files.text import Located, Steps, decode, parse, read_bytes
from feed.model.event import EVENT_WORDS, AnyEvent

__all__ = ["MOST", "load_events"]

MOST = 100
"""Events of one file."""
_EVENTS: TypeAdapter[list[Any]] = TypeAdapter(list[AnyEvent])
_LATER = "2000-01-01"
"""a time for an event that has none, so that the rest of it is checked"""
_FORM = "write a list of events, as under 'events:' of a scenario"


def load_events(path: Path) -> list[dict[str, Any]]:
    """Return the events of a file as they were written; a time may be left out.

    The file is a list of events, a mapping with ``events:`` and nothing else, or one event.  Raises
    ScenarioError with every mistake, or FilesError if the file cannot be read.
    """
    path, shown = source_of(path)
    located = parse(decode(read_bytes(path, shown), shown), shown)
    events, before = _events_in(located)
    if not events or len(events) > MOST:
        count = f"{len(events)} events are more than {MOST}; add them in several parts"
        text = count if events else f"there is no event; {_FORM}"
        raise ScenarioError([Problem(shown, *located.place(before), text)])
    checked = [
        {**event, "at": event.get("at") or _LATER} if isinstance(event, dict) else event
        for event in events
    ]
    problems = list(located.problems)
    try:
        _EVENTS.validate_python(checked, by_alias=True, by_name=False)
    except ValidationError as error:
        problems = refusals(error, located, list[AnyEvent], before)
    if problems:
        raise ScenarioError(problems)
    return events


def _events_in(located: Located) -> tuple[list[Any], Steps]:
    """Return the events of a file, and the steps to the list of them."""
    data = located.data
    if isinstance(data, list):
        return data, ()
    if isinstance(data, Mapping) and isinstance(data.get("events"), list):
        others = [name for name in data if name != "events"]
        if others:
            place = located.place((others[0],), key=True)
            text = f"'{others[0]}' stands beside 'events'; only events are added, take it out"
            raise ScenarioError([Problem(located.path, *place, text)])
        return data["events"], ("events",)
    if isinstance(data, Mapping) and any(name in EVENT_WORDS for name in data):
        return [data], ()
    raise ScenarioError([Problem(located.path, *located.place(()), f"no events; {_FORM}")])
