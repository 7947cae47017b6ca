"""An operator in Python: asks, asks again when nothing comes, and says what went wrong."""

import asyncio
import json

import pytest

from feed.app import controls as controls_module
from feed.app.controls import Controls, control
from feed.errors import BrokerError, UsageError
from tests.app.controlling import controlled
from tests.app.stage import Stage, eventful

pytestmark = pytest.mark.slow


async def test_the_only_exercise_that_is_played_is_found(own_stage: Stage) -> None:
    """Nobody has to name it; under its name it is found however that is spelt."""
    broker = own_stage.broker.url_for("operator")
    async with controlled(own_stage, eventful()):
        async with control(broker=broker) as operator:
            assert (await operator.status())["exercise"] == own_stage.exercise
        name = own_stage.exercise.replace("-", " ").upper()
        async with control(name, broker=broker) as operator:
            assert (await operator.status())["exercise"] == own_stage.exercise


async def test_an_answer_that_was_lost_is_asked_for_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the same id, so that a player that has done it answers from memory."""
    monkeypatch.setattr(controls_module, "_AGAIN_S", 0.2)
    topics, broker = stage.topics, stage.broker.url_for("operator")
    async with (
        stage.client("player", topics.control) as player,
        control(stage.exercise, broker=broker) as operator,
    ):
        asking = asyncio.create_task(operator.play())
        await player.until(lambda: len(player.on(topics.control)) == 2)
        first, second = player.on(topics.control)
        assert first == second
        said = json.loads(first)
        answer = topics.control_answer(said["client"])
        for payload in (b"", b"null", b"[" * 20_000, b'{"id": "another"}'):
            await player.say(answer, payload)
        await player.say(answer, {"id": said["id"], "clock": {"state": "playing"}})
        assert await asking == {"state": "playing"}


async def test_nobody_answers(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is said, with what may be the reason."""
    monkeypatch.setattr(controls_module, "_AGAIN_S", 0.01)
    broker = stage.broker.url_for("operator")
    async with control(stage.exercise, broker=broker) as operator:
        with pytest.raises(BrokerError, match=f"no player of '{stage.exercise}' answers"):
            await operator.play()


@pytest.mark.parametrize(
    ("do", "members", "said"),
    [
        ("explode", {}, "'explode' cannot be asked for: 'do' must be one of"),
        ("rate", {"rate": float("nan")}, "'rate' cannot be asked for"),
        ("edit", {"target": "a", "data": {"x": {1, 2}}}, "'edit' cannot be asked for"),
        ("edit", {"target": "a", "data": {"x": "y" * 40_000}}, "ask in several parts"),
        ("hold", {"target": "A B"}, "'hold' cannot be asked for: 'target' may have only"),
    ],
)
async def test_what_no_player_could_read_is_not_sent(
    stage: Stage, do: str, members: dict[str, object], said: str
) -> None:
    """It is refused at once, in the words of the player."""
    async with (
        stage.client("player", stage.topics.control) as player,
        control(stage.exercise, broker=stage.broker.url_for("operator")) as operator,
    ):
        with pytest.raises(UsageError, match=said):
            await operator.ask(do, **members)
        assert not player.heard


async def test_an_exercise_without_letters_is_refused() -> None:
    """Before anything is connected."""
    with pytest.raises(UsageError, match="has no letters or digits"):
        async with control("!!!", broker="mqtt://127.0.0.1:9"):
            pytest.fail("it is no exercise")


def test_every_verb_is_a_method() -> None:
    """With a docstring."""
    for verb in ("status", "play", "pause", "rate", "seek", "step", "burst", "next", "loop",
                 "until", "stop", "reset", "inject", "hold", "skip", "fire", "edit"):  # fmt: skip
        assert getattr(Controls, verb).__doc__
