"""Budgets that grow again."""

from hypothesis import given
from hypothesis import strategies as st

from feed.core.allowance import Allowance

AMOUNTS = st.lists(st.tuples(st.floats(0, 50), st.floats(0, 100)), max_size=30)


def test_it_is_spent_and_grows_again_up_to_the_most() -> None:
    """By the second; what is owed is grown out of first, and each has its own."""
    budget = Allowance(most=10, per_s=2)

    assert budget.left("a", 0) == 10
    assert budget.spend("a", 14, 0) == -4
    assert budget.left("b", 0) == 10
    assert budget.left("a", 2) == 0
    assert budget.left("a", 5) == 6
    assert budget.left("a", 1e9) == 10
    budget.spend("a", 100, 1e9)
    budget.exhaust("a", 1e9)
    assert budget.left("a", 1e9 + 1) == 2


@given(AMOUNTS)
def test_nobody_gets_more_than_was_given(spending: list[tuple[float, float]]) -> None:
    """However it is spread over time, what was paid for is at most the start and the growth."""
    budget, now, paid = Allowance(most=10, per_s=2), 0.0, 0.0
    for pause, amount in spending:
        now += pause
        if budget.left("a", now) >= amount:
            budget.spend("a", amount, now)
            paid += amount
    assert paid <= 10 + 2 * now + 1e-6
