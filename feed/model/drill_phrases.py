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
    """what follows it, behind a space or a hyphen, if it means something else: words of a regular
    expression, whole ones in languages that have spaces"""

    def spoken(self) -> list[str]:
        """Return all that it stands for."""
        return [" ".join(filter(None, words)) for words in product(*self.words)]


_NOT = ("not", "isn't", "isnt", "ain't", "aint", "never", "hardly")
_KINDS = ("", "training", "military", "test", "regular", "routine", "practice", "mere", "real")
_THIS = ("this is", "it is", "it's", "that is", "that's")
_REAL = ("emergency", "attack", "alert", "alarm", "threat", "event", "launch", "missile", "warning",
         "incident", "thing", "world")  # fmt: skip

_OF_VIRTUE = (
    "(in|of) (futility|restraint|patience|power|strength|will|wills|nerves|character|self-control)"
)
"""An exercise or a test of that is none of the kind."""

PHRASES: dict[str, tuple[Phrase, ...]] = {
    "en": (
        Phrase(
            (_NOT, ("a", "an", "any", "the", ""), _KINDS, ("drill", "drills")),
            "bit|sergeant|instructor|down|rig|hole|press",
        ),
        Phrase((_THIS, ("no",), ("drill", "exercise")), _OF_VIRTUE),
        Phrase((("no",), ("drill", "drills")), "was|were|has|have|had|will|took"),
        Phrase((("no exercise", "not exercise"), ("real", "actual", "traffic", "play"))),
        Phrase((_NOT, ("a", "an", "any"), _KINDS, ("exercise", "exercises")), _OF_VIRTUE),
        Phrase(
            (_NOT, ("a", "an", "any"), _KINDS, ("test", "training", "simulation")),
            f"{_OF_VIRTUE}|of a satellite|of a missile|launch|flight|firing|range|site|mission|"
            "aircraft|pilot|area",
        ),
        Phrase((("is not exercise", "this is no test"),)),
        Phrase((_THIS, ("not", "no"), ("simulated", "practice", "pretend", "rehearsal", "game"))),
        Phrase((("this is real", "this is for real", "it is for real"),), "time"),
        Phrase((_THIS, ("a", "an", "the", ""), ("real", "actual", "genuine"), _REAL)),
        Phrase((("real world",), _REAL[:-2])),
    ),
    "de": (
        Phrase(
            (
                ("kein", "keine", "nicht nur eine", "nicht eine"),
                ("übung", "uebung", "probealarm", "test", "testalarm", "simulation", "manöver"),
            ),
            "macht|für|fand|wurde|war",
        ),
        Phrase((("dies ist der ernstfall", "das ist der ernstfall", "echter alarm"),)),
    ),
    "ja": (
        Phrase(
            (
                ("訓練", "演習", "試験", "テスト", "くんれん"),
                (
                    "ではない",
                    "ではありません",
                    "ではなく",
                    "じゃない",
                    "じゃありません",
                    "でない",
                    "でありません",
                    "にあらず",
                    "に非ず",
                    "ではござい",
                    "でございません",
                    "ではあらず",
                    "とは違",
                ),
            )
        ),
        Phrase((("実戦です", "これは実戦", "これは本番", "実際の状況です", "これは現実"),)),
    ),
    "ko": (
        Phrase(
            (
                ("훈련", "연습", "시험"),
                ("", "상황"),
                ("이", ""),
                ("아닙", "아니", "아님", "아닌", "아녜", "아냐"),
            )
        ),
        Phrase((("실제 상황",),), r"이?[\W_]*아[니닙님]"),
        Phrase((("실전입니다", "실전 상황", "실전이다"),)),
    ),
    "fr": (
        Phrase(
            (
                ("pas",),
                ("un", "d'un", "une", "d'une"),
                ("exercice", "entraînement", "test", "essai", "simulation"),
            ),
            "de style|facile|de mémoire",
        ),
        Phrase((("alerte réelle", "attaque réelle", "situation réelle", "ceci est réel"),)),
    ),
    "zh": (
        Phrase(
            (
                ("不是", "并非", "並非", "绝非", "絕非", "非"),
                ("", "一次", "一场", "一場"),
                ("演习", "演習", "演练", "演練", "测试", "測試", "训练", "訓練"),
            )
        ),
        Phrase((("真实警报", "真實警報", "这是实战", "這是實戰"),)),
    ),
    "es": (
        Phrase(
            (
                ("no es", "no se trata de", "no son"),
                ("un", "una", "ningún", "ninguna", ""),
                ("simulacro", "simulacros", "ejercicio", "ensayo", "entrenamiento", "prueba"),
            ),
            "fácil|facil|de fuerza",
        ),
        Phrase((("alerta real", "ataque real", "emergencia real", "esto es real"),)),
    ),
    "ru": (
        Phrase(
            (
                ("не",),
                ("", "является", "просто"),
                ("учения", "учение", "учением", "учениями", "учебная", "тренировка"),
            )
        ),
        Phrase((("это не проверка", "это не тест"),), "связи"),
        Phrase((("реальная тревога", "настоящая тревога", "боевая тревога"),)),
    ),
}

WITHOUT_EDGES = frozenset({"ja", "ko", "zh"})
"""The languages whose words have no spaces between them."""

NAMES = (
    Phrase(
        (
            (
                "real world", "real event", "real alert", "real thing", "real life", "real attack",
                "actual event", "not exercise", "no exercise", "ernstfall", "实战", "實戰", "実戦",
                "실전",
            ),
        )
    ),
)  # fmt: skip
"""What an exercise may not be called, though a text may say it."""
