"""One launch as one country knows it: phase, position, impact, and each originator's word."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from feed.core.knowledge import (
    Heard,
    KnownEnd,
    KnownReport,
    Measured,
    moment,
    texts_of,
)
from feed.model.members import member, number
from feed.model.message import OWN, PUBLIC
from feed.model.time import SECOND

__all__ = [
    "Freshness",
    "How",
    "ImpactPoint",
    "LaunchNow",
    "Phase",
    "Position",
    "Word",
    "launch_now",
]

Phase = Literal["detected", "tracked", "down", "lost", "passed", "in-orbit"]
"""``passed``: the time of the predicted impact is over, and nobody says that it came down."""
Freshness = Literal["fresh", "stale", "late"]
How = Literal["own", "shared", "public"]

_LATE = 300 * SECOND
"""A word that was longer under way tells of the past, unless an impact is still ahead."""


@dataclass(frozen=True)
class Position:
    """Where an object was, at the moment at which that was measured."""

    lon: float
    lat: float
    altitude_m: float | None
    measured: int
    age_s: float
    phase: str
    """``boost``, ``midcourse``, ``re-entry``, ``level`` or ``orbit``"""
    error_m: float | None
    originator: str
    freshness: Freshness


@dataclass(frozen=True)
class ImpactPoint:
    """Where and when an object comes down, or did."""

    state: Literal["predicted", "observed"]
    lon: float
    lat: float
    radius_m: float | None
    at: int
    left_s: float
    """negative: so long ago"""
    uncertainty_s: float | None
    originator: str
    said: int
    """when it was reckoned"""


@dataclass(frozen=True)
class Word:
    """What one originator says of a launch, to one country."""

    originator: str
    how: How
    arrangement: str
    path: tuple[str, ...]
    since: int
    """when this country first heard it from this originator"""
    state: str
    """``detected``, ``tracked``, ``lost``, ``down`` or ``in-orbit``; empty if it has not said"""
    newest: int
    """the moment that its newest word is about"""
    age_s: float
    under_way_s: float
    """how long its newest word was under way"""
    freshness: Freshness
    position: Position | None
    impact: ImpactPoint | None
    ended: str
    """``cancel`` (it was wrong) or ``all-clear`` (it is over), once it has said so"""


@dataclass(frozen=True)
class LaunchNow:
    """One launch as one country knows it."""

    event: str
    parent: str | None
    vehicle: str
    """its class"""
    name: str | None
    """as claimed"""
    site: str
    site_names: Mapping[str, str]
    """by language, where it has a name in others than English"""
    site_lon: float | None
    site_lat: float | None
    launched: int
    t_plus_s: float
    phase: Phase
    freshness: Freshness
    """of the freshest word"""
    age_s: float
    late: bool
    """something came after the event was over for this country, or all of it tells of the past"""
    since: int
    """when this country first heard of it"""
    how: How
    arrangement: str
    path: tuple[str, ...]
    position: Position | None
    impact: ImpactPoint | None
    words: tuple[Word, ...]
    """the freshest first"""
    over: int | None
    """when this country heard that it is over"""
    over_by: str


def launch_now(known: KnownReport, now: int) -> LaunchNow:
    """Return a launch as it is known at a moment."""
    words = sorted(
        (_word(heard, known.end, now) for heard in known.heard.values()),
        key=lambda word: word.newest,
        reverse=True,
    )
    # What was withdrawn tells of nothing, unless all of it was.
    right = [word for word in words if word.ended != "cancel"] or words
    positions = [word.position for word in right if word.position is not None]
    position = min(positions, key=_position_order, default=None)
    impact = _best([word.impact for word in right if word.impact is not None], position)
    data = _data(known)
    launched = moment(data.get("when"), known.first.message.at)
    phase = _phase(right, position, impact)
    late = known.late or _came_late(words, impact)
    freshness: Freshness = "late" if late else words[0].freshness
    first = known.first
    return LaunchNow(
        event=known.event,
        parent=_text(data.get("parent")),
        vehicle=_text(member(data, "vehicle", "class")) or "",
        name=_text(member(data, "vehicle", "name")),
        site=_text(member(data, "site", "name")) or "",
        site_names=texts_of(member(data, "site", "names")),
        site_lon=_coordinate(member(data, "site", "point"), 0),
        site_lat=_coordinate(member(data, "site", "point"), 1),
        launched=launched,
        t_plus_s=(now - launched) / SECOND,
        phase=phase,
        freshness=freshness,
        age_s=words[0].age_s,
        late=late,
        since=first.due,
        how=_how(first.arrangement),
        arrangement=first.arrangement,
        path=first.path,
        position=position,
        impact=impact,
        words=tuple(words),
        over=None if known.end is None else known.end.due,
        over_by="" if known.end is None else known.end.act,
    )


def _came_late(words: list[Word], impact: ImpactPoint | None) -> bool:
    """Tell whether all that is known tells of the past."""
    if impact is not None and impact.left_s > 0:
        return False
    return all(word.under_way_s * SECOND > _LATE for word in words)


def _word(heard: Heard, end: KnownEnd | None, now: int) -> Word:
    launch = heard.launch
    freshness: Freshness = "fresh" if now - heard.newest < heard.fresh_for() else "stale"
    if end is not None and heard.newest <= end.at and heard.last > end.due:
        freshness = "late"
    newest = max(
        (each for each in (heard.launch, heard.track, heard.impact) if each is not None),
        key=lambda each: (each.at, each.due),
    )
    return Word(
        originator=heard.originator,
        how=_how(heard.arrangement),
        arrangement=heard.arrangement,
        path=heard.path,
        since=heard.since,
        state=(_text(launch.message.data.get("state")) or "") if launch else "",
        newest=heard.newest,
        age_s=(now - heard.newest) / SECOND,
        under_way_s=(newest.due - newest.message.at) / SECOND,
        freshness=freshness,
        position=_position(heard, now),
        impact=_impact(heard, now),
        ended=heard.ended,
    )


def _position(heard: Heard, now: int) -> Position | None:
    track = heard.track
    if track is None:
        return None
    data = track.message.data
    lon, lat = (_coordinate(data.get("position"), axis) for axis in (0, 1))
    if lon is None or lat is None:
        return None
    return Position(
        lon=lon,
        lat=lat,
        altitude_m=number(data.get("altitude_m")),
        measured=track.at,
        age_s=(now - track.at) / SECOND,
        phase=_text(data.get("phase")) or "",
        error_m=number(member(data, "quality", "error_m")),
        originator=heard.originator,
        freshness="fresh" if now - track.at < heard.fresh_for() else "stale",
    )


def _impact(heard: Heard, now: int) -> ImpactPoint | None:
    said = heard.impact
    if said is None:
        return None
    data = said.message.data
    lon, lat = (_coordinate(data.get("point"), axis) for axis in (0, 1))
    if lon is None or lat is None:
        return None
    at = moment(data.get("time"), said.at)
    return ImpactPoint(
        state="observed" if data.get("state") == "observed" else "predicted",
        lon=lon,
        lat=lat,
        radius_m=number(member(data, "area", "radius_m")),
        at=at,
        left_s=(at - now) / SECOND,
        uncertainty_s=number(data.get("uncertainty_s")),
        originator=heard.originator,
        said=said.at,
    )


def _position_order(position: Position) -> tuple[int, float, str]:
    """Order the last that was measured first, the surest of one moment before the others."""
    return -position.measured, _spread(position.error_m), position.originator


def _best(impacts: list[ImpactPoint], position: Position | None) -> ImpactPoint | None:
    """Return what was observed, else what is predicted by who saw the object last, else the surest.

    The page tells by the same rule, of what is retained as well, which has no time of each word.
    """
    seer = None if position is None else position.originator

    def order(impact: ImpactPoint) -> tuple[bool, bool, float, str]:
        predicted, other = impact.state != "observed", impact.originator != seer
        return predicted, other, _spread(impact.radius_m), impact.originator

    return min(impacts, key=order, default=None)


def _spread(metres: float | None) -> float:
    return inf if metres is None else metres


def _phase(words: list[Word], position: Position | None, impact: ImpactPoint | None) -> Phase:
    states = {word.state for word in words}
    if "down" in states or (impact is not None and impact.state == "observed"):
        return "down"
    if "in-orbit" in states:
        return "in-orbit"
    if impact is not None and impact.left_s + (impact.uncertainty_s or 0) < 0:
        return "passed"
    # Who has not lost it sees it, whatever somebody else lost.
    seeing = {word.state for word in words if not word.ended} - {"lost", ""}
    if "lost" in states and not seeing:
        return "lost"
    return "tracked" if position is not None or "tracked" in states else "detected"


def _data(known: KnownReport) -> dict[str, Any]:
    """Return the newest body of the launch's own kind; empty if only its track is known."""
    own = [heard.launch for heard in known.heard.values() if heard.launch is not None]
    newest: Measured | None = max(own, key=lambda each: each.at, default=None)
    return {} if newest is None else newest.message.data


def _how(arrangement: str) -> How:
    return "own" if arrangement == OWN else "public" if arrangement == PUBLIC else "shared"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _coordinate(point: Any, axis: int) -> float | None:
    place = member(point, "coordinates")
    if not isinstance(place, list) or len(place) <= axis:
        return None
    found = number(place[axis])
    most = 90.0 if axis else 180.0
    return found if found is not None and abs(found) <= most else None
