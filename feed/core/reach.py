"""Who would hear of an event at all: its first report, and who may get any of them."""

from feed.core.flights import contacts_of, flights_of
from feed.core.launches import flight_problem, launch_drafts
from feed.model.check_context import CheckContext
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.message import Draft

__all__ = ["first_draft", "first_report", "may_hear", "reporters"]


def first_report(event: EventBase, context: CheckContext) -> int | None:
    """Return when an event is first reported, microseconds since 1970; None if it never is."""
    if not isinstance(event, Launch):
        return context.moment(event.at)
    if flight_problem(event) is not None:
        return context.moment(event.at)
    first = first_draft(event, context)
    return None if first is None else first.at


def reporters(launch: Launch, context: CheckContext) -> set[str]:
    """Return who reports a launch."""
    if flight_problem(launch) is not None:
        return set(context.recipients)  # that is said already
    return {
        country
        for flying in flights_of(launch, context.header.seed) or (None,)
        for country in contacts_of(launch, context.start, context.arrangements, flying)
    }


def first_draft(launch: Launch, context: CheckContext) -> Draft | None:
    """Return the first report of a launch itself; None if nobody sees it."""
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
