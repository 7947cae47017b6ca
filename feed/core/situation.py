"""The situation: what a person has to know at a moment, for each country; and how it is folded.

    situations = Situations(countries, sharing)
    situations.take(delivery)                                # each one, as the pictures take them
    situation = situations.at(now, pictures, upcoming)       # whenever somebody looks

A position is the freshest by the moment at which it was *measured*, never by arrival.  What came
after its event was over for a country is *late*: it stands among what is over, and is never counted
as active.  A new epoch begins with new ``Situations``.  Moments are microseconds since 1970, ages
and times left are seconds.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feed.core.knowledge import Knowledge, KnownReport
from feed.core.launch_situation import ImpactPoint, LaunchNow, Position, Word, launch_now
from feed.core.picture import Picture, Shown
from feed.core.public_situation import (
    AgreementNow,
    AlertNow,
    MeetingNow,
    agreement_now,
    alert_now,
    meeting_now,
)
from feed.core.sharing import Sharing
from feed.model.event import LASTING
from feed.model.message import Delivery, Message
from feed.model.time import SECOND

__all__ = [
    "AgreementNow",
    "AlertNow",
    "CountrySituation",
    "ImpactPoint",
    "Knows",
    "LaunchNow",
    "MeetingNow",
    "Position",
    "Situation",
    "Situations",
    "Untold",
    "Upcoming",
    "Word",
]

_MOST_NEXT = 5
_MOST_OVER = 50
"""Of what is over so much is told."""
_MOST_LOOKED_AT = 2_000
"""Deliveries that are looked at to find what is next: tracks are passed over."""


@dataclass(frozen=True)
class Untold:
    """An originator's reports of an event that a country does not have."""

    originator: str
    expected: int | None
    """when the first of them is due; None: never"""
    why: str
    """why never, or by which arrangement it will come"""


@dataclass(frozen=True)
class Knows:
    """What one country knows of one launch, beside the others."""

    country: str
    since: int | None
    """None: it does not know yet"""
    arrangement: str
    path: tuple[str, ...]
    freshness: str
    """``fresh``, ``stale``, ``late``; empty if it does not know"""
    age_s: float | None
    """of its newest word, from the moment it was measured"""
    untold: tuple[Untold, ...] = ()
    """whose reports it does not have, of those that somebody has"""


@dataclass(frozen=True)
class Upcoming:
    """Something that will be received."""

    due: int
    in_s: float
    kind: str
    event: str
    act: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class CountrySituation:
    """What one country has to take as true."""

    country: str
    launches: tuple[LaunchNow, ...]
    """that are active, the latest first"""
    over: tuple[LaunchNow, ...]
    """that are over, or of which all tells of the past; the latest to end first"""
    alerts: tuple[AlertNow, ...]
    """that are on, the latest first"""
    alerts_over: tuple[AlertNow, ...]
    """that are over or withdrawn, the latest to end first"""
    meetings: tuple[MeetingNow, ...]
    agreements: tuple[AgreementNow, ...]
    unmatched: tuple[str, ...]
    """cancels and all-clears that ended nothing that was known"""


@dataclass(frozen=True)
class Situation:
    """What a person has to know at a moment."""

    now: int
    countries: tuple[CountrySituation, ...]
    knows: Mapping[str, tuple[Knows, ...]]
    """by launch that is active for somebody: every country"""
    next: tuple[Upcoming, ...]

    def of(self, country: str) -> CountrySituation:
        """Return the situation of one country."""
        return next(each for each in self.countries if each.country == country)


class Situations:
    """Knowledge of every country, and the situation at any moment."""

    def __init__(self, countries: Sequence[str], sharing: Sharing | None = None) -> None:
        """Begin with nothing known; with ``sharing`` it is said who will not be told, and why."""
        self.knowledge = {country: Knowledge(country) for country in countries}
        self._sharing = sharing
        self._untold: dict[tuple[str, str], Untold] = {}

    def take(self, delivery: Delivery) -> None:
        """Fold a delivery in."""
        knowledge = self.knowledge.get(delivery.recipient)
        if knowledge is not None:
            knowledge.take(delivery)

    def at(
        self, now: int, pictures: Mapping[str, Picture], upcoming: Iterable[Delivery] = ()
    ) -> Situation:
        """Return the situation at a scenario moment.

        ``pictures`` are those of the countries at that moment; of ``upcoming`` no more is read than
        is needed to say what is next.
        """
        countries = tuple(
            _country(knowledge, pictures[country], now)
            for country, knowledge in self.knowledge.items()
            if country in pictures
        )
        active = dict.fromkeys(launch.event for each in countries for launch in each.launches)
        return Situation(
            now=now,
            countries=countries,
            knows={event: self._knows(event, now) for event in active},
            next=_next(now, upcoming),
        )

    def _knows(self, event: str, now: int) -> tuple[Knows, ...]:
        firsts: dict[str, Message] = {}
        for knowledge in self.knowledge.values():
            known = knowledge.known.get(("launch", event))
            for heard in known.heard.values() if known else ():
                firsts.setdefault(heard.originator, heard.first)
        return tuple(self._one_knows(country, event, now, firsts) for country in self.knowledge)

    def _one_knows(
        self, country: str, event: str, now: int, firsts: Mapping[str, Message]
    ) -> Knows:
        known = self.knowledge[country].known.get(("launch", event))
        heard = known.heard if known else {}
        untold = tuple(
            self._why_untold(country, message)
            for originator, message in firsts.items()
            if originator not in heard and originator != country
        )
        if known is None:
            return Knows(country, None, "", (), "", None, untold)
        launch = launch_now(known, now)
        return Knows(
            country=country,
            since=known.first.due,
            arrangement=known.first.arrangement,
            path=known.first.path,
            freshness=launch.freshness,
            age_s=launch.age_s,
            untold=untold,
        )

    def _why_untold(self, country: str, message: Message) -> Untold:
        if self._sharing is None:
            return Untold(message.originator, None, "")
        key = (country, message.key)
        if key not in self._untold:
            decision = self._sharing.explain(message, country)
            why = decision.why if decision.due is None else decision.arrangement
            self._untold[key] = Untold(message.originator, decision.due, why)
            while len(self._untold) > _MOST_LOOKED_AT:
                del self._untold[next(iter(self._untold))]
        return self._untold[key]


def _country(knowledge: Knowledge, picture: Picture, now: int) -> CountrySituation:
    launches: list[LaunchNow] = []
    over: list[KnownReport] = []
    for known in _of_kind(knowledge, "launch"):
        launch = launch_now(known, now) if _stands(known, picture) else None
        if launch is not None and not launch.late:
            launches.append(launch)
        else:
            over.append(known)
    standing: dict[str, list[tuple[KnownReport, Shown]]] = {
        "alert": [],
        "meeting": [],
        "agreement": [],
    }
    for key, shown in picture.shown.items():
        found = knowledge.known.get(key)
        if found is not None and key[0] in standing and _stands(found, picture):
            standing[key[0]].append((found, shown))
    alerts = [alert_now(known, shown, now) for known, shown in standing["alert"]]
    alerts_over = [each for each in _of_kind(knowledge, "alert") if not _stands(each, picture)]
    return CountrySituation(
        country=knowledge.country,
        launches=tuple(sorted(launches, key=lambda each: each.launched, reverse=True)),
        over=tuple(launch_now(known, now) for known in _latest(over)),
        alerts=tuple(sorted(alerts, key=lambda each: each.since, reverse=True)),
        alerts_over=tuple(alert_now(known, None, now) for known in _latest(alerts_over)),
        meetings=tuple(meeting_now(known, shown) for known, shown in standing["meeting"]),
        agreements=tuple(agreement_now(known, shown) for known, shown in standing["agreement"]),
        unmatched=tuple(picture.unmatched[-_MOST_OVER:]),
    )


def _of_kind(knowledge: Knowledge, kind: str) -> list[KnownReport]:
    return [known for known in knowledge.known.values() if known.kind == kind]


def _latest(over: list[KnownReport]) -> list[KnownReport]:
    """Return the last of what is over, the latest first."""

    def ended(known: KnownReport) -> int:
        return known.first.due if known.end is None else known.end.due

    return sorted(over, key=ended, reverse=True)[:_MOST_OVER]


def _stands(known: KnownReport, picture: Picture) -> bool:
    return known.end is None and (known.kind, known.event) in picture.shown


def _next(now: int, upcoming: Iterable[Delivery]) -> tuple[Upcoming, ...]:
    """Return the next things that are more than another position of what is known."""
    found: dict[tuple[str, str, str, int], list[Delivery]] = {}
    for delivery in itertools.islice(upcoming, _MOST_LOOKED_AT):
        message = delivery.message
        routine = message.kind in LASTING and message.kind != LASTING[message.kind]
        if routine or delivery.due < now:
            continue
        slot = (message.kind, message.event, message.type, delivery.due)
        if slot not in found and len(found) == _MOST_NEXT:
            break
        found.setdefault(slot, []).append(delivery)
    return tuple(
        Upcoming(
            due=due,
            in_s=(due - now) / SECOND,
            kind=kind,
            event=event,
            act=act,
            recipients=tuple(sorted({each.recipient for each in deliveries})),
        )
        for (kind, event, act, due), deliveries in found.items()
    )
