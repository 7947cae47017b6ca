"""The exercise mark, and the refusal of texts that contradict it.

The drill call of 2018-01-13 in Hawaii said "exercise, exercise, exercise" and then "this is not a
drill"; the second phrase won.  So no text that is published may claim to be real.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from anyascii import anyascii

from feed.model.drill_phrases import NAMES, PHRASES, WITHOUT_EDGES, Phrase

__all__ = ["BANNER", "claims_to_be_real", "marked"]

BANNER = "EXERCISE EXERCISE EXERCISE"

_GAP = r"[\W_]*"
_LETTER = r"[^\W_]"
_BETWEEN = re.compile(r"[\W_]+")
_DIGITS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a", "|": "l"}
_TABLES = tuple(
    {ord(digit): letter for digit, letter in {**_DIGITS, "1": one}.items()} for one in "il"
)
"""what digits are read as among letters; a one is read in two ways"""
_BETWEEN_LETTERS = re.compile(r"(?<=[a-z\d])!(?=[a-z\d])")
_LIKE_NO_OTHER = re.compile(
    r"[\x00-\x7f\u2013\u2014\u2018-\u201d\u2026\u3001\u3002\u3008-\u3011"
    r"\u1100-\u11ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]*"
)
"""a text of ASCII, Japanese, Chinese and Korean letters alone: none looks like a Latin one"""
_AMONG_LETTERS = re.compile(r"[a-z][013457$@|]|[013457$@|][a-z]")


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(folded: str) -> str:
    return folded if folded.isalnum() else _BETWEEN.sub("", folded)


def _plain(folded: str) -> str:
    """Return a text without accents."""
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def _look_alikes() -> dict[int, str]:
    """Return the Latin letter that each letter of another script is taken for."""
    # Few texts need it, and it loads an HTTP client.
    from confusable_homoglyphs import confusables  # noqa: PLC0415

    table: dict[int, str] = {}
    for letter, alike in confusables.confusables_data.items():
        latin = [each["c"] for each in alike if each["c"].isascii() and each["c"].isalpha()]
        if latin and len(letter) == 1 and not letter.isascii():
            table[ord(letter)] = latin[0].casefold()
    return table


def _disguises(folded: str) -> Iterator[str]:
    """Yield what a text says if look-alike letters and digits are read as Latin letters."""
    plain = _plain(folded)
    if not _LIKE_NO_OTHER.fullmatch(plain):
        plain = "".join(map(_latin, plain.translate(_look_alikes())))
    yield plain
    if _AMONG_LETTERS.search(plain):
        yield from (plain.translate(table) for table in _TABLES)
    if _BETWEEN_LETTERS.search(plain):
        for one in "il":
            read = _BETWEEN_LETTERS.sub(one, plain)
            yield from (read.translate(table) for table in _TABLES)


@cache
def _latin(letter: str) -> str:
    """Return a letter that is Latin in Unicode's books, such as a small capital, as one of ours."""
    if letter.isascii() or not unicodedata.name(letter, "").startswith("LATIN "):
        return letter
    return anyascii(letter).lower()


class _Search(NamedTuple):
    """What finds a phrase, however its letters are spaced or set apart."""

    signs: tuple[str, ...]
    """letters of which one run has to be there at least: most texts have none"""
    pattern: str

    def phrase(self, text: str, letters: str) -> str | None:
        """Return what stands in a text, as it is written there; ``letters`` are those in it."""
        if not any(sign in letters for sign in self.signs):
            return None
        found = _compiled(self.pattern).search(text)
        return None if found is None else found[0]


def _search(phrase: Phrase, *, edges: bool) -> _Search:
    """Return a search.  Words with edges are words: "piano drill" says nothing."""
    groups = [
        [_letters(_plain(_folded(word)) if edges else _folded(word)) for word in words]
        for words in phrase.words
    ]
    # The longest first: what may be left out is not left out if it is there.
    found = _GAP.join(
        f"(?:{'|'.join(_GAP.join(word) for word in sorted(words, key=len, reverse=True))})"
        for words in groups
    )
    if edges:
        found = rf"(?<!{_LETTER}){found}(?!{_LETTER})"
    if phrase.unless:
        # Only in the same breath: "not an exercise. In ..." says what it says.
        follows = f"{_GAP}(?:{phrase.unless})"
        if edges:
            follows = rf"[ \-]?(?:{_plain(_folded(phrase.unless))})(?!{_LETTER})"
        found += f"(?!{follows})"
    return _Search(tuple(groups[-1]), found)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that is needed: by a text that has one of the signs, and few have."""
    return re.compile(pattern)


@cache
def _searches() -> tuple[tuple[_Search, ...], tuple[_Search, ...], tuple[_Search, ...]]:
    """Return what is looked for among words with edges, without, and in names."""
    of_language = {
        language: [_search(phrase, edges=language not in WITHOUT_EDGES) for phrase in phrases]
        for language, phrases in PHRASES.items()
    }
    with_edges = [of_language[key] for key in of_language if key not in WITHOUT_EDGES]
    without = [of_language[key] for key in of_language if key in WITHOUT_EDGES]
    names = tuple(_search(phrase, edges=True) for phrase in NAMES)
    return tuple(chain(*with_edges)), tuple(chain(*without)), names


@cache
def _signs() -> re.Pattern[str]:
    """Return what one search finds in any text in which another could find anything."""
    signs = {sign for searches in _searches() for search in searches for sign in search.signs}
    return re.compile("|".join(sorted(map(re.escape, signs))))


def claims_to_be_real(text: str, *, name: bool = False) -> str | None:
    """Return the words by which a text says that it is not a drill; None if it has none.

    The ``name`` of an exercise may say less than a text.
    """
    folded = _folded(text)
    plain = text.isascii() and not _AMONG_LETTERS.search(folded)
    if plain and not _signs().search(_letters(folded)):
        return None  # most texts, in one look: nothing in them is in disguise
    with_edges, without, names = _searches()
    disguises = {folded, *_disguises(folded)}
    looked_for = [(folded, without)]
    looked_for += [(each, (*with_edges, *(names if name else ()))) for each in sorted(disguises)]
    for disguise, searches in looked_for:
        letters = _letters(disguise)
        if not _signs().search(letters):
            continue
        for search in searches:
            if (phrase := search.phrase(disguise, letters)) is not None:
                return phrase
    return None


def marked(text: str) -> str:
    """Return a human text under the exercise banner."""
    return f"{BANNER}. {text}"
