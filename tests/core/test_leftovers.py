"""Messages of runs that are not followed."""

from feed.core.leftovers import Leftovers


def test_they_are_held_for_a_moment_then_shown_once() -> None:
    """Their run could be the next one; when it is not, nothing of them is lost or doubled."""
    left: Leftovers[str] = Leftovers()
    assert left.take("a", (1, 1), "one", 0.0) == []
    assert left.take("a", (1, 1), "one", 1.0) == []
    assert left.release(2.9) == []
    assert left.release(3.0) == ["one"]
    assert left.take("a", (1, 1), "one", 4.0) == []
    assert left.take("a", (1, 2), "two", 4.0) == ["two"]


def test_what_is_followed_is_handed_over() -> None:
    """In the order it came."""
    left: Leftovers[str] = Leftovers()
    for n in range(3):
        left.take("a", (1, n), str(n), 0.0)
    assert left.claim("a") == ["0", "1", "2"]
    assert left.release(100.0) == []


def test_invented_runs_cost_nothing() -> None:
    """Only a few are told apart, and little is kept of each."""
    left: Leftovers[int] = Leftovers()
    for run in range(1000):
        for n in range(5):
            left.take(f"run{run}", (1, n), n, 0.0)
    assert left.dropped == 996 * 5
    for n in range(5000):
        left.take("run0", (1, n), n, 0.0)
    assert len(left.release(3.0)) == 2000 + 3 * 5
    for run in range(100):
        left.leave(f"past{run}")
    assert left.take("past99", (1, 1), 1, 0.0) == [1]
    for n in range(20_000):
        left.take("past99", (1, n), n, 0.0)
    assert len(left._past["past99"]) == 10_000
