"""Scenarios as JSON Lines: a header, then one event a line, in order of time; read as a stream.

However long the file is, no more than one event of it is held at a time, and those few that repeat.
A fast reader reads each line first; the exact one, which knows places, has the last word on
whatever the fast one does not accept.
"""

import hashlib
import heapq
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pydantic import TypeAdapter, ValidationError

from feed.core.check import Check, Finding
from feed.core.event_stream import EventStream, earliest, gather, repetitions
from feed.errors import FilesError, Problem, ScenarioError
from feed.files.no_scenario import no_scenario
from feed.files.refusals import refusals
from feed.files.text import Located, decode, opened, parse
from feed.files.wording import keyed
from feed.model.arrangement import Arrangements
from feed.model.base import composed
from feed.model.common import EventBase
from feed.model.event import KINDS_OF_EVENTS, AnyEvent, id_in, word_in
from feed.model.scenario import Header
from feed.model.time import rfc3339
from feed.wire.size import measure_of

__all__ = ["LINES", "read_lines"]

LINES = ".jsonl"
"""The suffix of such a file."""
_LONGEST_LINE = 1_000_000
_MOST_PROBLEMS = 100
_MOST_REPEATED = 1_000
_STRIDE = 1_000
_BLANK = " \t\r\n"
_EVENT: TypeAdapter[EventBase] = TypeAdapter(AnyEvent)
_OF_KIND: dict[str, Callable[..., EventBase]] = {
    kind.word: TypeAdapter(kind).validator.validate_python for kind in KINDS_OF_EVENTS
}
"""by its word, what makes an event without asking the union which it is"""


class _TextLine(NamedTuple):
    """One line that is not blank."""

    line: int
    offset: int
    """where it begins in the file, in bytes"""
    raw: bytes


def read_lines(
    path: Path, shown: str, arrangements: Arrangements, exercise: str | None = None
) -> tuple[Header, EventStream, str]:
    """Read and check a file; return its header, its story and the SHA-256 of its bytes."""
    reading = _Reading(shown, arrangements, exercise)
    digest = hashlib.sha256()
    with opened(path, shown) as file:
        assert file.seekable(), "source_of makes a file of a pipe"
        try:
            header, event_stream = reading.event_stream(file, path, digest.update)
        except ScenarioError as error:
            raise ScenarioError((*reading.all_problems(), *error.problems)) from error
    if reading.problems:
        raise ScenarioError(reading.all_problems())
    return header, event_stream, digest.hexdigest()


@dataclass(frozen=True)
class _Events:
    """The events of a file that was found right, from the n-th on, in order of time."""

    path: Path
    shown: str
    header: Header
    places: list[int]
    """where every thousandth of the events that happen once begins"""
    repeated: list[EventBase]

    def __call__(self, first: int) -> Iterator[EventBase]:
        if not self.repeated:
            return self._once(first)
        start, seed = self.header.starts, self.header.seed
        again = (repetitions(event, start, seed) for event in self.repeated)
        merged = heapq.merge(self._once(0), *again, key=lambda event: earliest(event, start))
        return itertools.islice(merged, first, None)

    def _once(self, first: int) -> Iterator[EventBase]:
        """Yield the events that do not repeat, from the n-th on."""
        place, skipped = divmod(first, _STRIDE)
        if place >= len(self.places):
            return
        with opened(self.path, self.shown) as file:
            file.seek(self.places[place])
            once = (event for event in map(self._event, _lines(file, self.shown)) if event)
            yield from itertools.islice(once, skipped, None)

    def _event(self, line: _TextLine) -> EventBase | None:
        event = _fast(line.raw)
        if event is None:
            try:
                event = _validated(_located(line, self.shown))
            except (ScenarioError, ValidationError) as error:
                text = "was changed since it was read; start again"
                raise FilesError(self.shown, text) from error
        return event if event.repeat is None else None


@dataclass
class _Reading:
    """One reading of a whole file, which finds all its mistakes."""

    shown: str
    arrangements: Arrangements
    exercise: str | None = None
    """the name under which it is played, if not that of the header"""
    problems: list[Problem] = field(default_factory=list)
    unsaid: Problem | None = None
    """the first problem that is too many"""
    unsaid_count: int = 0
    places: list[int] = field(default_factory=list)
    repeated: list[EventBase] = field(default_factory=list)
    _once: int = 0

    def event_stream(
        self, file: BinaryIO, path: Path, seen: Callable[[bytes], object]
    ) -> tuple[Header, EventStream]:
        """Return what the file holds; what is wrong with it stands in ``problems``."""
        lines = _lines(file, self.shown, seen)
        first = next(lines, None)
        if first is None:
            text = "the file is empty; the first line is the header of a scenario"
            raise ScenarioError([Problem(self.shown, 1, 1, text)])
        located = _located(first, self.shown)
        try:
            header = Header.model_validate(located.data, by_alias=True, by_name=False)
        except ValidationError as error:
            if other := no_scenario(located):
                raise ScenarioError([other]) from error
            self._say(refusals(error, located, Header))
            for _ in self._events(lines):
                pass
            raise ScenarioError([]) from error
        self._say(located.problems)
        for key in sorted({"vars", "include"} & header.model_fields_set):
            text = f"JSON Lines have no '{key}'; write the scenario as YAML or JSON"
            self._say([Problem(self.shown, *located.place((key,), key=True), text)])
        measure = measure_of(header, self.arrangements, self.exercise)
        checks = Check(header, self.arrangements, measure, lambda: self._again(file))
        self._place(checks.header(), located)
        gathered = gather(header, self._checked(lines, header, checks))
        self._place_later(checks.finish(), file)
        events = _Events(path, self.shown, header, self.places, self.repeated)
        return header, EventStream(header, events, gathered)

    def _again(self, file: BinaryIO) -> Iterator[EventBase]:
        """Yield once more the events that a model accepts."""
        file.seek(0)
        lines = itertools.islice(_lines(file, self.shown), 1, None)
        yield from (event for event in map(_fast, (line.raw for line in lines)) if event)

    def all_problems(self) -> list[Problem]:
        """Return the problems, and how many more there are."""
        if self.unsaid is None:
            return self.problems
        text = f"and {self.unsaid_count} more from here on; mend these first"
        return [*self.problems, self.unsaid._replace(column=1, text=text)]

    def _events(
        self, lines: Iterable[_TextLine], checks: Check | None = None
    ) -> Iterator[tuple[int, _TextLine, EventBase]]:
        """Yield the events that a model accepts, each with its index and its line."""
        index = -1
        for index, line in enumerate(lines):
            event = _fast(line.raw) or self._exact(line, checks)
            if event is not None:
                yield index, line, event
        if index < 0:
            text = "there are no events; write one in each line after the header"
            self._say([Problem(self.shown, 1, 1, text)])

    def _exact(self, line: _TextLine, checks: Check | None) -> EventBase | None:
        """Read a line that the fast reader did not accept; say what is wrong with it."""
        if len(self.problems) >= _MOST_PROBLEMS:
            self._say([Problem(self.shown, line.line, 1, "")])
            return None
        try:
            located = _located(line, self.shown)
        except ScenarioError as error:
            self._say(error.problems)
            return None
        try:
            event = _validated(located)
        except ValidationError as error:
            self._say(refusals(error, located, AnyEvent))
        else:
            self._say(located.problems)
            return event
        if checks is not None:
            checks.unreadable(id_in(located.data))
        return None

    def _checked(
        self, lines: Iterable[_TextLine], header: Header, checks: Check
    ) -> Iterator[EventBase]:
        """Yield all events, checked, and note where they stand."""
        latest: int | None = None
        for index, line, event in self._events(lines, checks):
            findings = [Finding(steps[2:], text) for steps, text in checks.add(index, event)]
            at = earliest(event, header.starts)
            if latest is not None and at < latest:
                shown = rfc3339(latest, header.starts.offset_s).replace(".000", "")
                text = f"this is before {shown}, further up; sort the lines by time"
                findings.append(Finding(("at",), text))
            if findings:
                self._place(findings, _located(line, self.shown))
            latest = at if latest is None else max(at, latest)
            self._note(event, line)
            yield event

    def _note(self, event: EventBase, line: _TextLine) -> None:
        if event.repeat is None:
            if self._once % _STRIDE == 0:
                self.places.append(line.offset)
            self._once += 1
        elif len(self.repeated) < _MOST_REPEATED:
            self.repeated.append(event)
        else:
            text = f"more than {_MOST_REPEATED} events repeat; write some of them out"
            self._say([Problem(self.shown, line.line, 1, text)])

    def _place(self, findings: Iterable[Finding], located: Located) -> None:
        """Say what is wrong in one line."""
        first = dict(reversed([*findings]))
        self._say(
            Problem(self.shown, *located.place(steps), keyed(steps, text))
            for steps, text in first.items()
        )

    def _place_later(self, findings: Iterable[Finding], file: BinaryIO) -> None:
        """Say what only the whole file shows, in the lines where it stands."""
        by_index: dict[int, list[Finding]] = {}
        for (_, index, *steps), text in itertools.islice(findings, _MOST_PROBLEMS):
            by_index.setdefault(int(index), []).append(Finding(tuple(steps), text))
        if not by_index:
            return
        file.seek(0)
        for index, line in enumerate(_lines(file, self.shown), -1):
            if index in by_index:
                self._place(by_index[index], _located(line, self.shown))

    def _say(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if len(self.problems) < _MOST_PROBLEMS:
                self.problems.append(problem)
            else:
                self.unsaid = self.unsaid or problem
                self.unsaid_count += 1


def _lines(
    file: BinaryIO, shown: str, seen: Callable[[bytes], object] = len
) -> Iterator[_TextLine]:
    """Yield the lines that are not blank from here on; ``seen`` is given every byte."""
    offset = file.tell()
    for number in itertools.count(1):
        raw = file.readline(_LONGEST_LINE + 1)
        if not raw:
            return
        seen(raw)
        if len(raw) > _LONGEST_LINE:
            text = f"longer than {_LONGEST_LINE} bytes; write one event in each line"
            raise ScenarioError([Problem(shown, number, 1, text)])
        if not raw.isspace():
            yield _TextLine(number, offset, raw)
        offset += len(raw)


def _located(line: _TextLine, shown: str) -> Located:
    text = decode(line.raw, shown, first_line=line.line)
    return parse(text, shown, first_line=line.line)


def _validated(located: Located) -> EventBase:
    return _EVENT.validate_python(located.data, by_alias=True, by_name=False)


def _fast(raw: bytes) -> EventBase | None:
    """Return the event of a line; None if anything about it is unusual."""
    try:
        text = raw.decode()
        plain = text.isascii() and "\\u" not in text
        data, end = (_PLAIN if plain else _COMPOSED).raw_decode(text)
        word = word_in(data)
        if word is None or text[end:].strip(_BLANK):
            return None
        return _OF_KIND[word](data, by_alias=True, by_name=False)
    except (ValueError, RecursionError):  # a ValidationError is a ValueError
        return None


def _composed_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return _members([(composed(name), _composed(value)) for name, value in pairs])


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return composed(value)
    return [_composed(each) for each in value] if isinstance(value, list) else value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key is here twice")
    return members


def _decoder(members: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    """Return what reads JSON with every scalar as text, like those of any scenario."""
    return json.JSONDecoder(
        parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=members
    )


_PLAIN = _decoder(_members)
_COMPOSED = _decoder(_composed_members)
