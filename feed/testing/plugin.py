"""The pytest plugin: fixtures that play scenarios to the client that is tested."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from feed.api.story import LoadedScenario
    from feed.testing.broker import BrokerForTests
    from feed.testing.exercise import ExerciseForTests

__all__ = ["feed_broker", "feed_countries", "feed_exercise"]


@pytest.fixture(scope="session")
def feed_countries() -> tuple[str, ...]:
    """Give the countries that the broker of the tests has feeds for: those on public record.

    Override it where your arrangements have others.
    """
    from feed.files.arrangements import load_arrangements  # noqa: PLC0415 - see feed.testing

    return load_arrangements().countries()


@pytest.fixture(scope="session")
def feed_broker(feed_countries: tuple[str, ...]) -> "Iterator[BrokerForTests]":
    """Give the broker of the tests: the embedded one on free ports, started once."""
    from feed.testing.broker import broker_for_tests  # noqa: PLC0415 - see feed.testing

    with broker_for_tests(feed_countries) as broker:
        yield broker


@pytest.fixture
def feed_exercise(
    feed_broker: "BrokerForTests", tmp_path: Path
) -> "Iterator[Callable[..., ExerciseForTests]]":
    """Give what plays a scenario, which stands still until the test says otherwise.

    Called as ``feed_exercise("over-aomori-2022")``, with a file, a name of the library or what
    ``feed.load`` returned; ``variables`` as for ``feed.load``.  It is played under a name of its
    own, and ends with the test.
    """
    from feed.testing.exercise import exercise_for_tests  # noqa: PLC0415 - see feed.testing

    with ExitStack() as stack:

        def begin(
            scenario: "LoadedScenario | str | Path", variables: "Mapping[str, Any] | None" = None
        ) -> "ExerciseForTests":
            name = f"TEST {secrets.token_hex(4)}"
            runs = tmp_path / "feed-runs"
            return stack.enter_context(
                exercise_for_tests(scenario, name, feed_broker, runs, variables)
            )

        yield begin
