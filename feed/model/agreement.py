"""Agreements between countries, and what they do to the sharing of warning data."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from feed.model.base import Country, Model, Slug, Text
from feed.model.check_context import CheckContext, Finding, Findings
from feed.model.claim import ClaimBody
from feed.model.common import EventBase, marked_texts
from feed.model.kind import MessageKind, Terms, Words, joined, reasoned
from feed.model.message import Draft
from feed.model.quoting import did_you_mean, quoted
from feed.model.time import Instant

__all__ = ["AGREEMENT", "Agreement", "AgreementBody", "ArrangementChange"]

AgreementState = Literal[
    "announced", "signed", "in-force", "suspended", "restored", "ended", "activated"
]


class ArrangementChange(Model):
    """What an agreement does to an arrangement, from its moment on."""

    id: Slug = Field(description="an arrangement of the arrangements file")
    becomes: Literal["in-force", "out-of-force"] = Field(description="from this moment on")


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


_TERMS: Terms = {
    "en": {},
    "ja": {
        "agreement": "合意",
        "announced": "発表",
        "signed": "署名",
        "in-force": "発効",
        "suspended": "停止",
        "restored": "回復",
        "ended": "終了",
        "activated": "運用開始",
    },
    "ko": {
        "agreement": "합의",
        "announced": "발표",
        "signed": "서명",
        "in-force": "발효",
        "suspended": "정지",
        "restored": "복원",
        "ended": "종료",
        "activated": "가동",
    },
}


def _headline(words: Words) -> str:
    state = words.text("state")
    line = joined((words.text("title"), state and words.term(state)), ": ")
    parties = words.names("parties")
    line = f"{line} ({parties})" if parties else line
    return reasoned(joined((line, words.text("effect", "text")), "; "), words)


AGREEMENT = MessageKind(
    "agreement",
    AgreementBody,
    _headline,
    _TERMS,
    lasts_as="agreement",
    over=("ended",),
    changes=frozenset({"reason", "text"}),
)


class Agreement(EventBase):
    """An agreement is announced, signed, comes into force, is suspended, restored or ends."""

    word: ClassVar[str] = "agreement"
    kinds: ClassVar[tuple[MessageKind, ...]] = (AGREEMENT,)

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

    def own_checks(self, context: CheckContext) -> Findings:
        """Find an arrangement that the arrangements file does not have."""
        if self.arrangement is not None:
            known = [arrangement.id for arrangement in context.arrangements.arrangements]
            name = self.arrangement.id
            if name not in known:
                offer = did_you_mean(name, known) or f"; they are {', '.join(known)}"
                yield Finding(("arrangement", "id"), f"{quoted(name)} is no arrangement{offer}")

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
