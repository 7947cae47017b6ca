"""What is asked of a playing, on the command line."""

from math import inf

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from feed.cli.playing import _rate, countries_of


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_any_positive_number_is_a_rate(rate: float) -> None:
    """However it is written."""
    assert _rate(repr(rate)) == rate


def test_the_highest_rate_has_a_name() -> None:
    """``max`` is as fast as can be."""
    assert _rate("max") == inf


@pytest.mark.parametrize("text", ["0", "-1", "inf", "nan", "", "fast", "1x"])
def test_nothing_else_is_a_rate(text: str) -> None:
    """The refusal says what to write."""
    with pytest.raises(typer.BadParameter, match="write a positive number, or max"):
        _rate(text)


@pytest.mark.parametrize("text", ["1e12", "1e-9"])
def test_what_no_run_could_be_played_at_is_refused(text: str) -> None:
    """A number that is too large or too small is a wrong command line, not a bug."""
    with pytest.raises(typer.BadParameter, match="a rate is a number from 1e-06 to"):
        _rate(text)


def test_countries_can_be_written_either_way() -> None:
    """One by one or with commas, in any case, each once and in order."""
    assert countries_of(["kor, JPN,", "usa", "KOR"]) == ("KOR", "JPN", "USA")
    assert countries_of(None) == countries_of([]) == ()
