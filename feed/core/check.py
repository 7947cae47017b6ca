"""What no single value shows to be wrong: references, order, sources, and who would ever hear.

``Check`` is told one event at a time, so a long file is checked while it is read; what needs the
whole story is said by ``finish``.  What one event shows by itself stands in ``event_checks.py``.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from feed.core.event_checks import EVENT_CHECKS
from feed.core.event_stream import repetition_count, repetitions
from feed.core.flights import object_ids
from feed.core.header_checks import HEADER_CHECKS
from feed.core.lifecycle import Reported, Told, late_corrections, reports_of
from feed.core.reach import first_report
from feed.core.sizes import (
    bound,
    correction_size,
    largest_report,
    oversized,
    too_large,
    undivided,
)
from feed.model.arrangement import Arrangements
from feed.model.check_context import CheckContext, Finding, Findings, Steps
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.event import MESSAGE_KINDS
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.message import LARGEST, Message
from feed.model.quoting import did_you_mean, quoted
from feed.model.scenario import Header, Scenario

__all__ = ["Check", "Finding", "check"]

_CHANGES = (
    "reason", "issuer", "areas", "headline", "text", "state", "scheduled", "outcome", "summary",
    "count", "response", "certainty",
)  # fmt: skip
"""What a correction can change, if the kind it corrects has it."""
_SMALL = 3_000
"""Reports up to here are not remembered: no correction makes them too large by itself."""
_NUMBERED = re.compile(r"(.+)-(\d+)")


class _SeenEvent(NamedTuple):
    """What is remembered of an event that others may refer to."""

    place: int
    """among the events of the file"""
    word: str
    at: int | None
    """its first report, microseconds since 1970; None: nobody reports it"""
    repeated: int
    """its repetitions; 0: it happens once"""
    of: str
    """for a correction: the event it is of"""
    told: tuple[Reported, ...] = ()
    """what is reported of it whatever is corrected; of a launch this is found when it is needed"""


def check(
    scenario: Scenario, arrangements: Arrangements, measure: Callable[[Message], int]
) -> list[Finding]:
    """Return everything that is wrong with a scenario which is in memory."""
    told = Check(scenario, arrangements, measure, lambda: scenario.events)
    findings = list(told.header())
    for index, event in enumerate(scenario.events):
        findings += told.add(index, event)
    return [*findings, *told.finish()]


class Check:
    """The checks of one story, whose events are told one at a time."""

    def __init__(
        self,
        header: Header,
        arrangements: Arrangements,
        measure: Callable[[Message], int],
        again: Callable[[], Iterable[EventBase]] = tuple,
    ) -> None:
        """Check against what is given; ``again`` reads all events of the story once more."""
        self._context = CheckContext(header, arrangements, measure)
        self._again = again
        self._seen: dict[str, _SeenEvent] = {}
        self._objects: dict[str, str] = {}
        """pieces and stages, and the launch that each is of"""
        self._launches: dict[str, Launch] = {}
        self._unread: set[str | None] = set()
        self._corrections: list[tuple[int, Correction]] = []
        self._mentions: list[tuple[int, Steps, str]] = []
        self._parts: dict[str, frozenset[str]] = {}
        self._large: dict[str, int] = {}

    def header(self) -> Findings:
        """Yield what is wrong with the header."""
        for each in HEADER_CHECKS:
            yield from each(self._context)

    def add(self, index: int, event: EventBase) -> Findings:
        """Take in one event; return what is wrong with it as far as it shows already."""
        found = [] if isinstance(event, LinkChange) else self._note(index, event)
        for each in EVENT_CHECKS:
            found += each(event, self._context)
        return list(_at(index, found)) if found else []

    def unreadable(self, event: str | None) -> None:
        """Take in the id of an event that a model refused; None: that it was for its id."""
        self._unread.add(event)

    def finish(self) -> Findings:
        """Yield what only the whole story shows."""
        yield from self._repeated_ids()
        for index, steps, name in self._mentions:
            yield from _at(index, self._named(steps, name))
        possible: dict[str, list[Told]] = {}
        for index, correction in self._corrections:
            findings = list(self._corrected(correction))
            yield from _at(index, findings)
            if not findings and self._original(correction.of) is not None:
                possible.setdefault(correction.of, []).append(Told(index, correction))
        for name, corrections in possible.items():
            yield from self._too_late(name, corrections)
            yield from self._fitting(name, corrections)

    def _note(self, index: int, event: EventBase) -> list[Finding]:
        if (before := self._seen.get(event.id)) is not None:
            text = f"{quoted(event.id)} is the id of another event ({before.word}); rename one"
            return [Finding((event.word,), text)]
        count = repetition_count(event, self._context.start, self._context.header.seed)
        of = event.of if isinstance(event, Correction) else ""
        at = first_report(event, self._context)
        self._seen[event.id] = _SeenEvent(index, event.word, at, count, of, _told(event, at))
        if isinstance(event, Correction):
            self._corrections.append((index, event))
            return []
        self._mentions += [(index, *mention) for mention in event.mentions()]
        if event.kinds and (parts := event.kinds[0].parts):
            self._parts[event.id] = frozenset(part.name for part in getattr(event, parts))
        if isinstance(event, Launch):
            self._launches[event.id] = event
            self._objects.update(dict.fromkeys(object_ids(event)[1:], event.id))
        if bound(event, self._context) <= _SMALL:
            return []
        size = largest_report(event, self._context)
        if size > LARGEST:
            return [Finding((event.word,), too_large(size))]
        if size > _SMALL:
            self._large[event.id] = undivided(event, self._context)
        return []

    def _repeated_ids(self) -> Findings:
        """Find an id that one of the numbered repetitions of another event has too."""
        for name, seen in self._seen.items():
            base = self._repetition(name)
            if base is not None:
                text = f"{quoted(name)} is also a repetition of {quoted(base)}; rename one"
                yield Finding(("events", seen.place, seen.word), text)

    def _repetition(self, name: str) -> str | None:
        """Return the repeated event of which a name is one repetition."""
        match = _NUMBERED.fullmatch(name)
        if match is None or (seen := self._seen.get(match[1])) is None or not seen.repeated:
            return None
        digits = len(str(seen.repeated))
        return match[1] if len(match[2]) == digits and 1 <= int(match[2]) <= seen.repeated else None

    def _named(self, steps: Steps, name: str) -> Findings:
        """Find a name that no event has."""
        if name in self._unread or name in self._objects or self._repetition(name) is not None:
            return
        seen = self._seen.get(name)
        if seen is None:
            names = (each for each, seen in self._seen.items() if seen.word != "correction")
            offer = did_you_mean(name, names)
            if offer or None not in self._unread:  # it may be the one whose id is wrong
                offer = offer or "; name the id of an event in this file"
                yield Finding(steps, f"no event is called {quoted(name)}{offer}")
        elif seen.word == "correction":
            text = f"{quoted(name)} is itself a correction; name the event that it is of"
            yield Finding(steps, f"{text}, {quoted(seen.of)}")

    def _corrected(self, correction: Correction) -> Findings:
        """Find what makes a correction impossible."""
        name = correction.of
        if name in self._unread:
            return
        original = self._original(name)
        if original is None:
            yield from self._not_correctable(name)
            return
        if original.at is None:
            yield Finding(("of",), f"nobody reports {quoted(name)}; there is nothing to correct")
        elif self._context.moment(correction.at) <= original.at:
            first = self._context.shown(original.at)
            text = f"{quoted(name)} is first reported at {first}; a correction comes after it"
            yield Finding(("at",), text)
        yield from _applicable(correction, original.word)
        if correction.as_ != "update":
            yield from self._known_areas(correction)

    def _original(self, name: str) -> _SeenEvent | None:
        """Return what a correction is of; None if it cannot be corrected."""
        seen = self._seen.get(name)
        if seen is not None:
            return None if seen.word == "correction" or seen.repeated else seen
        base = self._repetition(name)
        # No moment is kept of each repetition: only that none comes before the first.
        return None if base is None else self._seen[base]

    def _not_correctable(self, name: str) -> Findings:
        seen = self._seen.get(name)
        if seen is not None and seen.repeated:
            first = f"{name}-{1:0{len(str(seen.repeated))}}"
            text = f"{quoted(name)} is repeated; name one of its repetitions, such as '{first}'"
            yield Finding(("of",), text)
        elif name in self._objects:
            text = f"{quoted(name)} is a part of {quoted(self._objects[name])}; correct the launch"
            yield Finding(("of",), text)
        else:
            yield from self._named(("of",), name)

    def _too_late(self, name: str, corrections: list[Told]) -> Findings:
        """Find the corrections of one event that act on what is over."""
        original = self._original(name)
        assert original is not None, "an impossible correction was said to be possible"
        base = name if name in self._seen else self._repetition(name)
        reports: Iterable[Reported] = original.told
        launch = self._launches.get(base or name)
        if launch is not None:
            start, seed = self._context.start, self._context.header.seed
            each = next(each for each in repetitions(launch, start, seed) if each.id == name)
            assert isinstance(each, Launch), "a repetition of another kind"
            reports = reports_of(each, self._context)
        parts = self._parts.get(base or name, ())
        late = late_corrections(original.word, reports, parts, corrections, self._context)
        for index, finding in late:
            yield from _at(index, [finding])

    def _known_areas(self, correction: Correction) -> Findings:
        known = self._parts.get(correction.of)
        for n, area in enumerate(correction.areas or ()):
            if known is not None and area.name not in known:
                offer = did_you_mean(area.name, known) or f"; they are {', '.join(sorted(known))}"
                text = f"{quoted(area.name)} is no area of {quoted(correction.of)}{offer}"
                yield Finding(("areas", n), text)

    def _fitting(self, name: str, corrections: list[Told]) -> Findings:
        """Find the corrections of one event that a message cannot hold."""
        original = self._original(name)
        assert original is not None, "an impossible correction was said to be possible"
        kind = MESSAGE_KINDS[original.word]
        before = self._large.get(name, _SMALL)
        sizes = [correction_size(told.correction, kind, self._context) for told in corrections]
        if before + sum(sizes) <= LARGEST:
            return
        # What the original said may be replaced: only the messages themselves tell.
        event = self._reread(name)
        if event is None:
            return
        events = [event, *(told.correction for told in corrections)]
        for at, act, size in oversized(events, kind, self._context):
            for told in corrections:
                moment = self._context.moment(told.correction.at)
                if (moment, told.correction.as_) == (at, act):
                    yield from _at(told.place, [Finding(("correction",), too_large(size))])
                    break

    def _reread(self, name: str) -> EventBase | None:
        """Return an event of the story, or a repetition of one, by its id."""
        base = name if name in self._seen else self._repetition(name)
        start, seed = self._context.start, self._context.header.seed
        for event in self._again():
            if event.id == base and not isinstance(event, LinkChange):
                return next(each for each in repetitions(event, start, seed) if each.id == name)
        return None


def _told(event: EventBase, at: int | None) -> tuple[Reported, ...]:
    """Return the one report of an event that is no launch."""
    reporter = event.reporter()
    if at is None or reporter is None or isinstance(event, Launch | Correction):
        return ()
    ends = event.kinds[0].over if event.kinds else ()
    over = bool(ends) and getattr(event, "state", None) in ends
    return (Reported(at, reporter, event.voice(), over),)


def _applicable(correction: Correction, word: str) -> Findings:
    """Find a key that the corrected kind does not have."""
    kind = MESSAGE_KINDS[word]
    for name in _CHANGES:
        if name in correction.model_fields_set and name not in kind.changes:
            text = f"{quoted(name)} cannot be corrected of an event of kind {word}; take it out"
            yield Finding((name,), text)
    state = correction.state
    if state is not None and "state" in kind.changes and state not in kind.states:
        offer = did_you_mean(state, kind.states)
        text = f"{quoted(state)} is not one of {', '.join(kind.states)}{offer}"
        yield Finding(("state",), text)


def _at(index: int, findings: Iterable[Finding]) -> Findings:
    """Yield findings about one event as findings about the story."""
    for steps, text in findings:
        yield Finding(("events", index, *steps), text)
