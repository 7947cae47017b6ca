"""Statements: what officials said in public, also the figures they gave of a launch."""

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field

from feed.model.base import Country, Model, Slug, Text, Title
from feed.model.claim import Claim, ClaimBody, claim_body
from feed.model.common import EventBase, body_of, marked_texts
from feed.model.message import Draft
from feed.model.time import Instant, When

__all__ = ["Statement", "StatementBody", "statement_of_claim"]


class Statement(EventBase):
    """Somebody said something in public."""

    word: ClassVar[str] = "statement"

    id: Slug = Field(alias="statement")
    speaker: Title
    role: Title | None = Field(default=None, description="such as spokesman")
    country: Country
    occasion: Title | None = Field(
        default=None, description="where it was said, such as a briefing"
    )
    text: Text | None = Field(default=None, description="the words themselves")
    summary: Text | None = Field(default=None, description="what was said, in our words")
    about: Slug | None = Field(default=None, description="the event it is about")

    def reporter(self) -> str | None:
        """Return the speaker's country unless another originator is named."""
        return self.originator or self.country

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the report of the statement."""
        yield self.draft(
            start,
            {
                "speaker": self.speaker,
                "role": self.role,
                "country": self.country,
                "occasion": self.occasion,
                "text": marked_texts(self.text),
                "summary": marked_texts(self.summary),
                "about": self.about,
            },
        )


def statement_of_claim(claim: Claim, said: When, event: str, start: Instant) -> Draft:
    """Return what an authority said of an event at a known moment, as a message about that event.

    It is public, whatever the event's own release: saying it in public made it so.
    """
    at = said.resolve(start)
    dated = said.form == "date"  # played at an hour that is assumed
    words = marked_texts(claim.text)
    data: dict[str, Any] = body_of(
        {
            "speaker": claim.by,
            "country": claim.country,
            "occasion": "announcement",
            "summary": words,
            "about": event,
            "precision": "date" if dated else "minute",
            "assumed": True if dated else None,
            "claims": [claim_body(claim, start, None)],
            "source": list(claim.source) or None,
        }
    )
    return Draft(
        at=at.us,
        event=event,
        kind="statement",
        type="alert",
        originator=claim.country,
        data=data,
        offset_s=at.offset_s,
    )


class StatementBody(Model):
    """The body of a statement message."""

    speaker: str
    role: str | None = None
    country: Country
    occasion: str | None = None
    text: dict[str, str] | None = None
    summary: dict[str, str] | None = None
    about: str | None = Field(default=None, description="the event it is about")
    reason: str | None = None
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None
