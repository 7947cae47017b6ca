"""Scenarios played from Python: in memory and on brokers, in real, virtual and no time."""

from pathlib import Path

import pytest

import feed
from feed.model.alert import AlertBody
from feed.model.time import rfc3339
from tests.brokers import RunningBroker

EVENT = {"incident": "surprise", "category": "other", "originator": "KOR"}
ALL = ["warning.jpn.1", "warning.jpn.2", "talks.usa.1"]


def keys(playing: feed.Playing, country: str = "JPN") -> list[str]:
    """Return what a country was sent."""
    return [message.envelope.message for message in playing.messages(country)]


async def test_hours_take_no_time_in_virtual_time(story: feed.LoadedScenario, home: Path) -> None:
    """Each message has the wall time of its moment; nothing is left on disk."""
    async with feed.play(story, time="virtual") as playing:
        assert await playing.finished()
        assert keys(playing) == ALL
        first, _, last = playing.messages("JPN")
        assert (last.sent_us - first.sent_us) / 1e6 == pytest.approx(3599, abs=0.01)
        assert isinstance(first.body, AlertBody)
    assert not list(home.rglob("*"))  # noqa: ASYNC240 - nothing else runs


async def test_it_begins_at_a_wall_time(story: feed.LoadedScenario) -> None:
    """So that several machines do so together; in virtual time without waiting for it."""
    wall = rfc3339(story.starts_us + 60_000_000)
    async with feed.play(story, time="virtual", start_at=wall) as playing:
        assert (await playing.status())["scheduled"] == [{"do": "play", "wall": wall}]
        assert playing.state == "loaded"
        assert await playing.finished()
        assert playing.messages("JPN")[0].sent_us == story.starts_us + 61_000_000


async def test_it_is_played_as_fast_as_can_be(story: feed.LoadedScenario) -> None:
    """In memory, without a broker."""
    async with feed.play(story, rate="max") as playing:
        await playing.finished()
        assert (keys(playing), playing.state) == (ALL, "ended")
        assert playing.sequences == {"JPN": 3, "KOR": 3, "USA": 3}
        with pytest.raises(feed.UsageError, match="in memory, without a broker"):
            playing.url("JPN")


async def test_a_program_decides_what_goes_out_when(story: feed.LoadedScenario) -> None:
    """By the verbs; when one returns, everything is out."""
    async with feed.play(story, paused=True, rate="max") as playing:
        assert (await playing.status())["sent"] == 0
        await playing.burst(3)
        assert keys(playing) == ALL[:1]
        assert list(playing.active("JPN", "alert")) == ["warning"]
        await playing.inject([EVENT])
        assert keys(playing)[-1] == "surprise.kor.1"
        clock = await playing.run_until("+10m")
        assert (clock["state"], clock["position_s"]) == ("paused", 600)
        assert playing.active("JPN", "alert") == {}
        await playing.hold("talks")
        assert (await playing.status())["held"] == ["talks"]
        await playing.seek("+0s")
        assert (playing.epoch, playing.messages("JPN", epoch=2)) == (2, [])
        await playing.run_until("warning")
        assert [one.epoch for one in playing.messages("JPN")] == [1, 1, 1, 2]
        assert await playing.run_until("+5s")
        with pytest.raises(feed.UsageError, match="neither a time nor an event"):
            await playing.run_until("nowhere")
        with pytest.raises(feed.UsageError, match="'2001-01-01T00:00:00Z' is over"):
            await playing.play(wall="2001-01-01T00:00:00Z")
        await playing.stop()
        with pytest.raises(feed.UsageError, match="the run has ended; seek or reset it first"):
            await playing.step()
        await playing.reset()
        await playing.play()
        assert await playing.finished()
        assert keys(playing)[-3:] == ALL


async def test_it_is_played_on_any_broker(
    broker: RunningBroker, exercise: str, story: feed.LoadedScenario
) -> None:
    """Whoever receives it gets the same; what stands is cleared when the context is left."""
    async with (
        feed.receive("JPN", broker=broker.url_for("jpn"), exercise=exercise) as stream,
        feed.play(
            story, broker=broker.url_for("player"), rate="max", exercise=exercise, wait_for=["jpn"]
        ) as playing,
    ):
        assert playing.exercise == exercise
        got = [message async for message in stream]
        assert await playing.finished()
        assert [message.payload for message in got] == [
            message.payload for message in playing.messages("JPN")
        ]
        with pytest.raises(feed.UsageError, match="is being played already"):
            async with feed.play(story, broker=broker.url_for("player"), exercise=exercise):
                pytest.fail("two players of one exercise")
