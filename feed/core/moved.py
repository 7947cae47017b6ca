"""Events of one scenario as part of another: at another time, and under other ids."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from feed.model.common import EventBase
from feed.model.link import LinkChange
from feed.model.time import SECOND, Instant, Moment, rfc3339

__all__ = ["moved"]

_REFERENCES = ("of", "about")


def moved(event: EventBase, start: Instant, begin: int, prefix: str) -> EventBase:
    """Return an event of a scenario that starts at ``start`` as it is if it begins at ``begin``.

    ``begin`` is in microseconds since 1970.  A prefix stands before its id, and before those that
    it names; a link is the arrangements' own, and keeps its name.
    """

    def fixed(moment: Moment) -> Moment:
        at = moment.resolve(start)
        us = at.us + begin - start.us
        local = us + at.offset_s * SECOND
        return Moment("full", local, at.offset_s, rfc3339(us, at.offset_s).replace(".000", ""))

    dated = {"precision": event.known_precision()} if event.at.form == "date" else {}
    changed: EventBase = _mapped(event, fixed)
    names = {} if isinstance(event, LinkChange) or not prefix else _renamed(changed, prefix)
    return changed.model_copy(update={**dated, **names})


def _renamed(event: EventBase, prefix: str) -> dict[str, str]:
    named = {"id": f"{prefix}-{event.id}"}
    for key in _REFERENCES:
        if isinstance(name := getattr(event, key, None), str):
            named[key] = f"{prefix}-{name}"
    return named


def _mapped(value: Any, change: Callable[[Moment], Moment]) -> Any:
    """Return a value in which every moment is changed; what has none is the same object."""
    if isinstance(value, Moment):
        return change(value)
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        new = {name: _mapped(each, change) for name, each in fields.items()}
        differing = {name: each for name, each in new.items() if each is not fields[name]}
        return value.model_copy(update=differing) if differing else value
    if type(value) is tuple:
        items = tuple(_mapped(each, change) for each in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value
