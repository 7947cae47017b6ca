"""Waiting for a client."""

import threading

import pytest

from feed.testing.waiting import eventually


def test_it_waits_until_it_is_so() -> None:
    """And no longer."""
    there = threading.Event()
    threading.Timer(0.05, there.set).start()
    eventually(there.is_set)


def test_what_never_happens_fails() -> None:
    """With how long it was waited for."""
    with pytest.raises(AssertionError, match=r"still not so after 0.02 s"):
        eventually(lambda: False, 0.02)
