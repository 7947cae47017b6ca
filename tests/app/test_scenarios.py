"""The library as a list: what is written down of each scenario is what it says."""

from pathlib import Path

import pytest

from feed.app.scenarios import INDEX, Described, describe, listed, matching, page, written
from feed.errors import UsageError
from feed.files.library import entries, library_folder

PAGE = library_folder() / "README.md"

SMALL = """\
feed: 1
id: small
title: A small one
summary: {en: "Two\\n lines.", ja: 日本語}
exercise: SMALL FRY
starts: 2024-01-01T23:59:00+09:00
events:
  - statement: first
    at: 23:59
    country: KOR
    speaker: Somebody
    summary: Something.
    to: [JPN]
  - statement: second
    at: +PT2M
    country: KOR
    speaker: Somebody
    summary: Something.
"""


@pytest.mark.slow
def test_what_is_written_down_is_what_the_scenarios_say(request: pytest.FixtureRequest) -> None:
    """The index and the page of the library are current."""
    described = [describe(str(entry.path)) for entry in entries()]
    if request.config.getoption("--update-golden"):
        INDEX.write_text(written(described), encoding="utf-8")
        PAGE.write_text(page(described), encoding="utf-8")

    assert INDEX.read_text(encoding="utf-8") == written(described), "make golden writes it anew"
    assert PAGE.read_text(encoding="utf-8") == page(described), "make golden writes it anew"
    assert listed() == described


def test_a_file_of_ones_own_is_described_as_those_of_the_library_are(tmp_path: Path) -> None:
    """Its dates are those of its zone, and each country's messages are counted."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")

    found = describe(str(path))
    assert (found.name, found.title, found.summary) == ("small", "A small one", "Two lines.")
    assert found.period == "2024-01-01 to 2024-01-02"
    assert found.events == 2
    assert dict(found.messages) == {"JPN": 2, "KOR": 2, "USA": 1}
    assert found.amount == "JPN 2, KOR 2, USA 1"


def test_the_list_has_every_scenario_without_planning_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing is quick: what takes long is written down."""
    monkeypatch.setattr("feed.app.scenarios.prepare", None)

    assert [each.name for each in listed()] == [entry.name for entry in entries()]
    assert all(each.events and each.messages and each.exercises for each in listed())


def test_what_is_not_written_down_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A scenario that was added since is listed all the same, and one that cannot be read too."""
    (tmp_path / "arrangements.yaml").write_text("", encoding="utf-8")
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("feed: 1\ntitle: Wrong\nevents: []\n", encoding="utf-8")
    monkeypatch.setattr("feed.files.library.library_folder", lambda: tmp_path)
    monkeypatch.setattr("feed.app.scenarios.INDEX", tmp_path / "none.json")

    small, wrong = listed()
    assert small == describe(str(tmp_path / "small.yaml"))
    assert wrong == Described("wrong", "Wrong", "", str(tmp_path / "wrong.yaml"))


def test_every_word_must_be_there() -> None:
    """A search looks at name, title, summary, period and what is exercised, in any case."""
    both = [each.name for each in matching(listed(), ["HOKKAIDO", "2017"])]

    assert both == ["twice-over-hokkaido"]
    assert len(matching(listed(), ["Hokkaido"])) > 1
    assert matching(listed(), []) == listed()


def test_a_search_that_finds_nothing_says_so() -> None:
    """No list at all would look like an empty library."""
    with pytest.raises(UsageError, match="no scenario has 'atlantis now'"):
        matching(listed(), ["atlantis", "now"])
