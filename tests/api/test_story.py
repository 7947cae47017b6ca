"""Scenarios in Python: read, checked and planned."""

from itertools import islice
from pathlib import Path

import pytest

import feed
from feed.model.alert import AlertBody
from tests.commands import STORY


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the small scenario."""
    path = tmp_path / "small.yaml"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_a_scenario_says_what_it_is(file: Path) -> None:
    """By file or by the name of the library, under another exercise if that is asked."""
    story = feed.load(file)
    assert (story.id, story.title, story.exercise) == ("small", "A small story", "SMALL STEPS")
    assert story.countries == ("JPN", "KOR", "USA")
    assert (story.starts_us, story.offset_s) == (1_702_944_000_000_000, 32_400)
    assert feed.load("over-aomori-2022", exercise="MINE", countries=["JPN"]).exercise == "MINE"
    assert story.under("OTHER").exercise == "OTHER"
    with pytest.raises(feed.UsageError):
        story.under("!!!")


def test_what_is_wrong_is_a_list(file: Path) -> None:
    """Empty if nothing is; each has a place and a text."""
    assert feed.check(file) == []
    file.write_text(STORY.replace("state: held", "state: hold"), encoding="utf-8")
    (problem,) = feed.check(file)
    assert (problem.path, problem.line) == (str(file), 21)
    assert "'hold' is not one of" in problem.text
    with pytest.raises(feed.ScenarioError) as refused:
        feed.load(file)
    assert list(refused.value.problems) == [problem]
    assert feed.check(file.with_name("none.yaml"))[0].text.startswith("no such file")
    with pytest.raises(feed.UsageError):
        feed.check("no-such-scenario")


def test_a_plan_is_what_each_country_gets(file: Path) -> None:
    """In order, numbered for each country, with typed bodies."""
    planned = list(feed.plan(feed.load(file)))
    assert len(planned) == 9
    first = next(one for one in planned if one.recipient == "JPN")
    assert (first.key, first.kind, first.act, first.sequence) == (
        "warning.jpn.1",
        "alert",
        "alert",
        1,
    )
    assert (first.arrangement, first.path, first.late) == ("own", ("JPN",), False)
    assert isinstance(first.body, AlertBody)
    assert first.body.areas[0].name == "North"
    only = list(feed.plan(file, country="jpn"))
    assert [one.sequence for one in only] == [1, 2, 3]
    assert only[1].references == ("warning.jpn.1",)
    assert [one.event for one in feed.plan(file, country="JPN", start_offset="+1m")] == ["talks"]
    assert len(list(feed.plan(file, until="+1s"))) == 3


def test_a_plan_is_made_while_it_is_read() -> None:
    """The first messages of the longest scenario come at once; mistakes before the first."""
    assert len(list(islice(feed.plan("three-thousand-six-hundred"), 5))) == 5
    with pytest.raises(feed.UsageError):
        feed.plan("over-aomori-2022", start_offset="soon")


def test_variables_of_a_scenario_are_given_to_whatever_reads_it(tmp_path: Path) -> None:
    """Values as Python has them; what is loaded has its own."""
    path = tmp_path / "vars.yaml"
    path.write_text(
        "vars: {who: JPN, areas: [North]}\n"
        + STORY.replace("country: JPN", 'country: "${who}"').replace("[North]", '"${areas}"'),
        encoding="utf-8",
    )
    given = {"who": "USA", "areas": ["South", "West"]}
    of_load = list(feed.plan(feed.load(path, variables=given)))

    (alert,) = [each for each in of_load if each.kind == "alert" and each.recipient == "KOR"][:1]
    assert [area["name"] for area in alert.data["areas"]] == ["South", "West"]
    assert [each.data for each in feed.plan(path, variables=given)] == [
        each.data for each in of_load
    ]
    assert feed.check(path, variables=given) == []
    assert "not a three-letter" in feed.check(path, variables={"who": "Japan"})[0].text
    with pytest.raises(feed.UsageError, match=r"give them to 'feed.load'"):
        feed.plan(feed.load(path), variables=given)
    with pytest.raises(feed.UsageError, match=r"no such variable; did you mean 'who'"):
        feed.load(path, variables={"whom": "USA"})
