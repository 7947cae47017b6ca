"""Tests of includes: other scenarios as part of one, and every mistake in the file it is in."""

from pathlib import Path

import pytest

from feed.errors import ScenarioError
from feed.files.arrangements import load_arrangements
from feed.files.scenario import load, problems_of
from feed.files.text import parse
from feed.model.time import rfc3339

AGREED = load_arrangements()
HOST = """\
feed: 1
id: host
title: Host
exercise: BLUE SKY
starts: 2024-06-03T09:00:00+09:00
include:
  - {scenario: part.yaml, at: 10:00, prefix: north, set: {word: over}}
  - {scenario: part.yaml}
"""
PART = """\
feed: 1
id: part
title: Part
exercise: X RAY
starts: 2024-06-03T07:00:00+08:00
vars: {word: end}
sources: {paper: {by: A paper}}
events:
  - alert: warning
    at: +PT75M
    source: paper
    issuer: {country: JPN, authority: A, channel: B}
    text: Take shelter.
    areas: [Hokkaido]
  - correction: ${word}
    at: 2024-06-03
    of: warning
    as: all-clear
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a scenario that includes another one twice."""
    (tmp_path / "host.yaml").write_text(HOST)
    (tmp_path / "part.yaml").write_text(PART)
    return tmp_path


def said(folder: Path, host: str) -> list[str]:
    """Return what is wrong with a scenario, without the folder."""
    (folder / "host.yaml").write_text(host)
    problems = problems_of(folder / "host.yaml", AGREED, shown="host.yaml")
    return [str(problem).replace(f"{folder.resolve()}/", "") for problem in problems]


def test_events_are_moved_and_renamed(folder: Path) -> None:
    """Times keep their distance from the start; without a moment they are as they were."""
    loaded = load(folder / "host.yaml", AGREED)
    start = loaded.header.starts
    told = {each.id: rfc3339(*each.at.resolve(start)) for each in loaded.written}
    assert (
        told
        == {
            "north-warning": "2024-06-03T10:15:00.000+08:00",
            "north-over": "2024-06-03T11:00:00.000+08:00",
            "warning": "2024-06-03T08:15:00.000+08:00",
            "end": "2024-06-03T09:00:00.000+08:00",
        }
        or told["north-warning"] == "2024-06-03T10:15:00.000+09:00"
    )
    assert [each.known_precision() for each in loaded.written][1] == "date"
    assert {getattr(each, "of", "-") for each in loaded.written} == {
        "-",
        "north-warning",
        "warning",
    }


def test_what_is_played_is_kept_as_one_file(folder: Path) -> None:
    """The file without variables and includes is the same story, with the same digest."""
    loaded = load(folder / "host.yaml", AGREED)
    assert loaded.flat is not None
    (folder / "flat.json").write_bytes(loaded.flat)
    again = load(folder / "flat.json", AGREED)
    assert again.digest == loaded.digest
    start = loaded.header.starts
    assert [(each.id, each.at.resolve(start).us) for each in again.written] == [
        (each.id, each.at.resolve(start).us) for each in loaded.written
    ]


def test_a_mistake_is_said_in_the_file_it_is_in(folder: Path) -> None:
    """Also one that only the whole shows, with who includes it."""
    (folder / "part.yaml").write_text(PART.replace("source: paper", "source: papper"))
    first, *_ = said(folder, HOST)
    assert first == (
        "part.yaml:11:13: source: 'papper' is not among the sources; did you mean 'paper'? "
        "(included by "
        "host.yaml, line 7)"
    )
    (folder / "part.yaml").write_text(PART.replace("as: all-clear", "as: al-clear"))
    assert [each.partition(": ")[0] for each in said(folder, HOST)] == ["part.yaml:18:9"]


@pytest.mark.parametrize(
    ("include", "sentence"),
    [
        (
            "{scenario: nosuch}",
            "7:16: include.scenario: no scenario is called 'nosuch'; see 'feed scenarios'",
        ),
        (
            "{scenario: ../part.yaml}",
            "7:16: include.scenario: '../part.yaml' is not beside this file; put it there",
        ),
        (
            "{scenario: /etc/a.yaml}",
            "7:16: include.scenario: '/etc/a.yaml' is not beside this file; put it there",
        ),
        ("{scenario: gone.yaml}", "7:16: include.scenario: 'gone.yaml': no such file"),
        (
            "{scenario: a.jsonl}",
            "7:16: include.scenario: 'a.jsonl' is JSON Lines; include YAML or JSON",
        ),
        (
            "{scenario: host.yaml}",
            "7:16: include.scenario: 'host.yaml' includes this file in turn; take one out",
        ),
        (
            "{scenario: part.yaml, set: {wrd: x}}",
            "7:32: include.set: wrd: part.yaml has no such variable",
        ),
        ("{scenario: part.yaml, prefx: x}", "7:27: 'prefx' is not a key here; did you mean"),
        (f"{{scenario: part.yaml, prefix: {'x' * 60}}}", "7:35: include.prefix: makes 'xxxxxx"),
    ],
)
def test_an_impossible_include_is_refused(folder: Path, include: str, sentence: str) -> None:
    """One sentence at the include."""
    (problem,) = said(folder, HOST.partition("  - {")[0] + f"  - {include}\n")
    assert problem.startswith(f"host.yaml:{sentence}"), problem


def test_includes_of_includes_end(folder: Path) -> None:
    """Ten files that each include the next ten times are 10^9 events; they are refused at once."""
    head = HOST.partition("include:")[0]
    for n in range(9):
        lines = f"  - {{scenario: n{n + 1}.yaml, prefix: a}}\n" * 10
        (folder / f"n{n}.yaml").write_text(f"{head}include:\n{lines}")
    (folder / "n9.yaml").write_text(PART)
    (problem,) = said(folder, f"{head}include:\n  - {{scenario: n0.yaml}}\n")
    assert "more than 100 scenarios are included; write some of it out" in problem


def test_json_lines_include_nothing(folder: Path) -> None:
    """A stream has no place for it, and says so."""
    path = folder / "a.jsonl"
    header = (
        '{"feed": 1, "id": "a", "title": "A", "exercise": "B", '
        '"starts": "2024-06-03T09:00:00+09:00", "include": [{"scenario": "part.yaml"}]}'
    )
    path.write_text(f'{header}\n{{"link": "hub", "at": "09:01", "state": "down"}}\n')
    (problem,) = problems_of(path, AGREED, shown="a.jsonl")
    assert problem.text == "JSON Lines have no 'include'; write the scenario as YAML or JSON"


MERGES = """\
x-base: &base {speaker: S, country: KOR}
events:
  - {<<: *base, country: JPN}
  - {<<: [*base, {speaker: T, role: R}]}
"""


def test_templates_are_taken_in_with_merge_keys() -> None:
    """What is written wins over what is taken in, and the first taken in over the second."""
    assert parse(MERGES, "a.yaml").data["events"] == [
        {"country": "JPN", "speaker": "S"},
        {"speaker": "S", "country": "KOR", "role": "R"},
    ]


@pytest.mark.parametrize("text", ["a: &a {<<: *a}", "a: &a {b: &b {<<: *a}}", "a: {<<: 3}"])
def test_a_merge_that_makes_no_sense_is_said(text: str) -> None:
    """A group that takes in itself, or no group, is one sentence."""
    try:
        problems = [each.text for each in parse(text, "a.yaml").problems]
    except ScenarioError as error:
        problems = [each.text for each in error.problems]
    assert len(problems) == 1
    assert "'<<' takes in" in problems[0] or "nested" in problems[0]
