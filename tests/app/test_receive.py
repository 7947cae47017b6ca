"""Receiving as a library and as a verb."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import structlog

import feed
from feed.app.receive import ReceiveOptions, _lacking, receive, receive_and_show
from feed.app.receiver import Receiver
from feed.core.told_heads import Unseen
from feed.errors import UsageError
from feed.wire.topics import ROOT, Topics
from tests.app.stage import PATIENCE_S, Stage, eventful, fast, numbers, planned
from tests.brokers import ListedMosquitto

HEAD = {"run": "01m8", "epoch": 1, "sequence": 0, "final": True}
CLOCK = {
    "run": HEAD["run"],
    "epoch": 1,
    "state": "playing",
    "rate": 1,
    "position_s": 0,
    "time": "2023-12-19T09:00:00.000+09:00",
    "wall": "2023-12-19T09:00:00.000+09:00",
}
"""of a run in which nothing was sent to a country"""


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))


async def test_a_program_gets_every_message_in_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The broker comes from FEED_BROKER; the loop ends with the run, and nothing is printed."""
    structlog.reset_defaults()
    monkeypatch.setenv("FEED_BROKER", stage.broker.url_for("jpn"))
    plan = eventful()
    async with asyncio.timeout(PATIENCE_S), feed.receive("jpn", exercise=stage.exercise) as stream:
        assert isinstance(stream, Receiver)
        async with stage.playing(stage.publication(plan)):
            messages = [message async for message in stream]

    assert numbers(messages) == list(range(1, len(planned(plan, "JPN")) + 1))
    assert capfd.readouterr().out == ""
    structlog.reset_defaults()


async def test_a_program_keeps_its_own_logs(stage: Stage) -> None:
    """What a program has set up is not set up anew."""
    structlog.configure(cache_logger_on_first_use=False)
    before = structlog.get_config()["processors"]
    async with receive("JPN", broker=stage.broker.url_for("jpn"), exercise=stage.exercise):
        assert structlog.get_config()["processors"] is before
    structlog.reset_defaults()


async def test_the_only_exercise_is_found(own_stage: Stage) -> None:
    """Nobody has to name it; none, and more than one, are refused in words."""
    broker = own_stage.broker.url_for("jpn")
    async with own_stage.client("player") as client:
        await client.say(Topics("over").clock, {"state": "ended"}, retain=True)
        with pytest.raises(UsageError, match=r"no exercise is being played .* with --exercise"):
            async with receive("JPN", broker=broker):
                pass
        await client.say(Topics("calm").clock, {**CLOCK, "state": "paused"}, retain=True)
        await client.say(Topics("calm").manifest, {"run": CLOCK["run"]}, retain=True)
        async with receive("JPN", broker=broker) as stream:
            await client.say(Topics("calm").head("jpn"), HEAD, retain=True)
            assert [message async for message in stream] == []
        await client.say(Topics("eve").clock, {"state": "playing"}, retain=True)
        with pytest.raises(UsageError, match="several exercises are being played: calm, eve; name"):
            async with receive("JPN", broker=broker):
                pass


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ReceiveOptions("JAPAN"), "'JAPAN' is not a three-letter country code"),
        (ReceiveOptions("JPN", name="A"), "--name 'A': use lower-case letters"),
        (ReceiveOptions("JPN", exercise="!"), "--exercise '!' has no letters or digits"),
        (ReceiveOptions("JPN", broker="http://x"), "is not a way to reach a broker"),
    ],
)
async def test_what_makes_no_sense_is_refused(options: ReceiveOptions, words: str) -> None:
    """Before anybody is connected to."""
    with pytest.raises(UsageError, match=words.replace("(", r"\(")):
        await receive_and_show(options)


async def test_a_file_is_continued(stage: Stage, tmp_path: Path) -> None:
    """What another life has begun to write and could not end is written anew, once."""
    out = tmp_path / "jpn.jsonl"
    out.write_bytes(b'{"cut off')
    options = ReceiveOptions(
        "JPN",
        broker=stage.broker.url_for("jpn"),
        exercise=stage.exercise,
        out=str(out),
        quiet=True,
    )
    plan = eventful()
    receiving = asyncio.create_task(receive_and_show(options))
    async with asyncio.timeout(PATIENCE_S):
        async with stage.client("player", stage.topics.presence("jpn", "jpn")) as client:
            await client.until(lambda: client.heard)
        await stage.publication(plan).play()
        assert await receiving == 0

    assert len(out.read_bytes().splitlines()) == len(planned(plan, "JPN"))


async def test_the_last_word_is_said_until_it_is_heard(
    secured: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run ends when its receivers have everything, so their saying so must not get lost."""
    receiver = secured.receiver("JPN")
    publish, refusals = receiver._aside.subscriber.publish, [False, False]

    async def not_at_once(topic: str, payload: bytes, **options: Any) -> bool:
        if "/ack/" in topic and refusals:
            return refusals.pop()
        return await publish(topic, payload, **options)

    monkeypatch.setattr(receiver._aside.subscriber, "publish", not_at_once)
    player = secured.publication(eventful(), fast(wait_for=("JPN",)))
    await secured.play(player, receiver)

    assert refusals == []
    assert receiver.finished


async def test_the_feed_alone_is_worth_something(
    exercise: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who may read its feed and nothing else gets it all, and is told which rights are missing."""
    lists = f"user player\ntopic readwrite #\nuser jpn\ntopic read {ROOT}/+/feed/jpn/#\n"
    broker = ListedMosquitto(lists)
    try:
        stage = Stage(broker, exercise, tmp_path)
        plan = eventful()
        got: list[int] = []

        async def receiving() -> None:
            async with receive("JPN", broker=broker.url_for("jpn"), exercise=exercise) as stream:
                ready.set()
                async for message in stream:
                    got.append(message.sequence)  # noqa: PERF401 - it is looked at meanwhile

        ready = asyncio.Event()
        task = asyncio.create_task(receiving())
        async with asyncio.timeout(PATIENCE_S):
            await ready.wait()
            assert await stage.publication(plan).play()
            async with stage.client("player") as client:
                await client.until(lambda: len(got) == len(planned(plan, "JPN")))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        broker.close()

    assert got == list(range(1, len(got) + 1))
    assert "does not let this user write" in caplog.text


@pytest.mark.parametrize(
    ("given_up", "unseen", "words"),
    [
        (3, Unseen(0, 0, 0), "3 messages of JPN are lost; the player can no longer give them"),
        (
            10**17 - 9,
            Unseen(10**17 - 9, 10**17, 9),
            "the head of JPN says 100,000,000,000,0",
        ),
        (12, Unseen(10, 30, 20), "2 messages of JPN are lost, and the head of JPN says 30, of"),
    ],
)
def test_what_only_a_head_tells_of_is_not_called_lost(
    given_up: int, unseen: Unseen, words: str
) -> None:
    """On an open broker anybody can write one; what was seen is told apart from it."""
    said = _lacking("JPN", given_up, unseen)

    assert said.startswith(words)
    assert ("nothing was seen after" in said) is (unseen.messages > 0)
