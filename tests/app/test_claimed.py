"""One player for one exercise, on real brokers, however many begin at once."""

import asyncio

import pytest

from feed.app import claimed as module
from feed.app.claimed import claimed
from feed.app.run_description import new_run_id
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.wire.claim import ClaimSaid
from tests.app.stage import Stage
from tests.brokers import pause
from tests.commands import Shell

*RUNS, LATER = [new_run_id(n) for n in range(5)]


async def test_of_several_that_begin_at_once_one_plays(stage: Stage) -> None:
    """The others are told so, also those that come later; then the exercise is free."""
    playing: set[str] = set()
    refused: list[str] = []
    over, decided = asyncio.Event(), asyncio.Event()

    async def play(run: str) -> None:
        try:
            async with claimed(stage.address("player"), stage.topics, run, SystemClock()):
                playing.add(run)
                await over.wait()
        except UsageError as error:
            refused.append(str(error))
            playing.discard(run)
            if len(refused) == len(RUNS) - 1:
                decided.set()

    async def others_are_refused() -> None:
        await decided.wait()
        await play(LATER)
        over.set()

    await stage.together(others_are_refused(), *map(play, RUNS))
    said = f"'{stage.topics.exercise}' is being played already (run "
    assert (len(playing), len(refused)) == (1, len(RUNS))
    assert all(said in each for each in refused)
    assert playing.pop() in refused[-1]
    assert await stage.retained() == {}
    async with claimed(stage.address("player"), stage.topics, RUNS[1], SystemClock()):
        pass


async def test_who_hears_too_late_of_another_gives_up(stage: Stage) -> None:
    """Where a broker let two believe that they were first."""
    async with stage.client("player", stage.topics.claim) as client:

        async def play() -> None:
            async with claimed(stage.address("player"), stage.topics, RUNS[1], SystemClock()):
                other = ClaimSaid(claim="0", run=RUNS[0], answer=True, plays=True)
                await client.say(stage.topics.claim, other.model_dump_json().encode())
                await stage.together(asyncio.Event().wait())

        with pytest.raises(UsageError, match=f"being played already .run {RUNS[0]}"):
            await play()
        await client.say(stage.topics.claim, b"", retain=True)


async def test_the_claim_of_who_died_is_not_believed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that died with it may have kept it; and what is no claim is left out."""
    monkeypatch.setattr(module, "_ANSWER_S", 0.2)
    async with stage.client("player") as client:
        for payload in (b"\xff", ClaimSaid(claim="dead", run=RUNS[0]).model_dump_json().encode()):
            await client.say(stage.topics.claim, payload, retain=True)
            async with claimed(stage.address("player"), stage.topics, RUNS[1], SystemClock()):
                pass
    assert await stage.retained() == {}


@pytest.mark.slow
async def test_of_two_commands_started_together_one_plays(stage: Stage) -> None:
    """The other ends with one sentence, and says nothing of client ids."""
    shell = Shell(stage.folder)
    broker = stage.broker.url_for("player")
    words = ("publish", shell.event_stream, "--broker", broker, "--exercise", stage.exercise)
    try:
        both = [shell.start(*words, "--paused", "--rate", "max") for _ in range(2)]
        while all(each.process.poll() is None for each in both):
            pause()
        (loser,) = [each for each in both if each.process.poll() is not None]
        (winner,) = [each for each in both if each is not loser]
        assert loser.code() == 2, loser.err
        assert "is being played already (run " in loser.err
        assert len(loser.err.strip().splitlines()) == 1
        assert winner.end() == 130
        assert "client id" not in winner.err + loser.err
    finally:
        shell.close()
