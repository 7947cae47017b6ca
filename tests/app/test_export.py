"""Exporting: what is written, what has no place, and what cannot be."""

import inspect
import sys
from pathlib import Path

import pytest

from feed.app import export as app
from feed.app.export import ExportOptions, ExportSummary, export, format_named
from feed.app.export_source import SourceOptions
from feed.cli import export as cli
from feed.errors import UsageError
from feed.export import FORMATS
from feed.export.record import ExportFormat
from feed.files.capture import read_capture

DOCS = Path(__file__).parents[2] / "docs" / "export.md"


def exported(what: str, form: str, out: Path, *countries: str) -> ExportSummary:
    """Export a story."""
    return export(ExportOptions(form, str(out), SourceOptions(what, countries or None)))


def test_what_is_written_and_what_has_no_place_is_said(tmp_path: Path) -> None:
    """Every message of the story is accounted for."""
    out = tmp_path / "cap"
    summary = exported("over-aomori-2022", "cap", out, "JPN")
    assert len(list(out.glob("*.xml"))) == summary.messages == 6
    first, second = summary.lines()
    assert first == f"{out}: 6 messages of EXERCISE SNOW GOOSE as cap"
    assert second.startswith("no place in cap for: impact 51, ")


def test_a_round_trip_through_mcap_gives_equal_messages(tmp_path: Path) -> None:
    """What was exported can be exported again: the same bytes on the same topics."""
    first, second = tmp_path / "first.mcap", tmp_path / "second.mcap"
    exported("pattern-part-by-part", "mcap", first)
    exported(str(first), "mcap", second)
    one, two = (
        [(each.wall, each.topic, each.payload) for each in read_capture(path)]
        for path in (first, second)
    )
    assert sorted(one, key=repr) == sorted(two, key=repr)
    assert len(one) == 12


def test_a_story_without_an_alert_is_no_cap(tmp_path: Path) -> None:
    """A sentence that says what there is and how to get it, and no empty folder."""
    out = tmp_path / "cap"
    with pytest.raises(UsageError, match="has no alert for JPN, and cap has nothing else; for"):
        exported("pattern-cancelled-meeting", "cap", out, "JPN")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: str(form.name))
def test_every_format_tells_in_the_language_that_is_asked_for(
    form: ExportFormat, tmp_path: Path
) -> None:
    """Or refuses one with which it could do nothing; without one it is as it was."""

    def told(language: str) -> bytes:
        out = tmp_path / (language or "usual")
        story = "pattern-cancelled-meeting" if form.name == "ics" else "over-aomori-2022"
        source = SourceOptions(story, ("JPN",))
        export(ExportOptions(form.name, str(out), source, language))
        files = sorted(out.rglob("*")) if out.is_dir() else [out]
        return b"".join(each.read_bytes() for each in files)

    usual = told("")
    if not form.told:
        with pytest.raises(UsageError, match="in all its languages; leave --lang out"):
            told("ja")
        return
    japanese, korean, unknown = told("ja"), told("ko"), told("fr")
    assert japanese not in {usual, korean}  # its own alert is in no Korean
    assert unknown == usual


def test_what_shows_one_country_wants_to_know_which(tmp_path: Path) -> None:
    """What three countries know is not one picture."""
    with pytest.raises(UsageError, match="say which with --country: JPN, KOR, USA"):
        exported("over-aomori-2022", "cap", tmp_path / "cap")


def test_an_unknown_format_has_a_sentence() -> None:
    """A near name is offered, or all of them."""
    with pytest.raises(UsageError, match=r"'kap' is no format; did you mean 'cap'"):
        format_named("kap")
    with pytest.raises(UsageError, match="there are cap"):
        format_named("zzzzzz")
    for name, meant in (
        ("WIS2", "wnm"),
        ("ical", "ics"),
        ("Cursor on Target", "cot, cot-protobuf"),
    ):
        with pytest.raises(UsageError, match=f"is no format; that is {meant}$"):
            format_named(name)
    assert format_named("CAP") is FORMATS[0]


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named, as for a drawing."""
    monkeypatch.setattr(app, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"needs lxml, .* pip install 'alert-feed\[export\]'"):
        format_named("cap")


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_says_what_it_cannot_say(form: ExportFormat) -> None:
    """In its own file, and on the page."""
    assert "cannot say" in (sys.modules[form.write.__module__].__doc__ or "")
    page = DOCS.read_text(encoding="utf-8")
    assert f"| [`{form.name}`]" in page
    sections = page.split("\n### ")[1:]
    (section,) = [each for each in sections if form.name in each.splitlines()[0].split()]
    assert "Cannot say:" in section


def test_to_add_a_format_is_one_line() -> None:
    """Names are unique, and the help names them all."""
    names = [each.name for each in FORMATS]
    assert len(set(names)) == len(names)
    assert ", ".join(names) in inspect.getsource(cli)
