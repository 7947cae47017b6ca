"""The player alone: what it says of who has not got everything."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from feed.app.options import PlayOptions
from feed.app.publish import PublishOptions, publish
from feed.errors import IncompleteError, UsageError
from feed.files.runs import list_runs, runs_folder
from tests.app.stage import Stage
from tests.app.test_prepare import small


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def options(stage: Stage, tmp_path: Path) -> PublishOptions:
    """Give options to play a small scenario as fast as can be."""
    play = PlayOptions(small(tmp_path), exercise=stage.exercise, rate=inf, settle_s=0.3)
    return PublishOptions(play, stage.broker.url_for("player"))


async def test_nobody_has_to_listen(
    options: PublishOptions, home_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A feed is published whether or not somebody receives it; the run is written down."""
    assert await publish(options) == 0
    (run,) = list_runs(runs_folder({"FEED_HOME": str(home_folder)}))
    assert run.state == "ended"
    assert run.published > 0


async def test_who_was_waited_for_has_to_have_everything(
    options: PublishOptions, stage: Stage
) -> None:
    """One that is there and never acknowledges makes the run incomplete; the counts are told."""
    play = replace(options.play, wait_for=("KOR",))
    async with stage.client("kor") as client:
        await client.say(stage.topics.presence("KOR", "deaf"), b"online", retain=True)
        with pytest.raises(IncompleteError, match=r"^\d messages .* by receivers: KOR \d; 'feed"):
            await publish(replace(options, play=play))
        await client.say(stage.topics.presence("KOR", "deaf"), b"", retain=True)


async def test_a_run_that_came_to_its_end_is_not_resumed(
    options: PublishOptions, home_folder: Path
) -> None:
    """There is nothing left to send."""
    await publish(options)
    (run,) = list_runs(runs_folder({"FEED_HOME": str(home_folder)}))
    with pytest.raises(UsageError, match="came to its end"):
        await publish(replace(options, play=PlayOptions(), resume=run.id))
