"""Scenario files: YAML, JSON or JSON Lines to a story that can be played.

Whatever is wrong with a file is said at once, each mistake at its own line and column.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from feed.core.check import Check, Finding, check
from feed.core.event_stream import EventStream, event_stream_of
from feed.errors import FilesError, Problem, ScenarioError, UsageError
from feed.files.includes import Composed, read
from feed.files.lines import LINES, read_lines
from feed.files.no_scenario import no_scenario
from feed.files.refusals import refusals
from feed.files.source import source_of
from feed.files.wording import keyed, say
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.event import AnyEvent, id_in
from feed.model.scenario import ExerciseName, Header, Scenario
from feed.wire.size import measure_of

__all__ = ["Loaded", "load", "problems_of", "renamed"]

_EVENT: TypeAdapter[EventBase] = TypeAdapter(AnyEvent)
_EXERCISE: TypeAdapter[str] = TypeAdapter(ExerciseName)


@dataclass(frozen=True)
class Loaded:
    """A scenario file that was read and found right."""

    shown: str
    """the path as the user wrote it"""
    header: Header
    """a ``Scenario``, events and all, unless the file is JSON Lines"""
    event_stream: EventStream
    digest: str
    """SHA-256 of the file's bytes, in hexadecimal; with variables or includes, of ``flat``"""
    composed: Composed | None = None
    """where everything stands; None of JSON Lines"""
    flat: bytes | None = None
    """as it is played, if that is not what the file itself says"""

    @property
    def written(self) -> Sequence[EventBase]:
        """The events as they stand in the file; of JSON Lines they are read once more."""
        if isinstance(self.header, Scenario):
            return self.header.events
        return tuple(self.event_stream.events(0))


def load(
    path: Path,
    arrangements: Arrangements,
    *,
    shown: str | None = None,
    exercise: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> Loaded:
    """Read and check a scenario; ScenarioError with everything that is wrong with it.

    ``exercise`` is played under in place of the name that the file gives, and ``given`` are its
    variables, in place of their defaults.
    """
    name = None if exercise is None else _exercise(exercise)
    path, shown = source_of(path, shown)
    if path.suffix == LINES:
        if given:
            raise UsageError("--set: JSON Lines have no variables; write the scenario as YAML")
        header, event_stream, digest = read_lines(path, shown, arrangements, name)
        loaded = Loaded(shown, header, event_stream, digest)
    else:
        loaded = _load_whole(path, shown, arrangements, name, given or {})
    return loaded if name is None else renamed(loaded, name)


def problems_of(
    path: Path,
    arrangements: Arrangements,
    *,
    shown: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """Return everything that is wrong with a file, also that it cannot be read."""
    try:
        load(path, arrangements, shown=shown, given=given)
    except ScenarioError as error:
        return list(error.problems)
    except FilesError as error:
        return [Problem(error.path, 1, 1, error.text)]
    return []


def _exercise(name: str) -> str:
    try:
        return _EXERCISE.validate_python(name)
    except ValidationError as error:
        raise UsageError(f"exercise: {say(error.errors(include_url=False)[0])}") from error


def renamed(loaded: Loaded, exercise: str) -> Loaded:
    """Return a scenario under the name of another exercise; UsageError if that is none."""
    exercise = _exercise(exercise)
    header = loaded.header.model_copy(update={"exercise": exercise})
    return replace(loaded, header=header, event_stream=replace(loaded.event_stream, header=header))


def _load_whole(
    path: Path,
    shown: str,
    arrangements: Arrangements,
    exercise: str | None,
    given: Mapping[str, Any],
) -> Loaded:
    composed = read(path, shown, given)
    located = composed.located
    try:
        scenario = Scenario.model_validate(located.data, by_alias=True, by_name=False)
    except ValidationError as error:
        if other := no_scenario(located):
            raise ScenarioError([other]) from error
        problems = refusals(error, located, Scenario)
        problems += _placed(_rest_of(located.data, error, arrangements), composed)
        raise ScenarioError(problems) from error
    measure = measure_of(scenario, arrangements, exercise)
    problems = [*located.problems, *_placed(check(scenario, arrangements, measure), composed)]
    if problems:
        raise ScenarioError(problems)
    flat = _flat(scenario) if composed.differs else None
    digest = hashlib.sha256(composed.raw if flat is None else flat).hexdigest()
    return Loaded(shown, scenario, event_stream_of(scenario), digest, composed, flat)


def _flat(scenario: Scenario) -> bytes:
    """Return a scenario as it is played, without variables and includes, as JSON."""
    data = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"include"})
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _placed(findings: list[Finding], composed: Composed) -> list[Problem]:
    """Return findings as problems: of one place the first, because the others follow from it."""
    first = dict(reversed(findings))
    return [
        composed.problem(steps, keyed(steps, text))
        for steps, text in findings
        if first[steps] is text
    ]


def _rest_of(data: Any, error: ValidationError, arrangements: Arrangements) -> list[Finding]:
    """Check what the model did not refuse, so that all mistakes are said in one run."""
    refused = {detail["loc"][:2] for detail in error.errors(include_url=False)}
    if any(steps[:1] != ("events",) for steps in refused) or not isinstance(
        data.get("events"), list
    ):
        return []  # without a header there is nothing to check the events against
    header = {key: value for key, value in data.items() if key != "events"}
    model = Header.model_validate(header, by_alias=True, by_name=False)
    checks = Check(model, arrangements, measure_of(model, arrangements))
    findings = list(checks.header())
    for index, written in enumerate(data["events"]):
        if ("events", index) in refused:
            checks.unreadable(id_in(written))
        else:
            event = _EVENT.validate_python(written, by_alias=True, by_name=False)
            findings += checks.add(index, event)
    return findings + list(checks.finish())
