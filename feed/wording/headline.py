"""What a message says, in one line for people; what is said of a kind stands in the kind's file."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from feed.model.base import Model
from feed.model.event import MESSAGE_KINDS
from feed.model.kind import MessageKind
from feed.wording.body import BodyWords
from feed.wording.terms import COMMON, term

__all__ = ["headline", "kind_and_act"]

_UNKNOWN = MessageKind("", Model)
"""what is done with a kind that a later version may have"""


def headline(
    kind: str, act: str, data: Any, language: str = "en", zone: ZoneInfo | None = None
) -> str:
    """Return one line for people about a message; empty if its body says nothing that is known.

    ``zone`` is the one to show times in; without it they stand as the message has them.
    """
    del act  # no kind says it differently yet
    if not isinstance(data, Mapping):
        return ""
    known = MESSAGE_KINDS.get(kind, _UNKNOWN)
    return known.headline(BodyWords(data, known.terms, language, zone))


def kind_and_act(kind: str, act: str, language: str = "en") -> str:
    """Return what kind of message it is and what it does; an alert is not said twice."""
    terms = MESSAGE_KINDS[kind].terms if kind in MESSAGE_KINDS else {}
    name = term(kind, language=language, tables=(terms, COMMON))
    return name if kind == act else f"{name} {term(act, language=language, tables=(COMMON,))}"
