"""Tests of the arrangements file: read with all its mistakes, and checked for idle names."""

from pathlib import Path

import pytest

from feed.errors import FilesError, ScenarioError
from feed.files.arrangements import load_arrangements

GOOD = """\
feed: 1
participants:
  KOR:
    name: South Korea
    zone: Asia/Seoul
    sensors:
      - {name: Radar, class: land-radar, lat: 37, lon: 127, range_km: 900, source: a}
  JPN: {name: Japan, zone: Asia/Tokyo}
links:
  - {id: direct, title: Direct, between: [KOR, JPN], source: a}
  - {id: hub, title: Hub, at: KOR}
arrangements:
  - id: accord
    title: Accord
    members: [KOR, JPN]
    links: [direct, hub]
    source: a
    standing: [{from: 2016-11-23, state: in-force, source: a}]
sources: {a: {by: A}}
"""


def said(folder: Path, text: str) -> list[str]:
    """Return what is wrong with a text."""
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_arrangements(path, shown="a.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """Participants, links and arrangements are what the file says."""
    path = tmp_path / "a.yaml"
    path.write_text(GOOD, encoding="utf-8")
    agreed = load_arrangements(path)
    assert agreed.countries() == ("JPN", "KOR")
    assert agreed.participants["KOR"].sensors[0].class_ == "land-radar"


def test_the_librarys_own_file_is_right() -> None:
    """Without a path it is the one that comes with the program."""
    agreed = load_arrangements()
    assert len(agreed.participants) >= 2
    assert agreed.arrangements


PARTICIPANT = "is no participant; did you mean"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("members: [KOR, JPN]", "members: [KOR, ^JPX]", f"'JPX' {PARTICIPANT} 'JPN'?"),
        ("at: KOR", "at: ^KOX", f"'KOX' {PARTICIPANT} 'KOR'?"),
        ("[KOR, JPN], source", "[^AUS, JPN], source", "'AUS' is no participant; they are JPN, KOR"),
        ("links: [direct,", "links: [^dirct,", "'dirct' is no link; did you mean 'direct'?"),
        (
            "between: [KOR, JPN]",
            "between: ^[KOR, KOR]",
            "both ends are the same; a junction is written 'at: A'",
        ),
        ("id: hub", "id: ^direct", "'direct' is here twice; give each its own id"),
        (
            "class: land-radar",
            "class: ^land-rader",
            "'land-rader' is no class of sensor; did you mean 'land-radar'?",
        ),
        ("force, source: a", "force, source: ^b", "'b' is no key of 'sources'; they are a"),
        ("from: 2016-11-23", "from: ^+P1D", "'+P1D' has no date; write it, as in 2016-11-23"),
        ("title: Accord", "^titel: Accord", "'titel' is not a key here; did you mean 'title'?"),
    ],
)
def test_a_name_that_names_nothing(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """Each idle name is said at its place (here: of the caret), with a near one."""
    assert GOOD.count(old) == 1
    before, _, after = GOOD.replace(old, new).partition("^")
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    problems = said(tmp_path, before + after)
    assert f"a.yaml:{place}: {problem}" in problems
    assert len(problems) == 1 or new == "id: ^direct"


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    """Also a key that is there twice does not hide the rest."""
    text = GOOD.replace("class: land-radar", "class: sonar").replace(
        "    title: Accord\n", "    title: Accord\n    title: Accord\n"
    )
    assert [problem.partition(": ")[0] for problem in said(tmp_path, text)] == [
        "a.yaml:7:30",
        "a.yaml:15:5",
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is the same sentence as for a scenario."""
    with pytest.raises(FilesError, match="no such file"):
        load_arrangements(tmp_path / "none.yaml")
