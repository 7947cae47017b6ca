"""The fixtures are there wherever alert-feed is installed."""

from importlib.metadata import entry_points

import pytest

from feed.files.arrangements import load_arrangements


def test_pytest_finds_the_plugin() -> None:
    """By its entry point."""
    (found,) = (one for one in entry_points(group="pytest11") if one.name == "feed")

    assert found.value == "feed.testing.plugin"


def test_the_countries_are_those_on_public_record(
    feed_countries: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    """Unless a project says otherwise."""
    assert feed_countries == tuple(load_arrangements().countries())
