"""Tests of an include; what it does is tested in ``tests/files/test_includes.py``."""

from feed.model.include import Include


def test_only_the_scenario_must_be_named() -> None:
    """Without a moment it plays at its own dates, without a prefix under its own ids."""
    assert Include(scenario="a.yaml") == Include(scenario="a.yaml", at=None, prefix=None, set={})
