"""Tests of the exercise mark: no published text may claim to be real, however it is written."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.model import marking
from feed.model.drill_phrases import PHRASES as BY_LANGUAGE
from feed.model.marking import BANNER, claims_to_be_real, marked

PHRASES = [
    spoken for phrases in BY_LANGUAGE.values() for phrase in phrases for spoken in phrase.spoken()
]
# What separates letters without being one: spaces, punctuation, and what nobody sees.
GAPS = st.text(st.sampled_from(" -_.,'’・、。\u3000\u200b\n\t!?/*"), max_size=3)
FULL_WIDTH: dict[int, str] = {ord(" "): "\u3000"} | {
    code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)
}
CHANGES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.title,
    str.swapcase,
    lambda text: text.translate(FULL_WIDTH),
)


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """Draw a phrase in another case, width, spacing and punctuation."""
    phrase = draw(st.sampled_from(PHRASES))
    change = draw(st.sampled_from(CHANGES))
    letters = [letter for letter in change(phrase) if letter.isalnum()]
    form = draw(st.sampled_from(["NFC", "NFD"]))
    text = "".join(letter + draw(GAPS) for letter in letters)
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]  # one of the forms


@given(disguised())
def test_no_disguise_hides_a_phrase(text: str) -> None:
    """A phrase is found whatever its case, width, spacing and punctuation."""
    assert claims_to_be_real(f"Attention. {text} Take cover.") is not None


def test_every_phrase_is_found_as_it_is_written() -> None:
    """The list names what it finds."""
    assert len(PHRASES) > 1000
    assert [phrase for phrase in PHRASES if claims_to_be_real(phrase) is None] == []


@pytest.mark.parametrize(
    "text",
    [
        "BALLISTIC MISSILE THREAT INBOUND TO HAWAII. SEEK IMMEDIATE SHELTER. THIS IS NOT A DRILL.",
        "ｎｏｔ　ａ　ｄｒｉｌｌ",
        "N.O.T. A D.R.I.L.L.",
        "this isn’t a drill",
        "これは訓練ではありません。",
        "ﾃｽﾄではない",
        "훈련 상황이 아닙니다",
        "실제상황입니다",
        "This is not a training exercise.",
        "this ain't a drill",
        "訓練にあらず",
        "이것은 훈련이 아님",
        "n0t a dr1ll",
        "n\u043et a dr\u0456ll",  # Cyrillic letters
        "this-is-not-a-drill",
        "Ceci n'est pas un exercice",
        "CE N’EST PAS UN ENTRAINEMENT",
        "这不是演习",
        "這並非演習",
        "Esto no es un simulacro",
        "Это не учения",
        "это не является учением",
        "Dies ist keine Übung. Warnung!",
        "das ist keine Uebung",
        "esto no es ningún simulacro",
        "非演习",
        "훈련이 아니에요",
        "訓練でございません",
        "This is not an exercise. Incoming missile.",
        "This is not an exercise in Hokkaido.",
        "This is not a test of the siren system.",
        "No exercise. Real attack.",
        "this is an actual emergency",
        "real-world launch, not exercise play",
        "this is not simulated",
        "ɴᴏᴛ ᴀ ᴅʀɪʟʟ",
        "n0t @ dr!ll!",
        "NOT A DRILL".translate({code: code + 0x1D593 for code in range(65, 91)}),  # bold
        "ⓝⓞⓣ ⓐ ⓓⓡⓘⓛⓛ",
        "n\u200bo\u2060t a dr\u00adill",
    ],
)
def test_says_it_is_no_drill(text: str) -> None:
    """Texts of this kind are refused in each of the three languages."""
    assert claims_to_be_real(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Missile launched. Missile launched. Evacuate inside buildings or underground.",
        "This is real-time sharing of warning data",
        "this is really a drill",
        "a piano drill",
        "I cannot attest to that",
        "They did not exercise restraint.",
        "It is not an exercise in futility.",
        "It is not a test of strength.",
        "No exercise was held, no test was made.",
        "real world data",
        "not a drill bit",
        "It was not a test launch.",
        "No drill was announced, no drills were held.",
        "keine Übung macht den Meister allein",
        "n'est pas un exercice facile",
        "не проверка связи, а сбой",
        "учения не закончены",
        "这是一次演习，不是实战",
        "訓練は終わりではない",
        "훈련이 끝난 것이 아닙니다",
        "Seoul called it a missile test.",
        "これは訓練です。",
        "훈련입니다. 실제 상황이 아닙니다.",
        "",
    ],
)
def test_says_nothing_of_the_kind(text: str) -> None:
    """What means something else, or the opposite, is not refused."""
    assert claims_to_be_real(text) is None


@given(st.text())
def test_any_text_can_be_examined(text: str) -> None:
    """Whatever is written, the answer is a part of it or none."""
    found = claims_to_be_real(text)
    assert found is None or len(found) <= 2 * len(text)


@given(st.text())
def test_a_marked_text_begins_with_the_banner_and_ends_with_the_text(text: str) -> None:
    """The mark comes first and takes nothing away."""
    assert marked(text).startswith(f"{BANNER}. ")
    assert marked(text).endswith(text)


@pytest.mark.parametrize("name", ["REAL WORLD", "Operation Real Event", "R3AL W0RLD"])
def test_an_exercise_is_not_called_real(name: str) -> None:
    """A name says less than a text, and is held to more."""
    assert claims_to_be_real(name, name=True) is not None
    assert claims_to_be_real(name) is None
    assert claims_to_be_real("MORNING CALM", name=True) is None


def test_the_banner_itself_is_no_claim() -> None:
    """The mark does not refuse itself."""
    assert claims_to_be_real(marked("Take shelter.")) is None


def test_no_letter_that_is_not_looked_up_looks_like_a_latin_one() -> None:
    """What is left out of the look-up is in no table, and called Latin by nobody."""
    left_out = [
        chr(code)
        for code in range(0x110000)
        if marking._LIKE_NO_OTHER.fullmatch(chr(code)) and not chr(code).isascii()
    ]

    assert len(left_out) > 30_000
    assert not [letter for letter in left_out if ord(letter) in marking._look_alikes()]
    assert not [letter for letter in left_out if marking._latin(letter) != letter]


def test_a_look_alike_among_other_letters_is_looked_up() -> None:
    """One letter of another script is enough, in a text of whatever language."""
    assert claims_to_be_real("訓練です。 n\u043et a drill") is not None
