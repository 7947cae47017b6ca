"""Tests of quoting: what a stranger wrote is shown without harm, and near words are offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.model.quoting import did_you_mean, harmless, near, quoted


@given(st.text())
def test_a_quotation_is_short_and_harmless(text: str) -> None:
    """Whatever is quoted is one printable line of bounded length."""
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= 60 * 10 + 2


@given(st.text())
def test_what_is_harmless_has_its_lines_and_nothing_that_a_terminal_obeys(text: str) -> None:
    """It is as it was where it can be read."""
    shown = harmless(text)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert shown.count("\n") == text.count("\n")
    assert shown == text or not text.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "'plain'"),
        ("미사일", "'미사일'"),
        ("a\nb", "'a\\nb'"),
        ("\x1b[2J", "'\\x1b[2J'"),
        ("x" * 61, f"'{'x' * 57}...'"),
        (5, "'5'"),
    ],
)
def test_a_quotation(text: object, shown: str) -> None:
    """Letters of any script stay; what a terminal would obey is written out."""
    assert quoted(text) == shown


def test_a_near_word_is_offered() -> None:
    """A word with a letter missing is recognised, one that is like none is not."""
    assert did_you_mean("apoge_km", ["range_km", "apogee_km"]) == "; did you mean 'apogee_km'?"
    assert did_you_mean("zzz", ["range_km", "apogee_km"]) == ""


def test_many_words_are_not_compared_for_ever() -> None:
    """Among a million words only some are tried, so an answer comes at once."""
    assert near("event-1", (f"event-{n}" for n in range(1_000_000))) == "event-1"


def test_a_long_word_is_not_compared_for_ever() -> None:
    """A hostile word of a million letters is cut before it is compared."""
    assert near("x" * 1_000_000, ["xx"]) is None
