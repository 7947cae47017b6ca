"""Texts that are probably not in the language, or the script, that they are said to be in."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from feed.model.alert import Alert
from feed.model.check_context import Steps
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.plausibility import Unlikely
from feed.model.quoting import quoted
from feed.model.scenario import Header

__all__ = ["WARNED_OF_TEXTS", "by_language", "mixed_scripts", "other_language"]

Warnings = Iterator[Unlikely]

_SCRIPTS = {
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "ko": ("HANGUL",),
    "zh": ("CJK",),
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "el": ("GREEK",),
    "th": ("THAI",),
    "ar": ("ARABIC",),
    "he": ("HEBREW",),
    "en": ("LATIN",),
}
"""The scripts that a language is written in, of those that a scenario of this feed may have."""
_MOST = 0.5


def other_language(event: EventBase | Header) -> Warnings:
    """Find texts that are written as another language is than they are said to be in."""
    for steps, language, text in by_language(event):
        scripts = [found for letter in text if (found := _script(letter))]
        if not scripts:
            continue
        own = _SCRIPTS.get(language, ())
        fits = sum(script in own for script in scripts) if own else len(scripts)
        meant = _written_in(scripts)
        if meant is not None and meant != language and (not own or fits < _MOST * len(scripts)):
            said = f"this text is said to be in {quoted(language)} and is written as '{meant}' is"
            yield Unlikely(steps, "language", f"{said}; write '{meant}:' if it is that")


def _written_in(scripts: list[str]) -> str | None:
    """Return the language that alone is written so; None if it may be any."""
    count = len(scripts)
    if scripts.count("HANGUL") > _MOST * count:
        return "ko"
    if scripts.count("HIRAGANA") + scripts.count("KATAKANA") > _MOST / 4 * count:
        return "ja"
    return None


def by_language(event: EventBase | Header) -> Iterator[tuple[Steps, str, str]]:
    """Yield the texts of an event by language, with where they stand."""
    for name in ("title", "headline", "text", "summary", "place"):
        texts = getattr(event, name, None)
        if isinstance(texts, dict):
            for language, text in texts.items():
                yield (name, language), language, text
    if isinstance(event, Launch):
        for language, text in event.site.name.items():
            yield ("site", "name", language), language, text
    for n, claim in enumerate(getattr(event, "claims", ())):
        for language, text in (claim.text or {}).items():
            yield ("claims", n, "text", language), language, text


def _script(letter: str) -> str:
    """Return the script of a letter, as Unicode names it; empty for what is no letter."""
    if not letter.isalpha():
        return ""
    return unicodedata.name(letter, "").split(" ", 1)[0]


_ALIKE = ({"LATIN", "CYRILLIC"}, {"LATIN", "GREEK"}, {"CYRILLIC", "GREEK"})
"""Scripts whose letters are taken for each other."""


def mixed_scripts(event: EventBase | Header) -> Warnings:
    """Find words with letters that are taken for those of another script."""
    for steps, text in _names(event):
        for word in re.findall(r"[^\W\d_]+", text):
            scripts = {_script(letter) for letter in word} - {""}
            if any(both <= scripts for both in _ALIKE):
                mixed = " and ".join(sorted(script.capitalize() for script in scripts))
                said = f"{quoted(word)} mixes {mixed} letters, which look alike"
                yield Unlikely(steps, "mixed-scripts", f"{said}; type the word anew in one script")


def _names(event: EventBase | Header) -> Iterator[tuple[Steps, str]]:
    """Yield the names and texts of an event, with where they stand."""
    for steps, _, text in by_language(event):
        yield steps, text
    if isinstance(event, Launch):
        yield from ((("vehicle", "name"), name) for name in (event.vehicle.name,) if name)
    if isinstance(event, Alert):
        yield ("issuer", "authority"), event.issuer.authority
        yield from ((("areas", n), area.name) for n, area in enumerate(event.areas))
    if isinstance(event, Header):
        yield ("exercise",), event.exercise


WARNED_OF_TEXTS: tuple[Callable[[EventBase | Header], Warnings], ...] = (
    other_language,
    mixed_scripts,
)
