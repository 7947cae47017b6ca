"""The scenarios that come with the program: where they are, and what each is about."""

import importlib.resources
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.source import STDIN, SUFFIXES, InputFile, source_of
from feed.files.text import opened, parse
from feed.model.quoting import did_you_mean, quoted

__all__ = ["ARRANGEMENTS", "Entry", "entries", "find", "library_folder"]

ARRANGEMENTS = "arrangements.yaml"
"""The one file of the library that is no scenario."""
_LONGEST_HEADER = 100_000


class Entry(NamedTuple):
    """One scenario of the library."""

    name: str
    title: str
    summary: str
    path: Path


def library_folder() -> Path:
    """Return the folder of the library: in the installed package, or beside it in a checkout."""
    package = Path(str(importlib.resources.files("feed")))
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if (folder / ARRANGEMENTS).is_file():
            return folder
    raise FilesError(package / "scenarios", "the library is missing; install alert-feed again")


def find(name: str) -> InputFile:
    """Return the file that a user means.

    That is a path, ``-`` for standard input, or the name of a scenario of the library.
    """
    path = Path(name)
    if name == STDIN or (path.exists() and not path.is_dir()):
        return source_of(path)
    for scenario in _scenarios():
        if name in {scenario.name, scenario.stem}:
            return InputFile(scenario, str(scenario))
    if name and (path.suffix in SUFFIXES or len(path.parts) != 1 or path.is_dir()):
        with opened(path, name):  # says why that cannot be
            return InputFile(path, name)
    names = [scenario.stem for scenario in _scenarios()]
    offer = did_you_mean(name, names) or "; see 'feed scenarios'"
    raise UsageError(f"no scenario is called {quoted(name)}{offer}")


def entries(language: str = "en") -> list[Entry]:
    """Return every scenario of the library, by name; only their headers are read.

    Title and summary are in a language, where the file has it.
    """
    return [_entry(path, language) for path in _scenarios()]


def _scenarios() -> Iterator[Path]:
    for path in sorted(library_folder().iterdir()):
        if path.suffix in SUFFIXES and path.name != ARRANGEMENTS:
            yield path


def _entry(path: Path, language: str) -> Entry:
    try:
        header = _header(path)
    except (ScenarioError, FilesError):
        header = {}
    title = _text(header.get("title"), language)
    if not title:
        return Entry(path.stem, "(cannot be read; see 'feed check')", "", path)
    return Entry(path.stem, title, _text(header.get("summary"), language), path)


def _text(value: Any, language: str) -> str:
    if isinstance(value, dict):  # by language
        value = value.get(language) or value.get("en") or next(iter(value.values()), "")
    return value if isinstance(value, str) else ""


def _header(path: Path) -> dict[str, Any]:
    with opened(path, path.name) as file:
        raw = file.read(_LONGEST_HEADER)
    text = raw.decode("utf-8-sig", errors="replace")
    if path.suffix == ".jsonl":
        text = text.partition("\n")[0]
    elif path.suffix != ".json":
        # The events make a file long; what stands above them is enough here.
        text = ("\n" + text).partition("\nevents:")[0]
    data = parse(text, path.name).data
    return data if isinstance(data, dict) else {}
