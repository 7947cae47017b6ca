"""Fixtures for playing on real brokers."""

from pathlib import Path

import pytest

from tests.app.stage import Stage
from tests.brokers import EmbeddedLike, RunningBroker


@pytest.fixture
def stage(broker: RunningBroker, exercise: str, tmp_path: Path) -> Stage:
    """Give each of the brokers with an exercise of its own."""
    return Stage(broker, exercise, tmp_path)


@pytest.fixture
def own_stage(own_broker: RunningBroker, exercise: str, tmp_path: Path) -> Stage:
    """Give a broker that may be killed."""
    return Stage(own_broker, exercise, tmp_path)


@pytest.fixture
def secured(embedded: EmbeddedLike, exercise: str, tmp_path: Path) -> Stage:
    """Give the broker that knows rights."""
    return Stage(embedded, exercise, tmp_path)
