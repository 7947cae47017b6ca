"""What says that something is not a drill, by language: the list that texts, ids and names meet.

A phrase is a row of words, each with those that may stand in its place; an empty one may be left
out.  To add one, write it as it is spoken: case, width, spacing, accents and look-alike letters do
not matter.  A phrase that refuses what it should not gets what may follow it, in ``Phrase.unless``.
"""

from itertools import product
from typing import NamedTuple

__all__ = ["NAMES", "PHRASES", "WITHOUT_EDGES", "Phrase"]


class Phrase(NamedTuple):
    """One way to say it."""

    words: tuple[tuple[str, ...], ...]
    unless: str = ""
    """what follows it if it means something else, as a regular expression"""

    def spoken(self) -> list[str]:
        """Return all that it stands for."""
        return [" ".join(filter(None, words)) for words in product(*self.words)]


_NOT = ("not", "isn't", "isnt", "ain't", "aint", "never")
_KINDS = ("", "training", "military", "test", "regular", "routine", "practice", "mere")

PHRASES: dict[str, tuple[Phrase, ...]] = {
    "en": (
        Phrase((_NOT, ("a", "an", "any", "the", ""), _KINDS, ("drill", "drills"))),
        Phrase((("no",), ("drill", "drills"))),
        Phrase((_NOT, ("a", "an", "any"), _KINDS, ("exercise", "exercises")), "in|of"),
        Phrase((_NOT, ("a", "an", "any"), _KINDS, ("test", "training", "simulation")), "of|for"),
        Phrase((("is not exercise", "this is no exercise", "this is no test"),)),
        Phrase((("this is real",),), "time"),
        Phrase((("this is the real thing", "real world alert"),)),
    ),
    "ja": (
        Phrase(
            (
                ("訓練", "演習", "試験", "テスト"),
                (
                    "ではない", "ではありません", "ではなく", "じゃない", "じゃありません",
                    "でない", "でありません", "にあらず", "に非ず", "ではござい",
                ),
            )
        ),
        Phrase((("実戦です", "これは本番"),)),
    ),
    "ko": (
        Phrase(
            (
                ("훈련", "연습", "시험"),
                ("", "상황"),
                ("이", ""),
                ("아닙니다", "아니다", "아님", "아닌", "아니라"),
            )
        ),
        Phrase((("실제 상황",),), r"이?[\W_]*아[니닙님]"),
        Phrase((("실전입니다",),)),
    ),
    "fr": (
        Phrase((("pas",), ("un", "d'un"), ("exercice", "entraînement", "test")), "de|facile"),
        Phrase((("pas une simulation", "alerte réelle"),)),
    ),
    "zh": (
        Phrase(
            (
                ("不是", "并非", "並非", "绝非", "絕非"),
                ("演习", "演習", "演练", "演練", "测试", "測試", "训练", "訓練"),
            )
        ),
        Phrase((("真实警报", "真實警報"),)),
    ),
    "es": (
        Phrase((("no es", "no se trata de"), ("un", ""), ("simulacro", "ejercicio"))),
        Phrase((("no es un entrenamiento", "no es una prueba", "alerta real"),)),
    ),
    "ru": (
        Phrase((("не",), ("учения", "учение", "учебная", "тренировка", "проверка"))),
        Phrase((("не является учениями", "реальная тревога"),)),
    ),
}  # fmt: skip

WITHOUT_EDGES = frozenset({"ja", "ko", "zh"})
"""The languages whose words have no spaces between them."""

NAMES = (Phrase((("real world", "real event", "real alert"),)),)
"""What an exercise may not be called, though a text may say it."""
