"""What each country knows of each launch, when, and how much of the flight, date by date.

Only reports count, of launches, tracks and impacts, that say something is there: what is public,
what cancels, and what gives the all-clear is no warning.  Every number is read off the deliveries
themselves, so that each can be followed with ``explain``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from feed.core.event_stream import EventStream
from feed.core.flights import contacts_of, flights_of, object_ids
from feed.core.plan import Plan
from feed.core.sharing import Decision
from feed.core.tracking import spans_of
from feed.flight.flight import FlyingObject
from feed.flight.trajectory import End
from feed.model.arrangement import Arrangements
from feed.model.launch import Launch
from feed.model.message import WARNING_DATA, Message
from feed.model.time import SECOND, instant_of

__all__ = [
    "ELEMENTS",
    "Awareness",
    "Compared",
    "ComparedAnswer",
    "Subject",
    "Warned",
    "compare",
    "is_warning",
    "seconds_in_view",
    "subject_of",
    "subjects",
]

ELEMENTS = {"launch": "launch point", "track": "track", "impact": "predicted impact"}
"""What a warning can contain: by the kind of the report that brings it."""


class Subject(NamedTuple):
    """One object of a launch, as a question; times are microseconds since 1970."""

    event: str
    launch: Launch
    objects: frozenset[str]
    """the events whose reports warn of it: itself, and the pieces that it came apart into"""
    launched: int
    offset_s: int
    every: int
    """how often it is tracked"""
    first: int
    last: int
    """its moments of track: these multiples of ``every`` since the launch, and all between"""
    ends: int | None
    """when its path ends, in whatever way; None: the file gives no flight"""
    end: End | None
    impact: int | None
    """when it comes down; None: it does not, or nobody can say"""
    flying: FlyingObject | None

    @property
    def moments(self) -> int:
        """How many moments of track its flight has."""
        return max(0, self.last - self.first + 1)


class Warned(NamedTuple):
    """The moment at which a country got something, and from where; microseconds since 1970."""

    due: int
    message: str
    """the key of the report"""
    originator: str
    arrangement: str
    path: tuple[str, ...]


class ComparedAnswer(NamedTuple):
    """What one country knew of one object."""

    country: str
    first: Warned | None
    """the first warning; None: it never heard of it"""
    contained: tuple[str, ...]
    """the kinds of all reports that were due at the moment of the first"""
    elements: Mapping[str, Warned]
    """by kind, what first brought it; an impact counts only while it is predicted"""
    own: int
    """at how many moments of the flight it has a position of its own"""
    before_impact: int | None
    """… or of anybody, by the time of the impact; None: there is no impact"""
    ever: int
    """… or of anybody, sooner or later"""


class Compared(NamedTuple):
    """One launch, and the answers under each of some arrangements, in the order of both."""

    subject: Subject
    answers: tuple[tuple[ComparedAnswer, ...], ...]


@dataclass
class Awareness:
    """What one country gets to know of one object; it is told of each report as it is decided."""

    country: str
    subject: Subject
    _first: Warned | None = None
    _contained: set[str] = field(default_factory=set)
    _elements: dict[str, Warned] = field(default_factory=dict)
    _own: set[int] = field(default_factory=set)
    _before: set[int] = field(default_factory=set)
    _ever: set[int] = field(default_factory=set)

    def take(self, message: Message, decision: Decision) -> None:
        """Take in a report of the object, if it is a warning and reaches the country."""
        due = decision.due
        if due is None or not is_warning(message):
            return
        warned = Warned(due, message.key, message.originator, decision.arrangement, decision.path)
        if self._first is None or due < self._first.due:
            self._first, self._contained = warned, set()
        if due == self._first.due:
            self._contained.add(message.kind)
        if message.kind == "impact" and message.data.get("state") != "predicted":
            return
        known = self._elements.get(message.kind)
        if known is None or due < known.due:
            self._elements[message.kind] = warned
        if message.kind == "track" and message.event == self.subject.event:
            self._see(message, due)

    def _see(self, message: Message, due: int) -> None:
        measured = instant_of(dt.datetime.fromisoformat(message.data["time"])).us
        moment = round((measured - self.subject.launched) / self.subject.every)
        self._ever.add(moment)
        if message.originator == self.country:
            self._own.add(moment)
        if self.subject.impact is not None and due <= self.subject.impact:
            self._before.add(moment)

    def answer(self) -> ComparedAnswer:
        """Return what was taken in."""
        return ComparedAnswer(
            country=self.country,
            first=self._first,
            contained=tuple(kind for kind in ELEMENTS if kind in self._contained),
            elements={kind: self._elements[kind] for kind in ELEMENTS if kind in self._elements},
            own=len(self._own),
            before_impact=None if self.subject.impact is None else len(self._before),
            ever=len(self._ever),
        )


def is_warning(message: Message) -> bool:
    """Tell whether a message says that something was launched, flies, or will come down."""
    return message.kind in WARNING_DATA and message.type in {"alert", "update"}


def subjects(event_stream: EventStream) -> Iterator[Subject]:
    """Yield the launches of a story, in order of time; their pieces count to them."""
    for event in event_stream.events(0):
        if isinstance(event, Launch):
            yield subject_of(event, event.id, event_stream)


def subject_of(launch: Launch, event: str, event_stream: EventStream) -> Subject:
    """Return an object of a launch (the launch itself, a stage, a piece) as a question."""
    zero = launch.at.resolve(event_stream.start)
    objects = flights_of(launch, event_stream.header.seed)
    flying = next((each for each in objects if each.name == event), None)
    bare = Subject(
        event=event,
        launch=launch,
        objects=frozenset(object_ids(launch) if event == launch.id else (event,)),
        launched=zero.us,
        offset_s=zero.offset_s,
        every=launch.track.every,
        first=0,
        last=-1,
        ends=None,
        end=None,
        impact=None,
        flying=flying,
    )
    if flying is None:
        return bare
    born = round(flying.start_s * SECOND)
    gone = _down(flying)
    impact = gone if flying.trajectory.end is End.IMPACT else None
    if impact is None and flying.parent is None:
        impact = _rest_comes_down(launch, objects)
    return bare._replace(
        first=-(-born // bare.every),
        last=gone // bare.every,
        ends=zero.us + gone,
        end=flying.trajectory.end,
        impact=None if impact is None else zero.us + impact,
    )


def _down(flying: FlyingObject) -> int:
    return round((flying.start_s + flying.trajectory.duration_s) * SECOND)


def _rest_comes_down(launch: Launch, objects: Sequence[FlyingObject]) -> int | None:
    """Return when the first of what is left of a vehicle falls, since the launch.

    Stages that drop as planned are not left of it.  What was only lost from view stays on its
    course.
    """
    assert launch.flight is not None
    rest = objects[1 + len(launch.flight.drop_zones) :]
    falls = [_down(each) for each in rest if each.trajectory.end is End.IMPACT]
    if falls:
        return min(falls)
    course = objects[0].course
    if objects[0].trajectory.end is not End.LOST or course.impact is None:
        return None
    return round(course.duration_s * SECOND)


def seconds_in_view(
    subject: Subject, event_stream: EventStream, arrangements: Arrangements
) -> dict[str, float]:
    """Return by country how many seconds of the flight its own sensors have it in view."""
    views = contacts_of(subject.launch, event_stream.start, arrangements, subject.flying)
    return {
        country: sum(span.until - span.since for span in spans_of(contacts, 0)) / SECOND
        for country, contacts in views.items()
    }


def compare(plans: Sequence[Plan]) -> tuple[Compared, ...]:
    """Return what each recipient knew of each launch, under the arrangements of each plan.

    The plans are of one story; they differ in nothing but who shares what.
    """
    event_stream = plans[0].event_stream
    asked = list(subjects(event_stream))
    known = {
        subject.event: [
            [Awareness(country, subject) for country in plan.sharing.recipients] for plan in plans
        ]
        for subject in asked
    }
    owner = {event: subject.event for subject in asked for event in subject.objects}
    for message in plans[0].messages():
        launch = owner.get(message.event)
        if launch is None or not is_warning(message):
            continue
        for plan, countries in zip(plans, known[launch], strict=True):
            for knowledge in countries:
                knowledge.take(message, plan.sharing.decide(message, knowledge.country))
    return tuple(
        Compared(
            subject,
            tuple(
                tuple(knowledge.answer() for knowledge in countries)
                for countries in known[subject.event]
            ),
        )
        for subject in asked
    )
