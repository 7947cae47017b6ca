"""The comparison of what a receiver got with what it was to get.

A ``Comparison`` is told how many messages each stream has, then is given every record of one
source in the order in which they stand there, and ends with a ``Verdict``.  Memory grows with what
is wrong, up to a limit, and not with the number of records.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from feed.core.spans import Spans
from feed.core.verdict import (
    EXPLAINED_BY,
    KINDS,
    MOST_NAMED,
    DeliveryKey,
    Deviation,
    FindingKind,
    Got,
    Stream,
    Verdict,
)

__all__ = ["Comparison", "absent", "differences"]

_LONGEST_LIST = 8


@dataclass
class _SeenDelivery:
    """What is known of one stream."""

    there: Spans = field(default_factory=Spans)
    exact: int = 0
    """how many records were as they were sent"""
    records: int = 0
    line: int = 0
    """where the first of them stands"""


class Comparison:
    """The comparison of one source with what was to be received."""

    def __init__(
        self,
        expected: Mapping[Stream, int],
        *,
        recipients: tuple[str, ...] = (),
        faults: Mapping[DeliveryKey, str] | None = None,
        late_limit_us: int | None = None,
        ordered: bool = True,
    ) -> None:
        """Begin.

        ``expected`` says how many messages each stream has.  ``recipients`` are those whose
        messages the source is to have; if it is left out, they are those of whom the source has a
        message just as it was sent.  ``ordered``: the source keeps the order of arrival.
        """
        self._expected = expected
        self._recipients = recipients
        self._faults = faults or {}
        self._late_limit = late_limit_us
        self._ordered = ordered
        self._seen: dict[Stream, _SeenDelivery] = {}
        self._last_epoch: dict[str, int] = {}
        self._named: dict[FindingKind, list[Deviation]] = {kind: [] for kind in KINDS}
        self._counts: dict[tuple[FindingKind, str, bool], int] = {}
        self._unreadable: list[tuple[int, str]] = []
        self._records = self._timed = 0
        self._slowest: int | None = None

    def take(self, got: Got) -> None:
        """Take a record in."""
        self._records += 1
        key = got.key
        if key is None:
            self._unreadable.append((got.line, got.differs))
            return
        last = self._expected.get(key.stream)
        if last is None or not 1 <= key.sequence <= last:
            self._add("unexpected", key, got.line, self._why_unexpected(key, last))
            return
        seen = self._seen.setdefault(key.stream, _SeenDelivery(line=got.line))
        seen.records += 1
        if got.differs:
            self._add("altered", key, got.line, got.differs)
        else:
            seen.exact += 1
        highest = seen.there.highest
        if not seen.there.add(key.sequence):
            self._add("double", key, got.line, "it was there before")
            return
        if self._ordered:
            self._order(key, highest, got.line)
        self._time(key, got)

    def finish(self, acknowledged: Mapping[Stream, Spans] | None = None) -> Verdict:
        """Return the verdict.

        ``acknowledged`` says what the receiver of this source acknowledged, of each stream for
        which that is to be judged.
        """
        recipients = self._recipients or self._found()
        expected = matched = 0
        for stream, count in self._expected.items():
            if stream.recipient in recipients:
                expected += count
                seen = self._seen.get(stream, _SeenDelivery())
                matched += seen.there.count
                self._missing(stream, seen.there, count)
                if acknowledged is not None and stream in acknowledged:
                    self._unacknowledged(stream, seen.there, acknowledged[stream])
        self._of_others(recipients)
        self._judge_unreadable(recipients)
        return Verdict(
            recipients=recipients,
            expected=expected,
            matched=matched,
            records=self._records,
            wrong=self._sum(explained=False),
            explained=self._sum(explained=True),
            findings=tuple(each for kind in KINDS for each in self._named[kind]),
            timed=self._timed,
            slowest_us=self._slowest,
        )

    def _why_unexpected(self, key: DeliveryKey, last: int | None) -> str:
        if last is not None:
            return f"{key.recipient} was sent {last} messages in epoch {key.epoch}"
        if any(stream.recipient == key.recipient for stream in self._expected):
            return (
                f"nothing was sent in epoch {key.epoch}; if its time jumped, verify the run itself"
            )
        return f"nothing was sent to {key.recipient}"

    def _order(self, key: DeliveryKey, highest: int, line: int) -> None:
        epoch = self._last_epoch.get(key.recipient, 0)
        self._last_epoch[key.recipient] = max(epoch, key.epoch)
        if key.epoch < epoch:
            self._add("reordered", key, line, f"it stands after epoch {epoch} has begun")
        elif key.sequence < highest:
            self._add("reordered", key, line, f"it stands after {highest}")

    def _time(self, key: DeliveryKey, got: Got) -> None:
        if got.latency_us is None:
            return
        self._timed += 1
        self._slowest = max(self._slowest or 0, got.latency_us)
        if self._late_limit is not None and got.latency_us > self._late_limit:
            text = f"received {got.latency_us / 1e6:.3f} s after it was sent"
            self._add("late", key, got.line, text)

    def _found(self) -> tuple[str, ...]:
        """Return whose messages the source has: one altered line makes nobody a recipient."""
        exact: Counter[str] = Counter()
        some: Counter[str] = Counter()
        for stream, seen in self._seen.items():
            exact[stream.recipient] += seen.exact
            some[stream.recipient] += seen.records
        return tuple(sorted(who for who, count in exact.items() if count)) or tuple(sorted(some))

    def _of_others(self, recipients: tuple[str, ...]) -> None:
        """Count what was found of recipients whose messages the source is not to have."""
        for stream, seen in self._seen.items():
            if stream.recipient in recipients:
                continue
            for kind in KINDS:
                self._forget(kind, stream.recipient)
            wanted = ", ".join(recipients) or "nobody"
            # One finding for all of them: a file of everybody's messages has many.
            text = f"{seen.records} for {stream.recipient} in what {wanted} received"
            self._add_finding(
                Deviation("unexpected", *stream, 0, 0, seen.line, text),
                seen.records,
            )

    def _forget(self, kind: FindingKind, recipient: str) -> None:
        if kind == "unexpected":
            return
        for explained in (False, True):
            self._counts.pop((kind, recipient, explained), None)
        self._named[kind] = [each for each in self._named[kind] if each.recipient != recipient]

    def _judge_unreadable(self, recipients: tuple[str, ...]) -> None:
        """Say what was no message at all: as many as were damaged on purpose are those."""
        damaged = sum(
            fault == "corrupt"
            and key.recipient in recipients
            and not (key.stream in self._seen and key.sequence in self._seen[key.stream].there)
            for key, fault in self._faults.items()
        )
        for n, (line, text) in enumerate(self._unreadable):
            fault = "corrupt" if n < damaged else ""
            self._add_finding(Deviation("unexpected", "", 0, 0, 0, line, text, fault))

    def _missing(self, stream: Stream, there: Spans, count: int) -> None:
        explaining = self._faulted(stream, "missing")
        for first, last in absent(there, count):
            self._span("missing", stream, (first, last), explaining, "not received")

    def _unacknowledged(self, stream: Stream, there: Spans, acknowledged: Spans) -> None:
        explaining = self._faulted(stream, "unacknowledged")
        text = "received and never acknowledged"
        for span in _overlap(iter(there), absent(acknowledged, there.highest)):
            self._span("unacknowledged", stream, span, explaining, text)

    def _faulted(self, stream: Stream, kind: FindingKind) -> list[int]:
        """Return the numbers of a stream for which a fault explains a finding, in order."""
        return sorted(
            key.sequence
            for key, fault in self._faults.items()
            if key.stream == stream and fault in EXPLAINED_BY[kind]
        )

    def _span(
        self,
        kind: FindingKind,
        stream: Stream,
        span: tuple[int, int],
        explaining: list[int],
        text: str,
    ) -> None:
        """Add a finding about neighbours; those that a fault explains stand alone."""
        first, last = span
        for number in explaining[bisect_left(explaining, first) : bisect_right(explaining, last)]:
            if first < number:
                self._add_finding(Deviation(kind, *stream, first, number - 1, None, text))
            self._add(kind, DeliveryKey(*stream, number), None, text)
            first = number + 1
        if first <= last:
            self._add_finding(Deviation(kind, *stream, first, last, None, text))

    def _add(self, kind: FindingKind, key: DeliveryKey, line: int | None, text: str) -> None:
        fault = self._faults.get(key, "")
        if fault not in EXPLAINED_BY[kind]:
            fault = ""
        number = key.sequence
        finding = Deviation(kind, key.recipient, key.epoch, number, number, line, text, fault)
        self._add_finding(finding)

    def _add_finding(self, finding: Deviation, count: int | None = None) -> None:
        slot = (finding.kind, finding.recipient, bool(finding.fault))
        self._counts[slot] = self._counts.get(slot, 0) + (finding.size if count is None else count)
        if len(self._named[finding.kind]) < MOST_NAMED:
            self._named[finding.kind].append(finding)

    def _sum(self, *, explained: bool) -> dict[FindingKind, int]:
        sums: dict[FindingKind, int] = dict.fromkeys(KINDS, 0)
        for (kind, _, by_fault), count in self._counts.items():
            if by_fault == explained:
                sums[kind] += count
        return sums


def absent(there: Iterable[tuple[int, int]], count: int) -> Iterator[tuple[int, int]]:
    """Yield what is not there of the numbers from 1 to ``count``, as (first, last).

    The spans that are there have to be in order, and may overlap.
    """
    following = 1
    for first, last in there:
        if first > count:
            break
        if first > following:
            yield following, first - 1
        following = max(following, last + 1)
    if following <= count:
        yield following, count


def _overlap(
    ones: Iterator[tuple[int, int]], others: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield what is in both of two rows of spans."""
    one, other = next(ones, None), next(others, None)
    while one is not None and other is not None:
        first, last = max(one[0], other[0]), min(one[1], other[1])
        if first <= last:
            yield first, last
        if one[1] < other[1]:
            one = next(ones, None)
        else:
            other = next(others, None)


def differences(expected: Any, received: Any) -> list[str]:
    """Return where two JSON values differ, as dotted paths; empty if they are equal.

    A number is equal to the same number in another notation: ``1`` and ``1.0``.
    """
    found: list[str] = []
    stack: list[tuple[str, Any, Any]] = [("", expected, received)]
    while stack and len(found) < _LONGEST_LIST:
        path, one, other = stack.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            names = sorted({*one, *other}, reverse=True)
            stack += [(_joined(path, n), one.get(n, ...), other.get(n, ...)) for n in names]
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            pairs = list(enumerate(zip(one, other, strict=True)))
            stack += [(_joined(path, str(n)), *pair) for n, pair in reversed(pairs)]
        elif isinstance(one, bool) is not isinstance(other, bool) or one != other:
            found.append(path or "all of it")
    return found


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
