"""The player: what is published when, what stands meanwhile, and what it does when told."""

import asyncio
import json
import subprocess
from itertools import pairwise
from math import inf
from typing import Any

import pytest

from feed.app import presence, probe
from feed.app.options import Options
from feed.app.publication import AHEAD, Publication
from feed.clock import VirtualClock
from feed.core.actions import Next, Pause, Play, Rate, Seek, State, Stop, TransportError
from feed.core.run import Span
from feed.errors import BrokerError, IncompleteError, UsageError
from feed.model.time import SECOND
from feed.wire.envelope import decode, moment_of
from tests import make
from tests.app.stage import (
    COUNTRIES,
    PATIENCE_S,
    Stage,
    eventful,
    fast,
    many,
    numbers,
    planned,
    step,
)
from tests.brokers import need

pytestmark = pytest.mark.slow


def seconds(text: str) -> float:
    """Return a time on the wire in seconds after the start of a made story."""
    return (moment_of(text) - make.START) / SECOND


def masked(payload: bytes) -> dict[str, Any]:
    """Return a message without what differs from run to run."""
    return {k: v for k, v in json.loads(payload).items() if k not in {"run", "id", "sent"}}


# -- what arrives ----------------------------------------------------------------------------------


async def test_every_receiver_gets_what_was_planned_once_and_in_order(stage: Stage) -> None:
    """At the highest rate each country gets its messages, all of them, in the plan's order."""
    plan = eventful()

    got = await stage.play(
        stage.publication(plan, fast(wait_for=COUNTRIES)), *(stage.receiver(c) for c in COUNTRIES)
    )

    for country in COUNTRIES:
        expected = [delivery.message.key for delivery in planned(plan, country)]
        messages = got[country.lower()]
        assert [message.envelope.message for message in messages] == expected
        assert numbers(messages) == list(range(1, len(expected) + 1))
    assert len(got["kor"]) != len(got["usa"])


async def test_other_people_s_clients_see_the_same(stage: Stage) -> None:
    """``mosquitto_sub`` with a persistent session, and a plain client, get the same sequence."""
    plan = eventful()
    options = stage.broker.mosquitto_options("jpn")
    listening = [need("mosquitto_sub"), *options, "-c", "-i", f"sub-{stage.exercise}"]
    listening += ["-t", f"{stage.topics.base}/feed/jpn/#", "-q", "1"]
    await asyncio.to_thread(subprocess.run, [*listening, "-E"], check=True, timeout=PATIENCE_S)

    async with stage.client("jpn", stage.topics.feed_filter("JPN")) as client:
        got = await stage.play(
            stage.publication(plan, fast(wait_for=("JPN",))), stage.receiver("JPN")
        )
        await client.until(lambda: len(client.heard) == len(got["jpn"]))
    command = [*listening, "-C", str(len(got["jpn"])), "-F", "%t %p"]
    sub = await asyncio.to_thread(
        subprocess.run, command, check=True, timeout=PATIENCE_S, capture_output=True
    )

    expected = [(message.topic, message.payload) for message in got["jpn"]]
    assert client.heard == expected
    assert sub.stdout == b"".join(topic.encode() + b" " + raw + b"\n" for topic, raw in expected)


async def test_two_runs_differ_only_in_their_id_and_wall_times(stage: Stage) -> None:
    """A run is repeated message for message, so results can be compared."""
    plan = eventful()

    runs = [
        (await stage.play(stage.publication(plan, fast(wait_for=("KOR",))), stage.receiver("KOR")))[
            "kor"
        ]
        for _ in range(2)
    ]

    first, second = ([masked(message.payload) for message in run] for run in runs)
    assert first == second
    assert runs[0][0].envelope.run < runs[1][0].envelope.run


async def test_each_message_goes_out_at_its_moment(stage: Stage) -> None:
    """At a rate of ten a minute takes six seconds, and none of it is late."""
    plan = eventful()
    clock = VirtualClock(wall=make.START)
    player = stage.publication(plan, Options(rate=10), clock=clock)

    async with stage.client("player", f"{stage.topics.base}/feed/#") as client:
        await stage.play(player)
        await client.until(lambda: len(client.heard) == player.run.sent)

    messages = [decode(payload) for _, payload in client.heard]
    # When it begins is up to the broker: virtual time passes while it is waited for.
    begins = [seconds(m.sent) - seconds(m.due) / 10 for m in messages]
    assert max(begins) - min(begins) < 0.01
    assert player.progress.latest_ms == 0
    assert player.run.sent == len(list(plan.deliveries()))


# -- beginning -------------------------------------------------------------------------------------


async def test_who_may_not_write_is_told_before_anything_is_played(
    secured: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A publish without rights is acknowledged all the same, so the player reads back a probe."""
    monkeypatch.setattr(probe, "_PROBE_S", 0.3)
    monkeypatch.setattr(presence, "_RETAINED_S", 0.1)
    player = secured.publication(eventful(), role="operator")

    with pytest.raises(BrokerError, match="did not come back; give a user who may read and write"):
        await player.play()

    assert player.run.sent == 0


@pytest.mark.nats_server("mosquitto refuses no subscription")
async def test_who_may_not_read_is_told_so(secured: Stage) -> None:
    """A country's password is none for a player."""
    player = secured.publication(eventful(), role="kor")

    with pytest.raises(BrokerError, match="it refuses the subscription to"):
        await player.play()


@pytest.mark.parametrize("options", [fast(wait_for=("KOR",)), Options(paused=True)])
async def test_a_second_player_is_refused(stage: Stage, options: Options) -> None:
    """One exercise has one player, also while that waits for receivers or stands still."""
    first = stage.publication(eventful(), options)

    async with stage.playing(first), stage.client("observer", stage.topics.clock) as client:
        await client.until(lambda: client.heard)
        with pytest.raises(
            UsageError, match=rf"being played already \(run {first.description.run}\)"
        ):
            await stage.publication(eventful()).play()

    assert await stage.retained() == {}


async def test_what_a_killed_player_left_is_taken_over(stage: Stage) -> None:
    """Its leftovers vanish as soon as they are known to be wrong, and all of them at the end."""
    old = stage.topics.state("KOR", "alert", "old-alert")
    async with stage.client("player", f"{stage.topics.base}/#") as client:
        for topic in (old, stage.topics.geo("KOR", "old-alert"), stage.topics.manifest):
            await client.say(topic, b'{"run": "old"}', retain=True)
        await client.say(stage.topics.head("AUS"), b"{}", retain=True)
        await client.say(stage.topics.player_presence, b"offline", retain=True)
        await client.until(lambda: len(client.standing) == 5)
        async with stage.playing(stage.publication(eventful(), Options(paused=True))):
            await client.until(lambda: client.said(stage.topics.head("KOR")))
            await client.until(lambda: old not in client.standing)

    assert await stage.retained() == {}


async def test_it_waits_for_receivers_and_says_who_is_missing(stage: Stage) -> None:
    """Nothing is sent while a country that was waited for has no receiver."""
    player = stage.publication(
        eventful(), fast(wait_for=COUNTRIES, wait_s=30.0), clock=VirtualClock()
    )

    async with stage.receiver("JPN", clock=VirtualClock(autojump=False)):
        with pytest.raises(IncompleteError, match="no receiver of KOR, USA came within 30 s"):
            await player.play()

    assert player.run.sent == 0


# -- what stands -----------------------------------------------------------------------------------


async def test_the_picture_stands_from_the_start(stage: Stage) -> None:
    """Who begins in the middle finds what came before in the picture, not on the feed."""
    topics, begin = stage.topics, make.START + 30 * SECOND
    player = stage.publication(eventful(), Options(paused=True, span=Span(begin)))
    # What goes at QoS 0 may come first, whatever was published before it.
    looked_at = [
        *(topic(country) for topic in (topics.head, topics.metrics) for country in COUNTRIES),
        topics.state("USA", "alert", "warning"),
        topics.state("JPN", "launch", "rocket"),
        topics.geo("JPN", "rocket"),
    ]

    async with stage.client("player", f"{topics.base}/#") as client, stage.playing(player):
        await client.until(lambda: all(client.on(topic) for topic in looked_at))

    assert not [topic for topic, _ in client.heard if "/feed/" in topic]
    for country in COUNTRIES:
        head = {"run": player.description.run, "epoch": 1, "sequence": 0, "final": False}
        assert json.loads(client.on(topics.head(country))[0]) == head
    alert = json.loads(client.on(topics.state("USA", "alert", "warning"))[0])
    assert (alert["message"], alert["recipient"], alert["status"]) == (
        "warning.jpn.1",
        "USA",
        "Exercise",
    )
    launch = json.loads(client.on(topics.state("JPN", "launch", "rocket"))[0])
    assert [report["originator"] for report in launch["data"]["reports"]] == ["JPN"]
    feature = json.loads(client.on(topics.geo("JPN", "rocket"))[0])
    assert (feature["type"], feature["properties"]["status"]) == ("Feature", "Exercise")
    metrics = json.loads(client.on(topics.metrics("KOR"))[0])
    assert metrics["active_alert"] == 1
    assert metrics["position_s"] == 30
    assert all(isinstance(value, int | float) for value in metrics.values())
    clock = json.loads(client.on(topics.clock)[0])
    assert (clock["state"], clock["rate"], clock["position_s"]) == ("loaded", 1.0, 30)
    assert (
        clock["run"] == json.loads(client.on(topics.manifest)[0])["run"] == player.description.run
    )
    assert client.on(topics.player_presence)[0] == b"online"


async def test_what_is_over_is_taken_away(stage: Stage) -> None:
    """A picture that is over gets an empty payload, and nothing stands when the run is over."""
    plan = make.plan(
        make.alert(at=5), make.correction(at=20, as_="all-clear"), make.incident(at=30)
    )
    topic, nothing = stage.topics.state("JPN", "alert", "warning"), stage.topics.nothing("JPN")

    async with stage.client("jpn", f"{stage.topics.base}/state/jpn/#") as client:
        await stage.play(stage.publication(plan, Options(), clock=VirtualClock()))
        await client.until(lambda: len(client.on(nothing)) == 4)

    assert [bool(payload) for payload in client.on(topic)] == [True, False]
    assert [bool(payload) for payload in client.on(nothing)] == [True, False, True, False]
    assert json.loads(client.on(nothing)[0])["active"] == 0
    assert await stage.retained() == {}


async def test_what_stands_is_refreshed_at_most_once_a_second(stage: Stage) -> None:
    """Tracks that come faster do not make the picture come faster; the clock beats meanwhile."""
    plan = make.plan(
        make.launch(
            seen=("KOR",),
            flight={"azimuth_deg": 90, "range_km": 300, "apogee_km": 50},
            track={"every": "PT0.2S"},
        )
    )
    topics = stage.topics

    async with stage.client("kor", f"{topics.base}/state/kor/#", topics.clock) as client:
        player = stage.publication(plan, Options(), clock=VirtualClock())
        await stage.play(player)
        await client.until(lambda: len(client.heard) and not client.heard[-1][1])

    assert player.run.sent > 100
    states = [json.loads(raw) for raw in client.on(topics.state("KOR", "launch", "rocket")) if raw]
    assert len(states) > 10
    assert all(moment_of(b["sent"]) - moment_of(a["sent"]) >= SECOND for a, b in pairwise(states))
    beats = [moment_of(json.loads(raw)["wall"]) for raw in client.on(topics.clock) if raw]
    assert max(b - a for a, b in pairwise(beats)) <= SECOND


async def test_the_head_is_final_only_at_the_end_and_stays_so(stage: Stage) -> None:
    """Who comes while the player lingers finds the last number, marked as the last."""
    head = stage.topics.head("KOR")
    player = stage.publication(many(20), fast(linger_s=3600.0))

    async with stage.client("kor", head, stage.topics.clock) as client, stage.playing(player):
        await client.until(lambda: client.said(head).get("final"))
        beats = len(client.on(stage.topics.clock))
        await client.until(lambda: len(client.on(stage.topics.clock)) > beats + 1)
        assert client.said(head) == {
            "run": player.description.run,
            "epoch": 1,
            "sequence": 20,
            "final": True,
        }


# -- transport -------------------------------------------------------------------------------------


async def test_it_does_what_it_is_told(stage: Stage) -> None:
    """Step, next, rate, pause and play do what they say; each is in the ledger before."""
    plan = eventful()
    clock = VirtualClock(autojump=False)
    player = stage.publication(plan, Options(paused=True), clock=clock)
    ledger = stage.ledger(player.description.run)
    feed = f"{stage.topics.base}/feed/kor/#"

    async with (
        stage.client("kor", feed, stage.topics.clock) as client,
        stage.playing(player) as running,
    ):
        await client.until(lambda: client.heard and player.phase == "playing")
        while not planned_so_far(player, "KOR"):
            await step(player)
        assert player.run.state is State.PAUSED
        assert player.run.position(clock.now()) == planned(plan, "KOR")[0].due

        await player.player.do(Next())
        assert seconds_in(player, clock) == 4
        await player.player.do(Rate(rate=2))
        await player.player.do(Play())
        await client.until(lambda: client.said(stage.topics.clock).get("state") == "playing")
        clock.advance(0.5)
        assert seconds_in(player, clock) == 5
        with pytest.raises(TransportError, match="it is playing; pause it to step"):
            await step(player)
        await player.player.do(Pause())
        await client.until(lambda: client.said(stage.topics.clock).get("state") == "paused")
        clock.advance(100)
        assert seconds_in(player, clock) == 5
        await player.player.do(Rate(rate=inf))
        await player.player.do(Play())
        await client.until(running.done)

    assert player.run.sent == len(list(plan.deliveries()))
    verbs = [action.verb for action in ledger.actions()]
    assert [verb for verb in verbs if verb != "step"] == [
        "next", "rate", "play", "pause", "rate", "play", "stop",
    ]  # fmt: skip


def planned_so_far(player: Publication, country: str) -> int:
    """Return how many messages a country was sent."""
    return player.run.sequences[country]


def seconds_in(player: Publication, clock: VirtualClock) -> float:
    """Return the position in seconds after the start."""
    return (player.run.position(clock.now()) - make.START) / SECOND


async def test_a_jump_ends_an_epoch_but_not_the_run(stage: Stage) -> None:
    """A receiver that has all of it, and gets nothing of the next one yet, is still there then."""
    plan = many(20)
    player = stage.publication(plan, Options(paused=True))
    head = stage.topics.head("KOR")

    async with (
        stage.client("kor", head) as client,
        stage.receiver("KOR") as receiver,
        stage.playing(player) as running,
    ):
        await client.until(lambda: player.phase == "playing" and client.heard)
        got = asyncio.ensure_future(anext(receiver))
        for epoch in (2, 3, 4):
            while not planned_so_far(player, "KOR"):
                await step(player)
            assert (await got).epoch == epoch - 1
            got = asyncio.ensure_future(anext(receiver))
            await player.player.do(Seek(to=make.START))
            await client.until(lambda: client.said(head).get("epoch") == epoch)  # noqa: B023 - now
        assert not got.done()
        await player.player.do(Play())
        await player.player.do(Rate(rate=inf))
        last = [(await got).epoch, *[one.epoch async for one in receiver]]
        await running

    assert last == [4] * 20
    heads = [json.loads(raw) for raw in client.on(head) if raw]
    ends = [(one["epoch"], "followed" in one) for one in heads if one["final"]]
    assert list(dict.fromkeys(ends)) == [(1, True), (2, True), (3, True), (4, False)]


async def test_a_stopped_run_is_over(stage: Stage) -> None:
    """What was not sent when it is stopped never will be, and everybody is told the last number."""
    player = stage.publication(many(100), Options(paused=True))

    async with stage.client("kor", f"{stage.topics.base}/head/kor") as client:
        async with stage.playing(player) as running:
            await client.until(lambda: player.phase == "playing" and client.heard)
            for _ in range(6):
                await step(player)
            await player.player.do(Stop())
            assert await running
        await client.until(lambda: client.heard and not client.heard[-1][1])

    heads = [json.loads(raw) for raw in client.on(stage.topics.head("KOR")) if raw]
    assert (heads[-1]["sequence"], heads[-1]["final"]) == (2, True)
    assert stage.ledger(player.description.run).about["complete"] is True


async def test_it_ends_when_nothing_is_due_for_a_while_before_the_end(stage: Stage) -> None:
    """A story may last longer than its last message."""
    plan = make.plan(make.alert(at=1))
    about = stage.about(plan)
    player = stage.publication(plan, Options(rate=2), run=about.run, clock=VirtualClock())
    player.run.transport.lasts_until(make.START + 60 * SECOND)

    await stage.play(player)

    assert player.run.state is State.ENDED


@pytest.mark.parametrize(("begin", "until"), [(5, None), (None, 6), (5, 6)])
async def test_only_a_part_is_played(stage: Stage, begin: int | None, until: int | None) -> None:
    """Of a span everything is sent that is due in it, both ends included."""
    plan = eventful()
    span = Span(*(None if at is None else make.START + at * SECOND for at in (begin, until)))

    player = stage.publication(plan, fast(span=span, wait_for=("JPN",)))
    got = await stage.play(player, stage.receiver("JPN"))

    low, high = make.START + (begin or 0) * SECOND, make.START + (until or 10_000) * SECOND
    expected = [one.message.key for one in planned(plan, "JPN") if low <= one.due <= high]
    assert [message.envelope.message for message in got["jpn"]] == expected


async def test_silences_are_shortened_and_the_clock_says_so(stage: Stage) -> None:
    """No silence lasts longer than wanted, and what was left out is told."""
    plan = make.plan(make.alert(at=10), make.incident(at=1000))
    clock = VirtualClock()

    async with stage.client("observer", stage.topics.clock) as client:
        await stage.play(stage.publication(plan, Options(max_gap_s=4.0), clock=clock))
        await client.until(lambda: client.heard[-1:] == [(stage.topics.clock, b"")])

    last = json.loads(client.on(stage.topics.clock)[-2])
    assert (last["position_s"], last["skipped_s"]) == (1000, 6 + 986)


async def test_what_is_late_is_sent_and_said(stage: Stage) -> None:
    """Lateness is measured against the moment at which a message was due."""
    clock = VirtualClock(autojump=False)
    player = stage.publication(make.plan(make.alert(at=10)), Options(), clock=clock)

    async with stage.client("kor", stage.topics.clock) as client, stage.playing(player):
        await client.until(lambda: client.said(stage.topics.clock).get("state") == "playing")
        clock.advance(12.5)
        await client.until(lambda: player.run.sent == 3)

    assert player.progress.latest_ms == 2500


# -- receivers -------------------------------------------------------------------------------------


async def test_it_stays_near_the_receiver_it_waits_for(stage: Stage) -> None:
    """A receiver that does not acknowledge holds the player 2,000 messages ahead, no further."""
    player = stage.publication(many(AHEAD + 300, "KOR"), fast(wait_for=("KOR",)))
    topics, run = stage.topics, player.description.run
    acknowledgement = topics.acknowledgement("KOR", "slow")

    async with (
        stage.client("kor", topics.feed_filter("KOR"), topics.clock) as client,
        stage.playing(player) as running,
    ):
        await client.say(topics.presence("KOR", "slow"), b"online", retain=True)
        await client.until(lambda: player.run.sent == AHEAD)
        beats = len(client.on(topics.clock))
        await client.until(lambda: len(client.on(topics.clock)) > beats + 1)
        assert player.run.sent == AHEAD
        await client.until(lambda: player.publisher.in_flight == 0)  # but for a heartbeat
        said = {"run": run, "epoch": 1, "sequence": AHEAD, "missing": [[AHEAD - 9, AHEAD - 9]]}
        await client.say(acknowledgement, said)
        await client.until(lambda: player.run.sent == AHEAD + 300)
        await client.say(acknowledgement, {"run": run, "epoch": 1, "sequence": AHEAD + 300})
        assert await running
        await client.say(topics.presence("KOR", "slow"), b"", retain=True)

    assert await stage.retained() == {}


async def test_a_receiver_that_lacks_something_makes_the_run_incomplete(stage: Stage) -> None:
    """After a time the player gives up and says so; the run can be gone on with."""
    player = stage.publication(
        many(5), fast(wait_for=("KOR",), settle_s=50.0), clock=VirtualClock()
    )

    async with stage.client("kor") as client:
        await client.say(stage.topics.presence("KOR", "deaf"), b"online", retain=True)
        assert not await player.play()
        await client.say(stage.topics.presence("KOR", "deaf"), b"", retain=True)

    assert stage.ledger(player.description.run).about["complete"] is False
    assert player.receivers.lacking(1, player.run.sequences) == {"KOR": 5, "JPN": 5, "USA": 5}


async def test_it_goes_on_where_it_was_cut_off(stage: Stage) -> None:
    """After a cancelled run the rest is sent under the next numbers of the same epoch."""
    plan = eventful()
    first = stage.publication(plan, Options(paused=True))
    async with stage.client("jpn", stage.topics.feed_filter("JPN")) as client:
        async with stage.playing(first):
            while planned_so_far(first, "JPN") < 3:
                await client.until(lambda: first.phase == "playing")
                await step(first)
        second = stage.publication(plan, fast(), run=first.description.run)
        assert planned_so_far(second, "JPN") == 3
        assert {c: p.counts() for c, p in second.run.pictures.items()} == {
            c: p.counts() for c, p in first.run.pictures.items()
        }
        async with stage.playing(second) as running:
            await client.until(lambda: second.phase == "playing")
            assert second.run.state is State.PAUSED, "as it was"
            await second.player.do(Play())
            assert await running
        await client.until(lambda: len(client.heard) >= len(planned(plan, "JPN")))

    messages = [decode(payload) for _, payload in client.heard]
    assert {message.run for message in messages} == {first.description.run}
    assert [message.number for message in messages] == list(range(1, len(messages) + 1))


async def test_a_run_of_which_all_was_sent_waits_for_nobody_who_left(stage: Stage) -> None:
    """Killed at its very end and gone on with, it does not wait for receivers that are done."""
    plan = many(20)
    first = stage.publication(plan, fast(wait_for=COUNTRIES))
    await stage.play(first, *(stage.receiver(country) for country in COUNTRIES))

    second = stage.publication(plan, fast(wait_for=COUNTRIES), run=first.description.run)
    async with asyncio.timeout(PATIENCE_S):
        assert await second.play()

    assert second.run.sent == first.run.sent


async def test_what_was_said_while_the_player_was_away_is_heard(stage: Stage) -> None:
    """A receiver that has everything says so once; a player that comes back still hears it."""
    plan = many(3, "KOR")
    first = stage.publication(plan, fast(wait_for=("KOR",)))
    said = {"run": first.description.run, "epoch": 1, "sequence": 3, "missing": []}
    async with stage.client("kor") as client:
        await client.say(stage.topics.presence("KOR", "kor"), b"online", retain=True)
        async with stage.playing(first):
            await client.until(lambda: first.phase == "settling")
        await client.say(stage.topics.acknowledgement("KOR", "kor"), said)
        await client.say(stage.topics.presence("KOR", "kor"), b"", retain=True)

    second = stage.publication(plan, fast(wait_for=("KOR",)), run=first.description.run)
    async with asyncio.timeout(PATIENCE_S):
        assert await second.play()


async def test_the_last_word_is_repeated_until_it_is_heard(stage: Stage) -> None:
    """Who has everything, but says that it has not heard of the end, is not left behind."""
    player = stage.publication(many(3, "KOR"), fast(wait_for=("KOR",)))
    head, said = stage.topics.head("KOR"), stage.topics.acknowledgement("KOR", "kor")
    everything = {"run": player.description.run, "epoch": 1, "sequence": 3, "missing": []}

    async with stage.client("player", head) as client, stage.client("kor") as receiver:
        await receiver.say(stage.topics.presence("KOR", "kor"), b"online", retain=True)
        async with stage.playing(player) as task:
            await client.until(lambda: player.phase == "settling")
            await receiver.say(said, {**everything, "final": False})
            before = len(client.on(head))
            await client.until(lambda: len(client.on(head)) >= before + 2)
            assert not task.done()
            await receiver.say(said, {**everything, "final": True})
            assert await task


# -- a broker that goes away -----------------------------------------------------------------------


async def test_what_stands_is_restored_after_the_broker_was_lost(own_stage: Stage) -> None:
    """A broker that was killed, and may have forgotten everything, has it all again in a moment."""
    stage = own_stage
    player = stage.publication(
        eventful(), Options(paused=True, span=Span(make.START + 30 * SECOND))
    )

    async with stage.playing(player), stage.receiver("KOR", ledger=False):
        async with stage.client("player", f"{stage.topics.base}/#") as client:
            await client.until(lambda: client.said(stage.topics.metrics("USA")))
            await client.until(lambda: stage.topics.presence("KOR", "kor") in client.standing)
        before = set(client.standing) - {stage.topics.probe, stage.topics.claim}
        await asyncio.to_thread(stage.broker.kill)
        await asyncio.to_thread(stage.broker.restart)
        async with stage.client("player", f"{stage.topics.base}/#") as client:
            await client.until(lambda: player.publisher.lost and player.publisher.connected)
            await client.until(lambda: before <= set(client.standing))
            presence = stage.topics.player_presence
            await client.until(lambda: client.standing.get(presence) == b"online")

    await client_gone(stage)


async def client_gone(stage: Stage) -> None:
    """State that only the receiver's own last word stands, which it keeps for its next start."""
    left = await stage.retained()
    assert set(left) <= {stage.topics.presence("KOR", "kor")}


async def test_everything_arrives_although_the_broker_is_killed(own_stage: Stage) -> None:
    """Killed in mid-run and restarted, the broker costs time, no message, and no order."""
    stage = own_stage
    plan = many(1200, "JPN")
    player = stage.publication(plan, fast(wait_for=("JPN",)))
    got: list[int] = []

    async def receive() -> None:
        async with stage.receiver("JPN") as stream:
            async for message in stream:
                got.append(message.sequence)
                if len(got) == 200:
                    await asyncio.to_thread(stage.broker.kill)
                    await asyncio.to_thread(stage.broker.restart)

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(receive())
        complete = group.create_task(player.play())

    assert complete.result()
    assert got == list(range(1, 1201))
