"""The header of a scenario: all that is said of it but its events."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from feed.model.amendment import Amendment
from feed.model.base import (
    SLUG_LENGTH,
    Country,
    Model,
    Named,
    Slug,
    Source,
    Text,
    Title,
    Version,
    composed,
    slug_of,
)
from feed.model.fault import Fault
from feed.model.include import Include
from feed.model.marking import claims_to_be_real
from feed.model.staff import StaffNote
from feed.model.time import DATED, Moment, Start, When, parse_moment

__all__ = ["ExerciseName", "Header", "exercise_slug"]


_EXERCISE_LENGTH = 100
"""The name stands in every message, in whatever script."""


def _exercise(value: Any) -> Any:
    if isinstance(value, str):
        value = composed(value)
        slug = slug_of(value)
        if not slug:
            raise PydanticCustomError("exercise_name", "{value}", {"value": value})
        if len(slug) > SLUG_LENGTH or len(value) > _EXERCISE_LENGTH:
            raise PydanticCustomError("exercise_length", "{value}", {"value": value})
        phrase = claims_to_be_real(value, name=True)
        if phrase is not None:
            raise PydanticCustomError("claims_to_be_real", "{phrase}", {"phrase": phrase})
    return value


def _sharing(value: Any) -> Moment | Literal["as-of"]:
    if value == "as-of":
        return "as-of"
    try:
        moment = parse_moment(str(value))
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.form not in DATED:
        raise PydanticCustomError("sharing", "{value}", {"value": str(value)})
    return moment


ExerciseName = Annotated[
    Title,
    BeforeValidator(_exercise),
    Field(description="the name under which it is played, such as MORNING CALM"),
]

Sharing = Annotated[
    Moment | Literal["as-of"],
    PlainValidator(_sharing),
    PlainSerializer(lambda value: value if isinstance(value, str) else value.text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "'as-of': the arrangements in force on the scenario's own dates; or "
            "the date on which to look",
            "examples": ["as-of", "2015-06-01"],
        }
    ),
]


def exercise_slug(name: str) -> str:
    """Return the topic level of an exercise's name."""
    return slug_of(name)


class Header(Model):
    """All of a scenario but its events; the first line of a JSON Lines scenario."""

    feed: Version
    id: Slug
    title: Named = Field(description="what the story is called, by language")
    summary: Text | None = Field(default=None, description="what the story shows")
    exercise: ExerciseName
    starts: Start = Field(description="when the story begins; with the offset its times are in")
    ends: When | None = Field(default=None, description="when it ends; default: its last message")
    seed: int = Field(
        default=0, ge=0, le=2**63 - 1, description="what every random draw is keyed by"
    )
    countries: tuple[Country, ...] | None = Field(
        default=None, min_length=1, description="the recipients; default: every participant"
    )
    sharing: Sharing = "as-of"
    sources: dict[Title, Source] = Field(
        default_factory=dict,
        description="where the figures come from, each under a key that events name",
    )
    faults: tuple[Fault, ...] = Field(
        default=(), description="what is done on purpose to messages on their way to a country"
    )
    vars: dict[str, Any] = Field(
        default_factory=dict,
        description="variables and their defaults; '${name}' anywhere stands for one, and '--set "
        "name=value' gives it another value",
    )
    include: tuple[Include, ...] = Field(
        default=(), description="other scenarios of which the events are taken in"
    )
    amendments: tuple[Amendment, ...] = Field(
        default=(),
        description="what an operator changed while it was played, in order; 'feed record' writes "
        "it",
    )
    staff: tuple[StaffNote, ...] = Field(
        default=(),
        max_length=1000,
        description="what operators are reminded of while it is played; no country gets it",
    )
    notes: str | None = Field(default=None, description="for people who read the file")
