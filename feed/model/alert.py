"""Alerts: an authority warns a public.  The vocabulary is OASIS CAP 1.2's."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from feed.model.base import Country, Model, Point, Slug, Text, Title
from feed.model.check_context import Steps
from feed.model.claim import ClaimBody
from feed.model.common import EventBase, body_of, marked_texts, point_of
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.time import Instant

__all__ = ["ALERT", "Alert", "AlertBody", "Area", "Reason", "area_bodies"]

Category = Literal[
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env",
    "Transport", "Infra", "CBRNE", "Other",
]  # fmt: skip
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
Response = Literal[
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"
]
Reason = Literal[
    "threat-passed", "threat-ended", "issued-in-error", "wrong-area", "superseded-data", "expired"
]


class Issuer(Model):
    """Who issued an alert, and by which channel."""

    country: Country
    authority: Title
    channel: Title

    @property
    def voice(self) -> str:
        """The authority, told apart from one of the same name elsewhere."""
        return f"{self.country} {self.authority}"


class Circle(Point):
    """A circle on the ground."""

    radius_km: float = Field(gt=0, le=20_000, allow_inf_nan=False, description="kilometres")


class AreaOf(Model):
    """An area that is alerted: a name, and what is known of its code and shape."""

    name: Title
    code: Title | None = Field(default=None, description="an official code of the area")
    point: Point | None = Field(default=None, description="a point in the area, for maps")
    circle: Circle | None = Field(default=None, description="a circle that holds the area")


Area = Annotated[
    AreaOf,
    BeforeValidator(
        lambda value: {"name": value} if isinstance(value, str) else value,
        json_schema_input_type=str | AreaOf,
    ),
]


class IssuerBody(Model):
    """Who issued an alert, and by which channel."""

    country: Country
    authority: str
    channel: str


class AreaBody(Model):
    """An area that is alerted."""

    name: str
    code: str | None = None
    point: dict[str, Any] | None = Field(default=None, description="GeoJSON Point")
    circle: dict[str, Any] | None = Field(
        default=None, description="center (GeoJSON Point) and radius_km"
    )


class AlertBody(Model):
    """The body of an alert message."""

    issuer: IssuerBody
    about: str | None = Field(default=None, description="the event that the alert is about")
    category: Category
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    response: Response
    headline: dict[str, str] | None = None
    text: dict[str, str]
    areas: list[AreaBody] = Field(
        description="where; on a cancel or all-clear the areas that it ends"
    )
    remaining: list[AreaBody] | None = Field(
        default=None, description="on a cancel or all-clear of a part: where the alert goes on"
    )
    group: str | None = Field(
        default=None, description="an alert in several messages: the key of the first of them"
    )
    part: int | None = Field(default=None, description="which of them this is, from 1")
    parts: int | None = Field(default=None, description="how many they are")
    areas_left_out: int | None = Field(
        default=None, description="in the present picture: how many areas did not fit"
    )
    reason: Reason | None = Field(default=None, description="why it is updated, cancelled or over")
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None


_TERMS: Terms = {
    "en": {"goes-on": "{0}; goes on in {1}", "part": "part {0} of {1}"},
    "ja": {"alert": "警報", "goes-on": "{0}、継続: {1}", "part": "{1}分の{0}"},
    "ko": {"alert": "경보", "goes-on": "{0}; 계속: {1}", "part": "{1}분의 {0}"},
}


def _headline(words: Words) -> str:
    line = joined((words.text("headline", "text"), words.names("areas")), " – ")
    part, parts = words.value("part"), words.value("parts")
    if part is not None and parts is not None and parts > 1:
        line = joined((words.term("part", f"{part:,.0f}", f"{parts:,.0f}"), line), ": ")
    still = words.names("remaining")
    line = words.term("goes-on", line, still) if still else line
    line = reasoned(line, words)
    who = words.inside("issuer").text("authority")
    return f"{line} [{who}]" if who else line


ALERT = MessageKind(
    "alert",
    AlertBody,
    _headline,
    _TERMS,
    lasts_as="alert",
    changes=frozenset({"reason", "issuer", "areas", "headline", "text", "response", "certainty"}),
    ending={"response": "AllClear", "urgency": "Past"},
    parts="areas",
    reasons=True,
    over_reason="threat-ended",
)


class Alert(EventBase):
    """An authority warns a public by one channel."""

    word: ClassVar[str] = "alert"
    kinds: ClassVar[tuple[MessageKind, ...]] = (ALERT,)

    id: Slug = Field(alias="alert")
    about: Slug | None = Field(default=None, description="the event that the alert is about")
    issuer: Issuer
    category: Category = Field(default="Security", description="as in CAP 1.2")
    urgency: Urgency = Field(default="Immediate", description="as in CAP 1.2")
    severity: Severity = Field(default="Extreme", description="as in CAP 1.2")
    certainty: Certainty = Field(default="Likely", description="as in CAP 1.2")
    response: Response = Field(
        default="Shelter", description="what people are told to do, as in CAP 1.2"
    )
    headline: Text | None = Field(default=None, description="the alert in one line, by language")
    text: Text
    areas: tuple[Area, ...] = Field(min_length=1, description="where people are warned")

    def reporter(self) -> str | None:
        """Return the issuer's country unless another is named."""
        return self.originator or self.issuer.country

    def voice(self) -> str:
        """Return the authority: two of one country may see an alert differently."""
        return self.issuer.voice

    def mentions(self) -> Sequence[tuple[Steps, str]]:
        """Return the event that the alert is about."""
        return () if self.about is None else [(("about",), self.about)]

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the alert itself; its updates and its end are events of their own."""
        yield self.draft(
            start,
            {
                "issuer": self.issuer.model_dump(),
                "about": self.about,
                "category": self.category,
                "urgency": self.urgency,
                "severity": self.severity,
                "certainty": self.certainty,
                "response": self.response,
                "headline": marked_texts(self.headline),
                "text": marked_texts(self.text),
                "areas": area_bodies(self.areas),
            },
        )


def area_bodies(areas: tuple[AreaOf, ...]) -> list[dict[str, Any]]:
    """Return areas as they stand in a message."""
    return [
        body_of(
            {
                "name": area.name,
                "code": area.code,
                "point": area.point and point_of(area.point.lon, area.point.lat),
                "circle": area.circle
                and {
                    "center": point_of(area.circle.lon, area.circle.lat),
                    "radius_km": area.circle.radius_km,
                },
            }
        )
        for area in areas
    ]
