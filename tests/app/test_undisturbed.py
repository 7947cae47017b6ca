"""Time without long pauses of Python's own."""

import gc

import pytest

from feed.app.undisturbed import undisturbed


def test_what_was_there_before_is_not_looked_at() -> None:
    """A full collection has little to do while it lasts; afterwards all is as it was."""
    before = gc.get_freeze_count()
    with undisturbed():
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 10_000
        assert gc.get_threshold()[2] == 1000
    assert gc.get_freeze_count() <= before


def test_it_ends_with_an_error_too() -> None:
    """Nothing stays frozen."""
    with pytest.raises(ValueError, match="no"), undisturbed():
        raise ValueError("no")
    assert gc.get_freeze_count() == 0
