"""From a request as it is asked to the action that it means, with its moments resolved."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from feed.core.actions import ACTION, Inject, Loop, Pause, Play, Seek, TransportError, Until, Verb
from feed.core.amend import ahead
from feed.core.run import Run
from feed.files.refusals import allowed_keys
from feed.files.wording import say
from feed.model.event import AnyEvent, id_in
from feed.model.fault import Fault
from feed.model.quoting import quoted
from feed.model.time import parse_duration, parse_moment
from feed.wire.control import (
    FaultRequest,
    InjectRequest,
    LoopRequest,
    Request,
    SeekRequest,
    ToggleRequest,
    UntilRequest,
)

__all__ = ["action_of", "moment"]

Resolved = Generator[int, None, Verb]

_EVENT: TypeAdapter[Any] = TypeAdapter(AnyEvent)
_FAULT = TypeAdapter(Fault)
_LATER = "2000-01-01"
"""a time for an event that has none, so that the rest of it is read"""


def action_of(request: Request, run: Run, position: int) -> Resolved:
    """Return what a request means for a run at a position; looks for events in slices.

    TransportError with one sentence if it means nothing.
    """
    match request:
        case InjectRequest(events=events):
            later = [{**event, "at": event.get("at") or _LATER} for event in events]
            _refuse_unreadable("event", later, _EVENT, AnyEvent)
        case FaultRequest(faults=faults):
            _refuse_unreadable("fault", faults, _FAULT, Fault)
        case _:
            pass
    match request:
        case ToggleRequest():
            return Pause() if run.playing else Play()
        case SeekRequest(to=to, by=by):
            return (yield from _seek(run, position, to, by))
        case LoopRequest(begin=begin, end=end):
            first = yield from _moment_or_none(run, begin)
            return Loop(begin=first, end=(yield from _moment_or_none(run, end)))
        case UntilRequest(to=to):
            return Until(to=(yield from _moment_or_none(run, to)))
        case InjectRequest(events=events, at=at):
            timed = [event if at is None else {"at": at, **event} for event in events]
            return Inject(events=tuple(timed))
        case _:
            # The rest says the same in a request and in an action.
            return ACTION.validate_python(request.model_dump(exclude={"id", "client", "wall"}))


def _refuse_unreadable(
    what: str, values: Sequence[Mapping[str, Any]], reader: TypeAdapter[Any], kind: Any
) -> None:
    """Raise TransportError, in the words of somebody who writes a file, if a value is none."""
    for number, value in enumerate(values, 1):
        try:
            reader.validate_python(value, by_alias=True, by_name=False)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            steps = [str(step) for step in first["loc"] if not str(step).startswith("<")]
            name = id_in(value) if what == "event" else None
            named = f"{what} {number}" if name is None else f"{what} {number}, {quoted(name)}"
            where = f" ({quoted('.'.join(steps))})" if steps else ""
            said = say(first, allowed_keys(kind, first["loc"][:-1]))
            keys = ".".join(step for step in steps if not step.isdecimal())
            said = said.removeprefix(f"{keys}: ")  # it is said before
            raise TransportError(f"{named}{where}: {said}") from None


def _moment_or_none(run: Run, text: str | None) -> Generator[int, None, int | None]:
    try:
        return None if text is None else (yield from moment(run, text))
    except TransportError as error:
        raise TransportError(f"{error}; without a time it ends") from None


def _seek(run: Run, position: int, to: str | None, by: str | None) -> Resolved:
    if (to is None) == (by is None):
        raise TransportError("'seek' needs either 'to' or 'by'")
    if to is not None:
        return Seek(to=(yield from moment(run, to)))
    assert by is not None, "one of them is there"
    backwards = by.startswith("-")
    try:
        length = parse_duration(by[1:] if by[:1] in "+-" else by)
    except ValueError:
        raise TransportError(f"{quoted(by)} is no way to go; write +10m, -90s or -PT1M") from None
    return Seek(to=position - length if backwards else position + length)


def moment(run: Run, text: str) -> Generator[int, None, int]:
    """Return a moment of the scenario that somebody wrote, or when an event is first told of."""
    start = run.plan.event_stream.start
    try:
        return parse_moment(text).resolve_from(start).us
    except (ValueError, OverflowError):
        pass
    found = yield from ahead(run.plan, text, run.plan.starts - 1)
    if found is None:
        raise TransportError(
            f"{quoted(text)} is neither a time nor an event that is told of; write 07:22, +90s, "
            "2022-10-04T07:22:00+09:00 or the id of an event ('feed plan' lists them)"
        )
    return found.due
