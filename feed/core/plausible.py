"""What can be played, but is probably not what was meant: warnings, each with its reason.

They need the whole story in memory and some of them fly every launch, so they are for ``feed
check`` and not for whoever plays.  Each is one small function in ``WARNED_OF``,
or in ``plausible_texts.py`` if texts alone show it.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from geographiclib.geodesic import Geodesic

from feed.core.flights import flight_problem, flights_of
from feed.core.plausible_texts import WARNED_OF_TEXTS, by_language
from feed.flight.earth import GRAVITY_M3_S2, MEAN_RADIUS_M
from feed.flight.flight import FlyingObject, profile_of
from feed.flight.trajectory import End
from feed.flight.vehicle import Profile, vehicle_class
from feed.model.alert import Alert
from feed.model.check_context import Steps
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.launch import Launch
from feed.model.plausibility import Unlikely
from feed.model.quoting import quoted
from feed.model.scenario import Header
from feed.model.time import SECOND, Moment, rfc3339

__all__ = ["NEAR_KM", "OnLand", "warnings_of"]

OnLand = Callable[[float, float], bool]
"""Whether a place (longitude, latitude, degrees) is on land."""
Warnings = Iterator[Unlikely]

FASTEST_M_S = 8_500.0
"""More than any missile needs: a low orbit takes 7.9 km/s."""
LOW_KM = 1_500.0
"""No ballistic class stays as low as it must steer for further than this."""
SHORT_KM = 1_000.0
"""An arc of a short-range missile ends here, by the definition of the class, with a margin of:"""
MARGIN = 1.5
NEAR_KM = 2_000.0
"""An area further away than this from everything below a flight has no part in it."""
SLACK_S = 180.0
"""Moments are on record by the minute, and the flights of the model are some per cent off."""
COASTAL_KM = 30.0
"""The coastlines are rounded, and an impact has an error: so near to the sea nobody can tell."""
_STEP_S = 10.0


@dataclass(frozen=True)
class Story:
    """All that the warnings look at."""

    header: Header
    events: Sequence[EventBase]
    on_land: OnLand

    @cached_property
    def launches(self) -> dict[str, Launch]:
        """The launches that can be flown, by their ids."""
        return {
            event.id: event
            for event in self.events
            if isinstance(event, Launch) and event.flight and flight_problem(event) is None
        }

    @cached_property
    def alerts(self) -> dict[str, Alert]:
        """The alerts, by their ids."""
        return {event.id: event for event in self.events if isinstance(event, Alert)}

    @cached_property
    def corrections(self) -> dict[str, list[Correction]]:
        """The corrections of each event."""
        found: dict[str, list[Correction]] = {}
        for event in self.events:
            if isinstance(event, Correction):
                found.setdefault(event.of, []).append(event)
        return found

    def objects(self, launch: Launch) -> tuple[FlyingObject, ...]:
        """Return what flies of a launch."""
        return flights_of(launch, self.header.seed)

    def moment(self, when: Moment) -> int:
        """Return an author's moment in microseconds since 1970."""
        return when.resolve(self.header.starts).us


def warnings_of(header: Header, events: Sequence[EventBase], on_land: OnLand) -> list[Unlikely]:
    """Return what is probably not what was meant, without what the author has accepted."""
    story = Story(header, events, on_land)
    found = [warned for each in WARNED_OF_TEXTS for warned in each(header)]
    for index, event in enumerate(events):
        accepted = set(event.accept)
        raised = [warned for each in WARNED_OF for warned in each(event, story)]
        raised += [warned for each in WARNED_OF_TEXTS for warned in each(event)]
        found += [
            warned._replace(steps=("events", index, *warned.steps))
            for warned in raised
            if warned.code not in accepted
        ]
    return found


# -- flights ---------------------------------------------------------------------------------------


def _flight_of_class(event: EventBase, story: Story) -> Warnings:
    if not isinstance(event, Launch) or event.id not in story.launches or event.flight is None:
        return
    range_km, apogee_km, kind = event.flight.range_km, event.flight.apogee_km, event.vehicle.class_
    if range_km is None or apogee_km is None:
        return
    if vehicle_class(kind).profile is not Profile.BALLISTIC:
        return
    shown = f"{range_km:g} km far and {apogee_km:g} km high"
    if profile_of(kind, range_km, apogee_km) is Profile.QUASI_BALLISTIC:
        if range_km > LOW_KM:
            text = (
                f"{shown} is too flat for an arc, and no {kind} steers so low for more than "
                f"{LOW_KM:g} km; is the apogee right, or is the class cruise or hgv?"
            )
            yield Unlikely(("flight", "apogee_km"), "flight-of-class", text)
        return
    speed = _speed_m_s(range_km, apogee_km)
    if speed > FASTEST_M_S:
        text = (
            f"{shown} takes {speed / 1000:.1f} km/s at the ground, more than a satellite needs "
            "(7.9); are both figures in kilometres?"
        )
        yield Unlikely(("flight", "apogee_km"), "flight-of-class", text)
    elif kind == "srbm" and (reach := _reach_km(speed)) > SHORT_KM * MARGIN:
        text = (
            f"{shown} takes the speed of a missile that can fly {reach:,.0f} km, and srbm means "
            f"up to {SHORT_KM:,.0f} km; check the figures, or the class"
        )
        yield Unlikely(("flight", "apogee_km"), "flight-of-class", text)


def _speed_m_s(range_km: float, apogee_km: float) -> float:
    """Return the speed at the ground of a drag-free arc with an apogee and a range.

    From the conservation of energy and of angular momentum on a sphere, with the half angle at the
    centre of the Earth (Bate, Mueller and White, chapter 6).
    """
    half = range_km * 1000 / MEAN_RADIUS_M / 2
    radius, top = MEAN_RADIUS_M, MEAN_RADIUS_M + apogee_km * 1000
    # The ground lies at the true anomaly pi - half: r = p / (1 - e cos half), top = p / (1 - e).
    denominator = top - radius * math.cos(half)
    eccentricity = (top - radius) / denominator
    major = top / (1 + eccentricity)
    return math.sqrt(GRAVITY_M3_S2 * (2 / radius - 1 / major))


def _reach_km(speed_m_s: float) -> float:
    """Return the longest range of a speed at the ground, drag-free; infinite if it orbits."""
    ratio = speed_m_s**2 * MEAN_RADIUS_M / GRAVITY_M3_S2
    if ratio >= 1:
        return math.inf
    return 2 * MEAN_RADIUS_M / 1000 * math.asin(ratio / (2 - ratio))


# Words for a fall, and for the sea, in the languages of the library.
_FALLS = re.compile(
    r"\b(f[ae]ll\w*|splash\w*|impact\w*|c[ao]me down|landed)\b|落下|着水|낙하|탄착|떨어",
    re.IGNORECASE,
)
_SEA = re.compile(
    r"\b(sea|ocean|waters?|EEZ|pacific)\b|海|水域|태평양|해상|바다|동해|서해", re.IGNORECASE
)
_LAND = re.compile(r"\b(land|ashore|ground|inland)\b|陸|육지|지상", re.IGNORECASE)


def _impact_on_land(event: EventBase, story: Story) -> Warnings:
    launch = story.launches.get(event.id if isinstance(event, Launch) else _about(event))
    if launch is None:
        return
    impact = story.objects(launch)[0].trajectory.impact
    said = list(_at_sea(event))
    if impact is None or not said or not _inland(impact, story.on_land):
        return
    lon, lat = impact
    where = f"{abs(lat):.2f} {'NS'[lat < 0]} {abs(lon):.2f} {'EW'[lon < 0]}"
    for steps, part in said:
        text = f"{quoted(launch.id)} comes down on land ({where}), and {quoted(part)} says sea"
        yield Unlikely(steps, "impact-on-land", f"{text}; check azimuth_deg and range_km")


def _at_sea(event: EventBase) -> Iterator[tuple[Steps, str]]:
    """Yield the first sentence of each text that says that something falls into the sea."""
    for steps, _, text in by_language(event):
        for part in re.split(r"[.。;]", text):
            if _FALLS.search(part) and _SEA.search(part) and not _LAND.search(part):
                yield steps, part.strip()
                break


def _about(event: EventBase) -> str:
    """Return the event that an event is about; empty if it is about none."""
    return getattr(event, "about", None) or ""


def _inland(place: tuple[float, float], on_land: OnLand) -> bool:
    """Tell if a place is on land, and everything around it too."""
    lon, lat = place
    around = (
        Geodesic.WGS84.Direct(lat, lon, bearing, COASTAL_KM * 1000) for bearing in range(0, 360, 45)
    )
    return on_land(lon, lat) and all(on_land(point["lon2"], point["lat2"]) for point in around)


# -- alerts ----------------------------------------------------------------------------------------


def _far_area(event: EventBase, story: Story) -> Warnings:
    launch = story.launches.get(_about(event)) if isinstance(event, Alert) else None
    if launch is None or not isinstance(event, Alert):
        return
    ground = _ground(launch, story)
    for n, area in enumerate(event.areas):
        for lon, lat in _points_of(area):
            distance = min(_distance_km(lon, lat, *place) for place, _ in ground)
            if distance > NEAR_KM:
                text = (
                    f"{quoted(area.name)} is {distance:,.0f} km away from the path of "
                    f"{quoted(launch.id)}, which the alert is about; check the point, or the flight"
                )
                yield Unlikely(("areas", n), "far-area", text)
                break


def _early_all_clear(event: EventBase, story: Story) -> Warnings:
    if not isinstance(event, Correction) or event.as_ != "all-clear":
        return
    alert = story.alerts.get(event.of)
    launch = None if alert is None else story.launches.get(_about(alert))
    if alert is None or launch is None:
        return
    trajectory = story.objects(launch)[0].trajectory
    zero, at = story.moment(launch.at), story.moment(event.at)
    down = zero + round(trajectory.duration_s * SECOND)
    if trajectory.end is not End.IMPACT or at >= down:
        return
    passed = _passed(alert, launch, story)
    if passed is None and event.reason == "threat-passed":
        return  # where the areas are is not known
    if passed is None or at < zero + round((passed - SLACK_S) * SECOND):
        shown = rfc3339(down, story.header.starts.offset_s)
        text = (
            f"this all-clear comes before {quoted(launch.id)} is down ({shown}), or past the "
            "areas; let it come later, or make it 'as: cancel'"
        )
        yield Unlikely(("at",), "early-all-clear", text)


def _passed(alert: Alert, launch: Launch, story: Story) -> float | None:
    """Return the second at which an object is nearest to the last of the areas; None if unknown."""
    points = [point for area in alert.areas for point in _points_of(area)]
    nearest = [
        min((_distance_km(lon, lat, *place), second) for place, second in _ground(launch, story))
        for lon, lat in points
    ]
    return max((second for far, second in nearest if far <= NEAR_KM), default=None)


def _ground(launch: Launch, story: Story) -> list[tuple[tuple[float, float], float]]:
    """Return places below the course of a launch, and their seconds."""
    course = story.objects(launch)[0].course
    seconds = np.arange(0.0, course.duration_s + _STEP_S, max(_STEP_S, course.duration_s / 200))
    states = course.sample(seconds)
    places = zip(states.lon_deg.tolist(), states.lat_deg.tolist(), strict=True)
    return list(zip(places, seconds.tolist(), strict=True))


def _points_of(area: object) -> list[tuple[float, float]]:
    """Return the place of an area, if it has one: longitude and latitude."""
    point = getattr(area, "point", None) or getattr(getattr(area, "circle", None), "center", None)
    return [] if point is None else [(point.lon, point.lat)]


def _distance_km(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Return the great-circle distance (haversine), good to half a percent."""
    east, north = math.radians(to_lon - lon) / 2, math.radians(to_lat - lat) / 2
    chord = (
        math.sin(north) ** 2
        + math.cos(math.radians(lat)) * math.cos(math.radians(to_lat)) * math.sin(east) ** 2
    )
    return 2 * MEAN_RADIUS_M / 1000 * math.asin(min(1.0, math.sqrt(chord)))


def _no_end(event: EventBase, story: Story) -> Warnings:
    if not isinstance(event, Alert) or event.expires is not None or event.response == "AllClear":
        return
    ended = {"cancel", "all-clear"}
    if not any(one.as_ in ended for one in story.corrections.get(event.id, ())):
        text = (
            "nothing ends this alert; give it 'expires', or a correction 'as: cancel' or "
            "'as: all-clear'; if its end is not on record, 'accept: [no-end]'"
        )
        yield Unlikely(("alert",), "no-end", text)


WARNED_OF: tuple[Callable[[EventBase, Story], Warnings], ...] = (
    _flight_of_class,
    _impact_on_land,
    _far_area,
    _early_all_clear,
    _no_end,
)
