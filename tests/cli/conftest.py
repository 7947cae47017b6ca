"""Fixtures for verbs: a home of their own, and commands as users start them."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.commands import STORY, Shell


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every verb away from the runs of whoever runs the tests."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FEED_HOME", str(folder))
    monkeypatch.delenv("FEED_BROKER", raising=False)
    monkeypatch.delenv("FEED_NATS_SERVER", raising=False)
    return folder


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Give the logs back as they were: a verb sets them up for its whole process."""
    root, ours = logging.getLogger(), logging.getLogger("feed")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:], root.level, ours.level = before
    structlog.reset_defaults()


@pytest.fixture
def small(tmp_path: Path) -> str:
    """Give the path of a small scenario: nine messages."""
    path = tmp_path / "told.yaml"
    path.write_text(STORY, encoding="utf-8")
    return str(path)


@pytest.fixture
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Give what starts commands as processes; none is left behind."""
    opened = Shell(tmp_path_factory.mktemp("shell"))
    yield opened
    opened.close()
