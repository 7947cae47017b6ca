"""The receiver: complete, in order, once; and what it does about what is missing or foreign."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest

from feed.app.message import ReceivedMessage
from feed.app.receiver import Receiver
from feed.clock import VirtualClock
from feed.core.picture import Picture
from feed.files.recording import Recording, read_recording
from tests.app.stage import Client, Stage, eventful, everything, many, numbers, planned
from tests.files.child import child

RUN = "01hj0000000000000000000001"
LATER = "01hj0000000000000000000002"


class Taking:
    """A receiver whose messages are taken as they come."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.got: list[ReceivedMessage] = []
        self.over = False

    @property
    def numbers(self) -> list[int]:
        """The numbers of what was taken."""
        return numbers(self.got)

    async def take(self) -> None:
        """Take everything until the run is over."""
        async for message in self.receiver:
            self.got.append(message)
        self.over = True

    async def __aenter__(self) -> Self:
        await self.receiver.__aenter__()
        self.task = asyncio.create_task(self.take())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task
        await self.receiver.__aexit__(None, None, None)


def still() -> VirtualClock:
    """Return a clock that moves only when a test says so."""
    return VirtualClock(autojump=False)


def head(sequence: int, *, run: str = RUN, final: bool = False) -> dict[str, Any]:
    """Return what stands on a head topic."""
    return {"run": run, "epoch": 1, "sequence": sequence, "final": final}


async def announce(client: Client, stage: Stage, run: str, *, retain: bool = False) -> None:
    """Say which run is being played, as its player does: by manifest and clock."""
    clock = {"run": run, "epoch": 1, "state": "playing", "rate": 1, "position_s": 0}
    moment = "2023-12-19T09:00:00.000+09:00"
    await client.say(stage.topics.manifest, {"run": run}, retain=retain)
    await client.say(stage.topics.clock, {**clock, "time": moment, "wall": moment}, retain=retain)


async def send(client: Client, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publish messages of the feed."""
    for topic, payload in messages:
        await client.say(topic, payload)


async def answer(
    client: Client, stage: Stage, messages: Sequence[tuple[str, bytes]], country: str = "JPN"
) -> None:
    """Answer the last request for history, as a player does."""
    asked = json.loads(client.on(stage.topics.history(country, country.lower()))[-1])
    down = stage.topics.down(country, country.lower())
    wanted = messages[asked["from"] - 1 : asked["to"]]
    for _, payload in wanted:
        await client.say(down, payload)
    await client.say(down, {"id": asked["id"], "done": True, "count": len(wanted)})


async def test_what_comes_twice_is_taken_once(stage: Stage) -> None:
    """Repeated deliveries are counted, acknowledged and dropped."""
    messages = stage.messages(eventful(), "JPN", RUN)

    async with stage.client("player") as player, Taking(stage.receiver("JPN")) as taking:
        for message in messages:
            await send(player, [message, message])
        await player.say(stage.topics.head("JPN"), head(len(messages), final=True))
        await player.until(lambda: taking.over)

    assert [message.payload for message in taking.got] == [payload for _, payload in messages]
    assert taking.receiver.account.duplicates == len(messages)
    assert taking.receiver.account.received == len(messages)
    assert taking.receiver.reception.complete


async def test_a_gap_is_asked_for_and_repaired(stage: Stage) -> None:
    """What stands behind a gap waits for it, and the whole comes in order."""
    messages, clock = stage.messages(many(9), "JPN", RUN), still()
    asked = stage.topics.history("JPN", "jpn")

    async with (
        stage.client("player", asked) as player,
        Taking(stage.receiver("JPN", clock=clock)) as taking,
    ):
        await send(player, [messages[at] for at in (0, 1, 4, 5)])
        await player.until(lambda: taking.receiver.account.received == 4)
        assert taking.numbers == [1, 2]
        await look(player, clock, lambda: player.on(asked))
        request = {"id": "jpn-1", "client": "jpn", "epoch": 1, "from": 3, "to": 4}
        assert json.loads(player.on(asked)[0]) == request
        await answer(player, stage, messages)
        await player.until(lambda: len(taking.got) == 6)

    assert taking.numbers == [1, 2, 3, 4, 5, 6]
    assert taking.receiver.account.recovered == 2
    assert [message.from_history for message in taking.got] == [False] * 2 + [True] * 2 + [
        False,
        False,
    ]


async def look(client: Client, clock: VirtualClock, condition: Any) -> None:
    """Let a second pass, again and again, until a condition holds."""

    def holds() -> bool:
        clock.advance(1)
        return bool(condition())

    await client.until(holds)


async def test_a_tail_behind_the_head_is_asked_for(stage: Stage) -> None:
    """The head tells of messages that never came, and the end is not before they are there."""
    messages, clock = stage.messages(many(5), "JPN", RUN), still()
    asked = stage.topics.history("JPN", "jpn")

    async with (
        stage.client("player", asked) as player,
        Taking(stage.receiver("JPN", clock=clock)) as taking,
    ):
        await send(player, messages[:3])
        await player.say(stage.topics.head("JPN"), head(5, final=True))
        await look(player, clock, lambda: player.on(asked))
        assert not taking.over
        await answer(player, stage, messages)
        await player.until(lambda: taking.over)

    assert taking.numbers == [1, 2, 3, 4, 5]


async def test_who_comes_late_gets_everything(stage: Stage) -> None:
    """History begins with the first message, and goes on by itself where a request ends."""
    messages, clock = stage.messages(many(1300), "JPN", RUN), still()
    asked = stage.topics.history("JPN", "jpn")

    async with stage.client("player", asked) as player:
        await announce(player, stage, RUN, retain=True)
        await player.say(stage.topics.head("JPN"), head(1300, final=True), retain=True)
        async with Taking(stage.receiver("JPN", clock=clock, ledger=False)) as taking:
            await look(player, clock, lambda: player.on(asked))

            def asked_often(times: int) -> bool:
                return len(player.on(asked)) == times

            for requests in (1, 2):
                await player.until(partial(asked_often, requests))
                await answer(player, stage, messages)
            await player.until(partial(asked_often, 3))
            assert not taking.over, "nobody has said that it was heard"
            await answer(player, stage, messages)
            await player.until(lambda: taking.over)
        for topic in (stage.topics.head("JPN"), stage.topics.manifest, stage.topics.clock):
            await player.say(topic, b"", retain=True)

    assert taking.numbers == list(range(1, 1301))
    spans = [json.loads(raw) for raw in player.on(asked)]
    assert [(one["from"], one["to"]) for one in spans] == [(1, 1000), (1001, 1300), (1301, 1301)]


async def test_what_the_player_does_not_have_is_given_up(stage: Stage) -> None:
    """An answer without a message ends the waiting, and what stood behind the gap is shown."""
    messages, clock = stage.messages(many(5), "JPN", RUN), still()
    asked = stage.topics.history("JPN", "jpn")

    async with (
        stage.client("player", asked) as player,
        Taking(stage.receiver("JPN", clock=clock)) as taking,
    ):
        await send(player, [messages[0], messages[4]])
        await player.say(stage.topics.head("JPN"), head(5, final=True))
        await look(player, clock, lambda: player.on(asked))
        # It has some of it: what remains is asked for alone.
        await player.say(stage.topics.down("JPN", "jpn"), messages[2][1])
        done = {"id": "jpn-1", "done": True, "count": 1}
        await player.say(stage.topics.down("JPN", "jpn"), done)
        answered = [1]

        def asked_again() -> bool:
            """Tell whether there is a request without an answer, or no more to ask for."""
            return len(player.on(asked)) > answered[-1] or taking.over

        # It asks again when an answer takes long by the clock.
        for _ in range(100):
            await look(player, clock, asked_again)
            if taking.over:
                break
            answered.append(len(player.on(asked)))
            await answer(player, stage, [])

    assert taking.numbers == [1, 3, 5]
    assert taking.receiver.reception.given_up == 2
    assert not taking.receiver.reception.complete


async def test_a_player_that_is_gone_is_not_waited_for_for_ever(stage: Stage) -> None:
    """After half a minute without a clock what is missing is given up."""
    messages, clock = stage.messages(many(3), "JPN", RUN), still()

    async with (
        stage.client("player") as player,
        Taking(stage.receiver("JPN", clock=clock)) as taking,
    ):
        await send(player, messages[1:])
        await player.say(stage.topics.head("JPN"), head(3, final=True))
        await player.until(lambda: taking.receiver.account.received == 2)
        began = clock.now()
        await look(player, clock, lambda: taking.over)

    assert clock.now() - began > 30
    assert taking.numbers == [2, 3]


async def test_what_is_no_message_is_left_out(stage: Stage) -> None:
    """Foreign payloads are counted and acknowledged, so that they do not come again for ever."""
    topics = stage.topics
    messages = stage.messages(eventful(), "JPN", RUN)
    (topic, payload), rest = messages[0], messages[1:]
    other = stage.messages(eventful(), "KOR", RUN)[0][1]
    said = json.loads(payload)
    foreign: list[tuple[str, bytes]] = [
        (topic, b""),
        (topic, b"\xff\x00"),
        (topic, b"[]"),
        (topic, b"{" * 5000),
        (topic, b"x" * 9000),
        (topic, other),
        (f"{topic}-2", payload),
        (f"{topics.base}/feed/jpn/alert", payload),
        (f"{topics.base}/feed/jpn", payload),
        (topic, json.dumps({**said, "id": "another"}).encode()),
        (topic, json.dumps({**said, "epoch": 2.0}).encode()),
        (topic, json.dumps({**said, "run": "z--z", "id": "z--z.1.jpn.1"}).encode()),
        (topic, json.dumps({**said, "time": "soon"}).encode()),
        (topic, json.dumps({**said, "time": "0001-01-01T00:00:00+09:00"}).encode()),
    ]

    async with stage.client("player") as player:
        async with Taking(stage.receiver("JPN")) as taking:
            await send(player, foreign)
            for name in (topics.head("JPN"), topics.clock, topics.down("JPN", "jpn")):
                for raw in (b"no JSON", b"[1]", b"[" * 5000, b'{"run": 1, "epoch": Infinity}'):
                    await player.say(name, raw)
            for odd in ({"run": "../../z"}, {"run": "z--z"}, {"epoch": 10**30}):
                await player.say(topics.head("JPN"), head(9) | odd)
            await send(player, [(topic, payload)])
            await player.until(lambda: len(taking.got) == 1)
        assert taking.receiver.account.malformed >= len(foreign) - 1
        async with Taking(stage.receiver("JPN")) as again:
            await send(player, rest)
            await player.say(topics.head("JPN"), head(len(messages), final=True))
            await player.until(lambda: again.over)

    assert again.numbers == list(range(2, len(messages) + 1))
    assert again.receiver.account.malformed == 0


async def test_two_receivers_of_a_country_have_two_names(stage: Stage) -> None:
    """Each gets everything, says for itself that it is there, and how far it is."""
    messages, topics = stage.messages(many(7), "JPN", RUN), stage.topics

    async with (
        stage.client("player", f"{topics.base}/up/jpn/#") as player,
        Taking(stage.receiver("JPN", name="first")) as first,
        Taking(stage.receiver("JPN", name="second", ledger=False)) as second,
    ):
        await send(player, messages)
        await player.say(topics.head("JPN"), head(7, final=True))
        await player.until(lambda: first.over and second.over)

    assert first.numbers == second.numbers == [1, 2, 3, 4, 5, 6, 7]
    for name in ("first", "second"):
        acknowledged = json.loads(player.on(topics.acknowledgement("JPN", name))[-1])
        assert acknowledged == {
            "run": RUN,
            "epoch": 1,
            "sequence": 7,
            "missing": [],
            "final": True,
        }
        assert player.on(topics.presence("JPN", name))[0] == b"online"


async def test_receivers_of_two_countries_may_have_one_name(stage: Stage) -> None:
    """They are two clients to the broker: neither drives the other away."""
    async with (
        stage.client("player") as player,
        Taking(stage.receiver("JPN", name="desk")) as first,
        Taking(stage.receiver("KOR", name="desk")) as second,
    ):
        for country in ("JPN", "KOR"):
            await send(player, stage.messages(many(3), country, RUN))
            await player.say(stage.topics.head(country), head(3, final=True))
        await player.until(lambda: first.over and second.over)

    assert first.numbers == second.numbers == [1, 2, 3]
    assert first.receiver._main.connections == second.receiver._main.connections == 1


async def test_what_is_left_of_an_old_run_does_not_disturb(stage: Stage) -> None:
    """Messages of a run before are in the session still; the new one is complete without them."""
    plan = eventful()
    old, new = stage.messages(plan, "JPN", RUN), stage.messages(plan, "JPN", LATER)
    asked = stage.topics.history("JPN", "jpn")

    async with stage.client("player", asked) as player:
        async with Taking(stage.receiver("JPN")) as taking:
            await send(player, old[:2])
            await player.until(lambda: len(taking.got) == 2)
        await send(player, old[5:7])
        async with Taking(stage.receiver("JPN")) as taking:
            await send(player, new[:3])
            await announce(player, stage, LATER)
            await player.until(lambda: taking.receiver.run == LATER)
            await send(player, [old[8], *new[3:]])
            await player.say(stage.topics.head("JPN"), head(len(new), run=LATER, final=True))
            await player.until(lambda: any(b"-last-" in each for each in player.on(asked)))
            await answer(player, stage, [])
            await player.until(lambda: taking.over)

    mine = [message for message in taking.got if message.envelope.run == LATER]
    assert numbers(mine) == list(range(1, len(new) + 1))
    assert taking.receiver.run == LATER
    with stage.receiver_ledger(LATER, "JPN") as ledger:
        assert [row.payload for row in ledger.rows(LATER)] == [payload for _, payload in new]


async def test_following_goes_on_with_the_next_run(stage: Stage) -> None:
    """One run after another comes, each from its first number, until it is told to leave."""
    async with (
        stage.client("player", f"{stage.topics.base}/up/jpn/ack/#") as player,
        Taking(stage.receiver("JPN", follow=True)) as taking,
    ):

        def has(count: int) -> bool:
            return len(taking.got) == count

        for run, wanted in ((RUN, 4), (LATER, 8)):
            await announce(player, stage, run)
            await send(player, stage.messages(many(4), "JPN", run))
            await player.say(stage.topics.head("JPN"), head(4, run=run, final=True))
            await player.until(partial(has, wanted))
        assert not taking.over
        taking.receiver.leave()
        await player.until(lambda: taking.over)
        # Told at the latest when it leaves.
        await player.until(lambda: player.heard and json.loads(player.heard[-1][1])["run"] == LATER)

    assert taking.numbers == [1, 2, 3, 4, 1, 2, 3, 4]


async def test_messages_nobody_took_come_again(stage: Stage) -> None:
    """Who leaves in the middle of a batch, without a ledger, loses none of it."""
    messages = stage.messages(many(6), "JPN", RUN)

    async with stage.client("player") as player:
        async with stage.receiver("JPN", ledger=False):
            pass
        await send(player, messages)
        async with stage.receiver("JPN", ledger=False) as stream:
            assert (await anext(stream)).sequence == 1
            await player.until(lambda: not stream.account.malformed)
        await player.say(stage.topics.head("JPN"), head(6, final=True), retain=True)
        got = await everything(stage.receiver("JPN", ledger=False))
        await player.say(stage.topics.head("JPN"), b"", retain=True)

    assert numbers(got) == [1, 2, 3, 4, 5, 6]


async def test_a_gap_that_was_open_at_a_restart_is_filled_in_order(
    stage: Stage, tmp_path: Path
) -> None:
    """What stood behind a gap is in the ledger; after a restart the file has all of it in order."""
    messages, clock = stage.messages(many(8), "JPN", RUN), still()
    out = tmp_path / "jpn.jsonl"

    async with stage.client("player") as player:
        with Recording.append_to(out) as recording:
            async with Taking(stage.receiver("JPN", clock=clock, out=recording)) as taking:
                await send(player, [messages[at] for at in (0, 1, 4, 5)])
                await player.until(lambda: taking.receiver.account.received == 4)
        with Recording.append_to(out) as recording:
            async with Taking(stage.receiver("JPN", clock=clock, out=recording)) as taking:
                await send(player, messages[6:])
                await send(player, messages[2:4])
                await player.say(stage.topics.head("JPN"), head(8, final=True))
                await player.until(lambda: taking.over)

    assert taking.numbers == [3, 4, 5, 6, 7, 8]
    assert [int(line["sequence"]) for line in read_recording(out)] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_what_it_has_is_folded_and_measured(stage: Stage) -> None:
    """The picture is that of the messages, and every latency is known."""
    messages = stage.messages(eventful(), "USA", RUN)
    asked = stage.topics.history("USA", "usa")

    async with (
        stage.client("player", asked) as player,
        Taking(stage.receiver("USA")) as taking,
    ):
        await announce(player, stage, RUN)
        await send(player, messages)
        await player.say(stage.topics.head("USA"), head(len(messages), final=True))
        await player.until(lambda: player.on(asked))
        await answer(player, stage, [], "USA")
        await player.until(lambda: taking.over and taking.receiver.playing)

    account = taking.receiver.account
    picture = Picture()
    for delivery in planned(eventful(), "USA"):
        picture.take(delivery)
    assert taking.receiver.picture.counts() == picture.counts()
    assert picture.counts()["meeting"] == 1
    assert account.kinds.total() == len(account.latencies_ms) == len(messages)
    assert taking.receiver.playing["state"] == "playing"


KILLED = """
import asyncio, os, sys
from pathlib import Path
from feed.app.receiver import Receiver
from feed.clock import SystemClock
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.recording import Recording
from feed.mqtt.address import parse_address

url, exercise, folder = sys.argv[1:]

def ledger(run):
    return ReceiverLedger.at(Path(folder) / f"{run}-JPN-jpn.sqlite", {"country": "JPN"})

async def main():
    out = Recording.append_to(Path(folder) / "out.jsonl")
    address = parse_address(url)
    async with Receiver(
        address, "JPN", exercise, clock=SystemClock(), ledger=ledger, out=out
    ) as stream:
        print("ready", flush=True)
        async for message in stream:
            print(message.sequence, flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
async def test_a_receiver_that_is_killed_ends_complete(stage: Stage) -> None:
    """Killed in the middle and started again: ledger and file are complete, in order, once."""
    messages = stage.messages(many(400), "JPN", RUN)
    url, topics = stage.broker.url_for("jpn"), stage.topics
    arguments = (url, stage.exercise, str(stage.folder))

    async with stage.client("player", f"{topics.base}/up/jpn/presence/#") as player:
        with child(KILLED, *arguments) as first:
            assert await asyncio.to_thread(first.line) == "ready\n"
            sending = asyncio.create_task(send(player, messages[:300]))
            for _ in range(60):
                await asyncio.to_thread(first.line)
            first.kill()
            await sending
        await player.until(
            lambda: player.heard[-1:] == [(topics.presence("JPN", "jpn"), b"offline")]
        )
        with child(KILLED, *arguments) as second:
            assert await asyncio.to_thread(second.line) == "ready\n"
            await send(player, messages[300:])
            await player.say(topics.head("JPN"), head(400, final=True))
            code = await asyncio.to_thread(second.process.wait)
            second.kill()
            assert code == 0

    payloads = [payload for _, payload in messages]
    with stage.receiver_ledger(RUN, "JPN") as ledger:
        assert [row.payload for row in ledger.rows(RUN)] == payloads
    assert (stage.folder / "out.jsonl").read_bytes().splitlines() == payloads


async def test_what_the_player_has_yet_to_send_again_is_waited_for(stage: Stage) -> None:
    """A killed player that goes on may know of less than was heard; it will send that again."""
    messages, clock = stage.messages(many(4), "JPN", RUN), still()
    asked = stage.topics.history("JPN", "jpn")

    async with (
        stage.client("player", asked) as player,
        Taking(stage.receiver("JPN", clock=clock)) as taking,
    ):
        await send(player, [messages[0], messages[3]])
        await player.say(stage.topics.head("JPN"), head(1))
        await look(player, clock, lambda: player.on(asked))
        await answer(player, stage, [])
        await look(player, clock, lambda: len(player.on(asked)) == 2)
        assert taking.receiver.reception.given_up == 0
        await send(player, messages[1:])
        await player.say(stage.topics.head("JPN"), head(4, final=True))
        await look(player, clock, lambda: taking.over)

    assert taking.numbers == [1, 2, 3, 4]


async def test_a_run_that_was_broken_off_is_waited_for(stage: Stage) -> None:
    """Without an end that was told nothing is given up, however long the player is away."""
    messages, clock = stage.messages(many(3), "JPN", RUN), still()

    async with (
        stage.client("player") as player,
        Taking(stage.receiver("JPN", clock=clock)) as taking,
    ):
        await send(player, messages[1:])
        await player.until(lambda: taking.receiver.account.received == 2)
        began = clock.now()
        await look(player, clock, lambda: clock.now() - began > 100)
        assert taking.receiver.reception.given_up == 0
        await send(player, messages[:1])
        await player.say(stage.topics.head("JPN"), head(3, final=True))
        await look(player, clock, lambda: taking.over)

    assert taking.numbers == [1, 2, 3]


async def test_who_hears_of_a_run_says_how_far_it_is(stage: Stage) -> None:
    """A player that did not see a receiver come learns of it by its first acknowledgement."""
    clock, said = still(), stage.topics.acknowledgement("JPN", "jpn")

    async with (
        stage.client("player", said) as player,
        Taking(stage.receiver("JPN", clock=clock)),
    ):
        await announce(player, stage, RUN)
        await player.say(stage.topics.head("JPN"), head(0))
        await look(player, clock, lambda: player.on(said))

    assert json.loads(player.on(said)[0]) == {
        "run": RUN,
        "epoch": 1,
        "sequence": 0,
        "missing": [],
        "final": False,
    }
