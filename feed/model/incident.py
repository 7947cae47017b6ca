"""Incidents: artillery, open gun ports, jamming, balloons, drones, transfers of arms."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Country, Model, Named, Point, Slug, Text, by_language, one_name
from feed.model.check_context import Steps
from feed.model.claim import ClaimBody
from feed.model.common import EventBase, marked_texts, point_of, when_of
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.time import Instant, Moment, When

__all__ = ["INCIDENT", "Incident", "IncidentBody"]

IncidentCategory = Literal[
    "artillery", "gun-port-opening", "jamming", "balloon", "drone", "arms-transfer", "other"
]


class IncidentBody(Model):
    """The body of an incident message."""

    category: IncidentCategory
    title: dict[str, str] | None = None
    summary: dict[str, str] | None = None
    count: int | None = None
    ends: str | None = Field(default=None, description="RFC 3339")
    place: str | None = None
    place_names: dict[str, str] | None = Field(
        default=None, description="the place by language, if it has a name in others than English"
    )
    point: dict[str, object] | None = Field(default=None, description="GeoJSON Point")
    parties: list[Country] | None = None
    synthetic: bool = Field(description="generated to fill a count; its date is not on record")
    text: dict[str, str] | None = None
    reason: str | None = None
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None


_TERMS: Terms = {
    "en": {},
    "ja": {
        "incident": "事案",
        "artillery": "砲撃",
        "gun-port-opening": "砲門の開放",
        "jamming": "電波妨害",
        "balloon": "気球",
        "drone": "無人機",
        "arms-transfer": "武器移転",
    },
    "ko": {
        "incident": "사건",
        "artillery": "포격",
        "gun-port-opening": "포문 개방",
        "jamming": "전파 교란",
        "balloon": "풍선",
        "drone": "무인기",
        "arms-transfer": "무기 이전",
    },
}


def _headline(words: Words) -> str:
    category, count = words.text("category"), words.value("count")
    named = category and words.term(category)
    told = words.text("title", "summary", "text")
    many = "" if count is None else words.term("many", f"{count:,.0f}")
    line = joined((told or named, many, words.text("place_names", "place")))
    if told and category not in {"", "other"}:
        line = f"{named}: {line}"
    return reasoned(line, words)


INCIDENT = MessageKind(
    "incident",
    IncidentBody,
    _headline,
    _TERMS,
    changes=frozenset({"reason", "text", "summary", "count"}),
)


class Incident(EventBase):
    """Something that happened and is over when it is reported."""

    word: ClassVar[str] = "incident"
    kinds: ClassVar[tuple[MessageKind, ...]] = (INCIDENT,)

    id: Slug = Field(alias="incident")
    category: IncidentCategory = Field(description="what happened, in one word")
    title: Text | None = Field(default=None, description="the incident in one line, by language")
    summary: Text | None = Field(default=None, description="what happened, by language")
    count: int | None = Field(default=None, ge=0, description="how many")
    ends: When | None = Field(default=None, description="when it was over")
    place: Named | None = Field(default=None, description="where, in words, by language")
    point: Point | None = Field(default=None, description="where, in degrees")
    parties: tuple[Country, ...] = Field(default=(), description="the countries concerned")
    synthetic: bool = Field(
        default=False, description="generated to fill a count; its own date is not on record"
    )

    def ordered(self) -> Sequence[tuple[Steps, Moment, Moment]]:
        """Return also its beginning before its end."""
        ordered = super().ordered()
        return ordered if self.ends is None else [*ordered, (("ends",), self.at, self.ends)]

    def unsourced(self) -> tuple[Steps, str] | None:
        """Return the count, unless it was generated."""
        if self.count is None or self.synthetic:
            return None
        return ("count",), "or say 'synthetic: true' or 'assumed: true'"

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the report of the incident."""
        yield self.draft(
            start,
            {
                "category": self.category,
                "title": marked_texts(self.title),
                "summary": marked_texts(self.summary),
                "count": self.count,
                "ends": when_of(self.ends, start),
                "place": self.place and one_name(self.place),
                "place_names": by_language(self.place),
                "point": self.point and point_of(self.point.lon, self.point.lat),
                "parties": list(self.parties) or None,
                "synthetic": self.synthetic,
            },
        )
