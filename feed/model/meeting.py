"""Meetings: announced, confirmed, held, postponed, cancelled, or planned and never held."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Country, Model, Named, Slug, Text, Title, by_language, one_name
from feed.model.check_context import CheckContext, Finding, Findings
from feed.model.claim import ClaimBody
from feed.model.common import EventBase, marked_texts, when_of
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.time import Instant, When

__all__ = ["MEETING", "Meeting", "MeetingBody", "MeetingState"]

MeetingState = Literal[
    "announced", "confirmed", "started", "held", "postponed", "cancelled", "not-held"
]
Mode = Literal["in-person", "by-video", "hybrid", "by-telephone", "written"]
Attends = Literal["in-person", "by-video", "by-telephone", "in-writing"]


class Attendee(Model):
    """Who takes part in a meeting, for whom, and how."""

    country: Country
    name: Title
    role: Title | None = Field(default=None, description="such as Minister of Defense")
    attends: Attends = Field(default="in-person", description="how this one takes part")


class MeetingBody(Model):
    """The body of a meeting message."""

    title: dict[str, str]
    state: MeetingState
    scheduled: str | None = Field(default=None, description="RFC 3339: when it is to be held")
    mode: Mode
    place: str
    place_names: dict[str, str] | None = Field(
        default=None, description="the place by language, if it has a name in others than English"
    )
    participants: list[Attendee] | None = None
    agenda: list[dict[str, str]] | None = None
    outcome: dict[str, str] | None = None
    reason: str | None = None
    text: dict[str, str] | None = None
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None


_TERMS: Terms = {
    "en": {"planned": "{0} for {1}"},
    "ja": {
        "meeting": "会談",
        "announced": "発表",
        "confirmed": "確定",
        "started": "開始",
        "held": "開催",
        "postponed": "延期",
        "cancelled": "中止",
        "not-held": "開催されず",
        "planned": "{0}（{1}）",
    },
    "ko": {
        "meeting": "회의",
        "announced": "발표",
        "confirmed": "확정",
        "started": "시작",
        "held": "개최",
        "postponed": "연기",
        "cancelled": "취소",
        "not-held": "개최되지 않음",
        "planned": "{0} ({1})",
    },
}
_AHEAD = ("announced", "confirmed", "postponed")
"""The states in which it is still to be held."""


def _headline(words: Words) -> str:
    state, day = words.text("state"), words.day("scheduled")
    said = state and words.term(state)
    if day and state in _AHEAD:
        said = words.term("planned", said, day)
    line = joined((joined((words.text("title"), said), ": "), words.text("place_names", "place")))
    return reasoned(joined((line, words.text("outcome", "text")), "; "), words)


MEETING = MessageKind(
    "meeting",
    MeetingBody,
    _headline,
    _TERMS,
    lasts_as="meeting",
    over=("held", "cancelled", "not-held"),
    changes=frozenset({"reason", "text", "state", "outcome", "scheduled"}),
)


_WITHOUT_PLACE = {
    "by-telephone": "by telephone",
    "by-video": "by video",
    "written": "in writing",
}
"""What a message has for a place if there is none."""


class Meeting(EventBase):
    """A meeting of officials."""

    word: ClassVar[str] = "meeting"
    kinds: ClassVar[tuple[MessageKind, ...]] = (MEETING,)
    reporter_key: ClassVar[str] = "'participants' or 'originator'"

    id: Slug = Field(alias="meeting")
    title: Text
    state: MeetingState = Field(description="what became of it at this time")
    scheduled: When | None = Field(default=None, description="when it is to be held")
    mode: Mode = Field(default="in-person", description="how they meet")
    place: Named | None = Field(
        default=None,
        description="where they meet, by language; only of a meeting in person it must be said",
    )
    participants: tuple[Attendee, ...] = Field(
        default=(), description="who takes part; the first one's country reports it"
    )
    agenda: tuple[Text, ...] = Field(default=(), description="what it is about")
    outcome: Text | None = Field(default=None, description="what came of it, by language")

    def reporter(self) -> str | None:
        """Return the first participant's country unless another is named."""
        first = self.participants[0].country if self.participants else None
        return self.originator or first

    def own_checks(self, context: CheckContext) -> Findings:
        """Find a meeting in person that is nowhere."""
        del context
        if self.place is None and self.mode not in _WITHOUT_PLACE:
            text = "'place' is missing; say where they meet, or a 'mode' such as by-telephone"
            yield Finding(("meeting",), text)

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the report of the meeting."""
        yield self.draft(
            start,
            {
                "title": marked_texts(self.title),
                "state": self.state,
                "scheduled": when_of(self.scheduled, start),
                "mode": self.mode,
                "place": one_name(self.place) if self.place else _WITHOUT_PLACE.get(self.mode, ""),
                "place_names": by_language(self.place),
                "participants": [
                    participant.model_dump(exclude_none=True) for participant in self.participants
                ]
                or None,
                "agenda": [marked_texts(point) for point in self.agenda] or None,
                "outcome": marked_texts(self.outcome),
            },
        )
