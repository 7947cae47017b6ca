"""Who would hear of an event at all: its first report, its largest, and who may get any of them."""

import json

from feed.core.flights import contacts_of, flights_of
from feed.core.launches import flight_problem, launch_drafts
from feed.model.check_context import CheckContext
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.launch import Launch
from feed.model.message import LARGEST, Draft

__all__ = ["first_report", "largest_report", "may_hear", "reporters", "size_of", "too_large"]

_ENVELOPE = 2_000
"""Bytes that the envelope around a body takes at most."""


def first_report(event: EventBase, context: CheckContext) -> int | None:
    """Return when an event is first reported, microseconds since 1970; None if it never is."""
    if not isinstance(event, Launch):
        return context.moment(event.at)
    if flight_problem(event) is not None:
        return context.moment(event.at)
    first = _first_draft(event, context)
    return None if first is None else first.at


def largest_report(event: EventBase, context: CheckContext) -> int:
    """Return the bytes of an event's largest report, its envelope included; 0 if it has none."""
    if isinstance(event, Launch):
        first = None if flight_problem(event) else _first_draft(event, context)
        return 0 if first is None else size_of(first)
    if isinstance(event, Correction) or event.reporter() is None:
        return 0
    return max((size_of(draft) for draft in event.drafts(context.start)), default=0)


def size_of(draft: Draft) -> int:
    """Return the bytes of a report on the wire, at most."""
    return len(json.dumps(draft.data, ensure_ascii=False).encode()) + _ENVELOPE


def too_large(size: int) -> str:
    """Return what is wrong with a report of a size."""
    return f"its message would have {size} bytes of at most {LARGEST}; shorten or divide it"


def reporters(launch: Launch, context: CheckContext) -> set[str]:
    """Return who reports a launch."""
    if flight_problem(launch) is not None:
        return set(context.recipients)  # that is said already
    return {
        country
        for flying in flights_of(launch, context.header.seed) or (None,)
        for country in contacts_of(launch, context.start, context.arrangements, flying)
    }


def _first_draft(launch: Launch, context: CheckContext) -> Draft | None:
    drafts = launch_drafts(launch, context.start, context.arrangements, context.header.seed)
    return next((draft for draft in drafts if draft.event == launch.id), None)


def may_hear(event: EventBase, recipient: str, told_by: set[str], context: CheckContext) -> bool:
    """Tell whether any arrangement, ever, lets a recipient hear of an event."""
    if recipient in told_by:
        return True
    if event.to is not None and recipient not in event.to:
        return False
    return (event.release or event.released) == "public" or any(
        arrangement.covers("launch", reporter, recipient)
        for arrangement in context.arrangements.arrangements
        for reporter in told_by
    )
