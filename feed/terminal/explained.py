"""Where each report of an event went and why, in words a person can follow, and as JSON.

Every moment and every reason is the decision's own; nothing is worked out again here.
"""

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from feed.core.explain import Explained, ReportSeries, Way
from feed.core.sharing import Candidate, Decision
from feed.model.message import OWN, PUBLIC, Hop, Message
from feed.model.scenario import Header
from feed.model.time import SECOND, rfc3339
from feed.terminal.compared import (
    answer_json,
    answer_table,
    flight_json,
    flight_words,
    mark_json,
)
from feed.wording.moments import clock, full, since_launch, span
from feed.wording.times import Times

__all__ = ["explained_json", "explained_words"]


def explained_words(
    explained: Explained, times: Times, language: str = "en"
) -> Iterator[RenderableType]:
    """Yield the flight and who knows how much of it, then each report and its ways."""
    subject = explained.subject
    if subject is not None:
        yield flight_words(subject, times, language)
        yield Text()
        view = [span(round(each.in_view_s * SECOND)) for each in explained.coverage]
        yield answer_table(
            subject,
            "",
            [each.country for each in explained.coverage],
            [each.answer for each in explained.coverage],
            [("in-view", view)],
            language=language,
        )
    for row in explained.rows:
        yield Text()
        yield from _row(row, explained, times)


def _row(row: ReportSeries, explained: Explained, times: Times) -> Iterator[RenderableType]:
    first, last = row.first, row.last
    state = first.data.get("state")
    what = f"{first.originator} {first.kind}{f', {state}' if state else ''}"
    acts = " and ".join(row.acts)
    if row.reports == 1:
        yield Text(f"{what} ({acts}): {first.key}", style="bold")
        yield _made(_moment(first.at, first, explained, times))
    else:
        heading = f"{what} ({acts}): {row.reports} reports, {first.key} to {last.key}"
        yield Text(heading, style="bold")
        made = _moment(first.at, first, explained, times)
        yield _made(f"{made} to {_moment(last.at, first, explained, times)}")
    ways = Table.grid(padding=(0, 2, 0, 0))
    ways.add_column(width=3)
    ways.add_column(overflow="fold")
    for way in row.ways:
        name = way.first.recipient
        for line in _lines(way, row, explained, times):
            ways.add_row(name, Text(line))
            name = ""
    yield Padding(ways, (0, 0, 0, 2), expand=False)


def _made(words: str) -> Padding:
    return Padding(Text(f"made {words}"), (0, 0, 0, 2), expand=False)


def _moment(us: int, message: Message, explained: Explained, times: Times) -> str:
    """Return a moment by the clock, and for a launch since the launch."""
    subject = explained.subject
    if subject is None:
        return full(us, times) if us == message.at else clock(us, message.at, times)
    return f"{clock(us, subject.launched, times)} ({since_launch(us - subject.launched)})"


def _lines(way: Way, row: ReportSeries, explained: Explained, times: Times) -> Iterator[str]:
    """Yield what became of a row for one recipient: the answer first, then how, then what else."""
    decision = way.first
    if decision.due is None:
        yield f"withheld: {decision.why}"
    elif decision.arrangement == OWN:
        yield "at once: its own report"
    elif decision.arrangement == PUBLIC:
        yield "at once: it is public"
    else:
        yield f"released by {decision.arrangement}, {'>'.join(decision.path)}: {decision.why}"
        yield _arrival(way, row, explained, times)
        yield from _journey(decision, row, explained, times)
    others: dict[str, list[str]] = {}
    for candidate in decision.candidates:
        if candidate.arrangement != decision.arrangement:
            words = _other(candidate, row.first, explained, times)
            others.setdefault(words, []).append(candidate.arrangement)
    if others:
        yield "else: " + "; ".join(f"{', '.join(who)} {words}" for words, who in others.items())


def _arrival(way: Way, row: ReportSeries, explained: Explained, times: Times) -> str:
    first, last = way.first.due, way.last.due
    assert first is not None
    assert last is not None
    begin = _moment(first, row.first, explained, times)
    end = _moment(last, row.first, explained, times)
    late = " (late)" if way.first.late else ""
    if row.reports == 1:
        return f"{span(first - row.first.at)} later, {begin}{late}"
    if first == last:
        return f"all at {begin}{late}"
    return f"each {span(first - row.first.at)} later, {begin} to {end}{late}"


def _journey(
    decision: Decision, row: ReportSeries, explained: Explained, times: Times
) -> Iterator[str]:
    """Yield where a report was held and for what it waited, then its hops with their moments."""
    origin = explained.subject.launched if explained.subject else row.first.at
    chosen = next(each for each in decision.candidates if each.arrangement == decision.arrangement)
    if chosen.left is not None and chosen.left > row.first.at:
        held = span(chosen.left - row.first.at)
        yield f"{row.first.originator} lets it go after {held}, {clock(chosen.left, origin, times)}"
    if row.reports > 1:
        yield f"the first of them: {_hops(decision.hops, origin, times)}"
    else:
        yield _hops(decision.hops, origin, times)


def _hops(hops: tuple[Hop, ...], origin: int, times: Times) -> str:
    parts = []
    for hop in hops:
        waits = f" waits for {hop.link}, which is down, until" if hop.waited else ""
        parts.append(f"{hop.sender}{waits} {clock(hop.left, origin, times)} -{hop.link}->")
    parts.append(f"{hops[-1].receiver} {clock(hops[-1].arrived, origin, times)}")
    return " ".join(parts)


def _other(candidate: Candidate, message: Message, explained: Explained, times: Times) -> str:
    if candidate.arrives is None:
        return candidate.why
    if any(hop.waited for hop in candidate.hops):
        arrives = _moment(candidate.arrives, message, explained, times)
        return f"would wait for a link and bring it at {arrives}"
    return f"would bring it {span(candidate.arrives - message.at)} later"


def explained_json(explained: Explained, header: Header, as_of: int | None) -> dict[str, Any]:
    """Return the same for programs; units are in the names, what does not apply is null."""
    subject = explained.subject
    return {
        **mark_json(header),
        "arrangements_at": _moment_json(as_of, header.starts.offset_s),
        "event": explained.event,
        "flight": None if subject is None else flight_json(subject),
        "coverage": None
        if subject is None
        else [
            {"in_view_of_own_sensors_s": each.in_view_s, **answer_json(subject, each.answer)}
            for each in explained.coverage
        ],
        "reports": [_row_json(row) for row in explained.rows],
    }


def _row_json(row: ReportSeries) -> dict[str, Any]:
    first, last = row.first, row.last
    return {
        "event": first.event,
        "originator": first.originator,
        "kind": first.kind,
        "state": first.data.get("state"),
        "acts": list(row.acts),
        "count": row.reports,
        "first_message": first.key,
        "last_message": last.key,
        "first_made": rfc3339(first.at, first.offset_s),
        "last_made": rfc3339(last.at, last.offset_s),
        "first_measured": _measured(first),
        "last_measured": _measured(last),
        "recipients": [_way_json(way, row) for way in row.ways],
    }


def _measured(message: Message) -> str | None:
    """Return the moment at which a track has the object; nothing else is measured."""
    return message.data["time"] if message.kind == "track" else None


def _way_json(way: Way, row: ReportSeries) -> dict[str, Any]:
    first, last, offset_s = way.first, way.last, row.first.offset_s
    return {
        "recipient": first.recipient,
        "released": first.due is not None,
        "arrangement": first.arrangement or None,
        "path": list(first.path),
        "why": first.why,
        "late": first.late,
        "first_due": _moment_json(first.due, offset_s),
        "last_due": _moment_json(last.due, offset_s),
        "first_delay_s": None if first.due is None else (first.due - row.first.at) / SECOND,
        "last_delay_s": None if last.due is None else (last.due - row.last.at) / SECOND,
        "hops_of_first": [_hop_json(hop, offset_s) for hop in first.hops],
        "arrangements": [
            {
                "arrangement": candidate.arrangement,
                "why": candidate.why,
                "path": [] if candidate.path is None else list(candidate.path.nodes),
                "arrives": _moment_json(candidate.arrives, offset_s),
            }
            for candidate in first.candidates
        ],
    }


def _hop_json(hop: Hop, offset_s: int) -> dict[str, Any]:
    return {
        "link": hop.link,
        "sender": hop.sender,
        "receiver": hop.receiver,
        "left": rfc3339(hop.left, offset_s),
        "arrived": rfc3339(hop.arrived, offset_s),
        "waited": hop.waited,
    }


def _moment_json(us: int | None, offset_s: int) -> str | None:
    return None if us is None else rfc3339(us, offset_s)
