"""Texts of a body as people read them: in one line, in their language, without the banner.

The exercise banner is taken off here, because whoever shows the line shows the mark beside it.
"""

from collections.abc import Mapping
from typing import Any

from feed.model.marking import BANNER

__all__ = ["clean", "said"]


def clean(text: str) -> str:
    """Return a text as one line of printable characters."""
    if text.isprintable():  # of all blanks only the plain space is
        return " ".join(text.split())
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def said(value: Any, language: str = "en") -> str:
    """Return a text of a body in a language, else in English, else in any; without its banner."""
    if isinstance(value, Mapping):
        texts = {key: text for key, text in value.items() if isinstance(text, str)}
        wanted = (language.partition("-")[0].lower(), "en", *texts)
        value = next((texts[key] for key in wanted if key in texts), "")
    if not isinstance(value, str):
        return ""
    return clean(value).removeprefix(BANNER).lstrip(". ")
