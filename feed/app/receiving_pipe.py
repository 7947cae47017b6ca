"""What ``feed run`` and the process of its receivers say to each other: small plain values.

One JSON object a line, in both directions, over the standard streams of the receivers' process.
Passwords go this way, for nobody else can read it: no command line and no environment has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from feed.mqtt.address import BrokerAddress
from feed.terminal.views import MessageView

__all__ = [
    "Assigned",
    "Assignment",
    "CountryTold",
    "Failed",
    "Finished",
    "Leave",
    "Logged",
    "Order",
    "Ready",
    "Seen",
    "Told",
    "Worded",
    "order_of",
    "told_of",
    "written",
]


@dataclass(frozen=True)
class Assigned:
    """What one receiver is given."""

    country: str
    address: BrokerAddress
    """without the way to renew a password, which the receivers' process finds by itself"""
    ledger: Path


@dataclass(frozen=True)
class Assignment:
    """What the receivers of a run are to do: the first that they are told."""

    exercise: str
    receivers: Sequence[Assigned]
    own_key: str
    offset_s: int
    language: str = "en"
    zone: str | None = None
    lines: bool = True
    """whether each message is wanted as a line; if not, what was seen last is told now and then"""
    verbose: bool = False
    what: Literal["assignment"] = "assignment"


@dataclass(frozen=True)
class Leave:
    """To wait for no more than has arrived; at once: not for that either."""

    at_once: bool = False
    what: Literal["leave"] = "leave"


@dataclass(frozen=True)
class Ready:
    """All receivers are subscribed."""

    what: Literal["ready"] = "ready"


@dataclass(frozen=True)
class Worded:
    """Lines of messages, in the order in which they were received."""

    text: str
    what: Literal["worded"] = "worded"


@dataclass(frozen=True)
class CountryTold:
    """How far the receiver of a country is."""

    country: str
    connected: bool = False
    received: int = 0
    highest: int = 0
    """the last number of the newest epoch that was received"""
    gaps: Sequence[tuple[int, int]] = ()
    """what is missing before that, as (first, last)"""
    duplicates: int = 0
    latency_ms: float | None = None
    active: Mapping[str, int] = field(default_factory=dict)
    recent: Sequence[MessageView] = ()
    """the last messages that were not told yet, oldest first"""


@dataclass(frozen=True)
class Seen:
    """How far the receivers are, those of them of which there is something new."""

    countries: Sequence[CountryTold]
    what: Literal["seen"] = "seen"


@dataclass(frozen=True)
class Finished:
    """How far all receivers are, which take nothing in any more."""

    countries: Sequence[CountryTold]
    what: Literal["finished"] = "finished"


@dataclass(frozen=True)
class Logged:
    """Something to be logged where the command's own logs go."""

    level: int
    event: str
    fields: Mapping[str, object] = field(default_factory=dict)
    logger: str | None = None
    """the library that says it; None: it is ours"""
    what: Literal["logged"] = "logged"


@dataclass(frozen=True)
class Failed:
    """Why the receivers cannot go on: an error of ``feed.errors``, or a bug with its traceback."""

    error: str
    arguments: Sequence[str] = ()
    traceback: str = ""
    what: Literal["failed"] = "failed"


Order = Assignment | Leave
Told = Ready | Worded | Seen | Finished | Logged | Failed

_ORDER: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="what")])
_TOLD: TypeAdapter[Told] = TypeAdapter(Annotated[Told, Field(discriminator="what")])
_ANY: TypeAdapter[Order | Told] = TypeAdapter(Annotated[Order | Told, Field(discriminator="what")])


def written(one: Order | Told) -> bytes:
    """Return a value as a line for the pipe."""
    return _ANY.dump_json(one) + b"\n"


def order_of(line: bytes) -> Order:
    """Return what a line tells the receivers; ``ValueError`` if it is none of these."""
    return _ORDER.validate_json(line)


def told_of(line: bytes) -> Told:
    """Return what a line tells of the receivers; ``ValueError`` if it is none of these."""
    return _TOLD.validate_json(line)
