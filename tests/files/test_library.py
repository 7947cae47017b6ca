"""Tests of the library: found from a checkout and from a wheel, listed without being read whole."""

import importlib.resources
import json
from pathlib import Path
from typing import Any

import pytest

from feed.errors import FeedError, FilesError, UsageError
from feed.files.library import entries, find, library_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty library, inside an installed package."""
    package = tmp_path / "feed"
    (package / "scenarios").mkdir(parents=True)
    (package / "scenarios" / "arrangements.yaml").touch()
    monkeypatch.setattr(importlib.resources, "files", lambda _: package)
    return package / "scenarios"


def add(folder: Path, name: str, text: str = "title: T\nsummary: S\nevents: []\n") -> Path:
    """Return a new file of the library."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_library_is_there() -> None:
    """From here its folder holds the arrangements and some stories, each with a title."""
    assert (library_folder() / "arrangements.yaml").is_file()
    listed = entries()
    assert listed
    assert all(entry.title and entry.path.is_file() for entry in listed)
    assert "arrangements" not in {entry.name for entry in listed}


def test_a_wheel_has_it_inside(folder: Path) -> None:
    """The folder of the installed package comes first."""
    assert library_folder() == folder


def test_a_checkout_has_it_beside(folder: Path) -> None:
    """Without one inside the package it is the one beside it."""
    beside = folder.parent.parent / "scenarios"
    folder.rename(beside)
    assert library_folder() == beside


def test_an_installation_without_a_library_says_so(folder: Path) -> None:
    """A broken installation is one sentence."""
    (folder / "arrangements.yaml").unlink()
    with pytest.raises(FilesError, match="the library is missing; install alert-feed again"):
        library_folder()


@pytest.mark.parametrize("name", ["story", "story.yaml"])
def test_a_story_is_found_by_its_name(folder: Path, name: str) -> None:
    """With or without its suffix."""
    path = add(folder, "story.yaml")
    assert find(name) == (path, str(path))


def test_a_path_comes_first(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there is meant, also if the library has one of its name."""
    add(folder, "story.yaml")
    monkeypatch.chdir(tmp_path)
    own = add(tmp_path, "story.yaml")
    assert find("story.yaml") == (Path("story.yaml"), "story.yaml")
    assert find(str(own)).path == own
    assert find("story").path == folder / "story.yaml"


def test_a_folder_does_not_hide_a_story(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of the same name is not meant."""
    add(folder, "story.yaml")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story").mkdir()
    assert find("story").path == folder / "story.yaml"


def test_a_device_or_pipe_is_a_path_too(folder: Path) -> None:
    """What a shell hands over in place of a file is read once, and keeps its name."""
    path, shown = find("/dev/null")
    assert (path.read_bytes(), shown) == (b"", "/dev/null")


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("stori", UsageError, "no scenario is called 'stori'; did you mean 'story'?"),
        ("zzz", UsageError, "no scenario is called 'zzz'; see 'feed scenarios'"),
        ("zzz.yaml", FilesError, "zzz.yaml: no such file"),
        ("no/story", FilesError, "no/story: no such file"),
        (".", FilesError, ".: is a folder; name a scenario file in it"),
        ("arrangements", UsageError, "no scenario is called 'arrangements'"),
        ("", UsageError, "no scenario is called ''"),
        ("a\x1b[2Jb", UsageError, "no scenario is called 'a\\x1b[2Jb'"),
        ("../../etc/passwd\0", FilesError, "cannot be read: embedded null byte"),
    ],
)
def test_what_is_not_found(folder: Path, name: str, kind: type[FeedError], sentence: str) -> None:
    """A near name is offered, and the list; nothing outside is guessed at."""
    add(folder, "story.yaml")
    with pytest.raises(kind) as caught:
        find(name)
    assert sentence in str(caught.value)


HEADER: dict[str, Any] = {"title": "T", "summary": {"ja": "J", "en": "S"}, "events": []}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("story.yaml", "title: T\nsummary: S\nevents:\n  - {broken"),
        ("story.yml", "# events: none\ntitle: T\nsummary: {en: S}\n"),
        ("story.json", json.dumps(HEADER, indent=2)),
        ("story.jsonl", json.dumps(HEADER) + "\nnot json\n"),
    ],
)
def test_a_story_is_listed_by_its_header(folder: Path, name: str, text: str) -> None:
    """Its events are not read, so a long or a broken one costs nothing."""
    path = add(folder, name, text)
    assert entries() == [("story", "T", "S", path)]


@pytest.mark.parametrize("text", ["", "[", "\xff", "[1]", "title: [a]", "summary: S"])
def test_a_story_that_cannot_be_read_is_listed_as_such(folder: Path, text: str) -> None:
    """One bad file does not spoil the list."""
    add(folder, "bad.yaml", text)
    add(folder, "good.yaml")
    assert [(entry.name, entry.title) for entry in entries()] == [
        ("bad", "(cannot be read; see 'feed check')"),
        ("good", "T"),
    ]


@pytest.mark.parametrize("summary", ["", "summary:\n", "summary: [a]\n", "summary: {}\n"])
def test_a_summary_may_be_missing(folder: Path, summary: str) -> None:
    """Then there is none."""
    add(folder, "story.yaml", f"title: T\n{summary}")
    assert entries()[0].summary == ""


def test_other_files_are_no_stories(folder: Path) -> None:
    """Only scenarios are listed, in order of their names."""
    add(folder, "README.md")
    add(folder, "b.yaml")
    add(folder, "a.json", json.dumps(HEADER))
    assert [entry.name for entry in entries()] == ["a", "b"]
