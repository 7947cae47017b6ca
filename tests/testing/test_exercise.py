"""An exercise under the control of a test, on the broker of the tests."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

import feed
from feed.testing import BrokerForTests, ExerciseForTests
from tests.app.stage import PATIENCE_S
from tests.commands import STORY

pytestmark = [pytest.mark.slow, pytest.mark.broker]

EVENT = {"incident": "surprise", "category": "other", "originator": "KOR"}
Begin = Callable[[object], ExerciseForTests]


@pytest.fixture
def exercise(feed_exercise: Begin, tmp_path: Path) -> ExerciseForTests:
    """Give the small story."""
    path = tmp_path / "small.yaml"
    path.write_text(STORY, encoding="utf-8")
    return feed_exercise(path)


def keys(exercise: ExerciseForTests, epoch: int | None = None) -> list[str]:
    """Return what Japan was sent."""
    return [m.envelope.message for m in exercise.expected("JPN", epoch=epoch)]


def test_the_test_decides_what_is_sent(exercise: ExerciseForTests) -> None:
    """Step by step, to a moment, to the end; nothing by itself."""
    assert keys(exercise) == []
    assert exercise.clock()["state"] == "loaded"
    exercise.step(3)
    assert keys(exercise) == ["warning.jpn.1"]
    assert list(exercise.active("JPN", "alert")) == ["warning"]
    assert exercise.run_until("+10m")["position_s"] == 600
    assert exercise.active("JPN") == {}
    assert exercise.finish()["state"] == "ended"
    assert keys(exercise) == [one.key for one in exercise.planned("JPN")]
    assert exercise.seek("+1m")["epoch"] == 2
    exercise.finish()
    assert keys(exercise, epoch=2) == ["talks.usa.1"]
    assert exercise.reset()["state"] == "loaded"


def test_the_plan_can_be_changed(exercise: ExerciseForTests) -> None:
    """Held, fired, skipped, edited, added; what is refused says why."""
    exercise.hold("warning")
    exercise.edit("talks", {"place": "Another hall"})
    exercise.inject(EVENT, at="+5m")
    exercise.run_until("+10m")
    assert keys(exercise) == ["surprise.kor.1"]
    exercise.fire("warning.jpn.1")
    exercise.skip("warning")
    exercise.finish()
    assert keys(exercise) == ["surprise.kor.1", "warning.jpn.1", "talks.usa.1"]
    assert exercise.expected("JPN")[-1].data["place"] == "Another hall"
    with pytest.raises(feed.UsageError, match="the run has ended; seek or reset it first"):
        exercise.hold("warning")


def test_faults_happen_on_purpose(exercise: ExerciseForTests) -> None:
    """From when they are asked for until they are healed; numbers and plan stay as they are."""
    exercise.fault({"fault": "drop", "country": "JPN", "kinds": ["alert"]}, {"fault": "duplicate"})
    exercise.run_until("+10m")
    assert {one["name"]: one["hit"] for one in exercise.faults()}["drop"] == 2
    exercise.heal("drop")
    assert [one["name"] for one in exercise.faults()] == ["duplicate"]
    exercise.heal()
    assert exercise.faults() == []
    exercise.finish()
    assert keys(exercise) == [one.key for one in exercise.planned("JPN")]
    with pytest.raises(feed.UsageError, match="the run has ended"):
        exercise.fault({"fault": "drop"})


async def test_what_is_disturbed_arrives_so(exercise: ExerciseForTests) -> None:
    """A receiver of ours makes it right again."""
    async with (
        asyncio.timeout(PATIENCE_S),
        feed.receive("JPN", broker=exercise.url("JPN"), exercise=exercise.name) as stream,
    ):
        exercise.swap("jpn", 2)
        exercise.repeat("jpn", 1)
        finishing = asyncio.create_task(asyncio.to_thread(exercise.finish))
        got = [message.envelope.message async for message in stream]
        await finishing
        assert got == keys(exercise)
        assert stream.account.duplicates >= 1


def test_two_exercises_do_not_meet(exercise: ExerciseForTests, feed_exercise: Begin) -> None:
    """Each has a name, topics and client ids of its own."""
    other = feed_exercise(feed.load("pattern-false-alarm"))
    assert exercise.name != other.name
    assert exercise.run != other.run
    assert exercise.feed_filter("JPN") == f"exercise/v1/{exercise.name}/feed/jpn/#"
    assert exercise.client_id("x") != other.client_id("x")
    other.finish()
    assert keys(exercise) == []


def test_the_broker_says_where_it_is(feed_broker: BrokerForTests) -> None:
    """For countries, player and operator."""
    assert feed_broker.url("JPN") == f"mqtt://jpn@{feed_broker.host}:{feed_broker.port}"
    assert feed_broker.address("operator").password
    with pytest.raises(ValueError, match="xyz"):
        feed_broker.url("XYZ")


def test_nothing_is_left_in_the_home_of_the_user(
    exercise: ExerciseForTests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written down is in the folder of the test."""
    assert [path.name for path in (tmp_path / "feed-runs").iterdir()] == [exercise.run]
