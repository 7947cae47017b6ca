"""Meetings: announced, confirmed, held, postponed, cancelled, or planned and never held."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Country, Model, Slug, Text, Title
from feed.model.claim import ClaimBody
from feed.model.common import EventBase, marked_texts, when_of
from feed.model.message import Draft
from feed.model.time import Instant, When

__all__ = ["Meeting", "MeetingBody", "MeetingState"]

MeetingState = Literal[
    "announced", "confirmed", "started", "held", "postponed", "cancelled", "not-held"
]
Mode = Literal["in-person", "by-video", "hybrid", "by-telephone", "written"]
Attends = Literal["in-person", "by-video", "by-telephone", "in-writing"]


class Participant(Model):
    """Who takes part in a meeting, for whom, and how."""

    country: Country
    name: Title
    role: Title | None = Field(default=None, description="such as Minister of Defense")
    attends: Attends = Field(default="in-person", description="how this one takes part")


class Meeting(EventBase):
    """A meeting of officials."""

    word: ClassVar[str] = "meeting"

    id: Slug = Field(alias="meeting")
    title: Text
    state: MeetingState = Field(description="what became of it at this time")
    scheduled: When | None = Field(default=None, description="when it is to be held")
    mode: Mode = Field(default="in-person", description="how they meet")
    place: Title
    participants: tuple[Participant, ...] = Field(
        default=(), description="who takes part; the first one's country reports it"
    )
    agenda: tuple[Text, ...] = Field(default=(), description="what it is about")
    outcome: Text | None = Field(default=None, description="what came of it, by language")

    def reporter(self) -> str | None:
        """Return the first participant's country unless another is named."""
        first = self.participants[0].country if self.participants else None
        return self.originator or first

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the report of the meeting."""
        yield self.draft(
            start,
            {
                "title": marked_texts(self.title),
                "state": self.state,
                "scheduled": when_of(self.scheduled, start),
                "mode": self.mode,
                "place": self.place,
                "participants": [
                    participant.model_dump(exclude_none=True) for participant in self.participants
                ]
                or None,
                "agenda": [marked_texts(point) for point in self.agenda] or None,
                "outcome": marked_texts(self.outcome),
            },
        )


class MeetingBody(Model):
    """The body of a meeting message."""

    title: dict[str, str]
    state: MeetingState
    scheduled: str | None = Field(default=None, description="RFC 3339: when it is to be held")
    mode: Mode
    place: str
    participants: list[Participant] | None = None
    agenda: list[dict[str, str]] | None = None
    outcome: dict[str, str] | None = None
    reason: str | None = None
    text: dict[str, str] | None = None
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None
