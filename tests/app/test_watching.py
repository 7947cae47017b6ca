"""What a run shows: receivers, player and broker as plain values."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from feed.app.broker_in_use import BrokerInUse
from feed.app.message_views import MessageViews
from feed.app.receiving import ToldSoFar
from feed.app.receiving_pipe import CountryTold
from feed.app.watching import Watching
from feed.clock import VirtualClock
from feed.terminal.views import MessageView
from tests.app.stage import Stage, eventful, planned


def told(*countries: CountryTold, recent: Sequence[MessageView] = ()) -> ToldSoFar:
    """Return what receivers have told."""
    found = ToldSoFar(one.country for one in countries)
    found.take([replace(one, recent=recent) for one in countries])
    return found


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
    state = Watching(
        player,
        told(CountryTold("KOR"), CountryTold("JPN")),
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
        told(),
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
    tally = receiver.reception.tally
    assert tally is not None
    known = CountryTold("JPN", received=tally.received, gaps=((2, 3), (5, 5)), latency_ms=2.0)
    views = MessageViews("en")
    watching = Watching(
        player,
        told(known, recent=[views.of(each) for each in got][-50:]),
        BrokerInUse(secured.address("player")),
        secured.clock,
        names={"USA": "", "JPN": ""},
        language="en",
    )
    state = watching.completed(watching.state(note="", keys=False), whole=True)
    (japan,) = state.countries

    assert state.state == "ended"
    assert japan.sent == japan.received == len(planned(plan, "JPN")) == len(got)
    assert (japan.missing, japan.duplicates, japan.latency_ms) == (3, 0, 2.0)
    assert japan.rank == 1
    assert (state.epoch, state.behind) == (player.run.epoch, False)
    assert state.situation is not None
    assert state.situation.now == state.position_us
    assert state.situation.of("JPN").launches or state.situation.of("JPN").over
    assert [each.sequence for each in japan.recent] == [each.sequence for each in got][-50:]
