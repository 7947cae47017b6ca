"""A broker with an exercise of its own."""

from pathlib import Path

import pytest

from tests.app.stage import Stage
from tests.brokers import EmbeddedLike


@pytest.fixture
def stage(embedded: EmbeddedLike, exercise: str, tmp_path: Path) -> Stage:
    """Give the embedded broker."""
    return Stage(embedded, exercise, tmp_path)
