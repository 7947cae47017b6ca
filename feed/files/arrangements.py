"""The arrangements file: read, and checked for names that name nothing."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from feed.errors import Problem, ScenarioError
from feed.files.library import ARRANGEMENTS, library_folder
from feed.files.refusals import refusals
from feed.files.source import source_of
from feed.files.text import Steps, decode, parse, read_bytes
from feed.flight.sensor_class import SENSOR_CLASSES
from feed.model.arrangement import Arrangements
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import DATED

__all__ = ["load_arrangements"]

Findings = Iterator[tuple[Steps, str]]


def load_arrangements(path: Path | None = None, shown: str | None = None) -> Arrangements:
    """Read an arrangements file, the library's own by default; ScenarioError with all mistakes."""
    if path is None:
        path = library_folder() / ARRANGEMENTS
    path, shown = source_of(path, shown)
    located = parse(decode(read_bytes(path, shown), shown), shown)
    try:
        arrangements = Arrangements.model_validate(located.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise ScenarioError(refusals(error, located, Arrangements)) from error
    problems = list(located.problems)
    problems += [
        Problem(shown, *located.place(steps), text)
        for each in _CHECKS
        for steps, text in each(arrangements)
    ]
    if problems:
        raise ScenarioError(problems)
    return arrangements


def _unknown(what: str, steps: Steps, name: str, known: Iterable[str]) -> Findings:
    names = sorted(known)
    if name not in names:
        offer = did_you_mean(name, names) or f"; they are {', '.join(names) or 'none'}"
        yield steps, f"{quoted(name)} is no {what}{offer}"


def _members(arrangements: Arrangements) -> Findings:
    for n, arrangement in enumerate(arrangements.arrangements):
        for m, country in enumerate(arrangement.members):
            steps = ("arrangements", n, "members", m)
            yield from _unknown("participant", steps, country, arrangements.participants)


def _link_names(arrangements: Arrangements) -> Findings:
    known = [link.id for link in arrangements.links]
    for n, arrangement in enumerate(arrangements.arrangements):
        for m, name in enumerate(arrangement.links):
            yield from _unknown("link", ("arrangements", n, "links", m), name, known)


def _link_ends(arrangements: Arrangements) -> Findings:
    for n, link in enumerate(arrangements.links):
        for m, country in enumerate(link.between or ()):
            steps = ("links", n, "between", m)
            yield from _unknown("participant", steps, country, arrangements.participants)
        if link.between is not None and link.between[0] == link.between[1]:
            yield ("links", n, "between"), "both ends are the same; a junction is written 'at: A'"
        if link.at is not None:
            known = arrangements.participants
            yield from _unknown("participant", ("links", n, "at"), link.at, known)


def _ids(arrangements: Arrangements) -> Findings:
    for group, named in (
        ("links", [link.id for link in arrangements.links]),
        ("arrangements", [arrangement.id for arrangement in arrangements.arrangements]),
    ):
        for n, name in enumerate(named):
            if name in named[:n]:
                yield (group, n, "id"), f"{quoted(name)} is here twice; give each its own id"


def _sensor_classes(arrangements: Arrangements) -> Findings:
    known = [kind.name for kind in SENSOR_CLASSES]
    for country, participant in arrangements.participants.items():
        for n, sensor in enumerate(participant.sensors):
            steps = ("participants", country, "sensors", n, "class")
            yield from _unknown("class of sensor", steps, sensor.class_, known)


def _sources(arrangements: Arrangements) -> Findings:
    for steps, keys in _named_sources(arrangements):
        for n, key in enumerate(keys):
            yield from _unknown("key of 'sources'", (*steps, n), key, arrangements.sources)


def _named_sources(arrangements: Arrangements) -> Iterator[tuple[Steps, tuple[str, ...]]]:
    for n, link in enumerate(arrangements.links):
        yield ("links", n, "source"), link.source
    for n, arrangement in enumerate(arrangements.arrangements):
        yield ("arrangements", n, "source"), arrangement.source
        for m, standing in enumerate(arrangement.standing):
            yield ("arrangements", n, "standing", m, "source"), standing.source
    for country, participant in arrangements.participants.items():
        for n, sensor in enumerate(participant.sensors):
            yield ("participants", country, "sensors", n, "source"), sensor.source


def _standing(arrangements: Arrangements) -> Findings:
    for n, arrangement in enumerate(arrangements.arrangements):
        for m, standing in enumerate(arrangement.standing):
            if standing.from_.form not in DATED:
                text = f"{quoted(standing.from_.text)} has no date; write it, as in 2016-11-23"
                yield ("arrangements", n, "standing", m, "from"), text


_CHECKS: tuple[Callable[[Arrangements], Findings], ...] = (
    _members,
    _link_names,
    _link_ends,
    _ids,
    _sensor_classes,
    _sources,
    _standing,
)
