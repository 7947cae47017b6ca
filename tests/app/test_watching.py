"""What a run shows: receivers, player and broker as plain values."""

from dataclasses import replace

import pytest

from feed.app.broker_in_use import BrokerInUse
from feed.app.watching import MessageViews, Watching
from feed.clock import VirtualClock
from tests.app.stage import Stage, eventful, planned


@pytest.fixture
def quiet_clock() -> VirtualClock:
    """Give a clock that nobody moves."""
    return VirtualClock(wall=1_700_000_000_000_000)


def test_before_it_begins_everything_is_there_to_be_shown(
    secured: Stage, quiet_clock: VirtualClock
) -> None:
    """Zeros, names and addresses; a broker that is not yet reached is not called away."""
    plan = eventful()
    player = secured.publication(plan, clock=quiet_clock)
    receivers = [secured.receiver(country, clock=quiet_clock) for country in ("KOR", "JPN")]
    state = Watching(
        player,
        receivers,
        BrokerInUse(secured.address("player")),
        quiet_clock,
        names={"KOR": "Republic of Korea"},
        language="en",
    ).state(note="slow", keys=True)

    assert (state.state, state.phase, state.sent, state.planned) == (
        "loaded",
        "connecting",
        0,
        len(list(plan.deliveries())),
    )
    assert state.addresses == [f"mqtt://127.0.0.1:{secured.broker.port}"]
    assert (state.note, state.keys, state.restarts) == ("slow", True, 0)
    assert [(each.country, each.name) for each in state.countries] == [
        ("KOR", "Republic of Korea"),
        ("JPN", "JPN"),
    ]
    assert all(
        (each.sent, each.received, each.missing, each.connected, each.latency_ms, each.recent)
        == (0, 0, 0, False, None, ())
        for each in state.countries
    )
    player.phase = "playing"
    lost = Watching(
        player,
        [],
        BrokerInUse(secured.address("player")),
        quiet_clock,
        names={},
        language="en",
    ).state(note="", keys=False)
    assert lost.phase == "the broker is away"


async def test_what_was_received_is_counted_and_told(secured: Stage) -> None:
    """At the end each country has what was planned for it, and nothing goes on."""
    plan = eventful()
    player = secured.publication(plan)
    receiver = secured.receiver("JPN")
    got = (await secured.play(player, receiver))["jpn"]
    watching = Watching(
        player,
        [receiver],
        BrokerInUse(secured.address("player")),
        secured.clock,
        names={"USA": "", "JPN": ""},
        language="en",
    )
    state = watching.completed(watching.state(note="", keys=False), whole=True)
    (japan,) = state.countries

    assert state.state == "ended"
    assert japan.sent == japan.received == len(planned(plan, "JPN")) == len(got)
    assert (japan.missing, japan.duplicates) == (0, 0)
    assert japan.latency_ms is not None
    assert japan.rank == 1
    assert (state.epoch, state.behind) == (player.run.epoch, False)
    assert state.situation is not None
    assert state.situation.now == state.position_us
    assert state.situation.of("JPN").launches or state.situation.of("JPN").over
    assert [each.sequence for each in japan.recent] == [each.sequence for each in got][-50:]


async def test_a_message_is_told_in_words(secured: Stage) -> None:
    """Who, what, by which way and how late; the language is the one that is wanted."""
    plan = eventful()
    receiver = secured.receiver("KOR")
    messages = (await secured.play(secured.publication(plan), receiver))["kor"]
    message = next(each for each in messages if each.kind == "alert" and each.act == "alert")
    view = MessageViews("en").of(message)

    assert (view.kind, view.act, view.event) == ("alert", "alert", message.event)
    assert (view.time_us, view.due_us) == (message.time_us, message.due_us)
    assert view.path == message.envelope.path
    assert view.headline
    assert (view.reason, view.text, view.epoch) == ("", "", 1)
    bare = replace(message, envelope=message.envelope.model_copy(update={"path": None}))
    assert MessageViews("en").of(bare).path == ""


async def test_a_reason_stands_apart(secured: Stage) -> None:
    """Why something is changed is told apart from the line, which then has it no more."""
    receiver = secured.receiver("KOR")
    messages = (await secured.play(secured.publication(eventful()), receiver))["kor"]
    message = next(each for each in messages if "reason" in each.data)
    view = MessageViews("en").of(message)

    assert view.reason
    assert view.reason in view.headline
    assert view.text
    assert f"({view.reason})" not in view.text


async def test_words_are_those_of_the_body(secured: Stage) -> None:
    """Who is told less of a message is not shown the words of who is told more."""
    receiver, views = secured.receiver("KOR"), MessageViews("en")
    messages = (await secured.play(secured.publication(eventful()), receiver))["kor"]
    whole = next(each for each in messages if "reason" in each.data)
    data = {name: value for name, value in whole.data.items() if name != "reason"}
    less = replace(whole, report=whole.report._replace(data=data))

    for message in (whole, less, whole):
        assert views.of(message).reason == MessageViews("en").of(message).reason
    assert not views.of(less).reason
