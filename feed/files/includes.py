"""What a scenario includes: found, read, moved and renamed; every mistake in the file it is in.

Paths stay inside the library or beside the file, and nothing is read endlessly: includes of
includes end, and so do they in number.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from feed.core.moved import moved
from feed.errors import FilesError, Problem, ScenarioError, UsageError
from feed.files.library import find
from feed.files.refusals import refusals
from feed.files.source import SUFFIXES
from feed.files.text import Located, Steps, decode, parse, read_bytes
from feed.files.variables import filled
from feed.files.wording import keyed
from feed.model.base import SLUG_LENGTH
from feed.model.common import EventBase
from feed.model.include import Include
from feed.model.quoting import quoted
from feed.model.scenario import Scenario
from feed.model.time import Instant, Start

__all__ = ["Composed", "read"]

_INCLUDE: TypeAdapter[Include] = TypeAdapter(Include)
_START: TypeAdapter[Instant] = TypeAdapter(Start)
_Chain = tuple[Path, ...]
_MOST_FILES = 100
_MOST_EVENTS = 50_000


class _From(NamedTuple):
    """Where an event of another file stands."""

    composed: "Composed"
    place: int
    """among the events of that file"""
    line: int
    """of the include, in the file that includes"""


class Composed(NamedTuple):
    """A file with its variables filled in and its includes taken in."""

    located: Located
    raw: bytes
    differs: bool
    """whether what is played is more than what the file itself says"""
    written: int
    """how many events are its own; those that it includes follow"""
    others: tuple[_From, ...] = ()

    def problem(self, steps: Steps, text: str) -> Problem:
        """Return a mistake in the file and at the place where it was written."""
        if steps[:1] == ("events",) and len(steps) > 1:
            index = int(steps[1]) - self.written
            if 0 <= index < len(self.others):
                other = self.others[index]
                inner = other.composed.problem(("events", other.place, *steps[2:]), text)
                by = f"{self.located.path}, line {other.line}"
                return inner._replace(text=f"{inner.text} (included by {by})")
        return Problem(self.located.path, *self.located.place(steps), text)


def read(path: Path, shown: str, given: Mapping[str, Any]) -> Composed:
    """Read a scenario file with all that it includes; ScenarioError if it cannot be read."""
    return _Inclusion().file(path, shown, given, ())


class _Inclusion:
    """One reading, which counts what it takes in."""

    def __init__(self) -> None:
        self._files = 0
        self._events = 0

    def file(self, path: Path, shown: str, given: Mapping[str, Any], within: _Chain) -> Composed:
        """Return a file with its variables filled in and the events of its includes."""
        raw = read_bytes(path, shown)
        parsed = parse(decode(raw, shown), shown)
        located = _without_templates(filled(parsed, given))
        data = located.data
        differs = isinstance(parsed.data, dict) and bool({"vars", "include"} & parsed.data.keys())
        own = data.get("events") if isinstance(data, dict) else None
        composed = Composed(located, raw, differs, len(own) if isinstance(own, list) else 0)
        if not isinstance(data, dict) or not isinstance(data.get("include"), list):
            return composed
        if not isinstance(own, list | None) or not isinstance(data.get("sources", {}), dict):
            return composed  # refused for that
        try:
            start = _START.validate_python(data.get("starts"))
        except ValidationError:
            return composed
        return self._with_includes(composed, start, (*within, path.resolve()))

    def _with_includes(self, composed: Composed, start: Instant, within: _Chain) -> Composed:
        located, others = composed.located, list[_From]()
        data = {**located.data, "sources": dict(located.data.get("sources", {}))}
        located = located._replace(data=data)
        events = list(data.get("events") or ())
        for n in range(len(data["include"])):
            more, places = self.included(located, n, start, within)
            events += more
            others += places
        return composed._replace(
            located=located._replace(data={**data, "events": events}), others=tuple(others)
        )

    def included(
        self, located: Located, n: int, start: Instant, within: _Chain
    ) -> tuple[list[EventBase], list[_From]]:
        """Return the events of one include, and where each stands."""
        steps: Steps = ("include", n)
        place = located.place(steps)
        try:
            include = _INCLUDE.validate_python(located.data["include"][n], by_alias=True)
        except ValidationError as error:
            raise ScenarioError(refusals(error, located, Include, steps)) from error

        def refused(text: str, key: str = "scenario") -> ScenarioError:
            at = (*steps, key)
            return ScenarioError([Problem(located.path, *located.place(at), keyed(at, text))])

        try:
            other, shown = _found(include.scenario, within[-1])
        except (UsageError, FilesError) as error:
            raise refused(str(error)) from error
        if other.resolve() in within:
            raise refused(f"{quoted(include.scenario)} includes this file in turn; take one out")
        self._files += 1
        if self._files > _MOST_FILES:
            raise refused(f"more than {_MOST_FILES} scenarios are included; write some of it out")
        try:
            composed = self.file(other, shown, include.set, within)
        except UsageError as error:
            raise refused(str(error).removeprefix("--set "), "set") from error
        except FilesError as error:
            raise refused(f"{quoted(include.scenario)}: {error.text}") from error
        scenario = _valid(composed)
        self._events += len(scenario.events)
        if self._events > _MOST_EVENTS:
            raise refused(f"more than {_MOST_EVENTS:,} events are included; include less")
        own = scenario.starts
        begin = own.us if include.at is None else include.at.resolve(start).us
        events = [moved(each, own, begin, include.prefix or "") for each in scenario.events]
        long = next((each.id for each in events if len(each.id) > SLUG_LENGTH), None)
        if long is not None:
            text = f"makes {quoted(long)}, longer than {SLUG_LENGTH} letters; shorten it"
            raise refused(text, "prefix")
        _merge_sources(located, composed, place)
        return events, [_From(composed, index, place[0]) for index in range(len(events))]


def _without_templates(located: Located) -> Located:
    """Leave out the keys ``x-…`` at the top, which are there to be taken in elsewhere."""
    data = located.data
    if not isinstance(data, dict) or not any(key.startswith("x-") for key in data):
        return located
    return located._replace(data={k: v for k, v in data.items() if not k.startswith("x-")})


def _found(name: str, host: Path) -> tuple[Path, str]:
    """Return the file that an include names; UsageError for one that may not be read."""
    beside = Path(name)
    if beside.suffix not in SUFFIXES and len(beside.parts) == 1:
        return find(name)
    if beside.suffix == ".jsonl":
        raise UsageError(f"{quoted(name)} is JSON Lines; include YAML or JSON")
    folder = host.parent.resolve()
    path = (folder / beside).resolve()
    if beside.is_absolute() or not path.is_relative_to(folder):
        raise UsageError(f"{quoted(name)} is not beside this file; put it there, or in the library")
    return path, str(host.parent / beside)


def _valid(composed: Composed) -> Scenario:
    try:
        scenario = Scenario.model_validate(composed.located.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise ScenarioError(refusals(error, composed.located, Scenario)) from error
    if composed.located.problems:
        raise ScenarioError(composed.located.problems)
    return scenario


def _merge_sources(located: Located, other: Composed, place: tuple[int, int]) -> None:
    known = located.data["sources"]
    for key, source in (other.located.data.get("sources") or {}).items():
        if key in known and known[key] != source:
            text = f"{quoted(key)} is another source in {other.located.path}; rename one of them"
            raise ScenarioError([Problem(located.path, *place, text)])
        known[key] = source
