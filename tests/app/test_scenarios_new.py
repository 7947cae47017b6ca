"""A scenario to start from is right as it stands, and never takes the place of a file."""

from pathlib import Path

import pytest

from feed.app.prepare import prepare
from feed.app.scenarios_new import new_scenario
from feed.errors import FilesError, ScenarioError, UsageError


def test_it_can_be_played_as_it_is(tmp_path: Path) -> None:
    """All three countries get warning data, alert, corrections and statement."""
    path = tmp_path / "My Scenario.yaml"
    new_scenario(path)

    prepared = prepare(str(path))
    header = prepared.loaded.header
    assert (header.id, header.title, header.exercise) == (
        "my-scenario",
        {"en": "My scenario"},
        "MY SCENARIO",
    )
    kinds = {(each.recipient, each.message.kind) for each in prepared.plan().deliveries()}
    assert {kind for country, kind in kinds if country == "JPN"} == {
        "launch", "track", "impact", "alert", "statement"
    }  # fmt: skip
    assert {country for country, _ in kinds} == {"JPN", "KOR", "USA"}


def test_every_kind_that_is_commented_out_can_be_taken_in(tmp_path: Path) -> None:
    """The examples at the end are right too."""
    path = tmp_path / "all.yaml"
    new_scenario(path)
    head, mark, rest = path.read_text(encoding="utf-8").partition("  # ---- more kinds")
    assert mark
    kept = "\n".join(line.replace("  # ", "  ", 1) for line in rest.splitlines()[1:])
    path.write_text(f"{head}{kept}\n", encoding="utf-8")

    words = {event.word for event in prepare(str(path)).loaded.event_stream.events(0)}
    assert words == {
        "launch", "alert", "correction", "statement", "meeting", "incident", "link"
    }  # fmt: skip


def test_the_editor_finds_the_schema(tmp_path: Path) -> None:
    """The first line names a file that is there."""
    path = tmp_path / "x.yaml"
    new_scenario(path)

    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert Path(first.partition("$schema=")[2]).is_file()


def test_title_exercise_and_start_can_be_given(tmp_path: Path) -> None:
    """Whatever letters they have."""
    path = tmp_path / "2024.yaml"
    title = 'Say: "now" # {exercise}'
    new_scenario(path, title=title, exercise="BLUE SKY", starts="2020-02-02T02:02:02-05:00")

    header = prepare(str(path)).loaded.header
    assert (header.id, header.title, header.exercise) == ("2024", {"en": title}, "BLUE SKY")
    assert header.starts.offset_s == -5 * 3600


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    """Nobody's work is written over."""
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="is there already; name another file"):
        new_scenario(path)
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "says"),
    [("x", "write '.*x.yaml'"), ("x.json", "write '.*x.yaml'"), ("—.yaml", "no letter or digit")],
)
def test_a_name_that_will_not_do_says_which_would(tmp_path: Path, name: str, says: str) -> None:
    """The ending is YAML's, and an id can be made of the name."""
    with pytest.raises(UsageError, match=says):
        new_scenario(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("exercise", "starts"), [("this is not a drill", None), (None, "tomorrow")]
)
def test_what_a_scenario_may_not_say_leaves_no_file(
    tmp_path: Path, exercise: str | None, starts: str | None
) -> None:
    """It is refused as ``feed check`` refuses it."""
    with pytest.raises(ScenarioError):
        new_scenario(tmp_path / "x.yaml", exercise=exercise, starts=starts)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """One sentence with the path, and no traceback."""
    with pytest.raises(FilesError, match="cannot be written: no such file or directory"):
        new_scenario(tmp_path / "none" / "x.yaml")


def test_launches_of_a_table_stand_under_the_header(tmp_path: Path) -> None:
    """The story begins on their first day; nothing is filled in inside of their texts."""
    table = tmp_path / "launches {id}.csv"
    table.write_text(
        "date,time,lat,lon,class,name,range_km,apogee_km\n"
        "2022-10-04,07:22,40.6,126.4,irbm,{title},4500,970\n"
        "2022-10-06,06:00,39.1,125.9,srbm,,350,\n",
        encoding="utf-8",
    )
    path = tmp_path / "x.yaml"
    found = new_scenario(path, title="  my-source: {starts}", table=table)

    assert found is not None
    assert (found.taken, len(found.left_out)) == (1, 1)
    loaded = prepare(str(path)).loaded
    assert loaded.header.title == {"en": "  my-source: {starts}"}
    assert loaded.header.sources["table"].by == "launches {id}.csv"
    (launch,) = loaded.event_stream.events(0)
    assert launch.at.resolve(loaded.header.starts).us - loaded.header.starts.us == (
        (7 * 60 + 22) * 60 * 1_000_000
    )
