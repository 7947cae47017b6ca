"""Why each recipient gets each report of an event, or does not, and what that adds up to.

Nothing here decides: the answers are ``Sharing.explain``'s own.  Reports that are alike (of one
kind, by one originator, the same way to everybody) are told together.
"""

from collections.abc import Iterator
from typing import NamedTuple

from feed.core.compare import Awareness, ComparedAnswer, Subject, seconds_in_view, subject_of
from feed.core.event_stream import EventStream
from feed.core.flights import object_ids
from feed.core.plan import Plan
from feed.core.sharing import Candidate, Decision
from feed.errors import UsageError
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.launch import Launch
from feed.model.message import Hop, Message
from feed.model.quoting import did_you_mean, quoted

__all__ = ["Coverage", "Explained", "ReportSeries", "Way", "explain", "find_event"]

_MOST_NAMES = 5_000


class Way(NamedTuple):
    """How one recipient gets the reports of a row, or why it does not."""

    first: Decision
    """of the first report"""
    last: Decision
    """of the last report; differs from that of the first in its times alone"""


class ReportSeries(NamedTuple):
    """Reports that go the same way: one, or many of a kind."""

    first: Message
    last: Message
    reports: int
    acts: tuple[str, ...]
    """alert, update, cancel, all-clear: each that occurs, in order"""
    ways: tuple[Way, ...]
    """one for each recipient, in order"""


class Coverage(NamedTuple):
    """How much of a flight one country has: seen by itself, and with what it was told."""

    country: str
    in_view_s: float
    """seconds for which its own sensors have the object in view"""
    answer: ComparedAnswer


class Explained(NamedTuple):
    """An event, every report of it, and where each went."""

    event: str
    subject: Subject | None
    """the flight; None: it is no launch"""
    rows: tuple[ReportSeries, ...]
    coverage: tuple[Coverage, ...]
    """one for each recipient; empty if it is no launch"""


def find_event(name: str, event_stream: EventStream) -> EventBase:
    """Return the event that has an id, or of which it is a stage or a piece."""
    known: list[str] = []
    for event in event_stream.events(0):
        names = object_ids(event) if isinstance(event, Launch) else (event.id,)
        if name in names:
            return event
        if len(known) < _MOST_NAMES:
            known.extend(names)
    offer = did_you_mean(name, known) or "; 'feed plan' lists them"
    raise UsageError(f"no event of '{event_stream.header.id}' is called {quoted(name)}{offer}")


def explain(plan: Plan, name: str, *, one_by_one: bool = False) -> Explained:
    """Return every report of an event with its way to each recipient, and the coverage of a flight.

    A launch is explained with its stages and pieces.  ``one_by_one`` tells no reports together.
    """
    event = find_event(name, plan.event_stream)
    if isinstance(event, Correction):
        raise UsageError(f"{quoted(name)} corrects '{event.of}'; explain '{event.of}'")
    subject = subject_of(event, name, plan.event_stream) if isinstance(event, Launch) else None
    events = {name} if subject is None else subject.objects
    recipients = plan.sharing.recipients
    gathered = _Rows(one_by_one=one_by_one)
    known = [] if subject is None else [Awareness(each, subject) for each in recipients]
    for message in plan.messages():
        if message.event not in events:
            continue
        decisions = tuple(plan.sharing.explain(message, each) for each in recipients)
        gathered.add(message, decisions)
        # What is no launch has nobody's knowledge to be reckoned.
        for knowledge, decision in zip(known, decisions, strict=False):
            knowledge.take(message, decision)
    rows = tuple(gathered.rows())
    if not rows:
        raise UsageError(f"nobody reports {quoted(name)} ({event.word}), so nothing is shared")
    coverage: tuple[Coverage, ...] = ()
    if subject is not None:
        coverage = _coverage(subject, plan.event_stream, plan.sharing.arrangements, known)
    return Explained(name, subject, rows, coverage)


def _coverage(
    subject: Subject,
    event_stream: EventStream,
    arrangements: Arrangements,
    known: list[Awareness],
) -> tuple[Coverage, ...]:
    views = seconds_in_view(subject, event_stream, arrangements)
    return tuple(
        Coverage(each.country, views.get(each.country, 0.0), each.answer()) for each in known
    )


class _Rows:
    """Reports put together while they are alike."""

    def __init__(self, *, one_by_one: bool) -> None:
        self._one_by_one = one_by_one
        self._rows: list[ReportSeries] = []
        self._open: dict[tuple[object, ...], tuple[object, int]] = {}
        """by (event, originator, kind, state): how its latest report went, and where its row is"""

    def add(self, message: Message, decisions: tuple[Decision, ...]) -> None:
        """Put a report to the row of those before it, or into a new one."""
        state = message.data.get("state")
        series = (message.event, message.originator, message.kind, state)
        over = message.type not in {"alert", "update"}
        manner = (over, tuple(_manner(decision, message.at) for decision in decisions))
        before = self._open.get(series)
        if before is not None and before[0] == manner and not self._one_by_one:
            row = self._rows[before[1]]
            self._rows[before[1]] = row._replace(
                last=message,
                reports=row.reports + 1,
                acts=row.acts if message.type in row.acts else (*row.acts, message.type),
                ways=tuple(
                    Way(way.first, decision)
                    for way, decision in zip(row.ways, decisions, strict=True)
                ),
            )
            return
        self._open[series] = (manner, len(self._rows))
        ways = tuple(Way(decision, decision) for decision in decisions)
        self._rows.append(ReportSeries(message, message, 1, (message.type,), ways))

    def rows(self) -> Iterator[ReportSeries]:
        """Yield the rows, in order of their first reports."""
        return iter(self._rows)


def _manner(decision: Decision, at: int) -> object:
    """Return all of a decision but the moment of the report: what waits arrives when it may."""
    return (
        decision.arrangement,
        decision.path,
        decision.why,
        _times(decision.hops, decision.due, at),
        tuple(_manner_of(candidate, at) for candidate in decision.candidates),
    )


def _manner_of(candidate: Candidate, at: int) -> object:
    return (candidate.arrangement, candidate.why, _times(candidate.hops, candidate.arrives, at))


def _times(hops: tuple[Hop, ...], due: int | None, at: int) -> object:
    waited = any(hop.waited for hop in hops)
    # What waited for a link has its moment from the link, anything else from its report.
    return (waited, due if waited or due is None else due - at)
