"""How a sentence quotes what somebody wrote, and offers the word that was probably meant."""

import difflib
from collections.abc import Iterable
from itertools import islice

__all__ = ["did_you_mean", "harmless", "near", "quoted"]

_LONGEST = 60
_MOST = 5_000
"""No more words than this are compared: a near match is a courtesy and may not take long."""


def quoted(text: object) -> str:
    """Return a text in quotes: short, in one line, and harmless to a terminal."""
    full = str(text)
    short = full if len(full) <= _LONGEST else full[: _LONGEST - 3] + "..."
    return f"'{''.join(_harmless(letter) for letter in short)}'"


def harmless(text: object) -> str:
    """Return a text of any length, in lines, with what a terminal would obey written out."""
    full = str(text)
    return "\n".join("".join(map(_harmless, line)) for line in full.split("\n"))


def _harmless(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


def near(word: object, words: Iterable[str]) -> str | None:
    """Return the word that somebody probably meant."""
    some = list(islice(words, _MOST))
    matches = difflib.get_close_matches(str(word)[:_LONGEST], some, n=1, cutoff=0.55)
    return matches[0] if matches else None


def did_you_mean(word: object, words: Iterable[str]) -> str:
    """Return the end of a sentence that offers the nearest word; nothing if none is near."""
    match = near(word, words)
    return f"; did you mean '{match}'?" if match else ""
