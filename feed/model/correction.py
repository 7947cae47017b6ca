"""Corrections: what is later said of an event that was already reported.

``cancel`` - it was wrong; ``all-clear`` - it was right and is over; ``update`` - it is now known
better.  A correction goes out as another message of the event it is ``of``, on the same channel.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from feed.model.alert import Area, Certainty, Issuer, Reason, Response, area_bodies
from feed.model.base import Slug, Text
from feed.model.common import EventBase, marked_texts, when_of
from feed.model.kind import MessageKind
from feed.model.message import Draft
from feed.model.time import Instant, When

__all__ = ["Correction"]


class Correction(EventBase):
    """An update, a cancel or an all-clear of an earlier event."""

    word: ClassVar[str] = "correction"
    reporter_key: ClassVar[str] = ""

    id: Slug = Field(alias="correction")
    of: Slug = Field(description="the event that is updated, cancelled or over")
    as_: Literal["update", "cancel", "all-clear"] = Field(
        alias="as",
        description="update: known better; cancel: it was wrong; all-clear: right, and over",
    )
    reason: Reason | None = Field(default=None, description="why")
    issuer: Issuer | None = Field(default=None, description="if it is not the original's")
    areas: tuple[Area, ...] | None = Field(
        default=None, description="the areas it is about; left out: all of them"
    )
    headline: Text | None = Field(default=None, description="the new headline, by language")
    text: Text | None = Field(default=None, description="the new text, by language")
    state: Slug | None = Field(default=None, description="the new state, such as of a meeting")
    scheduled: When | None = Field(
        default=None, description="of a meeting: when it is to be held now"
    )
    outcome: Text | None = Field(default=None, description="the new outcome of a meeting")
    summary: Text | None = Field(default=None, description="the new summary")
    count: int | None = Field(default=None, ge=0, description="the new count")
    response: Response | None = Field(default=None, description="what people are told to do now")
    certainty: Certainty | None = Field(default=None, description="how certain it is now")

    def reporter(self) -> str | None:
        """Return who corrects; None: whoever reported the original."""
        return self.originator or (self.issuer.country if self.issuer else None)

    def voice(self) -> str:
        """Return the authority that corrects; empty if it is the original's."""
        return self.issuer.voice if self.issuer else ""

    def drafts(self, start: Instant) -> Iterator[Draft]:
        """Yield nothing: a correction needs the event it is of, see ``corrected``."""
        del start
        return iter(())

    def corrected(
        self,
        start: Instant,
        *,
        kind: MessageKind,
        originator: str,
        data: Mapping[str, Any],
        outstanding: list[dict[str, Any]] | None,
        original: EventBase,
    ) -> Draft:
        """Return the message that corrects an event whose present body is ``data``.

        ``outstanding`` are the parts that have not ended (None: the kind has no parts).  When all
        have, another voice may still end them for itself: those that were ended last.
        """
        at = self.at.resolve(start)
        changed = dict(data)
        changed.pop("remaining", None)
        changed.pop("claims", None)
        changed.pop("reason", None)
        changes: dict[str, Any] = {
            "reason": self.reason,
            "issuer": self.issuer and self.issuer.model_dump(),
            "headline": marked_texts(self.headline),
            "text": marked_texts(self.text),
            "state": self.state,
            "scheduled": when_of(self.scheduled, start),
            "outcome": marked_texts(self.outcome),
            "summary": marked_texts(self.summary),
            "count": self.count,
            "response": self.response,
            "certainty": self.certainty,
            "areas": None if self.areas is None else area_bodies(self.areas),
            **self.timing(start),
        }
        partial = False
        ends = self.as_ != "update"
        if ends:
            said = {name: value for name, value in changes.items() if value is not None}
            reason = kind.over_reason if self.as_ == "all-clear" else ""
            changes |= {"reason": reason or None, **kind.ending, **said}
        if outstanding is not None:
            parts = changes.get(kind.parts)
            if parts is None and ends:
                changes[kind.parts] = outstanding or data[kind.parts]
            elif parts is not None and ends:
                ended = {part["name"] for part in parts}
                remaining = [part for part in outstanding if part["name"] not in ended]
                partial = bool(remaining)
                changes["remaining"] = remaining or None
        changed.update((name, value) for name, value in changes.items() if value is not None)
        if not self.assumed and self.known_precision() not in {"date", "half-day"}:
            changed.pop("assumed", None)
        expires = self.expires if self.expires is not None else original.expires
        return Draft(
            at=at.us,
            event=self.of,
            kind=kind.name,
            type=self.as_,
            originator=originator,
            data=changed,
            offset_s=at.offset_s,
            expires=None if expires is None else at.us + expires,
            release=self.release or original.release or original.released,
            to=self.to or original.to,
            partial=partial,
        )
