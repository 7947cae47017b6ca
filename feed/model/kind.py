"""What a kind of message is: its body, how long it lasts, how it is corrected, what it is called.

Each kind is one value, written in the file of the event that makes it; everybody else looks it up
in ``event.py``.  A headline is a pure function of ``Words``, which read any body.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, get_args

from feed.model.base import Model

__all__ = ["MessageKind", "Terms", "Words", "joined", "reasoned"]

Terms = Mapping[str, Mapping[str, str]]
"""By language: what a word of a body, or a phrase of a headline, is called.

A phrase has its values in braces, by position: ``from {0}``.
"""


class Words(Protocol):
    """Read one body, whatever it is made of; a value that makes no sense reads as nothing."""

    def text(self, *names: str) -> str:
        """Return the first of the members that has a text, in the reader's language."""

    def inside(self, name: str) -> "Words":
        """Return a member that is a body of its own."""

    def each(self, name: str) -> "Iterable[Words]":
        """Return the bodies in a list."""

    def names(self, name: str) -> str:
        """Return the names in a list, of bodies or of words."""

    def value(self, name: str) -> float | None:
        """Return a number that can be reckoned with."""

    def place(self, name: str) -> str:
        """Return a GeoJSON point in degrees north and east."""

    def clock(self, name: str) -> str:
        """Return the time of day of an RFC 3339 moment."""

    def day(self, name: str) -> str:
        """Return an RFC 3339 moment as a date and a time of day, to the minute."""

    def term(self, name: str, *values: str) -> str:
        """Return what a word or a phrase is called; a word without a term is its own."""


def _nothing(words: Words) -> str:
    return words.text("headline", "title", "summary", "text", "name", "state")


@dataclass(frozen=True)
class MessageKind:
    """One kind of message."""

    name: str
    body: type[Model]
    headline: Callable[[Words], str] = _nothing
    """one line for people, the most important first"""
    terms: Terms = field(default_factory=dict)
    lasts_as: str = ""
    """the kind under which the picture shows it while it lasts; empty: it is over when reported"""
    over: tuple[str, ...] = ()
    """the states in which the event is over without an all-clear"""
    changes: frozenset[str] = frozenset()
    """the keys of a correction that can change its body"""
    ending: Mapping[str, Any] = field(default_factory=dict)
    """what a cancel or an all-clear says, unless the correction says otherwise"""
    parts: str = ""
    """the list in its body whose entries can end one by one; empty: it ends as a whole"""
    reasons: bool = False
    """whether a cancel has to say why"""
    over_reason: str = ""
    """why it is over if an all-clear does not say"""

    @property
    def states(self) -> tuple[str, ...]:
        """The states that an event of this kind can be in; none if it has no state."""
        state = self.body.model_fields.get("state")
        return () if state is None else get_args(state.annotation)


def joined(parts: Iterable[str], by: str = ", ") -> str:
    """Return the parts that say something as one line."""
    return by.join(part for part in parts if part)


def reasoned(line: str, words: Words) -> str:
    """Add why something was corrected."""
    reason = words.text("reason")
    reason = reason and words.term(reason)
    return f"{line} ({reason})" if line and reason else line or reason
