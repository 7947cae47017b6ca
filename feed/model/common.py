"""What every event has in common, and how a body is put together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from feed.model.base import Country, Model, Precision, Release, Slug, Sources
from feed.model.check_context import CheckContext, Findings, Steps
from feed.model.claim import Claim, claim_body
from feed.model.kind import MessageKind
from feed.model.marking import marked
from feed.model.message import Draft
from feed.model.plausibility import WarningCode
from feed.model.repeat import Repeat
from feed.model.time import Duration, Instant, Moment, When, rfc3339

__all__ = ["EventBase", "body_of", "marked_texts", "point_of", "when_of"]


class EventBase(Model):
    """One thing that happens in the world, as a scenario file writes it."""

    word: ClassVar[str]
    """the key an event of this kind starts with"""
    kinds: ClassVar[tuple[MessageKind, ...]] = ()
    """the kinds of messages that are made of it, its own first"""
    released: ClassVar[Release] = "public"
    """how it is released unless it says so"""
    reporter_key: ClassVar[str] = "'originator'"
    """where its reporter is named; empty if it needs none"""

    id: Slug
    at: When
    precision: Precision | None = Field(
        default=None, description="how exactly the record knows the time; a plain date says 'date'"
    )
    assumed: bool = Field(default=False, description="the time is assumed; the record has none")
    originator: Country | None = Field(default=None, description="who reports it")
    release: Release | None = Field(
        default=None,
        description="default: 'arrangement' for a launch, 'public' for everything else",
    )
    to: tuple[Country, ...] | None = Field(
        default=None, description="the only recipients; default: everybody who may"
    )
    expires: Duration | None = Field(
        default=None, description="how long after its time it may be shown as current"
    )
    source: Sources = ()
    claims: tuple[Claim, ...] = Field(
        default=(), description="who said what about it; claims that differ stand side by side"
    )
    repeat: Repeat | None = Field(default=None, description="the same event again and again")
    accept: tuple[WarningCode, ...] = Field(
        default=(), description="warnings of 'feed check' that are as they should be"
    )
    notes: str | None = Field(
        default=None, description="for people who read the file; not published"
    )

    def reporter(self) -> str | None:
        """Return the country whose report this is; None if the file does not say."""
        return self.originator

    def voice(self) -> str:
        """Return who speaks: the one that can end the event once for itself."""
        return self.reporter() or ""

    # What follows returns collections, not generators: most events have none or one of each, and
    # a long story is asked for all of them, event by event.

    def moments(self) -> Sequence[tuple[Steps, Moment]]:
        """Return every moment at which something may first be heard, and where that stands."""
        moments: list[tuple[Steps, Moment]] = [(("at",), self.at)]
        for n, claim in enumerate(self.claims):
            if claim.said is not None:
                moments.append((("claims", n, "said"), claim.said))
        return moments

    def ends_of_moments(self) -> Sequence[Moment]:
        """Return the moments until which something goes on."""
        return () if self.repeat is None else (self.repeat.last(self.at),)

    def ordered(self) -> Sequence[tuple[Steps, Moment, Moment]]:
        """Return moments that must follow each other, and where the later one stands."""
        ordered: list[tuple[Steps, Moment, Moment]] = []
        if self.repeat is not None and self.repeat.until is not None:
            ordered.append((("repeat", "until"), self.at, self.repeat.until))
        for n, claim in enumerate(self.claims):
            if claim.launched is not None and claim.fell is not None:
                ordered.append((("claims", n, "fell"), claim.launched, claim.fell))
        return ordered

    def countries(self) -> Sequence[tuple[Steps, str]]:
        """Return the countries that must take part, and where they are named."""
        return [(("to", n), country) for n, country in enumerate(self.to)] if self.to else ()

    def mentions(self) -> Sequence[tuple[Steps, str]]:
        """Return the events it refers to, and where."""
        return ()

    def unsourced(self) -> tuple[Steps, str] | None:
        """Return a figure of its own that needs a source, and what may be said instead of one."""
        return None

    def own_checks(self, context: CheckContext) -> Findings:
        """Yield what is wrong with it by the rules of its kind alone."""
        del context
        return ()

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield the reports of this event, apart from claims said later, in order of time."""
        raise NotImplementedError

    def known_precision(self) -> str:
        """Return how exactly the time is known."""
        return self.precision or ("date" if self.at.form == "date" else "minute")

    def timing(self, start: Instant) -> dict[str, Any]:
        """Return the members that say how good the time is, and the claims that have no moment."""
        known = self.known_precision()
        members: dict[str, Any] = {"precision": known}
        if self.assumed or known in {"date", "half-day"}:
            members["assumed"] = True
        if self.claims and (silent := self.silent_claims(start)) is not None:
            members["claims"] = silent
        if self.source:
            members["source"] = list(self.source)
        return members

    def silent_claims(self, start: Instant) -> list[dict[str, Any]] | None:
        """Return the claims whose moment of speaking is not on record."""
        silent = [
            claim_body(claim, start, marked_texts(claim.text))
            for claim in self.claims
            if claim.said is None
        ]
        return silent or None

    def draft(self, start: Instant, data: Mapping[str, Any]) -> Draft:
        """Return the first report of this event with a body; empty members are left out."""
        at = self.at.resolve(start)
        reporter = self.reporter()
        assert reporter is not None, f"event {self.id} has no originator"
        return Draft(
            at.us,
            self.id,
            self.word,
            "alert",
            reporter,
            body_of(data) | self.timing(start),
            at.offset_s,
            None if self.expires is None else at.us + self.expires,
            self.release or self.released,
            self.to,
        )


def body_of(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members as a body: what does not apply is left out, never null."""
    return {name: value for name, value in members.items() if value is not None}


def marked_texts(texts: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return every language of a text under the exercise banner."""
    if texts is None:
        return None
    return {language: marked(text) for language, text in texts.items()}


def point_of(lon: float, lat: float) -> dict[str, Any]:
    """Return a GeoJSON point, longitude first, to about a metre."""
    return {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}


def when_of(moment: Any, start: Instant) -> str | None:
    """Return an author's moment as RFC 3339; None stays None."""
    return None if moment is None else rfc3339(*moment.resolve(start))
