"""Scenarios in Python: ``feed.load``, ``feed.check`` and ``feed.plan``."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from feed.app.prepare import Prepared, prepare
from feed.errors import FilesError, Problem, ScenarioError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.library import find
from feed.files.scenario import problems_of, renamed
from feed.model.base import Model, one_name
from feed.model.message import Delivery
from feed.wire.bodies import typed_body

__all__ = ["LoadedScenario", "PlannedMessage", "check", "load", "plan", "story_of"]


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario that was read and found right, with the arrangements it is shared under.

    Made by ``feed.load``.  Moments are microseconds since 1970.
    """

    prepared: Prepared
    """what the other functions of ``feed`` take of it"""
    as_of: str | None = None
    """the date whose arrangements are used throughout; None: those in force at each moment"""

    def under(self, exercise: str) -> "LoadedScenario":
        """Return the same under the name of another exercise; UsageError if that is none."""
        return replace(
            self, prepared=replace(self.prepared, loaded=renamed(self.prepared.loaded, exercise))
        )

    @property
    def id(self) -> str:
        """The scenario's id."""
        return self.prepared.loaded.header.id

    @property
    def title(self) -> str:
        """The scenario's title, in English if it has an English one."""
        return one_name(self.prepared.loaded.header.title)

    @property
    def exercise(self) -> str:
        """The name of the exercise that it is played under."""
        return self.prepared.loaded.header.exercise

    @property
    def countries(self) -> tuple[str, ...]:
        """Who gets a feed, such as ``("JPN", "KOR", "USA")``."""
        return self.prepared.recipients

    @property
    def starts_us(self) -> int:
        """The moment at which it begins."""
        return self.prepared.loaded.header.starts.us

    @property
    def offset_s(self) -> int:
        """Seconds east of UTC that its times are written in."""
        return self.prepared.loaded.header.starts.offset_s


@dataclass(frozen=True)
class PlannedMessage:
    """One message of one country's feed, as it is planned.

    ``time_us`` and ``due_us`` are scenario time in microseconds since 1970.
    """

    recipient: str
    """the country that gets it"""
    sequence: int
    """its number on that country's feed, if nothing else is done to the run"""
    key: str
    """event.originator.n: the same for every recipient, epoch and run"""
    kind: str
    """``launch``, ``track``, ``alert`` and so on"""
    act: str
    """``alert``, ``update``, ``cancel`` or ``all-clear``"""
    event: str
    """the event that it is about"""
    originator: str
    """the country that reports"""
    time_us: int
    """when the originator reports it"""
    due_us: int
    """when this recipient gets it"""
    arrangement: str
    """what allows it: an arrangement, ``own`` or ``public``"""
    path: tuple[str, ...]
    """the countries that it passes"""
    late: bool
    """whether it waits for a link that is down: it is no news then"""
    references: tuple[str, ...]
    """the keys of the messages that it updates, cancels or ends"""
    data: dict[str, Any]
    """the body, as JSON; do not change it"""

    @property
    def body(self) -> Model:
        """The body as the pydantic model of its kind, such as ``feed.model.alert.AlertBody``."""
        return typed_body(self.kind, self.data)

    @classmethod
    def of(cls, delivery: Delivery, sequence: int) -> "PlannedMessage":
        """Return a delivery of the plan, with its number."""
        message = delivery.message
        return cls(
            recipient=delivery.recipient,
            sequence=sequence,
            key=message.key,
            kind=message.kind,
            act=message.type,
            event=message.event,
            originator=message.originator,
            time_us=message.at,
            due_us=delivery.due,
            arrangement=delivery.arrangement,
            path=tuple(delivery.path),
            late=delivery.late,
            references=tuple(delivery.references),
            data=message.data,
        )


def load(
    scenario: str | Path,
    *,
    arrangements: str | Path | None = None,
    exercise: str | None = None,
    as_of: str | None = None,
    countries: Sequence[str] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> LoadedScenario:
    """Read and check a scenario.

    Args:
        scenario: a file (YAML, JSON, JSON Lines) or a name of the library.
        arrangements: a file of participants, links and arrangements; None: those on public record.
        exercise: the name to play under; None: the one in the file.
        as_of: a date, such as ``"2015-06-01"``, whose arrangements are used throughout; None: those
            in force at each moment.
        countries: the only recipients, such as ``["JPN"]``; None: those of the scenario.
        variables: values of its ``vars`` in place of their defaults, such as ``{"site": "Sunan"}``.

    Raises:
        ScenarioError: something in the file is wrong; ``problems`` has all of it.
        UsageError: no scenario has this name, or a country or date makes no sense.
        FilesError: a file cannot be read.
    """
    prepared = prepare(
        str(scenario),
        arrangements=None if arrangements is None else Path(arrangements),
        exercise=exercise,
        as_of=as_of,
        countries=countries,
        variables=variables or {},
    )
    return LoadedScenario(prepared, as_of)


def check(
    scenario: str | Path,
    *,
    arrangements: str | Path | None = None,
    variables: Mapping[str, Any] | None = None,
) -> list[Problem]:
    """Return everything that is wrong with a scenario file; nothing if it can be played.

    Each ``Problem`` has ``path``, ``line`` and ``column`` (from 1) and ``text``: what is wrong and
    what to do.

    Args:
        scenario: a file or a name of the library.
        arrangements: as for ``feed.load``.
        variables: as for ``feed.load``.

    Raises:
        UsageError: no scenario has this name, or it has no such variable.
        ScenarioError: the arrangements are wrong.
    """
    agreed = load_arrangements(None if arrangements is None else Path(arrangements))
    try:
        path, shown = find(str(scenario))
    except ScenarioError as error:
        return list(error.problems)
    except FilesError as error:
        return [Problem(error.path, 1, 1, error.text)]
    return problems_of(path, agreed, shown=shown, given=variables or {})


def plan(
    story: LoadedScenario | str | Path,
    *,
    country: str | None = None,
    start_offset: str | None = None,
    until: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Iterator[PlannedMessage]:
    """Yield what each country gets, in the order in which it is sent; nothing is played.

    The messages are made while they are read, so a long scenario takes little memory.

    Args:
        story: what ``feed.load`` returned, or what it takes.
        country: only what this one gets, such as ``"JPN"``; None: everybody.
        start_offset: a moment before which nothing is sent, such as ``"+10m"`` or ``"08:24"``.
        until: a moment after which nothing is sent.
        variables: as for ``feed.load``, of a scenario that is not loaded yet.

    Raises:
        UsageError: a moment makes no sense, or nothing is due in that part.
        ScenarioError, FilesError: as ``feed.load``.
    """
    prepared = story_of(story, variables).prepared
    begin, end = prepared.span(start_offset, until)
    return _planned(prepared, country, begin, end)


def _planned(
    prepared: Prepared, country: str | None, begin: int | None, end: int | None
) -> Iterator[PlannedMessage]:
    numbers: Counter[str] = Counter()
    for delivery in prepared.plan().deliveries():
        if begin is not None and delivery.due < begin:
            continue
        if end is not None and delivery.due > end:
            break
        numbers[delivery.recipient] += 1
        if country is None or delivery.recipient == country.upper():
            yield PlannedMessage.of(delivery, numbers[delivery.recipient])


def story_of(
    story: LoadedScenario | str | Path, variables: Mapping[str, Any] | None = None
) -> LoadedScenario:
    """Return a story, read if it is named; UsageError for variables of one that was read."""
    if not isinstance(story, LoadedScenario):
        return load(story, variables=variables)
    if variables:
        raise UsageError("a scenario that is loaded has its variables; give them to 'feed.load'")
    return story
