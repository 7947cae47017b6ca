"""Statements: what officials said in public, also the figures they gave of a launch."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import Field

from feed.model.base import Country, Model, Slug, Text, Title
from feed.model.check_context import Steps
from feed.model.claim import Claim, ClaimBody, claim_body
from feed.model.common import EventBase, body_of, marked_texts
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.time import Instant, When

__all__ = ["STATEMENT", "Statement", "StatementBody", "statement_of_claim"]


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


_TERMS: Terms = {
    "en": {
        "about": "about {0}",
        "range": "range {0} km",
        "apogee": "apogee {0} km",
        "flight": "flight of {0} min",
        "launched-at": "launched {0}",
        "fell-at": "fell {0}",
    },
    "ja": {
        "statement": "発言",
        "about": "{0}について",
        "range": "飛翔距離{0} km",
        "apogee": "最高高度{0} km",
        "flight": "飛翔時間{0}分",
        "launched-at": "発射{0}",
        "fell-at": "落下{0}",
    },
    "ko": {
        "statement": "발표",
        "about": "{0} 관련",
        "range": "비행거리 {0} km",
        "apogee": "정점고도 {0} km",
        "flight": "비행시간 {0}분",
        "launched-at": "발사 {0}",
        "fell-at": "낙하 {0}",
    },
}


def _headline(words: Words) -> str:
    told = words.text("summary", "text")
    told = told or joined((_of_claim(claim) for claim in words.each("claims")), "; ")
    about = words.text("about")
    told = told or (words.term("about", about) if about else "")
    who = joined((words.text("speaker"), words.text("role")))
    return reasoned(joined((who, told), ": "), words)


def _of_claim(words: Words) -> str:
    """Return the figures that somebody gave."""
    figures = (("many", "count"), ("range", "range_km"), ("apogee", "apogee_km"))
    parts = [
        words.term(phrase, f"{figure:,.0f}")
        for phrase, name in figures
        if (figure := words.value(name)) is not None
    ]
    moments = (("launched-at", words.clock("launched")), ("fell-at", words.clock("fell")))
    parts += [words.term(phrase, clock[:5]) for phrase, clock in moments if clock]
    flight = words.value("flight_time_s")
    if flight is not None:
        parts.append(words.term("flight", f"{flight / 60:,.0f}"))
    return joined((words.text("text"), words.text("vehicle"), *parts))


STATEMENT = MessageKind(
    "statement",
    StatementBody,
    _headline,
    _TERMS,
    changes=frozenset({"reason", "text", "summary"}),
)


class Statement(EventBase):
    """Somebody said something in public."""

    word: ClassVar[str] = "statement"
    kinds: ClassVar[tuple[MessageKind, ...]] = (STATEMENT,)

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

    def mentions(self) -> Sequence[tuple[Steps, str]]:
        """Return the event that it is about."""
        return () if self.about is None else [(("about",), self.about)]

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
