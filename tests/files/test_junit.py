"""Verdicts as JUnit XML that other programs read."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files.junit import Case, write_junit


def test_cases_are_written_by_suite(tmp_path: Path) -> None:
    """What failed, what was skipped and what passed, with sums."""
    path = tmp_path / "out.xml"
    cases = [
        Case("jpn", "missing", ("1 missing", "jpn.jsonl: missing")),
        Case("jpn", "late", skipped="no time"),
        Case("kor", "missing"),
    ]

    write_junit(path, "feed verify", cases)

    root = ET.parse(path).getroot()  # noqa: S314 - written above
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "1", "1")
    jpn, kor = root
    assert (jpn.get("name"), kor.get("name")) == ("jpn", "kor")
    failure = jpn[0][0]
    assert (failure.get("message"), failure.text) == ("1 missing", "1 missing\njpn.jsonl: missing")
    assert [len(case) for case in jpn] == [1, 1]
    assert len(kor[0]) == 0


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Control characters, lone surrogates and markup make no broken file."""
    path = tmp_path / "out.xml"
    text = "\x00\x1b[31m<b>&\ud800\ufffe]]>"

    write_junit(path, text, [Case(text, text, (text,))])

    ((suite,),) = [list(ET.parse(path).getroot())]  # noqa: S314 - written above
    assert suite[0][0].text == "��[31m<b>&��]]>"


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(FilesError, match="check its folder"):
        write_junit(tmp_path / "gone" / "out.xml", "x", [])
