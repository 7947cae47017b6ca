"""Draws belong to a seed and a key, and to nothing else."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core import draw
from feed.core.draw import normal, uniform
from tests.make import PATIENT

seeds = st.integers(min_value=0, max_value=2**63 - 1)
keys = st.lists(st.text(st.characters(exclude_characters="\x1f")) | st.integers(), max_size=4)


@PATIENT
@given(seed=seeds, key=keys)
def test_a_draw_is_the_same_twice(seed: int, key: list[object]) -> None:
    """The same seed and key give the same number, whatever was drawn between."""
    first = uniform(seed, *key)
    uniform(seed, "something else")

    assert uniform(seed, *key) == first
    assert 0 <= first < 1


def test_a_draw_is_the_same_in_every_version() -> None:
    """A known key gives a known number, so that old recordings can be made again."""
    assert uniform(7, "shots", 3) == 0.901519252978255
    assert normal(7, "shots", 3) == pytest.approx(1.2902568)


def test_every_part_of_the_key_counts() -> None:
    """Seed, parts and their borders all change the number."""
    drawn = {
        uniform(1, "ab", "c"),
        uniform(2, "ab", "c"),
        uniform(1, "a", "bc"),
        uniform(1, "abc"),
        uniform(1, "c", "ab"),
        uniform(1),
    }

    assert len(drawn) == 6


def test_uniform_draws_fill_the_interval_evenly() -> None:
    """The mean and the spread of many draws are those of an even distribution."""
    drawn = [uniform(7, n) for n in range(4000)]

    assert statistics.fmean(drawn) == pytest.approx(0.5, abs=0.02)
    assert statistics.pstdev(drawn) == pytest.approx(1 / math.sqrt(12), abs=0.01)


def test_normal_draws_have_mean_zero_and_deviation_one() -> None:
    """The mean and the spread of many draws are those of the standard normal distribution."""
    drawn = [normal(7, n) for n in range(4000)]

    assert statistics.fmean(drawn) == pytest.approx(0, abs=0.05)
    assert statistics.pstdev(drawn) == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize("extreme", [0.0, 1 - 2**-53])
def test_the_ends_of_the_interval_have_a_deviate(
    extreme: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The smallest and the largest number that can be drawn give a finite deviate."""
    monkeypatch.setattr(draw, "uniform", lambda *_: extreme)

    assert math.isfinite(normal(7, "any"))
