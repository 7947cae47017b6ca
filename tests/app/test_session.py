"""A run on disk, new and resumed."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from feed.app.fault_record import FaultRecord
from feed.app.options import PlayOptions
from feed.app.session import Session, new_session, resumed_session, seconds
from feed.clock import VirtualClock
from feed.core.actions import State
from feed.core.run import Numbered
from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.ledger import Published
from feed.files.runs import list_runs, runs_folder
from feed.model.time import SECOND
from tests.app.test_prepare import small

CLOCK = VirtualClock(wall=1_700_000_000 * SECOND)


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def options(tmp_path: Path) -> Callable[..., PlayOptions]:
    """Give a function that returns options to play a small scenario."""
    path = small(tmp_path)

    def made(**members: Any) -> PlayOptions:
        return PlayOptions(**{"scenario": path, **members})

    return made


def publish(session: Session) -> None:
    """Write down that a message was sent."""
    row = Published(1, "KOR", 1, 0, "warning.jpn.1", session.description.starts, 0, "t", b"")
    session.ledger.add([row])


def test_a_run_that_never_began_leaves_nothing(
    options: Callable[..., PlayOptions], home_folder: Path
) -> None:
    """A run in which nothing was sent is nothing to go on with, and not listed."""
    with new_session(options(), CLOCK) as session:
        assert session.folder.path.exists()

    assert list_runs(runs_folder({"FEED_HOME": str(home_folder)})) == []


def test_a_new_run_is_written_down(options: Callable[..., PlayOptions], home_folder: Path) -> None:
    """Its folder has the scenario, the arrangements, and what was asked for; it is locked."""
    asked = options(rate=inf, start_offset="+00:00:02", until="PT5S", max_gap="10s")
    with new_session(asked, CLOCK) as session:
        (info,) = list_runs(runs_folder({"FEED_HOME": str(home_folder)}))
        assert (info.id, info.state) == (session.description.run, "running")
        assert session.planned == {"KOR": 1, "JPN": 1, "USA": 1}
        assert session.description.countries == ("JPN", "KOR", "USA")
        start = session.description.starts
        assert session.options.span == (start + 2 * SECOND, start + 5 * SECOND)
        assert session.options.max_gap_s == 10
        assert session.run.ends == start + 5 * SECOND
        assert session.folder.scenario is not None
        assert session.folder.arrangements is not None
        about = session.ledger.about
        assert about["rate"] == "max"
        assert about["started"] == 1_700_000_000 * SECOND
        assert about["digest"] == session.prepared.loaded.digest
        publish(session)
        with (
            pytest.raises(UsageError, match="is being played; stop that player first"),
            resumed_session(session.description.run, PlayOptions(), CLOCK),
        ):
            pass

    assert (home_folder / "runs" / session.description.run / "player.sqlite").stat().st_size
    (info,) = list_runs(runs_folder({"FEED_HOME": str(home_folder)}))
    assert info.state == "broken-off"


def test_a_resumed_run_is_the_same(
    options: Callable[..., PlayOptions], tmp_path: Path, home_folder: Path
) -> None:
    """It goes on with what it was begun with, whatever became of the file."""
    asked = options(
        rate=60.0, until="PT5S", countries=("KOR",), exercise="OTHER", as_of="2020-01-01"
    )
    with new_session(asked, CLOCK) as begun:
        publish(begun)
    (tmp_path / "small.yaml").unlink()

    with resumed_session(begun.description.run[:20], PlayOptions(), CLOCK) as resumed:
        assert resumed.description == begun.description
        assert resumed.options == begun.options
        assert resumed.planned == begun.planned
        assert resumed.resumed
        assert list(resumed.run.plan.deliveries()) == list(begun.run.plan.deliveries())
        assert resumed.run.next_delivery is None, "it was the only one"
    with resumed_session(begun.description.run, PlayOptions(rate=inf, linger_s=4), CLOCK) as faster:
        assert (faster.run.rate, faster.options.linger_s) == (inf, 4)
    same = replace(asked, scenario="", rate=1.0, max_gap="3s")
    with resumed_session(begun.description.run, same, CLOCK) as slower:
        assert (slower.run.rate, slower.options.max_gap_s) == (1.0, 3)


@pytest.mark.parametrize(("told", "rate"), [(5, 5.0), ("max", inf)])
def test_a_resumed_run_has_the_rate_it_had_last(
    options: Callable[..., PlayOptions], told: float | str, rate: float
) -> None:
    """Whoever changed the rate finds it changed after the run was cut off."""
    with new_session(options(rate=60.0), CLOCK) as session:
        publish(session)
        ledger = session.ledger
        ledger.act(wall=1, epoch=1, position=1, cursor=0, verb="play", details={"rate": 60.0})
        ledger.act(wall=1, epoch=1, position=1, cursor=0, verb="rate", details={"rate": told})
        ledger.act(wall=2, epoch=1, position=1, cursor=0, verb="pause", details={})

    with resumed_session(session.description.run, PlayOptions(), CLOCK) as again:
        assert again.run.rate == rate
        assert again.run.state is State.PAUSED


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"scenario": "hub-down"}, "a scenario"),
        ({"exercise": "OTHER", "until": "PT5S"}, "--exercise, --until"),
        ({"countries": ("KOR",)}, "--country"),
        ({"as_of": "2020-01-01"}, "--as-of"),
        ({"start_offset": "PT1S"}, "--start-offset"),
        ({"arrangements": Path("other.yaml")}, "--arrangements"),
    ],
)
def test_a_run_does_not_go_on_as_another(
    options: Callable[..., PlayOptions], members: dict[str, Any], named: str
) -> None:
    """What would change its plan is refused and named, not silently left out."""
    with new_session(options(), CLOCK) as session:
        publish(session)

    with (
        pytest.raises(UsageError, match=f"leave out {named}, or begin a new run"),
        resumed_session(session.description.run, PlayOptions(**members), CLOCK),
    ):
        pass


def test_a_run_that_is_complete_cannot_go_on(options: Callable[..., PlayOptions]) -> None:
    """There is nothing left of it; one that ended with something missing can be gone on with."""
    with new_session(options(), CLOCK) as session:
        publish(session)
        session.ledger.note("ended", 5)
        session.ledger.note("complete", value=False)
    with resumed_session(session.description.run, PlayOptions(), CLOCK) as again:
        again.ledger.note("complete", value=True)

    with (
        pytest.raises(UsageError, match="came to its end; there is nothing to go on with"),
        resumed_session(session.description.run, PlayOptions(), CLOCK),
    ):
        pass


def test_a_scenario_that_is_another_one_is_refused(options: Callable[..., PlayOptions]) -> None:
    """A run goes on with exactly what it was begun with, or not at all."""
    with new_session(options(), CLOCK) as session:
        publish(session)
        kept = session.folder.scenario
        assert kept is not None
    kept.write_text(kept.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with (
        pytest.raises(FilesError, match="is not what the run was begun with; begin a new one"),
        resumed_session(session.description.run, PlayOptions(), CLOCK),
    ):
        pass
    kept.unlink()
    with (
        pytest.raises(FilesError, match="the run has lost its scenario; begin a new one"),
        resumed_session(session.description.run, PlayOptions(), CLOCK),
    ):
        pass


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"wait_for": ("AUS",)}, "--wait-for AUS: the feed is for JPN, KOR, USA"),
        ({"until": "soon"}, "--until 'soon' is not a time; write 07:22"),
        ({"start_offset": "PT9S", "until": "PT9S"}, "--until is not after --start-offset"),
        ({"max_gap": "0s"}, "--max-gap '0s' must be longer than nothing"),
        ({"max_gap": "long"}, "--max-gap 'long': not a duration; write 90s"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_made(
    options: Callable[..., PlayOptions],
    home_folder: Path,
    members: dict[str, Any],
    sentence: str,
) -> None:
    """A wrong option leaves no run behind."""
    with (
        pytest.raises(UsageError, match=sentence),
        new_session(options(**members), CLOCK),
    ):
        pass

    assert not (home_folder / "runs").exists()


def test_a_part_without_messages_is_refused(
    options: Callable[..., PlayOptions], home_folder: Path
) -> None:
    """Who begins behind the last message is told so, and no run is left behind."""
    with (
        pytest.raises(UsageError, match="nothing is due in the part from --start-offset on"),
        new_session(options(start_offset="P30D"), CLOCK),
    ):
        pass

    assert list_runs(home_folder / "runs") == []


def test_a_duration_is_longer_than_nothing() -> None:
    """Seconds, minutes and ISO durations are understood."""
    assert (seconds("10s", "--wait"), seconds("2m", "--wait")) == (10, 120)
    assert seconds("PT90S", "--wait") == 90


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, []),
        ({"until": "09:00:05"}, [("2023-12-19T09:00:00+09:00", "2023-12-19T09:00:05+09:00")]),
        ({"start_offset": "+1s"}, [("2023-12-19T09:00:01+09:00", "the end")]),
    ],
)
def test_how_a_part_was_understood_is_logged(
    options: Callable[..., PlayOptions], asked: dict[str, str], told: list[tuple[str, str]]
) -> None:
    """Before anything is published, so that a time that was meant otherwise can be seen."""
    with capture_logs() as logs, new_session(options(**asked), CLOCK):
        pass

    assert [(line["from"], line["to"]) for line in logs if "from" in line] == told


def test_a_part_is_over_at_its_end() -> None:
    """However long the story goes on, and also when its messages were counted before."""
    asked = PlayOptions(scenario="over-aomori-2022", until="07:40", exercise="part")
    for _ in range(2):
        with new_session(asked, CLOCK) as session:
            assert session.run.ends == session.options.span.until
            publish(session)
            run = session.description.run

        with resumed_session(run, PlayOptions(), CLOCK) as again:
            assert again.run.ends == again.options.span.until


def test_a_run_keeps_its_faults(options: Callable[..., PlayOptions], tmp_path: Path) -> None:
    """It goes on with a copy of the file, and with what was decided; other faults are refused."""
    file = tmp_path / "faults.yaml"
    file.write_text("feed: 1\nfaults:\n  - {fault: drop, country: KOR}\n", encoding="utf-8")
    with new_session(options(faults=file), CLOCK) as session:
        record = FaultRecord(session.ledger)
        (delivery,) = [each for each in session.run.plan.deliveries() if each.recipient == "KOR"]
        record.decide([Numbered(delivery, 1, 1, 0, 0.0)], session.run.faults)
        publish(session)
        run = session.description.run
    file.unlink()

    with resumed_session(run, PlayOptions(), CLOCK) as again:
        record = FaultRecord(again.ledger)
        assert again.run.faults.names == ("drop",)
        assert record.counts(1) == {"drop": 1}
        assert record.lost(1, "KOR", 1)
        assert record.refuses(1, "KOR", 1)
        assert not record.lost(1, "JPN", 1)
    with (
        pytest.raises(UsageError, match="leave out --faults"),
        resumed_session(run, PlayOptions(faults=file), CLOCK),
    ):
        pass


def test_faults_of_nobody_are_refused_before_anything_is_made(
    options: Callable[..., PlayOptions], tmp_path: Path, home_folder: Path
) -> None:
    """With the place in their file."""
    file = tmp_path / "faults.yaml"
    file.write_text("feed: 1\nfaults:\n  - {fault: drop, country: XXX}\n", encoding="utf-8")

    with (
        pytest.raises(ScenarioError) as refused,
        new_session(options(faults=file), CLOCK),
    ):
        pass

    assert "'XXX' is no recipient" in str(refused.value.problems[0])
    assert list_runs(runs_folder({"FEED_HOME": str(home_folder)})) == []
