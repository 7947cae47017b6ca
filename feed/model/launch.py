"""Launches: a site, a vehicle, a flight, and who saw it."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from feed.model.base import Country, Model, Point, Release, Site, Slug, Title
from feed.model.check_context import Steps
from feed.model.claim import ClaimBody
from feed.model.common import EventBase
from feed.model.impact import IMPACT
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.time import Duration, Instant, Moment, When, render_duration
from feed.model.track import TRACK

__all__ = ["LAUNCH", "Detection", "Flight", "Launch", "LaunchBody"]

_LEAST = 100_000
"""The shortest time between two reports of a track, microseconds."""
_Number = Field(default=None, allow_inf_nan=False)


class Vehicle(Model):
    """What was launched: its class, and the name that is claimed for it."""

    class_: Title = Field(alias="class", description="such as srbm, irbm, icbm-solid, cruise, slv")
    name: Title | None = Field(default=None, description="as claimed")


class BreakUp(Model):
    """An object that comes apart: each piece is an event of its own, with a parent."""

    at: Duration = Field(description="after the launch")
    pieces: int = Field(ge=2, le=50, description="how many objects come of it")
    spread_km: float = Field(
        default=30, gt=0, le=2000, allow_inf_nan=False, description="how far apart they come down"
    )


class DropZone(Point):
    """Where a stage of a space launch came down, and when."""

    stage: Title
    at: Duration = Field(description="after the launch")


class Orbit(Model):
    """The orbit that a space launch reached."""

    altitude_km: float = Field(
        gt=100, le=40_000, allow_inf_nan=False, description="of a circular orbit"
    )
    after: Duration = Field(description="from launch to orbit")


class Flight(Model):
    """The path of what was launched, in the figures that authorities publish."""

    azimuth_deg: float = Field(
        ge=0, le=360, allow_inf_nan=False, description="from north, clockwise"
    )
    range_km: float | None = Field(
        default=None, gt=0, le=19_000, allow_inf_nan=False, description="over the ground"
    )
    apogee_km: float | None = Field(
        default=None, gt=0, le=40_000, allow_inf_nan=False, description="greatest height"
    )
    time: Duration | None = Field(default=None, description="flight time, where it is published")
    lost: Duration | None = Field(
        default=None, description="after the launch: nobody sees it any longer (failure, or lost)"
    )
    break_up: BreakUp | None = Field(default=None, description="it comes apart")
    drop_zones: tuple[DropZone, ...] = Field(
        default=(), description="where stages of a space launch came down"
    )
    orbit: Orbit | None = Field(default=None, description="the orbit that it reached")
    assumed: tuple[
        Literal[
            "azimuth_deg",
            "range_km",
            "apogee_km",
            "time",
            "lost",
            "break_up",
            "drop_zones",
            "orbit",
        ],
        ...,
    ] = Field(default=(), description="which of these figures are assumed, not published")


def _not_too_often(value: int) -> int:
    if value < _LEAST:
        context = {"value": render_duration(value), "least": "100ms"}
        raise PydanticCustomError("short_duration", "{value}", context)
    return value


class Track(Model):
    """How often a track is reported."""

    every: Annotated[Duration, AfterValidator(_not_too_often)] = 5_000_000


class Detection(Model):
    """That a country saw the object, from when until when; in place of computed coverage."""

    country: Country
    at: When = Field(description="when it first reports")
    until: When | None = Field(default=None, description="when it loses the object")
    sensor_class: Title = "not stated"
    error_m: float = Field(
        default=1000,
        gt=0,
        allow_inf_nan=False,
        description="standard error of a position, in metres",
    )


class SiteBody(Model):
    """The place of a launch."""

    name: str
    names: dict[str, str] | None = Field(
        default=None, description="the name by language, if it has one in others than English"
    )
    point: dict[str, Any] = Field(description="GeoJSON Point, longitude first, WGS 84")
    approximate: bool | None = None


class VehicleBody(Model):
    """What was launched."""

    class_: str = Field(alias="class")
    name: str | None = Field(default=None, description="as claimed")


class LaunchBody(Model):
    """The body of a launch message."""

    when: str = Field(description="RFC 3339: the time of launch, as the scenario has it")
    site: SiteBody
    vehicle: VehicleBody
    count: int = Field(description="objects that this message is about")
    object: str = Field(description="the event of the object")
    track_number: str = Field(description="the originator's own number for the object")
    parent: str | None = Field(default=None, description="the event of which it is a piece")
    state: Literal["detected", "tracked", "lost", "down", "in-orbit"]
    sensor_class: str
    text: dict[str, str] | None = None
    reason: str | None = None
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None


_TERMS: Terms = {
    "en": {
        "detected": "detected",
        "tracked": "seen again",
        "lost": "lost from view",
        "down": "down",
        "in-orbit": "in orbit",
        "from": "from {0}",
        "piece": "piece of {0}",
    },
    "ja": {
        "launch": "発射",
        "detected": "探知",
        "tracked": "再探知",
        "lost": "消失",
        "down": "落下",
        "in-orbit": "軌道投入",
        "from": "{0}から",
        "piece": "{0}の一部",
    },
    "ko": {
        "launch": "발사",
        "detected": "탐지",
        "tracked": "재탐지",
        "lost": "소실",
        "down": "낙하",
        "in-orbit": "궤도 진입",
        "from": "{0}에서",
        "piece": "{0}의 일부",
    },
}


def _headline(words: Words) -> str:
    vehicle = words.inside("vehicle")
    name, kind = vehicle.text("name"), vehicle.text("class")
    what = f"{name} ({kind})" if name and kind else name or kind
    parent = words.text("parent")
    where = words.inside("site").text("names", "name")
    from_ = words.term("from", where) if where else ""
    piece = words.term("piece", parent) if parent else ""
    line = joined((joined((what, from_), " "), piece))
    state = words.text("state")
    # What became of it first: the rest is the same in every report, and may be cut off.
    line = joined((state and words.term(state), line), ": ")
    return reasoned(joined((line, words.text("text")), "; "), words)


LAUNCH = MessageKind(
    "launch",
    LaunchBody,
    _headline,
    _TERMS,
    lasts_as="launch",
    changes=frozenset({"reason", "text", "count"}),
)


class Launch(EventBase):
    """Something was launched."""

    word: ClassVar[str] = "launch"
    kinds: ClassVar[tuple[MessageKind, ...]] = (LAUNCH, TRACK, IMPACT)
    released: ClassVar[Release] = "arrangement"
    reporter_key: ClassVar[str] = ""

    id: Slug = Field(alias="launch")
    site: Site
    vehicle: Vehicle
    flight: Flight | None = Field(
        default=None, description="its path, in the figures that authorities publish"
    )
    track: Track = Track()
    detections: tuple[Detection, ...] | None = Field(
        default=None, description="who saw it, when; left out: computed from the sensors"
    )
    outcome: Literal["success", "failure", "not-stated"] = Field(
        default="not-stated", description="what became of it"
    )

    def reporter(self) -> str | None:
        """Return the originator that is named; a launch has as many reporters as detections."""
        return self.originator

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield nothing: what is reported of a launch follows from its flight, in ``core``."""
        del start
        return iter(())

    def moments(self) -> Sequence[tuple[Steps, Moment]]:
        """Return also the moments at which somebody first sees it."""
        seen = enumerate(self.detections or ())
        return [*super().moments(), *((("detections", n, "at"), each.at) for n, each in seen)]

    def ends_of_moments(self) -> Sequence[Moment]:
        """Return also the moments until which somebody sees it."""
        seen = (each.until or each.at for each in self.detections or ())
        return [*super().ends_of_moments(), *seen]

    def ordered(self) -> Sequence[tuple[Steps, Moment, Moment]]:
        """Return also the launch before each detection, and its beginning before its end."""
        ordered = list(super().ordered())
        for n, seen in enumerate(self.detections or ()):
            ordered.append((("detections", n, "at"), self.at, seen.at))
            if seen.until is not None:
                ordered.append((("detections", n, "until"), seen.at, seen.until))
        return ordered

    def countries(self) -> Sequence[tuple[Steps, str]]:
        """Return also who sees it."""
        seen = enumerate(self.detections or ())
        named = ((("detections", n, "country"), each.country) for n, each in seen)
        return [*super().countries(), *named]

    def unsourced(self) -> tuple[Steps, str] | None:
        """Find the first figure of the flight, or the site, that is neither assumed nor vague."""
        advice = "list it in 'assumed' of the flight, or say 'assumed: true'"
        if self.flight is not None:
            for name in ("azimuth_deg", "range_km", "apogee_km", "time"):
                if getattr(self.flight, name) is not None and name not in self.flight.assumed:
                    return ("flight", name), advice
        return None if self.site.approximate else (("site", "lat"), advice)
