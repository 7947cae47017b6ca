"""Spans behave as a set of numbers, whatever the order in which they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.spans import Spans


@given(numbers=st.lists(st.integers(1, 40)))
def test_spans_are_a_set(numbers: list[int]) -> None:
    """What was added is there, each number counts once, and nothing else is there."""
    spans = Spans()
    seen: set[int] = set()

    for number in numbers:
        assert spans.add(number) is (number not in seen)
        seen.add(number)

    assert {number for number in range(-1, 43) if number in spans} == seen
    assert spans.count == len(seen)
    assert spans.highest == max(seen, default=0)


@given(numbers=st.sets(st.integers(1, 40)))
def test_what_is_missing_is_the_rest(numbers: set[int]) -> None:
    """The gaps hold exactly the numbers below the highest that are not there."""
    spans = Spans()
    for number in numbers:
        spans.add(number)

    missing = {n for first, last in spans.missing() for n in range(first, last + 1)}

    assert missing == set(range(1, spans.highest + 1)) - numbers


@given(numbers=st.sets(st.integers(1, 40)))
def test_spans_can_be_built_again(numbers: set[int]) -> None:
    """Spans made of the spans of others hold the same numbers in the same few pieces."""
    spans = Spans()
    for number in numbers:
        spans.add(number)

    again = Spans(spans)

    assert list(again) == list(spans)
    assert again.count == len(numbers)


def test_neighbours_are_one_span() -> None:
    """A number that fills a gap joins what stood on both sides of it."""
    spans = Spans([(1, 4), (6, 9)])

    spans.add(5)

    assert list(spans) == [(1, 9)]


@pytest.mark.parametrize("spans", [[(3, 1)], [(1, 2), (3, 4)], [(5, 6), (1, 2)]])
def test_spans_that_are_none_are_a_bug(spans: list[tuple[int, int]]) -> None:
    """Spans that touch, overlap, or stand in no order are refused."""
    with pytest.raises(AssertionError):
        Spans(spans)
