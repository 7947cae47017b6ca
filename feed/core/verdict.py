"""The words of a verdict: what may be wrong with what was received, and which fault explains it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = [
    "EXPLAINED_BY",
    "KINDS",
    "MOST_NAMED",
    "DeliveryKey",
    "Deviation",
    "FindingKind",
    "Got",
    "Stream",
    "Verdict",
]

FindingKind = Literal[
    "missing", "double", "reordered", "late", "altered", "unexpected", "unacknowledged"
]
KINDS: tuple[FindingKind, ...] = (
    "missing",
    "double",
    "reordered",
    "late",
    "altered",
    "unexpected",
    "unacknowledged",
)
MOST_NAMED = 1_000
"""So many findings of each kind are named; the rest is counted."""

_LATER = frozenset({"delay", "reorder", "drop", "cut", "corrupt"})
"""History may bring what was dropped, later and out of its order."""
EXPLAINED_BY: Mapping[FindingKind, frozenset[str]] = {
    "missing": frozenset({"drop", "cut", "corrupt"}),
    "double": frozenset({"duplicate"}),
    "reordered": _LATER,
    "late": _LATER,
    "altered": frozenset({"corrupt", "stale"}),
    "unexpected": frozenset({"corrupt"}),
    "unacknowledged": frozenset({"drop", "cut", "corrupt", "delay", "reorder"}),
}
"""Which faults on purpose explain which finding."""


class Stream(NamedTuple):
    """One epoch of one recipient: its messages are numbered from 1, without gaps."""

    recipient: str
    epoch: int


class DeliveryKey(NamedTuple):
    """One message as it was sent to one recipient."""

    recipient: str
    epoch: int
    sequence: int

    @property
    def stream(self) -> Stream:
        """The stream that it belongs to."""
        return Stream(self.recipient, self.epoch)


class Got(NamedTuple):
    """One record of a source."""

    line: int
    """where it stands in its source, from 1"""
    key: DeliveryKey | None
    """None: it is no message of the feed, and ``differs`` says what it is"""
    differs: str = ""
    """in what it is not as it was sent, in words; empty if it is"""
    latency_us: int | None = None
    """from sending to receiving; None if the source does not say when it was received"""


class Deviation(NamedTuple):
    """One thing that is not as it should be, or that a fault on purpose explains."""

    kind: FindingKind
    recipient: str
    epoch: int
    first: int
    last: int
    """the numbers that it is about; both 0 if it is about none"""
    line: int | None
    """where it stands in its source; None for what is not there"""
    text: str
    fault: str = ""
    """the fault on purpose that explains it"""

    @property
    def size(self) -> int:
        """How many messages it is about."""
        return self.last - self.first + 1 if self.first else 1


@dataclass(frozen=True)
class Verdict:
    """What came of the comparison of one source."""

    recipients: tuple[str, ...]
    """whose messages the source has"""
    expected: int
    matched: int
    """how many of those are there"""
    records: int
    wrong: Mapping[FindingKind, int]
    """how many messages of each kind of finding are not explained by a fault"""
    explained: Mapping[FindingKind, int]
    """how many are"""
    findings: tuple[Deviation, ...]
    """those that are named, in the order of ``KINDS``, then as they were found"""
    timed: int
    """how many records say when they were received"""
    slowest_us: int | None

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong, but for what faults on purpose explain."""
        return not any(self.wrong.values())
