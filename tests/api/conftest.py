"""A home of feed's own, and the small story as a program loads it."""

from pathlib import Path

import pytest

import feed
from tests.commands import STORY


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def story(tmp_path: Path) -> feed.LoadedScenario:
    """Give the small scenario: an alert, its end, and a meeting an hour later."""
    path = tmp_path / "small.yaml"
    path.write_text(STORY, encoding="utf-8")
    return feed.load(path)
