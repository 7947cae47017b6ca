"""Requests of operators to a player on real brokers: each done once, answered, and harmless."""

import json
from math import inf
from typing import Any

import pytest

from feed.app.control import _MOST_REMEMBERED, _MOST_WAITING
from feed.app.options import Options
from feed.app.schedule import _MOST
from feed.clock import VirtualClock
from feed.core.actions import State
from feed.core.amend import AmendedPlan
from feed.errors import UsageError
from feed.model.time import SECOND, rfc3339
from feed.mqtt.subscriber import Arrival
from feed.wire.control import LARGEST_REQUEST
from feed.wire.envelope import decode
from tests import make
from tests.app.controlling import SHOT, Controlled, controlled
from tests.app.stage import PATIENCE_S, Client, Stage, eventful, many
from tests.make import START

pytestmark = pytest.mark.slow


def arrival(payload: bytes, *, retain: bool = False) -> Arrival:
    """Return a request as the broker delivers it."""
    return Arrival("control", payload, retain=retain, qos=1, mid=1, connection=1)


def asked(number: str, do: str, **members: object) -> bytes:
    """Return a request of a client called ``me``."""
    return json.dumps({"id": number, "client": "me", "do": do, **members}).encode()


def answers(client: Client, stage: Stage) -> list[dict[str, Any]]:
    """Return the answers to a client called ``me``."""
    return [json.loads(raw) for raw in client.on(stage.topics.control_answer("me"))]


async def sent(played: Controlled, count: int) -> None:
    """Wait until so many messages went out."""
    player = played.publication.player
    await player.holds(lambda: played.publication.run.sent >= count, PATIENCE_S)


# -- the verbs -------------------------------------------------------------------------------------


async def test_the_verbs_of_transport_do_what_they_say(stage: Stage) -> None:
    """Each is answered with the clock as it is then."""
    async with controlled(stage, eventful()) as played:
        operator, run = played.operator, played.publication.run

        assert (await operator.status())["phase"] == "playing"
        clock = await operator.step()
        assert (clock["state"], clock["rate"]) == ("paused", 1)
        await sent(played, 1)
        await operator.burst(3)
        await sent(played, 4)
        assert run.sent == 4
        assert (await operator.rate("max"))["rate"] == "max"
        assert (await operator.rate(0.5))["rate"] == 0.5
        clock = await operator.seek("+30s")
        assert clock["epoch"] == 2
        assert clock["time"] == "2023-12-19T09:00:30.000+09:00"
        assert (await operator.seek(by="-5s"))["time"] == "2023-12-19T09:00:25.000+09:00"
        assert (await operator.seek("warning"))["time"] == "2023-12-19T09:00:04.000+09:00"
        assert (await operator.next())["time"] == "2023-12-19T09:00:06.000+09:00"
        assert (await operator.play())["state"] == "playing"
        assert (await operator.ask("toggle"))["clock"]["state"] == "paused"
        await operator.loop("+1s", "+8s")
        assert run.transport.loop is not None
        await operator.loop()
        assert run.transport.loop is None
        await operator.until("+20s")
        assert run.transport.until == START + 20 * SECOND
        await operator.until()
        assert run.transport.until is None
        clock = await operator.reset()
        assert (clock["state"], clock["position_s"]) == ("loaded", 0)
        assert (await operator.stop())["state"] == "ended"
        assert not await played.task or run.ended


async def test_the_plan_is_changed_while_it_is_played(stage: Stage) -> None:
    """Held, fired, skipped, edited and added; what a country gets is what was decided."""
    async with (
        controlled(stage, eventful()) as played,
        stage.client("jpn", stage.topics.feed_filter("JPN")) as client,
    ):
        operator = played.operator
        await operator.hold("warning")
        assert (await operator.status())["held"] == ["warning"]
        await operator.skip("rocket")
        await operator.edit("talks", {"place": "Another hall"})
        await operator.inject([SHOT], at="+7s")
        await operator.fire("warning.jpn.1")
        await operator.rate("max")
        await operator.play()
        await played.task

        await client.until(lambda: len(client.heard) == played.publication.run.sequences["JPN"])
        got = [decode(raw) for _, raw in client.heard]
        events = [one.message for one in got]
        assert events[:4] == ["warning.jpn.1", "shots.kor.1", "surprise.kor.1", "talks.usa.1"]
        assert "warning.jpn.2" not in events
        assert not [one for one in events if one.startswith("rocket")]
        assert next(one for one in got if one.subject == "talks").data["place"] == "Another hall"
        assert [one.number for one in got] == list(range(1, len(got) + 1))


async def test_a_run_that_was_killed_keeps_what_operators_changed(stage: Stage) -> None:
    """And an operator goes on with it."""
    async with controlled(stage, eventful()) as played:
        run = played.publication.description.run
        await played.operator.hold("warning")
        await played.operator.inject([SHOT], at="+7s")
    async with controlled(stage, eventful(), run=run) as played:
        assert (await played.operator.status())["held"] == ["warning"]
        assert isinstance(played.publication.run.plan, AmendedPlan)
        events = {one.message.event for one in played.publication.run.plan.deliveries()}
        assert "surprise" in events
        assert "warning" not in events


async def test_faults_happen_while_they_are_asked_for(stage: Stage) -> None:
    """Nothing reaches Japan until it is healed; a killed run has them still, and says so."""
    async with controlled(stage, eventful()) as played:
        run, operator = played.publication.description.run, played.operator
        await operator.fault({"fault": "drop", "country": "JPN", "name": "storm"})
        await operator.burst(4)
        await sent(played, 4)
        assert played.publication.faults.hits(1)["storm"] >= 1
    async with (
        controlled(stage, eventful(), run=run) as played,
        stage.client("jpn", stage.topics.feed_filter("JPN")) as client,
    ):
        operator, sequences = played.operator, played.publication.run.sequences
        (fault,) = await operator.faults()
        assert (fault["name"], fault["country"]) == ("storm", ["JPN"])
        dropped = sequences["JPN"]
        assert fault["hit"] == dropped >= 1
        with pytest.raises(UsageError, match="there is no fault 'rain'; there are: storm"):
            await operator.heal("rain")
        await operator.heal("storm")
        assert await operator.faults() == []
        await operator.rate("max")
        await operator.play()
        await played.task
        await client.until(lambda: len(client.heard) == sequences["JPN"] - dropped)
        assert decode(client.heard[0][1]).number == dropped + 1


async def test_operators_are_reminded_and_nobody_else(secured: Stage) -> None:
    """What has come by now and what is next, on a topic of theirs; no country may read it."""
    stage = secured
    plan = make.plan(
        make.incident(at=50),
        staff=[{"at": "+10s", "note": "Call the liaison."}, {"at": "+40s", "note": "Debrief."}],
    )
    topic = stage.topics.staff
    async with (
        controlled(stage, plan) as played,
        stage.client("operator", topic) as client,
        stage.client("observer", f"{stage.topics.base}/#") as observer,
        stage.client("jpn", stage.topics.feed_filter("JPN")) as japan,
    ):
        operator = played.operator
        assert (await operator.status())["staff"]["next"]["note"] == "Call the liaison."
        await operator.seek("+20s")
        (note,) = (await operator.status())["staff"]["notes"]
        assert note == {"at": "2023-12-19T09:00:10.000+09:00", "note": "Call the liaison."}
        await client.until(lambda: b"Debrief" in (client.standing.get(topic) or b""))
        await operator.seek("+0s")
        assert (await operator.status())["staff"]["notes"] == []
        await operator.rate("max")
        await operator.play()
        await played.task
        await client.until(lambda: client.standing.get(topic) is None)
        told = [json.loads(raw)["notes"] for raw in client.on(topic) if raw]
        assert told[0] == []
        assert [note] in told
        for one in (observer, japan):
            assert not [topic for topic, raw in one.heard if b"liaison" in raw]


# -- once, and always ------------------------------------------------------------------------------


async def test_what_is_asked_again_is_answered_from_memory(stage: Stage) -> None:
    """It is not done again, whoever else uses the same id meanwhile."""
    answer = stage.topics.control_answer("me")
    async with controlled(stage, eventful()) as played, stage.client("operator", answer) as client:
        for _ in range(3):
            await client.say(stage.topics.control, asked("7", "step"))
        await client.say(stage.topics.control, asked("8", "status"))
        await client.until(lambda: len(client.on(answer)) == 4)
        await sent(played, 1)

        first, second, third, status = answers(client, stage)
        assert first == second == third
        assert first["id"] == "7"
        assert status["status"]["sent"] == played.publication.run.sent == 1


async def test_only_so_many_answers_are_remembered(stage: Stage) -> None:
    """The memory of a run that is asked for days stays small."""
    async with controlled(stage, eventful()) as played:
        controller = played.publication.controller
        for n in range(_MOST_REMEMBERED + 20):
            controller.take(arrival(asked(str(n), "status")))
            if n % 20 == 0:
                await played.operator.status()
        await played.operator.status()

        assert len(controller._remembered) == _MOST_REMEMBERED


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"do": "seek"}, "'seek' needs either 'to' or 'by'"),
    ({"do": "seek", "to": "07:22", "by": "+1m"}, "'seek' needs either 'to' or 'by'"),
    ({"do": "seek", "by": "ten"}, "'ten' is no way to go; write +10m, -90s or -PT1M"),
    ({"do": "seek", "to": "nowhere"}, "'nowhere' is neither a time nor an event that is told of"),
    ({"do": "until", "to": "nowhere"}, "'nowhere' is neither a time nor an event"),
    ({"do": "loop", "begin": "+9s", "end": "+3s"}, "loop"),
    ({"do": "rate", "rate": 1e12}, "a rate is a number from 1e-06 to 1e+09 or max, not 1e+12"),
    ({"do": "hold", "target": "nobody"}, "nothing of 'nobody' is due any more"),
    ({"do": "inject", "events": {"alert": "a"}}, "event 1, 'a' ('issuer'): 'issuer' is missing"),
    ({"do": "play", "wall": "soon"}, "'soon' is no time of RFC 3339"),
    ({"do": "play", "wall": "2001-01-01T00:00:00Z"}, "'2001-01-01T00:00:00Z' is over"),
    ({"do": "play", "when": "now"}, "'play' has no 'when'; leave it out"),
    (
        {"do": "fault", "faults": {"fault": "rain"}},
        "fault 1 ('fault'): 'rain' is not one of",
    ),
    ({"do": "fault", "faults": {"fault": "drop", "country": "XYZ"}}, "'XYZ' is no recipient"),
    (
        {"do": "fault", "faults": {"fault": "drop", "from": "99"}},
        "fault 1 ('from'): '99': not a time",
    ),
    ({"do": "fault"}, "'fault' needs 'faults'"),
    ({"do": "heal", "names": ["storm"]}, "there is no fault 'storm'; there are: none"),
    ({"do": "dance"}, "'do' must be one of status, play"),
]


async def test_what_is_refused_is_said_in_one_sentence(stage: Stage) -> None:
    """And changes nothing."""
    answer = stage.topics.control_answer("me")
    async with controlled(stage, eventful()) as played, stage.client("operator", answer) as client:
        for number, (members, _) in enumerate(REFUSED):
            said = {"id": str(number), "client": "me", **members}
            await client.say(stage.topics.control, said)
        await client.until(lambda: len(client.on(answer)) == len(REFUSED))

        errors = {one["id"]: one["error"] for one in answers(client, stage)}
        for number, (_, expected) in enumerate(REFUSED):
            assert expected in errors[str(number)]
            assert "\n" not in errors[str(number)]
        assert played.publication.run.state is State.LOADED
        await played.operator.play()
        with pytest.raises(UsageError, match="it is playing; pause it to step"):
            await played.operator.step()


# -- what harms nothing ----------------------------------------------------------------------------

HOSTILE = [
    b"",
    b"\x00\xff",
    b"null",
    b"[]",
    b"[" * 29_000,
    b'{"a":' * 5_000,
    b"{" + b" " * LARGEST_REQUEST + b"}",
    b'{"id":"1","do":"stop"}',
    b'{"id":"1","do":"stop","client":"../../feed/jpn"}',
    b'{"id":"1","do":"stop","client":"#"}',
]


async def test_what_nobody_can_be_answered_is_counted_and_harms_nothing(stage: Stage) -> None:
    """Broken, deep, too large, or of somebody whose name makes no topic."""
    async with (
        controlled(stage, eventful()) as played,
        stage.client("operator", f"{stage.topics.base}/control/+") as client,
    ):
        for payload in HOSTILE:
            await client.say(stage.topics.control, payload)
        await client.until(lambda: played.publication.controller.dropped == len(HOSTILE))
        status = await played.operator.status()

        assert (status["sent"], played.publication.run.state) == (0, State.LOADED)
        await client.until(lambda: client.heard)
        topics = {topic for topic, _ in client.heard}
        assert len(topics) == 1, "only the operator was answered"


async def test_a_retained_request_is_not_done(stage: Stage) -> None:
    """It would be done by every player that ever comes."""
    async with stage.client("operator") as client:
        await client.say(stage.topics.control, asked("1", "stop"), retain=True)
        async with controlled(stage, eventful()) as played:
            await client.until(lambda: played.publication.controller.dropped == 1)
            await played.operator.status()
            assert not played.publication.run.ended
        await client.say(stage.topics.control, b"", retain=True)


async def test_a_flood_is_bounded_and_what_is_due_goes_out(stage: Stage) -> None:
    """As many as may wait are done; the others are dropped, and nothing is sent late for it."""
    answer = stage.topics.control_answer("me")
    async with (
        controlled(stage, many(300), Options(rate=inf, paused=True)) as played,
        stage.client("operator", answer) as client,
    ):
        controller = played.publication.controller
        await played.operator.play()
        for n in range(5000):
            controller.take(arrival(asked(str(n), "status")))
        for n in range(500):
            controller.take(arrival(json.dumps({"client": "me", "id": f"x{n}"}).encode()))
        assert controller.dropped == 5000 - _MOST_WAITING
        await played.task
        await client.until(lambda: len(client.on(answer)) == 2 * _MOST_WAITING)
        assert played.publication.run.sent == 900


# -- at a wall time --------------------------------------------------------------------------------


async def test_several_machines_begin_together(stage: Stage) -> None:
    """What is put off is answered at once and done then; a pause likewise."""
    clock = VirtualClock(wall=START, autojump=False)
    async with controlled(stage, eventful(), clock=clock) as played:
        run, operator = played.publication.run, played.operator

        async def after(seconds: float) -> State:
            clock.advance(seconds)
            await operator.status()
            return run.state

        clock_then = await operator.play(wall=rfc3339(START + 30 * SECOND, 0))
        assert clock_then["state"] == "loaded"
        await operator.pause(wall=rfc3339(START + 40 * SECOND, 0))
        assert await after(29.0) is State.LOADED
        assert await after(1.0) is State.PLAYING
        assert await after(9.9) is State.PLAYING
        assert await after(0.2) is State.PAUSED
        assert 9.9 <= (run.position(clock.now()) - START) / SECOND <= 10.2


async def test_a_player_that_is_started_begins_at_its_time(stage: Stage) -> None:
    """And says so until then."""
    clock = VirtualClock(wall=START, autojump=False)
    options = Options(start_at=START + 30 * SECOND)
    async with controlled(stage, eventful(), options, clock=clock) as played:
        run, operator = played.publication.run, played.operator
        wall = rfc3339(START + 30 * SECOND)
        await played.publication.player.holds(
            lambda: played.publication.status()["scheduled"], PATIENCE_S
        )
        assert (await operator.status())["scheduled"] == [{"do": "play", "wall": wall}]
        assert not run.playing
        clock.advance(30.0)
        await operator.status()
        assert run.playing
        assert (await operator.status())["scheduled"] == []


async def test_only_so_much_is_put_off(stage: Stage) -> None:
    """And the one who asks for more is told."""
    async with controlled(stage, eventful()) as played:
        wall = "2100-01-01T00:00:00Z"
        for _ in range(_MOST):
            await played.operator.play(wall=wall)
        with pytest.raises(UsageError, match="too much is put off already"):
            await played.operator.play(wall=wall)
