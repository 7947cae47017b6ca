"""What can be read only once is read once, and then as often as need be."""

import io
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.library import ARRANGEMENTS, library_folder
from feed.files.scenario import load, problems_of
from feed.files.source import InputFile, only_once, reading, source_of
from feed.files.text import LONGEST, parse
from tests.commands import STORY

AGREED = load_arrangements()
TOLD = parse(STORY, "told.yaml").data
TOLD = parse(STORY, "told.yaml").data
HEADER = {name: value for name, value in TOLD.items() if name != "events"}
EVENTS = TOLD["events"]
LINES = "".join(json.dumps(each) + "\n" for each in (HEADER, *EVENTS))
FORMS = {
    "yaml": STORY,
    "json": json.dumps({**HEADER, "events": EVENTS}),
    "json of several lines": json.dumps({**HEADER, "events": EVENTS}, indent=1),
    "lines": LINES,
    "lines after a mark and blank lines": "\ufeff" + LINES.replace("\n", "\n\n"),
}

Give = Callable[[bytes], Path]


def standard_input(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    """Let standard input give some bytes, once."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))


@pytest.fixture(params=["-", "pipe", "descriptor"])
def give(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Give:
    """Give what makes a path that can be read once."""

    def give(raw: bytes) -> Path:
        if request.param == "-":
            standard_input(monkeypatch, raw)
            return Path("-")
        if request.param == "pipe":
            path = tmp_path / "pipe"
            os.mkfifo(path)
            threading.Thread(target=path.write_bytes, args=[raw], daemon=True).start()
            return path
        out, into = os.pipe()
        os.write(into, raw)
        os.close(into)
        request.addfinalizer(lambda: os.close(out))
        return Path(f"/dev/fd/{out}")

    return give


@pytest.mark.parametrize("form", FORMS)
def test_a_scenario_can_come_through_a_pipe(form: str, give: Give) -> None:
    """In every form; it can be played again and again."""
    loaded = load(give(FORMS[form].encode()), AGREED)

    for _ in range(2):
        assert [event.id for event in loaded.event_stream.events(0)] == ["warning", "over", "talks"]


@pytest.mark.parametrize("form", [*FORMS, "lines with escapes"])
def test_names_are_composed_whatever_the_form(form: str, tmp_path: Path) -> None:
    """A name that was written decomposed is the same name, in files of every form."""
    written, composed = "U\u0308bung", "\u00dcbung"
    text = LINES if "escapes" in form else FORMS[form]
    letters = "U\\u0308bung" if "escapes" in form else written
    text = text.replace("SMALL STEPS", letters).replace("A hall", letters)
    path = tmp_path / ("a.jsonl" if "lines" in form.split(maxsplit=1)[0] else "a.yaml")
    path.write_text(text.replace("Agency", letters), encoding="utf-8")
    loaded = load(path, AGREED)

    assert loaded.header.exercise == composed
    assert loaded.header.exercise == load(path, AGREED, exercise=written).header.exercise
    told = str([event.model_dump() for event in loaded.event_stream.events(0)])
    assert written not in told
    assert told.count(composed) == 2


def test_arrangements_can_come_through_a_pipe(give: Give) -> None:
    """They are what the file would give."""
    library = library_folder() / ARRANGEMENTS
    assert load_arrangements(give(library.read_bytes())) == AGREED


def test_a_mistake_has_the_name_that_the_user_wrote(give: Give) -> None:
    """Not that of a file he never saw."""
    path = give(STORY.replace("+PT1S", "soon").encode())
    shown = "standard input" if path == Path("-") else str(path)
    (problem,) = problems_of(path, AGREED)
    assert str(problem).startswith(f"{shown}:9:9: at: 'soon': not a time")


@pytest.mark.parametrize("raw", [b"", b"\n"])
def test_an_empty_pipe_is_an_empty_file(raw: bytes, give: Give) -> None:
    """The sentence is that of a file."""
    (problem,) = problems_of(give(raw), AGREED)
    assert "the file is empty" in problem.text


def test_a_file_stays_where_it_is(tmp_path: Path) -> None:
    """Only what can be read once is copied; what is not there is said when it is opened."""
    path = tmp_path / "a.yaml"
    path.write_text(STORY)
    assert source_of(path) == InputFile(path, str(path))
    assert source_of(tmp_path / "b.yaml") == InputFile(
        tmp_path / "b.yaml", str(tmp_path / "b.yaml")
    )
    assert source_of(tmp_path).path == tmp_path
    assert source_of(Path("a\0b")).path == Path("a\0b")
    assert source_of(path, "mine").shown == "mine"


def test_a_pipe_keeps_its_suffix(tmp_path: Path) -> None:
    """What it is called says what it holds."""
    path = tmp_path / "a.jsonl"
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=[b"{\n}\n"], daemon=True).start()
    assert source_of(path).path.suffix == ".jsonl"


def test_a_stream_without_end_is_refused() -> None:
    """No more is read than a file may have."""
    with pytest.raises(ScenarioError, match="longer than 8 MiB"):
        load(Path("/dev/zero"), AGREED)
    assert source_of(Path("/dev/zero")).path.stat().st_size == LONGEST + 1


def test_a_closed_input_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for an empty one."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(FilesError, match="standard input: is closed; give it something to read"):
        source_of(Path("-"))


def test_an_input_that_cannot_be_read_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As when it is open for writing only."""
    raw = io.FileIO(os.open(tmp_path / "w", os.O_WRONLY | os.O_CREAT), "rb")
    with io.TextIOWrapper(io.BufferedReader(raw), "utf-8") as broken:
        monkeypatch.setattr(sys, "stdin", broken)
        with pytest.raises(FilesError, match="standard input: cannot be read: bad file desc"):
            source_of(Path("-"))


def test_standard_input_is_read_for_one_thing() -> None:
    """The second would find it empty."""
    only_once("-", "a", None)
    with pytest.raises(UsageError, match="standard input can be read only once"):
        only_once("-", Path("-"))


def test_a_disk_without_room_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read has to be kept somewhere."""
    monkeypatch.setattr("feed.files.source._folder", lambda: Path("/nowhere"))
    standard_input(monkeypatch, b"x")
    with pytest.raises(FilesError, match=r"standard input: cannot be kept in .*: no such file"):
        source_of(Path("-"))


def test_reading_opens_what_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or standard input, by one name for each."""
    (tmp_path / "a").write_bytes(b"file")
    standard_input(monkeypatch, b"stream")
    with reading(tmp_path / "a", "a") as file, reading(Path("-"), "-") as stream:
        assert (file.read(), stream.read()) == (b"file", b"stream")
