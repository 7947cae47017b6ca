"""Whether a signed clock is of now."""

from feed.core.freshness import STALE_AFTER_S, Freshness

SECOND = 1_000_000
NOW = 1_700_000_000 * SECOND


def test_clocks_that_go_on_are_of_now() -> None:
    """Each a second after the other; the same once more is no suspicion."""
    fresh = Freshness()

    for tick in (0, 1, 1, 2, 60):
        assert fresh.take(NOW + tick * SECOND, NOW + tick * SECOND)


def test_what_a_broker_repeats_is_left_out_and_what_somebody_sends_again_is_suspicious() -> None:
    """A few seconds back is a lost connection; a minute back is not."""
    fresh = Freshness()
    assert fresh.take(NOW, NOW)

    assert fresh.take(NOW - 3 * SECOND, NOW) is None
    assert fresh.take(NOW - 60 * SECOND, NOW) is False
    assert fresh.take(NOW + SECOND, NOW + SECOND)


def test_an_old_clock_is_not_believed_by_somebody_who_just_came() -> None:
    """What a killed player left, or somebody kept; a machine may be wrong by some minutes."""
    limit = STALE_AFTER_S * SECOND

    assert Freshness().take(NOW - limit, NOW)
    assert Freshness().take(NOW - limit - 1, NOW) is False
    assert Freshness().take(NOW + 10 * limit, NOW)
