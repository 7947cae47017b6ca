"""Tests of scenario files: what is right is a story, what is wrong is said all at once."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.scenario import load, problems_of
from feed.model.scenario import Scenario
from tests import make

AGREED = make.arrangements(make.arrangement("accord", ["KOR", "JPN"], ["jpn-kor"]))
GOOD = """\
feed: 1
id: first-light
title: First light
exercise: MORNING CALM
starts: 2022-10-04T07:22:00+09:00
events:
  - alert: warning
    at: 07:27
    issuer: {country: JPN, authority: A, channel: B}
    areas: [Hokkaido]
    text: {en: Take shelter.}
  - statement: words
    at: 07:25
    speaker: S
    country: KOR
    summary: Something was said.
"""
BAD = """\
feed: 1
id: First Light
titel: First light
exercise: MORNING CALM
starts: 2022-10-04T07:22:00+09:00
events:
  - launch: rocket
    at: 07:22
    site: {name: S, lat: 95, lon: 126}
    vehicle: {class: irbm}
    flight: {azimuth_deg: 80, range_km: 4500, apoge_km: 970}
  - alert: warning
    at: 07:27
    at: 07:28
    issuer: {country: JPN, authority: A, channel: B}
    areas: [Hokkaido]
    text: {en: This is not a drill.}
"""


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    """Return a file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said(folder: Path, text: str, name: str = "a.yaml") -> list[str]:
    """Return what is wrong with a text."""
    return [
        str(problem) for problem in problems_of(written(folder, text, name), AGREED, shown=name)
    ]


def test_a_good_file_is_a_story_in_order_of_time(tmp_path: Path) -> None:
    """The order of the file is the author's, the order of the story is that of time."""
    path = written(tmp_path, GOOD)
    loaded = load(path, AGREED, shown="a.yaml")
    assert [event.id for event in loaded.event_stream.events(0)] == ["words", "warning"]
    assert isinstance(loaded.header, Scenario)
    assert loaded.event_stream.header is loaded.header
    assert (loaded.shown, loaded.header.exercise) == ("a.yaml", "MORNING CALM")
    assert loaded.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_json_is_the_same_model(tmp_path: Path) -> None:
    """What can be said in YAML can be said in JSON, with numbers and truth values of its own."""
    data = {
        "feed": 1,
        "id": "first-light",
        "title": "First light",
        "exercise": "MORNING CALM",
        "starts": "2022-10-04T07:22:00+09:00",
        "seed": 7,
        "events": [
            {
                "incident": "shots",
                "at": "07:27",
                "originator": "KOR",
                "category": "artillery",
                "synthetic": True,
                "count": 3,
                "point": {"lat": 38.5, "lon": -1e1},
                "notes": None,
            }
        ],
    }
    path = written(tmp_path, json.dumps(data, indent=2), "a.json")
    (event,) = load(path, AGREED).event_stream.events(0)
    assert event == make.incident(
        at=300, synthetic=True, count=3, point={"lat": 38.5, "lon": -10}
    ).model_copy(update={"at": event.at})


def test_every_mistake_is_said_in_one_run(tmp_path: Path) -> None:
    """Header, key, value, twice the same key, and a text that denies the exercise: all at once."""
    assert said(tmp_path, BAD) == [
        (
            "a.yaml:2:5: id: 'First Light': use lower-case letters, digits and '-', as in "
            "'first-light'"
        ),
        "a.yaml:3:1: 'titel' is not a key here; did you mean 'title'?",
        "a.yaml:9:26: 'site.lat' is '95'; it must be at most 90 degrees",
        "a.yaml:11:47: 'apoge_km' is not a key here; did you mean 'apogee_km'?",
        "a.yaml:14:5: 'at' is here twice; the first is in line 13",
        (
            "a.yaml:17:16: text.en: says that it is not a drill ('not a drill'); a text that is "
            "published may not: put the wording in 'notes' and publish a paraphrase"
        ),
    ]


def test_one_wrong_event_does_not_hide_what_is_wrong_with_others(tmp_path: Path) -> None:
    """The events that can be read are checked against each other, as if the others were right."""
    text = (
        GOOD
        + """\
  - launch: rocket
    at: 07:22
    vehicle: {class: irbm}
  - correction: withdrawn
    at: 07:40
    of: warnin
    as: cancel
  - lunch: x
    at: 07:41
  - statement: more
    at: 07:41
    about: rocket
    speaker: S
    country: KOR
"""
    )
    assert said(tmp_path, text) == [
        "a.yaml:17:5: 'site' is missing; a launch needs it",
        "a.yaml:22:9: of: no event is called 'warnin'; did you mean 'warning'?",
        "a.yaml:24:5: 'lunch' is not an event kind; did you mean 'launch'?",
    ]


def test_what_only_the_whole_shows_is_said_where_it_stands(tmp_path: Path) -> None:
    """A finding about a right file of wrong events has a place as well."""
    assert said(tmp_path, GOOD.replace("at: 07:25", "at: 06:25")) == [
        (
            "a.yaml:13:9: at: '06:25' is before the story starts (2022-10-04T07:22:00+09:00); "
            "write the date with it"
        )
    ]


@pytest.mark.parametrize("events", ["", "events:\n", "events: []\n", "events: x\n", "events: {}\n"])
def test_a_story_without_events(tmp_path: Path, events: str) -> None:
    """However they are left out, it is one sentence."""
    head = GOOD.partition("events:")[0]
    (problem,) = said(tmp_path, head + events)
    assert "events" in problem or "is not a list" in problem


@pytest.mark.parametrize(
    "text", ["", "x", "[1]", "a: [", "\x00", "{}", "feed: 1\nevents: [x, {launch: 3}]", "? a"]
)
def test_hostile_files_end_in_sentences(tmp_path: Path, text: str) -> None:
    """Whatever a file holds, there is at least one problem, each one line long."""
    problems = said(tmp_path, text)
    assert problems
    assert all(problem.isprintable() for problem in problems)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, len(GOOD)),
    put=st.text("abc:{}[]&*!\"'\n -0", max_size=5) | st.text(max_size=3),
)
def test_any_slip_of_the_keyboard_is_read_or_said(tmp_path: Path, cut: int, put: str) -> None:
    """A few letters too many anywhere never end in anything but problems."""
    path = tmp_path / "a.yaml"
    path.write_bytes((GOOD[:cut] + put + GOOD[cut:]).encode("utf-8", "surrogatepass"))
    for problem in problems_of(path, AGREED):
        assert problem.text


def test_a_file_that_cannot_be_read_is_a_problem_among_others(tmp_path: Path) -> None:
    """A check of many files does not stop at one that is missing."""
    (problem,) = problems_of(tmp_path / "none.yaml", AGREED, shown="none.yaml")
    assert str(problem) == "none.yaml:1:1: no such file"


def test_a_file_that_cannot_be_read_cannot_be_loaded(tmp_path: Path) -> None:
    """Who wants to play it gets an error of its own."""
    with pytest.raises(FilesError):
        load(tmp_path, AGREED)


def test_another_exercise_can_be_named(tmp_path: Path) -> None:
    """The name of the run stands on the header and in the story, the file is as it was."""
    path = written(tmp_path, GOOD)
    loaded = load(path, AGREED, exercise="EVENING STAR")
    assert loaded.header.exercise == loaded.event_stream.header.exercise == "EVENING STAR"
    assert loaded.digest == load(path, AGREED).digest


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "!!",
            "exercise: '!!' has no letters or digits for a topic; name it like MORNING CALM",
        ),
        ("", "exercise: '' has no letters or digits for a topic; name it like MORNING CALM"),
        ("no drill", "exercise: says that it is not a drill"),
    ],
)
def test_a_wrong_name_for_an_exercise_is_the_callers_mistake(
    tmp_path: Path, name: str, sentence: str
) -> None:
    """It is no fault of the file."""
    with pytest.raises(UsageError) as caught:
        load(written(tmp_path, GOOD), AGREED, exercise=name)
    assert str(caught.value).startswith(sentence)


def test_all_problems_are_on_the_error(tmp_path: Path) -> None:
    """Who catches the error has every problem, in the order of the file."""
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, BAD), AGREED)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 9, 11, 14, 17]


@pytest.mark.parametrize("key", ["as_", "class_", "id"])
def test_the_codes_own_names_are_no_keys(tmp_path: Path, key: str) -> None:
    """Only what the format describes is a key, not what the code calls it."""
    text = GOOD.replace("    speaker: S", f"    {key}: x\n    speaker: S")
    assert f"'{key}' is not a key " in said(tmp_path, text)[0]


def test_the_codes_own_name_does_not_stand_in_for_a_key(tmp_path: Path) -> None:
    """What is called 'as_' in code is 'as' in a file, and only that."""
    text = GOOD + "  - {correction: c, at: 07:40, of: warning, as_: cancel}\n"
    assert said(tmp_path, text) == ["a.yaml:17:45: 'as_' is not a key here; did you mean 'as'?"]


def test_a_key_that_is_there_twice_is_enough(tmp_path: Path) -> None:
    """A file with no other mistake is still refused."""
    text = GOOD.replace("    at: 07:25\n", "    at: 07:25\n    at: 07:25\n")
    assert said(tmp_path, text) == ["a.yaml:14:5: 'at' is here twice; the first is in line 13"]


@pytest.mark.slow
def test_a_long_file_is_read_in_a_few_seconds(tmp_path: Path) -> None:
    """Eighteen thousand lines are no trouble (measured: half a second)."""
    event = GOOD.partition("  - statement")[2]
    events = "".join(f"  - statement{event.replace('words', f'words-{n}')}" for n in range(3_600))
    path = written(tmp_path, GOOD + events)
    assert len(list(load(path, AGREED).event_stream.events(0))) == 3_602
