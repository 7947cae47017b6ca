"""Test your own client against a scenario that the test plays step by step.

The fixtures ``feed_broker`` and ``feed_exercise`` are there as soon as alert-feed is installed
beside pytest; see docs/testing-a-client.md.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feed.testing.broker import BrokerForTests
    from feed.testing.exercise import ExerciseForTests
    from feed.testing.waiting import eventually

__all__ = ["BrokerForTests", "ExerciseForTests", "eventually"]

_HOMES = {
    "BrokerForTests": "feed.testing.broker",
    "ExerciseForTests": "feed.testing.exercise",
    "eventually": "feed.testing.waiting",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used: pytest loads this package in every project."""
    if name not in _HOMES:
        raise AttributeError(f"module 'feed.testing' has no attribute '{name}'")
    import importlib  # noqa: PLC0415 - only whoever needs a name pays for it

    return getattr(importlib.import_module(_HOMES[name]), name)
