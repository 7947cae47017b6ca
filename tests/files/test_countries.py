"""Which country is meant."""

import pytest

from feed.files.countries import country_advice


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("kor", "KOR"),
        ("JP", "JPN"),
        ("jp", "JPN"),
        ("Japan", "JPN"),
        (" japan ", "JPN"),
        ("392", "JPN"),
        ("South Korea", "KOR"),
        ("United States", "USA"),
        ("Côte d'Ivoire", "CIV"),
    ],
)
def test_the_country_that_is_meant_is_offered(text: str, meant: str) -> None:
    """By its name, and by the codes of two letters and of digits."""
    assert country_advice(text) == f"; did you mean '{meant}'?"


@pytest.mark.parametrize("text", ["", "Atlantis", "J", "\x00", "日本", "J" * 100_000])
def test_who_is_no_country_gets_no_offer(text: str) -> None:
    """Nothing is guessed."""
    assert country_advice(text) == "; write its three letters"
