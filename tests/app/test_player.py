"""The player without a broker: random actions, absent sinks and kills, in virtual time."""

import asyncio
from collections import defaultdict
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from feed.app import player as player_module
from feed.app.player import Player
from feed.app.run_description import RunDescription
from feed.app.sink import MemorySink
from feed.clock import VirtualClock
from feed.core.actions import Loop, Pause, Play, Rate, Seek, Step, Stop
from feed.core.run import Run
from feed.files.ledger import PlayerLedger
from feed.model.time import SECOND
from feed.wire.envelope import decode
from tests import make
from tests.app.house import House
from tests.core.test_run import ALL, COUNTRIES, PLAN, actions
from tests.make import PATIENT, START

steps = st.one_of(
    actions,
    st.floats(0, 30).map(lambda seconds: ("wait", seconds)),
    st.integers(0, 3).map(lambda room: ("room", room)),
    st.just(("kill", 0)),
)


@PATIENT
@given(script=st.lists(steps, max_size=20))
def test_whatever_happens_nothing_is_lost_doubled_or_renumbered(script: list[object]) -> None:
    """What went out has numbers without gaps, is in the order of the plan, and in the ledger."""
    with TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder), script))


async def _play(folder: Path, script: list[object]) -> None:
    house = House(folder, PLAN)
    try:
        for step in script:
            await house.do(step)
        await house.finish()
        streams: dict[tuple[int, str], list[str]] = defaultdict(list)
        for one in house.sink.sent:
            envelope = decode(one.payload)
            assert one.key == (envelope.epoch, envelope.recipient, envelope.number)
            stream = streams[envelope.epoch, envelope.recipient]
            stream.append(envelope.message)
            assert envelope.number == len(stream), "a number is missing, or was given twice"
        for (_, country), messages in streams.items():
            planned = [one.message.key for one in ALL if one.recipient == country]
            first = planned.index(messages[0])
            assert messages == planned[first : first + len(messages)]
        assert house.ledger.count() == len(house.sink.sent)
        # What was under way when it was killed is sent again by whoever goes on with it.
        killed = ("kill", 0) in script
        assert house.ledger.pending() == 0 or house.player.run.ended or killed
    finally:
        await house.close()


async def test_stop_stops_whatever_was_due(tmp_path: Path) -> None:
    """Of fifty that were due while nothing could be sent, one was sent, and so it stays."""
    house = House(tmp_path, PLAN)
    house.sink.room = 0
    await house.do(Play())
    await house.do(("wait", 60.0))
    house.sink.room = 1
    await house.do(Pause())
    await house.do(Step())
    await house.do(Stop())
    await house.turn()
    assert len(house.sink.sent) == 1
    assert house.playing.done()
    await house.close()


async def test_an_action_is_written_down_before_it_is_done(tmp_path: Path) -> None:
    """What a kill interrupts is done when the run goes on, once."""
    house = House(tmp_path, PLAN)
    await house.do(Seek(to=START + 20 * SECOND))
    await house.do(Rate(rate=5.0))
    await house.kill()
    assert house.player.run.rate == 5.0
    assert house.player.run.position(house.clock.now()) == START + 20 * SECOND
    assert [action.verb for action in house.ledger.actions()] == ["seek", "rate"]
    assert house.ledger.actions()[0].details == {"to": START + 20 * SECOND, "into": 1}
    await house.close()


async def test_a_jump_closes_the_epoch_before(tmp_path: Path) -> None:
    """Its last numbers are told, so that receivers know that nothing of it will follow."""
    house = House(tmp_path, PLAN)
    await house.do(Rate(rate=inf))
    await house.do(Play())
    await house.do(Seek(to=START))
    (closed,) = house.player.progress.closed
    assert closed == (1, {c: sum(one.recipient == c for one in ALL) for c in COUNTRIES})
    assert house.player.run.epoch == 2
    await house.close()


async def test_a_loop_of_nothing_does_not_spin(tmp_path: Path) -> None:
    """At the highest rate, too, there is a rest between its rounds."""
    house = House(tmp_path, PLAN)
    await house.do(Loop(begin=START, end=START + 1000))
    await house.do(Rate(rate=inf))
    await house.do(Play())
    await house.turn(500)
    assert len(house.ledger.actions()) <= 5
    await house.close()


async def test_a_slice_of_work_is_bounded(tmp_path: Path) -> None:
    """However much is due, a turn of the loop sends two hundred messages and no more."""
    repeat = {"count": 2000, "until": make.moment(2), "spread": "even"}
    plan = make.plan(make.incident(repeat=repeat), recipients=("KOR",))
    clock, sink = VirtualClock(), MemorySink()
    with PlayerLedger.create(tmp_path / "player.sqlite", {"run": "run"}) as ledger:
        about = RunDescription.of("run", plan, "0" * 64)
        player = Player(Run(plan, rate=inf), about, ledger=ledger, clock=clock, sink=sink)
        sizes: list[int] = []
        send = sink.send

        def noted(messages: object) -> None:
            before = len(sink.sent)
            send(messages)  # type: ignore[arg-type]  # what it is given
            sizes.append(len(sink.sent) - before)

        sink.send = noted  # type: ignore[method-assign]
        player.act(Play())
        await player.play()
    assert sum(sizes) == 2000
    assert max(sizes) == 200


async def test_a_long_search_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it goes on, in the log and for the view; then no more."""
    monkeypatch.setattr(player_module, "_TELL_EVERY_S", 0.0)
    house = House(tmp_path, PLAN)
    house.player.progress.planned = {"KOR": len(ALL)}
    with capture_logs() as logs:
        await house.act(Seek(to=ALL[-1].due))
    await house.close()

    told = [line["messages"] for line in logs if line["event"] == "looking for the place"]
    assert told == sorted(told)
    assert told
    assert {line["of"] for line in logs if "of" in line} == {len(ALL)}
    assert house.player.progress.looked == 0
