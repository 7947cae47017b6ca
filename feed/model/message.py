"""Messages and deliveries: the light tuples that flow from a scenario to the wire.

They are named tuples with integer microseconds because a replay makes millions of them; pydantic
stands at the doors.  ``data`` is the JSON body of the message's kind and must not be changed by
anybody who reads it.
"""

from typing import Any, Literal, NamedTuple

__all__ = [
    "LARGEST",
    "OWN",
    "PUBLIC",
    "WARNING_DATA",
    "Delivery",
    "Draft",
    "Hop",
    "Kind",
    "Message",
    "Type",
]

Kind = str
"""Such as ``alert``: the name of one of ``feed.model.event.MESSAGE_KINDS``."""
Type = Literal["alert", "update", "cancel", "all-clear"]

WARNING_DATA: frozenset[str] = frozenset({"launch", "track", "impact"})
"""What an arrangement shares; everything else is public unless its event says otherwise."""

LARGEST = 8_192
"""The most bytes a payload may have."""

OWN = "own"
"""The arrangement of a report that a country made itself."""
PUBLIC = "public"
"""The arrangement of what everybody may know."""


class Draft(NamedTuple):
    """One report before it has its number; ``at`` and ``expires`` are microseconds since 1970."""

    at: int
    event: str
    kind: Kind
    type: Type
    originator: str
    data: dict[str, Any]
    offset_s: int = 0
    expires: int | None = None
    release: str = "public"
    to: tuple[str, ...] | None = None
    partial: bool = False
    """a cancel or all-clear of a part: the rest of the event goes on"""
    slot: str = ""
    """what an update replaces besides the originator's last of the kind: an object, a channel"""


class Message(NamedTuple):
    """One report about an event by one originator; the same for every recipient, epoch and run."""

    key: str
    """``event.originator.n``"""
    event: str
    kind: Kind
    type: Type
    originator: str
    at: int
    """microseconds since 1970: scenario time at the originator"""
    offset_s: int
    expires: int | None
    references: tuple[str, ...]
    release: str
    to: tuple[str, ...] | None
    partial: bool
    data: dict[str, Any]


class Hop(NamedTuple):
    """One step of a path: over which link, and when it left and arrived (microseconds)."""

    link: str
    sender: str
    receiver: str
    left: int
    arrived: int
    waited: bool
    """it was held at the sender because the link was down"""


class Delivery(NamedTuple):
    """One message for one recipient at one due time, by the arrangement that allowed it."""

    due: int
    recipient: str
    number: int
    """the message's place in the plan; makes the order of equal due times total"""
    message: Message
    arrangement: str
    path: tuple[str, ...]
    late: bool = False
    """it waited for a link that was down"""
    releasable: tuple[str, ...] = ()
    """everybody who gets the message, in the order of the arrangements file"""
    references: tuple[str, ...] = ()
    """the message's references, without those that were withheld from this recipient"""
