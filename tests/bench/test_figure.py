"""Rows: the ratio, and whether what is to be reached is."""

import pytest

from feed.bench.figure import Effort, MeasuredRow, middle


@pytest.mark.parametrize(
    ("ours", "peer", "reach", "at_most", "reached"),
    [
        (50.0, 100.0, 0.5, False, True),
        (49.0, 100.0, 0.5, False, False),
        (15.0, 10.0, 1.5, True, True),
        (16.0, 10.0, 1.5, True, False),
        (9.0, None, 10.0, True, True),
        (11.0, None, 10.0, True, False),
        (1.0, None, None, False, None),
    ],
)
def test_what_is_to_be_reached_is_a_ratio_where_there_is_a_peer(
    ours: float, peer: float | None, reach: float | None, *, at_most: bool, reached: bool | None
) -> None:
    """And our own figure where there is none."""
    row = MeasuredRow("it", ours, "ms", peer, reach=reach, at_most=at_most)

    assert row.reached is reached
    assert row.ratio == (None if peer is None else ours / peer)
    assert ("reached" in row.record()) is (reached is not None)


def test_a_short_effort_is_a_tenth() -> None:
    """At least one of it."""
    assert [Effort(short=True).of(count) for count in (1_000, 3)] == [100, 1]
    assert Effort().of(1_000) == 1_000
    assert middle([3.0, 1.0, 2.0]) == 2.0
