"""What each action that changes the plan makes of it, in slices."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from feed.core.actions import Amending, Edit, Fire, Hold, Inject, Skip, TransportError
from feed.core.added import events_of, settled_events
from feed.core.amend import (
    AmendedPlan,
    Amendments,
    BodyEdit,
    Withheld,
    ahead,
    with_events,
    withheld_by,
)
from feed.core.edited import edited_members
from feed.core.plan import Plan
from feed.model.message import Delivery
from feed.model.quoting import did_you_mean, quoted

__all__ = ["amended", "settled"]

_MILLISECOND = 1000
_SLICE = 25
_MOST_OFFERED = 500


def settled(action: Amending, plan: Plan, position: int) -> Generator[int, None, Amending]:
    """Return an action that changes the plan with its moment, so that it can be written down.

    ``position`` is scenario time now, not before anything that was sent.  TransportError if what is
    to be added was over before, is no event, or does not fit into the story.  Looks in slices.
    """
    # In whole milliseconds, as times stand on the wire, and later than all that was sent.
    at = (position // _MILLISECOND + 1) * _MILLISECOND
    if not isinstance(action, Inject):
        # What is fired becomes due then; of everything else what is due later is meant.
        return action.model_copy(update={"at": at if isinstance(action, Fire) else position})
    events = yield from settled_events(action.events, plan, at)
    return action.model_copy(update={"events": events, "at": at})


def amended(plan: Plan, action: Amending) -> Generator[int, None, Plan]:
    """Return the plan as an action leaves it; TransportError if there is nothing it could act on.

    Looks in slices, and yields after each how many deliveries were looked at.
    """
    at = action.at
    assert at is not None, "it is settled before"
    if isinstance(action, Inject):
        return with_events(plan, events_of(action.events))
    changes = plan.amendments if isinstance(plan, AmendedPlan) else Amendments()
    if isinstance(action, Fire):
        changes = yield from _fire(plan, changes, action.target, at)
        return AmendedPlan(plan.event_stream, plan.sharing, changes)
    following = yield from _next_unsent(plan, changes, action.target, at)
    if following is None:
        offer = did_you_mean(action.target, (yield from _events_after(plan, at)))
        raise TransportError(f"nothing of {quoted(action.target)} is due any more{offer}")
    match action:
        case Hold(target=target):
            changes = _held(changes, target, at)
        case Skip(target=target):
            changes = _skipped(changes, target, at)
        case Edit(data=data):
            changes = _edited(changes, following, data, at)
    return AmendedPlan(plan.event_stream, plan.sharing, changes)


def _events_after(plan: Plan, at: int) -> Generator[int, None, list[str]]:
    """Return the events of which something is due later, in order; not too many of them."""
    events: dict[str, None] = {}
    for looked, delivery in enumerate(plan.deliveries(), 1):
        if looked % _SLICE == 0:
            yield looked
        if delivery.due > at:
            events[delivery.message.event] = None
        if len(events) >= _MOST_OFFERED:
            break
    return list(events)


class _Holds(NamedTuple):
    """The targets that are held, as far as they have to do with one target."""

    own: list[Withheld]
    """the target itself"""
    wider: list[Withheld]
    """the event of which the target is a message"""
    narrower: list[Withheld]
    """messages of the event that the target is"""
    others: list[Withheld]
    """everything else that is withheld, also for good"""


def _holds_on(changes: Amendments, target: str) -> _Holds:
    holds = _Holds([], [], [], [])
    for one in changes.withheld:
        if one.until is not None or one.skipped:
            holds.others.append(one)
        elif one.target == target:
            holds.own.append(one)
        elif one.target == _event_of(target):
            holds.wider.append(one)
        elif _event_of(one.target) == target:
            holds.narrower.append(one)
        else:
            holds.others.append(one)
    return holds


def _event_of(target: str) -> str:
    return target.partition(".")[0]


def _held(changes: Amendments, target: str, at: int) -> Amendments:
    holds = _holds_on(changes, target)
    if holds.own:
        return changes
    # What its event holds back already stays back when the event is fired.
    after = min([at, *(one.after for one in holds.wider)])
    return replace(changes, withheld=(*changes.withheld, Withheld(target, after)))


def _skipped(changes: Amendments, target: str, at: int) -> Amendments:
    holds = _holds_on(changes, target)
    after = min([at, *(one.after for one in (*holds.own, *holds.wider))])
    never = [one._replace(skipped=True) for one in holds.narrower]
    skip = Withheld(target, after, skipped=True)
    return replace(changes, withheld=(*holds.others, *holds.wider, *never, skip))


def _edited(
    changes: Amendments, following: Delivery, data: Mapping[str, Any], at: int
) -> Amendments:
    message = changes.edited(following._replace(due=at + 1)).message
    edit = BodyEdit(at, edited_members(message, data))
    edits = (*changes.edits.get(message.key, ()), edit)
    return replace(changes, edits={**changes.edits, message.key: edits})


def _next_unsent(
    plan: Plan, changes: Amendments, target: str, at: int
) -> Generator[int, None, Delivery | None]:
    """Find the first delivery of a target that was not sent and may still be."""
    held = Amendments(tuple(one for one in changes.withheld if not one.skipped))
    skipped = Amendments(tuple(one for one in changes.withheld if one.skipped))
    planned = plan.unamended() if isinstance(plan, AmendedPlan) else plan
    for looked, delivery in enumerate(planned.deliveries(), 1):
        if looked % _SLICE == 0:
            yield looked
        mine = target in {delivery.message.key, delivery.message.event}
        still = delivery.due > at or _is_kept(held, delivery)
        if mine and still and not skipped.withholds(delivery):
            return delivery
    return None


def _is_kept(held: Amendments, delivery: Delivery) -> bool:
    return any(one.until is None and one.holds(delivery) for one in held.withheld)


def _fire(
    plan: Plan, changes: Amendments, target: str, at: int
) -> Generator[int, None, Amendments]:
    """Move what is held to a moment, or else the next message of the target."""
    own, wider, narrower, others = _holds_on(changes, target)
    held = [*own, *wider]
    if wider:
        # One message of an event that is held: it goes, and the event stays where it is.
        away = Withheld(target, min(one.after for one in held), skipped=True)
        found = yield from withheld_by(plan, [away], None, others)
        if not found:
            raise TransportError(f"nothing of {quoted(target)} is left to be fired")
        withheld = [*others, *wider, away]
    elif own or narrower:
        held = [*own, *narrower]
        found = yield from withheld_by(plan, held, at, others)
        withheld = [*others, *(one._replace(until=at) for one in held)]
    else:
        following = yield from ahead(plan, target, at)
        if following is None:
            raise TransportError(f"nothing of {quoted(target)} is left to be fired")
        away = Withheld(following.message.key, at, skipped=True)
        found = yield from withheld_by(plan, [away], None, changes.withheld)
        withheld = [*changes.withheld, away]
    moved = tuple(one._replace(due=at) for one in found)
    in_order = sorted((*changes.moved, *moved), key=lambda one: one.due)
    return replace(changes, withheld=tuple(withheld), moved=tuple(in_order))
