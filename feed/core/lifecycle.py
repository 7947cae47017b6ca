"""One event as its corrections follow each other: what is still on, and who acts on what is over.

``expand`` makes the messages; this says beforehand which of them would act on what is over.  An
event, and each of its parts, is ended at most once by one voice: an authority for an alert, a
country for everything else.  What one authority has ended another may still end for itself, as when
a city lifts an alert that a ministry has called an error; nobody can update it any longer.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feed.core.event_stream import earliest
from feed.core.launches import flight_problem, launch_drafts
from feed.model.check_context import CheckContext, Finding, Findings
from feed.model.correction import Correction
from feed.model.event import MESSAGE_KINDS
from feed.model.kind import MessageKind
from feed.model.launch import Launch
from feed.model.quoting import quoted

__all__ = ["Reported", "Told", "late_corrections", "reports_of"]


class Reported(NamedTuple):
    """A report of an event that is made without any correction."""

    at: int
    originator: str
    voice: str
    over: bool
    """it says that the event is over"""
    first: bool = True
    """it is the originator's first: it replaces nothing"""


class Told(NamedTuple):
    """A correction, and its place among the events of the file."""

    place: int
    correction: Correction


class _Ended(NamedTuple):
    at: int
    by: str
    """the id of the correction, or who reported the end"""


def reports_of(launch: Launch, context: CheckContext) -> Iterator[Reported]:
    """Yield what each originator says of a launch itself, not of its track."""
    if flight_problem(launch) is not None:
        return
    for draft in launch_drafts(launch, context.start, context.arrangements, context.header.seed):
        if draft.event == launch.id and draft.kind == launch.word:
            over = draft.type == "all-clear"
            first = draft.type == "alert"
            yield Reported(draft.at, draft.originator, draft.originator, over, first)


def late_corrections(
    word: str,
    reports: Iterable[Reported],
    parts: Iterable[str],
    corrections: Iterable[Told],
    context: CheckContext,
) -> Iterator[tuple[int, Finding]]:
    """Yield the corrections of one event that act on what is over, each with its place."""
    found: set[int] = set()
    life = _Life(MESSAGE_KINDS[word], parts, context)
    waiting = sorted(reports, key=lambda report: report.at)
    for at, told in _in_order(corrections, context):
        while waiting and waiting[0].at <= at:
            life.report(waiting.pop(0))
        findings = list(life.correct(told.correction, at))
        if findings and told.place not in found:
            found.add(told.place)
            yield told.place, findings[0]


def _in_order(corrections: Iterable[Told], context: CheckContext) -> list[tuple[int, Told]]:
    """Return corrections in the order in which they go out; a repeated one as first and last."""
    keyed: list[tuple[int, bool, int, int, Told]] = []
    for told in corrections:
        correction = told.correction
        at, first = context.moment(correction.at), earliest(correction, context.start)
        keyed.append((at, False, first, told.place, told))
        if correction.repeat is not None:
            last = context.moment(correction.repeat.last(correction.at))
            keyed.append((last, True, first, told.place, told))
    return [(at, told) for at, *_, told in sorted(keyed, key=lambda each: each[:4])]


class _Life:
    """What stands of an event, moved on by reports and corrections in order of time."""

    def __init__(self, kind: MessageKind, parts: Iterable[str], context: CheckContext) -> None:
        self._kind = kind
        self._context = context
        self._standing: set[str] = set()
        """the originators whose report stands"""
        self._silent: set[str] = set()
        """the originators whose reports were ended: they make no more of them"""
        self._speakers: dict[str, str] = {}
        """by originator its voice; who spoke last stands last"""
        self._open: dict[str, bool] = dict.fromkeys(parts, True)
        """by part, whether it is on"""
        self._ended: dict[tuple[str, str], _Ended] = {}
        """by part and voice; the event itself is the part without a name"""
        self._last_end: dict[str, _Ended] = {}
        """by part"""

    def report(self, report: Reported) -> None:
        """Take in a report that is made whatever was corrected."""
        if report.originator in self._silent:
            return
        self._speaks(report.originator, report.voice)
        if not report.first:
            self._withdraw(report.originator)
        self._standing.add(report.originator)
        if report.over:
            self._standing.discard(report.originator)
            self._silent |= {report.originator} if self._standing else set(self._speakers)
            self._end([""], report.voice, _Ended(report.at, report.originator))

    def correct(self, correction: Correction, at: int) -> Findings:
        """Take in a correction; yield what is wrong with it."""
        originator = correction.reporter() or next(reversed(self._speakers), "")
        voice = self._voice(correction, originator)
        end = _Ended(at, correction.id)
        if correction.as_ == "update":
            yield from self._update(correction, originator, voice, end)
        else:
            yield from self._finish(correction, originator, voice, end)

    def _update(self, correction: Correction, originator: str, voice: str, end: _Ended) -> Findings:
        over = self._ended.get(("", voice)) or (None if self._standing else self._last_end.get(""))
        if over is not None:
            yield Finding(("as",), self._too_late(correction, over))
            return
        for n, area in enumerate(correction.areas or ()):
            if not self._open.get(area.name, True):
                text = f"{self._since(area.name, self._last_end[area.name])}; warn anew with an "
                yield Finding(("areas", n), f"{text}alert of its own, or take it out")
                return
        if correction.areas is not None and self._open:
            named = {area.name for area in correction.areas}
            dropped = [part for part, on in self._open.items() if on and part not in named]
            self._end(dropped, voice, end)
            self._open |= dict.fromkeys(named, True)
        self._speaks(originator, voice)
        self._withdraw(originator)
        self._standing.add(originator)
        if correction.state in self._kind.over:
            self._standing.clear()
            self._end([""], voice, end)

    def _finish(self, correction: Correction, originator: str, voice: str, end: _Ended) -> Findings:
        if self._kind.reasons and correction.as_ == "cancel" and correction.reason is None:
            yield Finding(("as",), "a cancel says why it was wrong; add 'reason: issued-in-error'")
        if (over := self._ended.get(("", voice))) is not None:
            yield Finding(("as",), self._too_late(correction, over))
            return
        named = [(n, area.name) for n, area in enumerate(correction.areas or ())]
        for n, part in named:
            if (over := self._ended.get((part, voice))) is not None:
                yield Finding(("areas", n), f"{self._since(part, over)}; take it out")
                return
        still = [part for part, on in self._open.items() if on]
        ends = [part for _, part in named] or still or list(self._open)
        self._end(ends, voice, end)
        if any(self._open.values()):
            return
        self._speaks(originator, voice)
        self._silent |= self._withdraw(originator) | {originator}
        if not self._standing:
            self._silent |= set(self._speakers)
        self._end([""], voice, end)

    def _withdraw(self, originator: str) -> set[str]:
        """Take away what an originator replaces or ends: its own report, or all if it has none."""
        withdrawn = {originator} & self._standing or self._standing
        self._standing = self._standing - withdrawn
        return withdrawn

    def _end(self, parts: Iterable[str], voice: str, end: _Ended) -> None:
        for part in parts:
            self._ended[part, voice] = self._last_end[part] = end
            if part:
                self._open[part] = False

    def _speaks(self, originator: str, voice: str) -> None:
        self._speakers.pop(originator, None)
        self._speakers[originator] = voice

    def _voice(self, correction: Correction, originator: str) -> str:
        if "issuer" not in self._kind.changes:
            return originator
        if correction.issuer is not None:
            return correction.voice()
        return self._speakers.get(originator) or next(reversed(self._speakers.values()), "")

    def _too_late(self, correction: Correction, over: _Ended) -> str:
        later = f"what is said later is a statement with 'about: {correction.of}'"
        if correction.as_ != "update" and "issuer" in self._kind.changes:
            later += ", what another authority ends names its 'issuer'"
        return f"{self._since(correction.of, over)}; {later}"

    def _since(self, what: str, over: _Ended) -> str:
        return f"{quoted(what)} is over since {self._context.shown(over.at)} ({over.by})"
