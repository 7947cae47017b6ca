"""A run on disk, with everything an operator does to one, written as a scenario."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from feed.app.options import PlayOptions
from feed.app.player import Player
from feed.app.prepare import prepare
from feed.app.record import record
from feed.app.session import new_session
from feed.app.sink import MemorySink
from feed.clock import VirtualClock
from feed.core.actions import Burst, Edit, Fire, Heal, Hold, Inject, InjectFault, Seek, Skip, Verb
from feed.core.plan import Plan
from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.scenario import load
from feed.model.time import SECOND
from tests.core.test_record import content

CLOCK = VirtualClock(wall=1_700_000_000 * SECOND)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give runs a place of their own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


async def done(folder: Path, actions: Sequence[Verb], **options: Any) -> tuple[str, Plan]:
    """Do things to a run of a small scenario; return its id and its plan in the end."""
    (folder / "day.yaml").write_text(STORY, encoding="utf-8")
    with new_session(PlayOptions(scenario=str(folder / "day.yaml"), **options), CLOCK) as session:
        player = Player(
            session.run,
            session.description,
            ledger=session.ledger,
            clock=CLOCK,
            sink=MemorySink(),
        )
        for action in (Burst(count=1), *actions):
            await player.do(action)
            due = session.run.due(CLOCK.now(), 10)
            if due:
                player._send(due)
        return session.description.run, session.run.plan


STORY = """\
feed: 1
id: day
title: A day   # comments are not kept
exercise: MORNING CALM
starts: 2023-12-19T09:00:00+09:00
events:
  - incident: first
    at: 09:00
    originator: KOR
    category: artillery
  - incident: shots
    at: 09:01
    originator: KOR
    category: artillery
    repeat: {count: 4, until: 09:05, spread: seeded}
  - incident: warning
    at: 09:10
    originator: JPN
    category: other
"""
SURPRISE = {"incident": "surprise", "category": "other", "originator": "KOR", "place": "North"}


async def test_faults_that_an_operator_added_and_ended_are_recorded(tmp_path: Path) -> None:
    """With their moments; what the run began with stays, unless it was ended."""
    storm = {"fault": "drop", "name": "storm", "country": "JPN"}
    run, _ = await done(
        tmp_path,
        [InjectFault(faults=(storm,)), Burst(count=5), Heal(names=("storm",)), Burst(count=5)],
    )
    out = tmp_path / "as-it-happened.yaml"
    assert record(run, out).run == run

    (fault,) = load(out, load_arrangements()).header.faults
    assert (fault.name, fault.country) == ("storm", ("JPN",))
    assert fault.from_ is not None
    assert fault.until is not None
    assert fault.from_.text == "2023-12-19T09:00:00.001+09:00"
    assert fault.until.text > "2023-12-19T09:01"


async def test_a_run_as_it_happened_is_a_scenario(tmp_path: Path) -> None:
    """Injects, a hold that is fired, a skip, an edit and a seek between them: the same plan."""
    run, plan = await done(
        tmp_path,
        [
            Hold(target="warning"),
            Inject(events=(SURPRISE,)),
            Fire(target="warning"),
            Seek(to=0),
            Edit(target="surprise.kor.1", data={"place": "South"}),
        ],
    )
    out = tmp_path / "as-it-happened.yaml"

    made = record(run, out)

    assert (made.events, made.amendments) == (1, 4)
    prepared = prepare(str(out))
    assert content(prepared.plan().deliveries()) == content(plan.deliveries())
    assert prepared.recipients == ("JPN", "KOR", "USA")


async def test_the_options_of_the_run_stand_in_the_file(tmp_path: Path) -> None:
    """Name, recipients, date of the arrangements and faults are those that were played."""
    faults = tmp_path / "faults.yaml"
    faults.write_text("feed: 1\nfaults:\n  - {fault: drop, country: KOR}\n", encoding="utf-8")
    run, _ = await done(
        tmp_path, [], exercise="DRY LAND", countries=("KOR",), as_of="2015-06-01", faults=faults
    )
    out = tmp_path / "out.yaml"

    record(run, out)

    header = load(out, load_arrangements()).header
    assert (header.exercise, header.countries) == ("DRY LAND", ("KOR",))
    assert header.model_dump()["sharing"] == "2015-06-01"
    assert [each.fault for each in header.faults] == ["drop"]
    assert header.amendments == ()


async def test_what_was_written_keeps_its_form(tmp_path: Path) -> None:
    """Numbers stay numbers and times stay times; only comments go."""
    run, _ = await done(tmp_path, [Inject(events=(SURPRISE,))])

    record(run, tmp_path / "out.yaml")

    text = (tmp_path / "out.yaml").read_text(encoding="utf-8")
    assert "feed: 1\n" in text
    assert "at: 09:10\n" in text
    assert "repeat: {count: 4, until: '09:05', spread: seeded}" in text
    assert text.count("- incident: ") == 4


async def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    """Nor is a file made that is no scenario's."""
    run, _ = await done(tmp_path, [])
    there = tmp_path / "there.yaml"
    there.write_text("mine", encoding="utf-8")

    with pytest.raises(FilesError, match="is there already"):
        record(run, there)
    with pytest.raises(UsageError, match=r"write '.*out.yaml'"):
        record(run, tmp_path / "out.txt")

    assert there.read_text(encoding="utf-8") == "mine"


async def test_an_amendment_that_nothing_is_left_for_is_said(tmp_path: Path) -> None:
    """Whoever writes one by hand is told."""
    run, _ = await done(tmp_path, [Skip(target="warning")])
    out = tmp_path / "out.yaml"
    record(run, out)
    out.write_text(out.read_text("utf-8").replace("skip: warning", "skip: nobody"), "utf-8")

    with pytest.raises(ScenarioError) as refused:
        prepare(str(out)).plan()

    assert "nothing of 'nobody' is due any more" in refused.value.problems[0].text
