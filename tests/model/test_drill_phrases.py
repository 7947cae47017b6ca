"""The list of phrases is whole in itself; what it finds is in the tests of the mark."""

import re

import pytest

from feed.model.drill_phrases import NAMES, PHRASES, WITHOUT_EDGES, Phrase


def test_a_phrase_stands_for_all_its_words() -> None:
    """What may be left out is there once and left out once."""
    assert Phrase((("not", "no"), ("a", ""), ("drill",))).spoken() == [
        "not a drill",
        "not drill",
        "no a drill",
        "no drill",
    ]


@pytest.mark.parametrize("language", PHRASES)
def test_every_phrase_can_be_searched(language: str) -> None:
    """The last word is never left out, and exceptions are expressions."""
    assert PHRASES[language]
    for phrase in (*PHRASES[language], *NAMES):
        assert all(phrase.words[-1])
        re.compile(phrase.unless)


def test_languages_without_edges_are_languages_of_the_list() -> None:
    """No rule is kept for a language that has no phrases."""
    assert set(PHRASES) >= WITHOUT_EDGES
