"""``feed check``: every mistake of every file."""

import json
from pathlib import Path

import pytest

from feed.cli import invoke
from feed.files.library import library_folder

WRONG = """
feed: 1
id: wrong
title: A story with mistakes
exercise: SMALL STEPS
starts: 2023-12-19T09:00:00+09:00
events:
  - alert: warning
    at: soon
    issuer: {country: JPN, authority: Agency, channel: Siren}
    text: This is not a drill.
    areas: [North]
"""


def test_the_whole_library_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    """Scenarios and the arrangements file that come with feed have no mistake."""
    files = [str(path) for path in sorted(library_folder().glob("*.yaml"))]

    assert invoke(["check", "--strict", *files]) == 0
    assert capsys.readouterr().out == f"{len(files)} files, no mistake\n"


def test_a_name_of_the_library_will_do(capsys: pytest.CaptureFixture[str]) -> None:
    """What can be played by name can be checked by name."""
    assert invoke(["check", "over-aomori-2022"]) == 0
    assert capsys.readouterr().out == "1 file, no mistake\n"


def test_all_mistakes_of_all_files_are_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each mistake with file, line and column; files that are missing or unknown do not end it."""
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(WRONG)
    Path("bytes.yaml").write_bytes(b"\xff\xfe")
    Path("agreed.yaml").write_text("participants: {JPN: {name: Japan, zone: Nowhere}}")
    names = ["missing.yaml", "wrong.yaml", "wrong.yaml", "bytes.yaml", "agreed.yaml", "nonsense"]

    assert invoke(["check", *names, "over-aomori-2022"]) == 1

    *problems, verdict = capsys.readouterr().out.splitlines()
    assert [problem.split(": ")[0] for problem in problems] == [
        "missing.yaml:1:1",
        "wrong.yaml:9:9",
        "wrong.yaml:11:11",
        "bytes.yaml:1:1",
        "agreed.yaml:1:41",
        "nonsense:1:1",
    ]
    assert verdict == "6 mistakes in 5 of 6 files"


def test_mistakes_can_be_read_by_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--json`` prints one mistake a line and nothing else."""
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG)

    assert invoke(["check", str(path), "--json"]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["line"], each["column"]) for each in told] == [(9, 9), (11, 11)]
    assert {each["path"] for each in told} == {str(path)}


def test_arrangements_of_ones_own_are_checked_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A scenario cannot be checked against an arrangements file that is wrong itself."""
    path = tmp_path / "agreed.yaml"
    path.write_text("participants: {JPN: {name: Japan, zone: Nowhere}}")

    assert invoke(["check", "over-aomori-2022", "--arrangements", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"{path}:1:41: ")


ODD = """
feed: 1
id: odd
title: A story that is odd
exercise: SMALL STEPS
starts: 2023-12-19T09:00:00+09:00
events:
  - alert: warning
    at: 09:01
    issuer: {country: JPN, authority: Agency, channel: Siren}
    text: {en: Take cover.}
    areas: [North]
"""


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_what_is_unlikely_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int
) -> None:
    """It is said with its place, and is a mistake only to the strict."""
    path = tmp_path / "odd.yaml"
    path.write_text(ODD)

    assert invoke(["check", str(path), *options]) == code
    line, verdict = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{path}:8:12: warning: nothing ends this alert;")
    assert line.endswith("(no-end)")
    assert verdict == "1 file, no mistake, 1 warning"

    assert invoke(["check", str(path), "--json", *options]) == code
    (told,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (told["kind"], told["line"]) == ("warning", 8)


def test_the_timeline_that_comes_of_it_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--explain`` prints who gets what, when, as ``feed plan`` does."""
    path = tmp_path / "odd.yaml"
    path.write_text(ODD)

    assert invoke(["plan", str(path)]) == 0
    planned = capsys.readouterr().out
    assert invoke(["check", str(path), "--explain"]) == 0
    assert planned in capsys.readouterr().out
