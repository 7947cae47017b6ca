"""Participants, links and arrangements: who may hear whose warning data, by which path, how late.

All of it is data: no code names a country.  An arrangement reaches from each of its members to each
other over the links it lists; whatever arrangement is not written down does not exist.
"""

import zoneinfo
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from feed.model.base import Country, Model, Point, Slug, Source, Sources, Text, Title, Version
from feed.model.language import Language
from feed.model.message import WARNING_DATA
from feed.model.time import Duration, Instant, When

__all__ = [
    "Arrangement",
    "Arrangements",
    "Delay",
    "Link",
    "Participant",
    "SensorOf",
    "StateSince",
]


def _zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("zone", "{value}", {"value": value}) from None
    return value


class SensorOf(Point):
    """A publicly named class of sensor, as illustrative geometry, not capability."""

    name: Title
    class_: Title = Field(alias="class", description="sensor class as it stands in messages")
    height_m: float = Field(default=0, allow_inf_nan=False, description="above the ellipsoid")
    range_km: float = Field(gt=0, allow_inf_nan=False, description="assumed")
    minimum_elevation_deg: float = Field(
        default=2, ge=-10, le=90, allow_inf_nan=False, description="how low it looks"
    )
    delay: Duration = Field(default=0, description="from seeing to reporting; assumed")
    error_m: float = Field(
        default=1000, gt=0, allow_inf_nan=False, description="standard error of a position"
    )
    space_based: bool = Field(
        default=False, description="sees powered flight above the clouds, wherever it is"
    )
    note: str | None = Field(default=None, description="for people who read the file")
    source: Sources = ()


class Participant(Model):
    """A country that can receive a feed."""

    name: Title
    zone: Annotated[str, AfterValidator(_zone)] = Field(description="IANA time zone")
    language: Language = "en"
    sensors: tuple[SensorOf, ...] = Field(default=(), description="what it sees with")


class Delay(Model):
    """How long a step takes: fixed, or drawn evenly between two bounds, keyed by message."""

    at_least: Duration = 0
    at_most: Duration = 0

    @model_validator(mode="after")
    def _ordered(self) -> "Delay":
        if self.at_most < self.at_least:
            raise PydanticCustomError("delay_order", "{low}", {"low": self.at_least / 1e6})
        return self


def _delay(value: Any) -> Any:
    return {"at_least": value, "at_most": value} if isinstance(value, str) else value


DelayOf = Annotated[Delay, BeforeValidator(_delay, json_schema_input_type=str | Delay)]


class Link(Model):
    """A connection between two participants, or a junction inside one (``at``)."""

    id: Slug
    title: Title
    between: tuple[Country, Country] | None = Field(default=None, description="the two ends")
    at: Country | None = Field(default=None, description="whatever passes through here uses it")
    delay: DelayOf = Field(default=Delay(), description="how long a report travels")
    assumed: bool = Field(default=True, description="its delay is not public")
    source: Sources = ()

    @model_validator(mode="after")
    def _one_form(self) -> "Link":
        if (self.between is None) == (self.at is None):
            raise PydanticCustomError("link_form", "link", {})
        return self


class StateSince(Model):
    """From a date on, an arrangement is in force or out of force."""

    from_: When = Field(alias="from", description="date or date-time; UTC unless it has an offset")
    state: Literal["in-force", "out-of-force"] = Field(description="from this moment on")
    title: Text | None = Field(default=None, description="how the change is announced")
    event: Literal[
        "announced", "signed", "in-force", "suspended", "restored", "ended", "activated"
    ] = Field(default="in-force", description="what happened then, as an announcement says it")
    source: Sources = ()
    notes: str | None = Field(default=None, description="for people who read the file")

    def instant(self) -> Instant:
        """Return the moment from which it holds; a plain date begins at 00:00 UTC."""
        if self.from_.form == "date":
            return Instant(self.from_.us, 0)
        return self.from_.resolve(Instant(0, 0))


class Arrangement(Model):
    """What lets warning data of one member reach another."""

    id: Slug
    title: Title
    members: tuple[Country, ...] = Field(min_length=2, description="whose warning data it is about")
    links: tuple[Slug, ...] = Field(min_length=1, description="the links its paths may use")
    kinds: tuple[Literal["launch", "track", "impact"], ...] = Field(
        default=("launch", "track", "impact"), min_length=1, description="which reports it is about"
    )
    needs: Literal["nothing", "consent", "request"] = Field(
        default="nothing", description="what a person must do before a report may go"
    )
    delay: DelayOf = Field(
        default=Delay(), description="how long a report is held before it leaves"
    )
    third_party: bool = Field(
        default=False, description="a member on the way may hand it on to another member"
    )
    assumed: bool = Field(default=True, description="its delay is not public")
    standing: tuple[StateSince, ...] = Field(
        default=(), description="since when it is in force, or out of force"
    )
    source: Sources = ()
    notes: str | None = Field(default=None, description="for people who read the file")

    def covers(self, kind: str, originator: str, recipient: str) -> bool:
        """Tell whether it is about this kind of report between these two."""
        return kind in self.kinds and originator in self.members and recipient in self.members


class Arrangements(Model):
    """The arrangements file: who takes part, what joins them, what they agreed."""

    feed: Version = "1"
    participants: dict[Country, Participant] = Field(
        min_length=1, description="who can receive a feed, by country"
    )
    links: tuple[Link, ...] = Field(default=(), description="what joins them")
    arrangements: tuple[Arrangement, ...] = Field(
        default=(), description="what they agreed on sharing"
    )
    sources: dict[Title, Source] = Field(
        default_factory=dict, description="where the dates come from, each under a key"
    )

    def countries(self) -> tuple[str, ...]:
        """Return the participants, in order of the alphabet."""
        return tuple(sorted(self.participants))


assert frozenset({"launch", "track", "impact"}) == WARNING_DATA  # Arrangement.kinds says the same
