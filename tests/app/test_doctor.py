"""Why a client might see nothing."""

import asyncio
import json

import pytest

from feed.app import doctor
from feed.app.doctor import examine
from feed.app.finding import Diagnosis, DoctorOptions
from tests.app.stage import Stage


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listen for a moment only."""
    monkeypatch.setattr(doctor, "_LISTEN_S", 0.25)


async def found(
    stage: Stage, name: str | None, *, user: str | None = None, qos: int = 1
) -> list[Diagnosis]:
    """Return what is found of a filter, after the first findings, which are about versions."""
    options = DoctorOptions(
        broker=f"{stage.broker.host}:{stage.broker.port}", filter=name, user=user, qos=qos
    )
    return [finding async for finding in examine(options)][3:]


async def stands(stage: Stage, state: str) -> None:
    """Let an exercise stand on the broker."""
    async with stage.client("player") as client:
        manifest = json.dumps({"countries": ["JPN", "KOR"]}).encode()
        await client.say(stage.topics.manifest, manifest, retain=True)
        await client.say(stage.topics.clock, json.dumps({"state": state}).encode(), retain=True)


@pytest.mark.parametrize(
    ("state", "mark", "advice"),
    [
        ("playing", "ok", ""),
        ("paused", "note", "press space"),
        ("ended", "note", "'feed clean"),
    ],
)
async def test_the_state_of_an_exercise_is_told(
    secured: Stage, state: str, mark: str, advice: str
) -> None:
    """One that stands still is a reason why nothing comes."""
    await stands(secured, state)
    told = next(each for each in await found(secured, None) if secured.exercise in each.what)

    assert told.mark == mark
    assert told.what == f"exercise '{secured.exercise}' is {state}; feeds: JPN, KOR"
    assert advice in told.advice


async def test_what_makes_losses_likely_is_noted(secured: Stage) -> None:
    """QoS 0, and a filter that is narrower than a feed."""
    name = f"{secured.topics.base}/feed/jpn/alert/#"
    notes = [each.what for each in await found(secured, name, user="jpn", qos=0)]

    assert any("QoS 0" in what for what in notes)
    assert "with this filter gaps in 'sequence' mean nothing" in notes
    assert "nothing came within 0.25 s" in notes


@pytest.mark.nats_server("mosquitto refuses no subscription")
async def test_rights_are_tried(secured: Stage) -> None:
    """A country that asks for another's feed is told that it may not."""
    *_, refused = await found(secured, "exercise/v1/+/feed/kor/#", user="jpn")

    assert refused.mark == "wrong"
    assert "it refuses the subscription" in refused.what
    assert "reads its own feed only" in refused.advice


async def test_what_comes_is_counted(secured: Stage) -> None:
    """Messages that arrive while it listens prove that the way is open."""
    topic = secured.topics.feed("jpn", "alert", "a")
    async with secured.client("player") as client:
        await client.say(topic, b"{}", retain=True)
        told = await found(secured, secured.topics.feed_filter("jpn"), user="jpn")

    assert told[-2].what.startswith("the broker grants jpn the subscription to exercise/v1/")
    assert told[-1] == Diagnosis("ok", "1 message came within 0.25 s")


async def test_a_wrong_filter_is_not_tried_on_the_broker(secured: Stage) -> None:
    """A broker may hang up on it, and who is not told why waits for ever."""
    async with asyncio.timeout(5):
        told = await found(secured, "a/#/b")

    assert told[-1].mark == "wrong"
