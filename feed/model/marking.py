"""The exercise mark, and the refusal of texts that contradict it.

The drill call of 2018-01-13 in Hawaii said "exercise, exercise, exercise" and then "this is not a
drill"; the second phrase won.  So no text that is published may claim to be real.
"""

import re
import unicodedata

__all__ = ["BANNER", "PHRASES", "claims_to_be_real", "marked"]

BANNER = "EXERCISE EXERCISE EXERCISE"

_ENGLISH = (
    "not a drill",
    "not drill",
    "not drills",
    "not the drill",
    "no drill",
    "isn't a drill",
    "isnt a drill",
    "not an exercise",
    "is not exercise",
    "isn't an exercise",
    "isnt an exercise",
    "not a test",
    "isn't a test",
    "isnt a test",
    "this is real",
    "this is the real thing",
    "real world alert",
)
_JAPANESE = (
    "訓練ではない",
    "訓練ではありません",
    "訓練じゃない",
    "訓練じゃありません",
    "訓練でない",
    "訓練でありません",
    "演習ではない",
    "演習ではありません",
    "演習じゃない",
    "演習でない",
    "試験ではない",
    "試験ではありません",
    "テストではない",
    "テストではありません",
    "実戦です",
    "これは本番",
)
_KOREAN = (
    "훈련이 아닙니다",
    "훈련이 아니다",
    "훈련 아님",
    "훈련 상황이 아닙니다",
    "훈련 상황이 아니다",
    "훈련 상황 아님",
    "연습이 아닙니다",
    "연습이 아니다",
    "시험이 아닙니다",
    "실제 상황",
)
PHRASES: tuple[str, ...] = (*_ENGLISH, *_JAPANESE, *_KOREAN)

_GAP = r"[\W_]*"
# What means the opposite: "this is real-time sharing", "it is no real situation".
_UNLESS = {"this is real": "time", "실제 상황": rf"이?{_GAP}아[니닙님]"}
_LETTER = r"[^\W_]"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(folded: str) -> str:
    return "".join(letter for letter in folded if letter.isalnum())


def _pattern(phrase: str) -> re.Pattern[str]:
    """Return what finds a phrase, however its letters are spaced or set apart.

    English words have edges, so "piano drill" says nothing; Japanese and Korean have none.
    """
    found = _GAP.join(_letters(_folded(phrase)))
    if phrase in _ENGLISH:
        found = rf"(?<!{_LETTER}){found}(?!{_LETTER})"
    if phrase in _UNLESS:
        found += rf"(?!{_GAP}{_UNLESS[phrase]})"
    return re.compile(found)


_SEARCHES = tuple((phrase, _letters(_folded(phrase)), _pattern(phrase)) for phrase in PHRASES)


def claims_to_be_real(text: str) -> str | None:
    """Return the phrase by which a text says that it is not a drill; None if it has none."""
    folded = _folded(text)
    letters = _letters(folded)
    for phrase, bare, pattern in _SEARCHES:
        # The cheap question first: texts are many, and nearly none of them has a phrase.
        if bare in letters and pattern.search(folded):
            return phrase
    return None


def marked(text: str) -> str:
    """Return a human text under the exercise banner."""
    return f"{BANNER}. {text}"
