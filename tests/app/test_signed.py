"""Signed exercises on real brokers, where somebody else may write all that the player may."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from feed.app.exercises import exercises
from feed.app.gate import ALTERED, REPLAYED, STALE, UNSIGNED
from feed.app.receiver import Receiver
from feed.app.refused import refused_notes
from feed.app.watch import WatchOptions, watch
from feed.files.receiver_ledger import REFUSED
from feed.model.time import rfc3339
from feed.mqtt.address import BrokerAddress
from feed.wire.topics import SIGNED
from tests.app.stage import Client, Stage, eventful, fast, many, numbers
from tests.app.test_receiver import RUN, Taking, head, send
from tests.keys import bundle, signer, verifier

OLD = "01hg0000000000000000000001"


class SignedStage(Stage):
    """A stage on which every address has credentials."""

    def address(self, role: str) -> BrokerAddress:
        """Return the broker's address with the keys of a role."""
        folder = bundle(self.folder / f"keys-{role}", signs=role == "player")
        return replace(super().address(role), credentials=folder)


@pytest.fixture
def signed(stage: Stage) -> SignedStage:
    """Give each of the brokers with an exercise of its own."""
    return SignedStage(stage.broker, stage.exercise, stage.folder)


def forged(payload: bytes, whose: str = "player", **members: Any) -> bytes:
    """Return a payload with other members, signed by somebody."""
    bare = {**json.loads(payload), **members}
    return json.dumps(signer(whose).signed(bare)).encode()


async def announce(
    player: Client, stage: Stage, run: str, epoch: int, *, age_s: int = 0, retain: bool = False
) -> None:
    """Say which run is being played, as its player does."""
    wall = rfc3339(stage.clock.wall() - age_s * 1_000_000)
    members = {"run": run, "epoch": epoch, "state": "playing", "rate": 1, "position_s": 0}
    for topic, said in (
        (stage.topics.manifest, {"run": run}),
        (stage.topics.clock, {**members, "time": "2023-12-19T09:00:00.000+09:00", "wall": wall}),
    ):
        await player.say(topic, forged(b"{}", topic=topic, **said), retain=retain)


@asynccontextmanager
async def attacked(stage: SignedStage) -> AsyncIterator[tuple[Client, Receiver, Taking]]:
    """Give a receiver that follows a run, and a client that may write everything."""
    receiver = stage.receiver("JPN")
    async with stage.client("player") as player, Taking(receiver) as taking:
        await announce(player, stage, RUN, 2)
        await player.until(lambda: receiver.run == RUN)
        yield player, receiver, taking


async def test_a_signed_run_arrives_whole_and_stands_signed(signed: SignedStage) -> None:
    """Everybody gets everything, and everything that is published has a signature."""
    plan, about = eventful(), signed.topics
    async with signed.client("player", *(f"{about.base}/{level}/#" for level in SIGNED)) as anybody:
        publication = signed.publication(plan, fast(wait_for=("JPN", "KOR")))
        got = await signed.play(publication, signed.receiver("JPN"), signed.receiver("KOR"))
        await anybody.until(lambda: not anybody.said(about.clock))
    ledger = signed.receiver_ledger(publication.description.run, "JPN")

    assert numbers(got["jpn"]) == [*range(1, len(got["jpn"]) + 1)]
    said = [(topic.split("/")[3], payload) for topic, payload in anybody.heard if payload]
    assert {level for level, _ in said} == SIGNED
    assert all(verifier().flaw(payload) is None for _, payload in said)
    with ledger:
        assert ledger.about.get(REFUSED) is None


async def test_what_is_not_the_players_is_dropped_and_told(signed: SignedStage) -> None:
    """No signature, a stranger's, an altered body, another place: counted, and written down."""
    messages = signed.messages(many(9), "JPN", RUN, 2)
    topic, payload = messages[0]
    for_korea = {"recipient": "KOR", "id": f"{RUN}.2.kor.1"}
    elsewhere = "/exercise/elsewhere/kor"
    async with attacked(signed) as (player, receiver, taking):
        await send(player, [(topic, forged(payload))])
        await send(player, messages[1:3])
        await send(player, [(topic, forged(payload, whose="stranger"))])
        await send(player, [(topic, forged(payload).replace(b"2023", b"2024", 1))])
        await send(player, [(topic, forged(payload, **for_korea))])
        await send(player, [(topic, forged(payload, source=elsewhere))])
        await player.say(signed.topics.head("JPN"), head(10**17, final=True))
        await player.until(lambda: sum(receiver.gate.refused.values()) == 7)

        assert taking.numbers == [1]
        assert receiver.gate.refused == {UNSIGNED: 3, ALTERED: 2, REPLAYED: 2}
        assert receiver.account.malformed == 0
        assert not taking.over
    path = signed.folder / f"{RUN}-JPN-jpn.sqlite"
    (note,) = refused_notes([path])
    assert note.endswith("refused what is not the player's: 3 unsigned, 2 altered, 2 replayed")


async def test_what_was_signed_before_is_not_believed_again(signed: SignedStage) -> None:
    """Another run, an epoch that is over, a clock of yesterday, another country's head."""
    older = [(topic, forged(payload)) for topic, payload in signed.messages(many(3), "JPN", OLD)]
    before = [(topic, forged(payload)) for topic, payload in signed.messages(many(3), "JPN", RUN)]
    now = [(topic, forged(raw)) for topic, raw in signed.messages(many(3), "JPN", RUN, 2)]
    other = signed.topics.head("KOR")
    async with attacked(signed) as (player, receiver, taking):
        await send(player, now)
        await player.until(lambda: taking.numbers == [1, 2, 3])
        await send(player, before)
        await announce(player, signed, OLD, 1, age_s=86_400)
        far = forged(b"{}", topic=other, **{**head(10**17, final=True), "epoch": 2})
        await player.say(signed.topics.head("JPN"), far)
        await send(player, older)
        await player.until(lambda: receiver.gate.refused.get(REPLAYED) == 7)

        assert receiver.gate.refused == {REPLAYED: 7, STALE: 1}
        assert receiver.run == RUN
        assert taking.numbers == [1, 2, 3]
    assert sorted(signed.folder.glob("*.sqlite")) == [signed.folder / f"{RUN}-JPN-jpn.sqlite"]


async def test_who_looks_around_is_told_of_what_the_player_signed(
    signed: SignedStage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exercises that are being played, and what 'feed watch' prints."""
    topics, address = signed.topics, signed.address("player")
    elsewhere = signed.topics.clock.replace(signed.exercise, f"{signed.exercise}-b")
    monkeypatch.setattr("feed.app.watch.as_role", lambda *_: address)
    async with signed.client("player") as player:
        await player.say(topics.manifest, {"run": RUN, "title": "Forged"}, retain=True)
        await announce(player, signed, RUN, 1, retain=True)
        moved = forged(b"{}", topic=topics.clock, state="playing", run=RUN)
        await player.say(elsewhere, moved, retain=True)
        unsigned = elsewhere.replace("-b/", "-c/")
        await player.say(unsigned, {"state": "playing", "run": RUN}, retain=True)
        found = await exercises(address, signed.clock)
        watched = WatchOptions("mqtt://x", filter=f"{topics.base}/clock", raw=True, most=1)
        watching = asyncio.create_task(watch(watched))
        assert await asyncio.wait_for(watching, 10) == 0
        await player.say(topics.clock, {"state": "forged"}, retain=True)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(watch(watched), 0.5)
        for topic in (topics.manifest, topics.clock, elsewhere, unsigned):
            await player.say(topic, b"", retain=True)

    mine = [(one.slug, one.playing) for one in found if one.slug.startswith(signed.exercise)]
    assert mine == [(signed.exercise, True)]
    assert '"forged"' not in capsys.readouterr().out
