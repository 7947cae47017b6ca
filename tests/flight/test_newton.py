"""The solver: finds what is there, and says when it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.flight.earth import Array
from feed.flight.newton import solve

STEPS, TOLERANCE = np.full(2, 1e-6), np.full(2, 1e-9)


@given(x=st.floats(0.5, 5), y=st.floats(-5, 5))
def test_it_finds_the_place_where_both_vanish(x: float, y: float) -> None:
    """Two equations that are not straight, from a guess that is not near."""

    def residual(here: Array) -> Array:
        return np.array([here[0] ** 2 - x**2, here[1] + here[0] - y])

    found = solve(residual, np.array([3.0, 0.0]), STEPS, TOLERANCE)
    assert found == pytest.approx([x, y - x], abs=1e-6)


def test_it_shortens_a_step_that_leads_where_there_is_no_answer() -> None:
    """A residual may be None beyond an edge; the way back is found."""

    def residual(here: Array) -> Array | None:
        return None if here[0] <= 0 else np.log(here) - 1.0

    found = solve(residual, np.array([20.0]), STEPS[:1], TOLERANCE[:1])
    assert found == pytest.approx([np.e])


@pytest.mark.parametrize(
    "residual",
    [
        lambda here: here**2 + 1.0,  # never 0
        lambda here: here * 0 + 1.0,  # no slope
        lambda here: None,  # no answer at all
        lambda here: here - 1.0 if here[0] == 0 else None,  # no answer beside the guess
    ],
    ids=["never", "flat", "nowhere", "alone"],
)
def test_it_says_when_there_is_no_way(residual: object) -> None:
    """None comes back, never a wrong place or an endless search."""
    assert solve(residual, np.array([0.0]), STEPS[:1], TOLERANCE[:1]) is None  # type: ignore[arg-type]
