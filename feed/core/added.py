"""Events that are added to a story while it is played: checked as those of a scenario file are."""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from feed.core.actions import TransportError
from feed.core.check import Check
from feed.core.event_stream import earliest
from feed.core.flights import object_ids
from feed.core.plan import Plan
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.event import AnyEvent, id_in
from feed.model.launch import Launch
from feed.model.message import LARGEST_ENVELOPE, Message
from feed.model.quoting import quoted
from feed.model.time import rfc3339

__all__ = ["events_of", "settled_events"]

_EVENT: TypeAdapter[EventBase] = TypeAdapter(AnyEvent)
_SLICE = 25

Values = Sequence[Mapping[str, Any]]


def events_of(values: Values) -> tuple[EventBase, ...]:
    """Return events as they stand in a scenario file; ``ValidationError`` if one is none."""
    return tuple(
        _EVENT.validate_python(dict(value), by_alias=True, by_name=False) for value in values
    )


def settled_events(
    values: Values, plan: Plan, at: int
) -> Generator[int, None, tuple[dict[str, Any], ...]]:
    """Return events with a time each, ``at`` for those without; looks at the story in slices.

    TransportError, which names the event, if one is no event, was over before ``at`` (microseconds
    since 1970), or does not fit into the story.
    """
    start = plan.event_stream.start
    now = rfc3339(at, start.offset_s)
    filled = tuple({**value, "at": value.get("at") or now} for value in values)
    events = tuple(_event(number, value) for number, value in enumerate(filled, 1))
    for number, event in enumerate(events, 1):
        if earliest(event, start) < at:
            raise TransportError(
                f"{_named(number, event.id)} is at {event.at.text}, which is over; "
                "leave its time out, and it is now"
            )
    yield from _fitting(events, plan)
    return filled


def _event(number: int, value: Mapping[str, Any]) -> EventBase:
    try:
        (event,) = events_of([value])
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        steps = [str(step) for step in first["loc"] if not str(step).startswith("<")]
        where = f" ({quoted('.'.join(steps))})" if steps else ""
        said = f"{first['msg'][:1].lower()}{first['msg'][1:]}"
        raise TransportError(f"{_named(number, id_in(value))} is no event{where}: {said}") from None
    return event


def _named(number: int, name: str | None) -> str:
    return f"event {number}" if name is None else f"event {number}, {quoted(name)},"


def _fitting(events: Sequence[EventBase], plan: Plan) -> Generator[int, None, None]:
    """Check events with those of the story that they have to do with."""
    stream = plan.event_stream
    wanted = {name for event in events for name in _names(event)}
    kept: list[EventBase] = []
    for looked, event in enumerate(stream.events(0), 1):
        if looked % _SLICE == 0:
            yield looked
        if not wanted.isdisjoint(_own_names(event)):
            kept.append(event)
    told = (*kept, *events)
    check = Check(stream.header, plan.sharing.arrangements, _size, lambda: told)
    findings = [one for index, event in enumerate(told) for one in check.add(index, event)]
    for steps, text in (*findings, *check.finish()):
        _, index, *inside = steps
        number = int(index) - len(kept) + 1
        if number > 0:
            where = ".".join(map(str, inside))
            name = _named(number, events[number - 1].id)
            raise TransportError(f"{name} cannot be added ({where}): {text}")


def _names(event: EventBase) -> Iterator[str]:
    """Yield the ids that an event has or refers to."""
    yield event.id
    if isinstance(event, Correction):
        yield event.of
    yield from (name for _, name in event.mentions())


def _own_names(event: EventBase) -> tuple[str, ...]:
    """Return the names by which somebody may mean an event, or what is corrected by it."""
    if isinstance(event, Correction):
        return event.id, event.of
    return object_ids(event) if isinstance(event, Launch) else (event.id,)


def _size(message: Message) -> int:
    """Return the most bytes that a message may have as it is sent."""
    return len(json.dumps(message.data, ensure_ascii=False).encode()) + LARGEST_ENVELOPE
