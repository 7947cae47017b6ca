"""How large the messages of an event are as they are sent, and which do not fit."""

from collections.abc import Iterable, Iterator, Sequence

from feed.core.event_stream import stream_of
from feed.core.expand import Messages
from feed.core.launches import flight_problem
from feed.core.numbering import first_numbered
from feed.core.parts import body_size
from feed.core.reach import first_draft
from feed.model.check_context import CheckContext
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.event import MESSAGE_KINDS
from feed.model.kind import MessageKind
from feed.model.launch import Launch
from feed.model.message import LARGEST, Draft
from feed.model.time import Moment

__all__ = [
    "bound",
    "correction_size",
    "largest_report",
    "oversized",
    "size_of",
    "too_large",
    "undivided",
]


_OTHERWISE = 800
"""Bytes of a body at the most that its event does not say: what holds by default."""
_NAME = 40
"""Bytes at the most of the name of a member, or of a number or a moment."""


def bound(event: EventBase, context: CheckContext) -> int:
    """Return bytes that no report of an event exceeds: of most it is enough, and cheap, to know.

    A body says what its event says, each text once, and little else.
    """
    if isinstance(event, Launch):
        return LARGEST + 1
    said = event.__dict__
    most = context.around + _OTHERWISE
    for name in event.model_fields_set:
        most += _most_bytes(said[name])
    return most


def _most_bytes(value: object) -> int:
    if isinstance(value, str):
        return _NAME + 4 * len(value)  # a letter of UTF-8 has four bytes, an escaped one two
    if isinstance(value, Moment | int | float | None):
        return 2 * _NAME
    if isinstance(value, dict):
        # Texts by language, each under the banner.
        return _NAME + sum(3 * _NAME + 4 * len(text) for text in value.values())
    if isinstance(value, tuple):
        return _NAME + sum(map(_most_bytes, value))
    return LARGEST  # a model: only the report itself tells


def largest_report(event: EventBase, context: CheckContext) -> int:
    """Return the bytes of the largest message of an event's reports; 0 if it has none."""
    return max([size_of(draft, context) for draft in _reports(event, context)], default=0)


def undivided(event: EventBase, context: CheckContext) -> int:
    """Return the bytes of the largest report of an event if its list could be divided at will."""
    whole = (_with_one_part(draft) for draft in _reports(event, context))
    return max((size_of(draft, context) for draft in whole), default=0)


def size_of(draft: Draft, context: CheckContext) -> int:
    """Return the bytes of a report as it is sent: of its largest message if it has several."""
    return max(map(context.measure, first_numbered(draft)))


def correction_size(correction: Correction, kind: MessageKind, context: CheckContext) -> int:
    """Return the bytes of a correction of a report that said nothing, however it is divided."""
    changes = correction.corrected(
        context.start,
        kind=kind,
        originator=kind.name,
        data={},
        outstanding=None,
        original=correction,
    )
    return size_of(_with_one_part(changes), context)


def oversized(
    events: Sequence[EventBase], kind: MessageKind, context: CheckContext
) -> Iterator[tuple[int, str, int]]:
    """Yield moment, act and bytes of every too large correction of the first of some events."""
    stream = stream_of(context.header, events)
    for message in Messages(stream, context.arrangements, context.header.seed):
        if message.kind == kind.name and message.type != "alert":
            size = context.measure(message)
            if size > LARGEST:
                yield message.at, message.type, size


def _reports(event: EventBase, context: CheckContext) -> Iterable[Draft]:
    if isinstance(event, Launch):
        first = None if flight_problem(event) else first_draft(event, context)
        return () if first is None else (first,)
    if isinstance(event, Correction) or event.reporter() is None:
        return ()
    return event.drafts(context.start)


def _with_one_part(draft: Draft) -> Draft:
    name = MESSAGE_KINDS[draft.kind].parts
    parts = draft.data.get(name)
    if not parts:
        return draft
    longest = max(parts, key=body_size)
    return draft._replace(data={**draft.data, name: [longest], "remaining": [longest]})


def too_large(size: int) -> str:
    """Return what is wrong with a report of a size."""
    return f"its message would have {size} bytes of at most {LARGEST}; shorten or divide it"
