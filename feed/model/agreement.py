"""Agreements between countries, and what they do to the sharing of warning data."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Country, Model, Slug, Text
from feed.model.claim import ClaimBody
from feed.model.common import EventBase, marked_texts
from feed.model.message import Draft
from feed.model.time import Instant

__all__ = ["Agreement", "AgreementBody", "ArrangementChange"]

AgreementState = Literal[
    "announced", "signed", "in-force", "suspended", "restored", "ended", "activated"
]


class ArrangementChange(Model):
    """What an agreement does to an arrangement, from its moment on."""

    id: Slug = Field(description="an arrangement of the arrangements file")
    becomes: Literal["in-force", "out-of-force"] = Field(description="from this moment on")


class Agreement(EventBase):
    """An agreement is announced, signed, comes into force, is suspended, restored or ends."""

    word: ClassVar[str] = "agreement"

    id: Slug = Field(alias="agreement")
    title: Text
    parties: tuple[Country, ...] = Field(
        min_length=1, description="the countries that agree; the first reports it"
    )
    state: AgreementState = Field(description="what became of it at this time")
    effect: Text | None = Field(default=None, description="what it does to sharing, in words")
    arrangement: ArrangementChange | None = Field(
        default=None, description="what it does to an arrangement of the arrangements file"
    )

    def reporter(self) -> str | None:
        """Return the first party unless another originator is named."""
        return self.originator or self.parties[0]

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the report of the agreement."""
        yield self.draft(
            start,
            {
                "title": marked_texts(self.title),
                "parties": list(self.parties),
                "state": self.state,
                "effect": marked_texts(self.effect),
                "arrangement": self.arrangement and self.arrangement.model_dump(),
            },
        )


class AgreementBody(Model):
    """The body of an agreement message."""

    title: dict[str, str]
    parties: list[Country]
    state: AgreementState
    effect: dict[str, str] | None = None
    arrangement: ArrangementChange | None = None
    text: dict[str, str] | None = None
    reason: str | None = None
    precision: str
    assumed: bool | None = None
    claims: list[ClaimBody] | None = None
    source: list[str] | None = None
