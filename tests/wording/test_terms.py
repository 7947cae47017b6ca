"""Words by language: looked up in the language, then in English, then taken as they are."""

import pytest

from feed.wording.terms import COMMON, LANGUAGES, term

OWN = {"en": {"from": "from {0}", "lost": "lost from view"}, "ja": {"lost": "消失"}}


@pytest.mark.parametrize(
    ("name", "values", "language", "text"),
    [
        ("lost", (), "ja", "消失"),
        ("lost", (), "ja-JP", "消失"),
        ("lost", (), "ko", "lost from view"),
        ("lost", (), "", "lost from view"),
        ("from", ("Site",), "ja", "from Site"),
        ("from", ("{0} {1}",), "en", "from {0} {1}"),
        ("threat-passed", (), "en", "threat passed"),
        ("threat-passed", (), "ko", "위협 통과"),
        ("many", ("3",), "ko", "3건"),
    ],
)
def test_a_word_has_a_term(name: str, values: tuple[str, ...], language: str, text: str) -> None:
    """A phrase takes its values, and a word without a term is shown as it is."""
    assert term(name, *values, language=language, tables=(OWN, COMMON)) == text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_word_spelt_like_a_phrase_is_a_word(language: str) -> None:
    """Anybody may send a state that is called 'from'."""
    assert term("from", language=language, tables=(OWN, COMMON)) == "from"


def test_all_languages_have_the_same_common_words() -> None:
    """What is shared by all kinds is there in every language."""
    assert set(COMMON) == set(LANGUAGES)
    assert set(COMMON["ja"]) == set(COMMON["ko"]) >= set(COMMON["en"])
