"""What a report of a run is made of, as plain values: filled in by whoever read the ledgers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.core.after_action import AfterAction
from feed.core.public_situation import AlertNow
from feed.core.verdict import Stream, Verdict
from feed.model.message import Delivery

__all__ = [
    "Acknowledged",
    "EpochPart",
    "OperatorAction",
    "ReportRow",
    "RunReport",
    "VerifiedSource",
]


class ReportRow(NamedTuple):
    """One message as it was sent to one country, and what became of it."""

    delivery: Delivery
    epoch: int
    sequence: int
    sent: int
    received: int | None
    """None: it was not, or nobody says when"""
    effect: str
    """what a fault on purpose did to it"""


class EpochPart(NamedTuple):
    """One part of a run without a jump, by both clocks."""

    epoch: int
    sent: int
    first_sent: int
    last_sent: int
    first_due: int
    last_due: int


class OperatorAction(NamedTuple):
    """One thing that was done to the run."""

    wall: int
    epoch: int
    position: int
    verb: str
    details: Mapping[str, Any]


class Acknowledged(NamedTuple):
    """How far a receiver has an epoch, by its own last word."""

    recipient: str
    client: str
    epoch: int
    sequence: int
    missing: int
    """how many below it it said it lacks"""
    wall: int


class VerifiedSource(NamedTuple):
    """The verdict of one source."""

    source: str
    verdict: Verdict


@dataclass
class RunReport:
    """What came of a run; moments are microseconds since 1970."""

    run: str
    exercise: str
    scenario: str
    titles: Mapping[str, str]
    """by language; none if what was played is not there"""
    as_of: str | None
    started: int | None
    state: str
    """``running``, ``complete``, ``ended`` or ``broken-off``"""
    offset_s: int
    account: AfterAction
    epochs: Sequence[EpochPart]
    actions: Sequence[OperatorAction]
    acknowledged: Sequence[Acknowledged]
    heads: Mapping[Stream, int]
    effects: Mapping[tuple[str, str], int]
    """how many messages, by (recipient, effect)"""
    effect_rows: Sequence[ReportRow]
    repairs: Mapping[Stream, Sequence[tuple[int, int]]]
    alerts: Mapping[str, AlertNow]
    verdicts: Sequence[VerifiedSource]
    """empty: nobody here received anything"""
    notes: Sequence[str] = ()
    staff: Sequence[tuple[int, str]] = ()
    """what the control staff was reminded of, each with its moment"""
    rules: Sequence[Mapping[str, Any]] = ()
    """the faults on purpose that could happen, as they stand in a file, with their names"""
    ranks: Mapping[str, int] = field(default_factory=dict)
    """by country: its place among the participants, which gives it its colour and shape"""
    messages: dict[str, list[ReportRow]] = field(default_factory=dict)
    """what figures come from: to whom each was sent, by key"""

    @property
    def countries(self) -> list[str]:
        """Return those to whom something was sent."""
        return sorted({stream.recipient for stream in self.heads})

    @property
    def sent(self) -> int:
        """Return how many messages were sent."""
        return sum(self.heads.values())

    @property
    def lost(self) -> int | None:
        """Return how many messages are missing that no fault explains; None: nobody knows."""
        if not self.verdicts:
            return None
        return sum(each.verdict.wrong["missing"] for each in self.verdicts)

    @property
    def explained(self) -> int:
        """Return how many messages are missing because of a fault on purpose."""
        return sum(each.verdict.explained["missing"] for each in self.verdicts)
