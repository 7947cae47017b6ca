"""What each action that changes the plan makes of it, in slices."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from feed.core.actions import Amending, Edit, Fire, Hold, Inject, Skip, TransportError
from feed.core.amend import (
    AmendedPlan,
    Amendments,
    BodyEdit,
    Withheld,
    ahead,
    events_of,
    with_events,
    withheld_by,
)
from feed.core.event_stream import earliest
from feed.core.plan import Plan
from feed.model.quoting import quoted
from feed.model.time import rfc3339

__all__ = ["amended", "settled"]

_MILLISECOND = 1000


def settled(action: Amending, plan: Plan, position: int) -> Amending:
    """Return an action that changes the plan with its moment, so that it can be written down.

    ``position`` is scenario time now, not before anything that was sent.  TransportError if what is
    to be added was over before, or is no event.
    """
    # In whole milliseconds, as times stand on the wire, and later than all that was sent.
    at = (position // _MILLISECOND + 1) * _MILLISECOND
    if not isinstance(action, Inject):
        # What is fired becomes due then; of everything else what is due later is meant.
        return action.model_copy(update={"at": at if isinstance(action, Fire) else position})
    now = rfc3339(at, plan.event_stream.start.offset_s)
    filled = tuple(_at_least(event, now) for event in action.events)
    try:
        events = events_of(filled)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"] if not str(step).startswith("<"))
        raise TransportError(f"what is to be added is no event ({where}: {first['msg']})") from None
    for event in events:
        if earliest(event, plan.event_stream.start) < at:
            raise TransportError(
                f"{quoted(event.id)} is at {event.at.text}, which is over; "
                "leave its time out, and it is now"
            )
    return action.model_copy(update={"events": filled, "at": at})


def _at_least(event: Mapping[str, Any], now: str) -> dict[str, Any]:
    return {**event, "at": event.get("at") or now}


def amended(plan: Plan, action: Amending) -> Generator[int, None, Plan]:
    """Return the plan as an action leaves it; TransportError if there is nothing it could act on.

    Looks in slices, and yields after each how many deliveries were looked at.
    """
    at = action.at
    assert at is not None, "it is settled before"
    if isinstance(action, Inject):
        return with_events(plan, events_of(action.events))
    changes = plan.amendments if isinstance(plan, AmendedPlan) else Amendments()
    held = next((one for one in changes.withheld if _is_held(one, action.target)), None)
    if isinstance(action, Fire):
        changes = yield from _fire(plan, changes, held, action.target, at)
        return AmendedPlan(plan.event_stream, plan.sharing, changes)
    if held is None and (yield from ahead(plan, action.target, at)) is None:
        raise TransportError(f"nothing of {quoted(action.target)} is due any more")
    match action:
        case Hold(target=target):
            if held is None:
                changes = replace(changes, withheld=(*changes.withheld, Withheld(target, at)))
        case Skip(target=target):
            after = at if held is None else held.after
            others = tuple(one for one in changes.withheld if one != held)
            skip = Withheld(target, after, skipped=True)
            changes = replace(changes, withheld=(*others, skip))
        case Edit(target=target, data=data):
            edits = (*changes.edits.get(target, ()), BodyEdit(at, data))
            changes = replace(changes, edits={**changes.edits, target: edits})
    return AmendedPlan(plan.event_stream, plan.sharing, changes)


def _is_held(one: Withheld, target: str) -> bool:
    return one.target == target and one.until is None and not one.skipped


def _fire(
    plan: Plan, changes: Amendments, held: Withheld | None, target: str, at: int
) -> Generator[int, None, Amendments]:
    """Move what is held to a moment, or else the next message of the target."""
    if held is not None:
        found = yield from withheld_by(plan, held, at)
        released = held._replace(until=at)
        withheld = tuple(released if one == held else one for one in changes.withheld)
    else:
        following = yield from ahead(plan, target, at)
        if following is None:
            raise TransportError(f"nothing of {quoted(target)} is left to be fired")
        key = following.message.key
        moved_away = Withheld(key, at, skipped=True)
        found = yield from withheld_by(plan, moved_away, None)
        withheld = (*changes.withheld, moved_away)
    moved = tuple(one._replace(due=at) for one in found)
    in_order = sorted((*changes.moved, *moved), key=lambda one: one.due)
    return replace(changes, withheld=withheld, moved=tuple(in_order))
