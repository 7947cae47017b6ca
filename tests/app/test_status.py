"""The status of a run: what plays, what is next, who listens and who is behind."""

from collections.abc import Callable
from typing import Any

import pytest

from feed.app.listener import Listener
from feed.app.options import Options
from feed.app.status import _MOST_RECEIVERS
from feed.core.actions import Hold, Loop, Stop, Until
from feed.model.time import SECOND
from tests.app.controlling import controlled
from tests.app.stage import Stage, eventful, planned
from tests.make import START

pytestmark = pytest.mark.slow


async def test_it_says_what_plays_and_what_is_next(stage: Stage) -> None:
    """With what was changed, and how the run will go on by itself."""
    plan = eventful()
    async with controlled(stage, plan) as played:
        player = played.publication.player
        await player.do(Hold(target="warning"))
        await player.do(Until(to=START + 20 * SECOND))
        await player.do(Loop(begin=START))
        status = await played.operator.status()

    about = played.publication.description
    assert (status["run"], status["exercise"]) == (about.run, stage.exercise)
    assert status["planned"] == {c: len(planned(plan, c)) for c in ("KOR", "JPN", "USA")}
    assert (status["sent"], status["sequences"]) == (0, {"KOR": 0, "JPN": 0, "USA": 0})
    assert status["next"]["message"].startswith("rocket.")
    assert status["held"] == ["warning"]
    assert status["until"] == "2023-12-19T09:00:20.000+09:00"
    assert status["loop"] == {"begin": "2023-12-19T09:00:00.000+09:00"}
    assert status["receivers"] == []


async def test_it_says_who_listens_and_who_is_behind(stage: Stage) -> None:
    """A receiver that has everything, and one that is away."""
    async with controlled(stage, eventful(), Options(paused=True)) as played:
        receiver = stage.receiver("JPN")
        async with receiver:
            await played.publication.player.holds(
                lambda: played.publication.receivers.present(("JPN",)), 10.0
            )
            (there,) = (await played.operator.status())["receivers"]
            assert there == {
                "country": "JPN", "client": "jpn", "online": True, "behind": 0, "missing": 0
            }  # fmt: skip
        await played.publication.player.do(Stop())


def test_what_is_withheld_on_purpose_is_not_behind() -> None:
    """Whoever has all that was let through is not behind; of another epoch it has nothing."""
    one = Listener("JPN", "jpn", epoch=2, sequence=8, missing=[(3, 4)])

    assert one.lacks(2, 10) == 4
    assert one.lacks(2, 10, [1, 3, 4, 9]) == 1
    assert one.lacks(2, 10, [3, 4, 9, 10]) == 0
    assert one.lacks(3, 10, [2]) == 9


async def test_of_many_receivers_the_furthest_behind_are_told(stage: Stage) -> None:
    """So that an answer stays small, whoever claims to listen."""
    async with controlled(stage, eventful()) as played:
        publication = played.publication
        publication.run.sequences["KOR"] = 1000
        listeners = publication.receivers.listeners
        for n in range(_MOST_RECEIVERS + 7):
            listener = Listener("KOR", f"kor-{n}")
            listener.online = n > 5
            listeners["KOR", f"kor-{n}"] = listener
        status: dict[str, Any] = await played.operator.status()

    assert len(status["receivers"]) == _MOST_RECEIVERS
    assert status["receivers_left_out"] == 7
    assert all(one["online"] for one in status["receivers"])
    check: Callable[[Any], int] = lambda one: one["behind"]  # noqa: E731 - one use
    assert [check(one) for one in status["receivers"]] == [1000] * _MOST_RECEIVERS
