"""The page of the Python names is whole, and what it shows runs."""

import asyncio
import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import feed
import feed.testing
from feed.api.play import EMBEDDED
from feed.app.controls import Controls
from tests.app.stage import PATIENCE_S
from tests.commands import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
TESTING = (ROOT / "docs" / "testing-a-client.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CLASSES = [
    feed.Controls,
    feed.PlannedMessage,
    feed.Playing,
    feed.ReceivedMessage,
    feed.Receiver,
    feed.LoadedScenario,
    feed.testing.BrokerForTests,
    feed.testing.ExerciseForTests,
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("name", feed.__all__)
def test_every_name_is_on_the_page(name: str) -> None:
    """With a docstring of its own."""
    assert f"feed.{name}" in PAGE
    value = getattr(feed, name)
    if name != "__version__":
        assert inspect.getdoc(value)


@pytest.mark.parametrize("name", feed.testing.__all__)
def test_every_name_for_tests_is_on_its_page(name: str) -> None:
    """With a docstring of its own."""
    if name != "BrokerForTests":  # its fixture is
        assert name in TESTING
    assert inspect.getdoc(getattr(feed.testing, name))


@pytest.mark.parametrize("name", ["check", "control", "load", "plan", "play", "receive"])
def test_every_function_says_what_it_takes_and_what_it_raises(name: str) -> None:
    """Each argument by its name, and the errors."""
    function = inspect.unwrap(getattr(feed, name))
    doc = inspect.getdoc(function) or ""
    hints = inspect.get_annotations(function)

    assert "Args:" in doc
    assert "Raises:" in doc
    for argument in inspect.signature(function).parameters:
        assert f"{argument}: " in doc, f"feed.{name} says nothing of {argument}"
        assert argument in hints
        assert argument in PAGE or argument in {"story", "clock"}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_member_has_a_docstring(kind: type) -> None:
    """What it is, or does; members that are named by an annotation are described beside it."""
    for name, member in inspect.getmembers(kind):
        if name.startswith("_") or not (inspect.isroutine(member) or isinstance(member, property)):
            continue
        if name in {"count", "index", "mro", "register"}:
            continue
        assert inspect.getdoc(member), f"{kind.__name__}.{name}"


def test_every_verb_is_on_the_page() -> None:
    """As it is called."""
    for name, _ in inspect.getmembers(Controls, inspect.iscoroutinefunction):
        if not name.startswith("_"):
            assert f"`{name}(" in PAGE, name


@pytest.mark.slow
@pytest.mark.broker
async def test_what_the_page_shows_runs() -> None:
    """Line by line as it stands there; where it says ``broker`` one is there."""
    async with feed.play(
        "over-aomori-2022", broker=EMBEDDED, paused=True, exercise="THE PAGE"
    ) as playing:
        operator = {"broker": playing.url("operator"), "exercise": playing.exercise}
        country = {"broker": playing.url("jpn"), "exercise": playing.exercise}
        async with asyncio.timeout(PATIENCE_S * 4):
            (receives,) = (block for block in BLOCKS if "feed.receive" in block)
            receiving = asyncio.create_task(_run(receives, country))
            for block in BLOCKS:
                if block != receives:
                    await _run(block, operator)
            await playing.rate("max")
            await receiving


async def _run(block: str, given: dict[str, str]) -> None:
    """Run a block of the page inside a function."""
    names: dict[str, Any] = {"feed": feed, **given}
    body = textwrap.indent(block, "    ")
    exec(compile(f"async def page():\n{body}", "docs/python.md", "exec"), names)  # noqa: S102 - it is our own page
    await names["page"]()


def test_importing_loads_nothing() -> None:
    """Neither NumPy nor pydantic nor an MQTT library, until a name is used."""
    code = (
        "import sys, feed, feed.testing.plugin; "
        "print([m for m in ('numpy', 'pydantic', 'paho', 'yaml', 'asyncio') if m in sys.modules])"
    )
    for imported in ("feed", "feed, feed.testing"):
        done = subprocess.run(
            [sys.executable, "-c", code.replace("feed, feed.testing.plugin", imported)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout == "[]\n", imported


def test_a_name_that_is_not_there_is_said() -> None:
    """As Python says it."""
    for module in (feed, feed.testing):
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            _ = module.nothing
