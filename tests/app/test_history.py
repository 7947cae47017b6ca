"""The budget of those that ask for history; what is answered is in tests/app/test_receivers.py."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app import history
from feed.app.fault_record import FaultRecord
from feed.app.history import History
from feed.app.left_out import LeftOut
from feed.clock import VirtualClock
from feed.files.ledger import PlayerLedger, Published
from feed.mqtt.address import parse_address
from feed.mqtt.publisher import Publisher
from feed.wire.topics import Topics
from tests.absurd import absurd
from tests.make import PATIENT


class Remembering(Publisher):
    """A publisher that is connected to nothing and remembers what it was given."""

    def __init__(self) -> None:
        super().__init__(parse_address("127.0.0.1"), "feed-player-x", clock=VirtualClock())
        self.sent: list[tuple[str, bytes]] = []

    async def publish(self, topic: str, payload: bytes, **_options: Any) -> None:
        """Remember it."""
        self.sent.append((topic.split("/")[4], payload))


async def until(
    clock: VirtualClock, publisher: Remembering, countries: dict[str, int], seconds: int
) -> None:
    """Let time pass until so much was sent to each of some countries."""
    for _ in range(seconds * 100):
        clock.advance(0.01)
        for _ in range(400):
            await asyncio.sleep(0)  # noqa: TID251 - turns of the loop, and no time
            sent = Counter(country for country, _ in publisher.sent)
            if sent == countries:
                return
    pytest.fail(f"{len(publisher.sent)} were sent")


@pytest.mark.parametrize("held", [False, True], ids=["given", "withheld"])
async def test_a_budget_is_spent_and_grows_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, held: bool
) -> None:
    """A country that asks without end has its 5,000, then 500 a second; others wait for nothing.

    What a fault withholds costs as much, and memory only so far.
    """
    monkeypatch.setattr(history, "_MOST_TOLD", 10)
    clock, publisher = VirtualClock(autojump=False), Remembering()
    with PlayerLedger.create(tmp_path / "l.sqlite", {"run": "r"}) as ledger:
        for country in ("JPN", "KOR"):
            rows = [Published(1, country, n, n, f"m.{n}", 0, 0, "t", b"x") for n in range(1, 1001)]
            ledger.add(rows)
        faults = FaultRecord(ledger)
        if held:
            faults.held.update((1, "JPN", n) for n in range(1, 1001))
        junk = LeftOut("left out", clock)
        one = History(Topics("x"), ledger, publisher, clock=clock, faults=faults, junk=junk)
        task = asyncio.create_task(one.answer())
        for number in range(12):
            asked = {"id": str(number), "client": "c", "epoch": 1, "from": 1, "to": 1000}
            one.ask("JPN", "c", json.dumps(asked).encode())
        each = 1 if held else 1001
        await until(clock, publisher, {"jpn": 5 * each}, 1)
        one.ask("KOR", "c", b'{"id": "k", "client": "c", "epoch": 1, "from": 1, "to": 10}')
        await until(clock, publisher, {"jpn": 5 * each, "kor": 11}, 1)
        await until(clock, publisher, {"jpn": 6 * each, "kor": 11}, 3)
        known = [n for n in range(1, 1001) if one.knows("JPN", "c", 1, n)]
        assert len(known) == (10 if held else 0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


USUAL = {"id": "q", "client": "c", "epoch": 1, "from": 3, "to": 9}
TURNS = 1000
"""of the loop; what is asked for here takes far fewer"""


async def _answers(ledger: PlayerLedger, requests: list[bytes]) -> list[bytes]:
    """Return what is answered to requests, all of them made at once."""
    clock, publisher = VirtualClock(), Remembering()
    junk = LeftOut("left out", clock)
    one = History(
        Topics("x"), ledger, publisher, clock=clock, faults=FaultRecord(ledger), junk=junk
    )
    for payload in requests:
        one.ask("JPN", "c", payload)
    task = asyncio.create_task(one.answer())
    for _ in range(TURNS):
        await asyncio.sleep(0)  # noqa: TID251 - turns of the loop, and no time
    assert not task.done(), task
    task.cancel()
    await asyncio.wait([task])
    return [payload for _, payload in publisher.sent]


@PATIENT
@given(st.lists(absurd(USUAL), min_size=1, max_size=15))
def test_whatever_is_asked_for_is_answered_once_with_what_there_is(requests: list[bytes]) -> None:
    """One end or refusal for each request, and before it no more than was ever sent."""
    rows = [Published(1, "JPN", n, n, f"m.{n}", 0, 0, "t", b"row") for n in range(1, 31)]
    with (
        TemporaryDirectory() as folder,
        PlayerLedger.create(Path(folder, "l.sqlite"), {"run": "r"}) as ledger,
    ):
        ledger.add(rows)
        sent = asyncio.run(_answers(ledger, requests))
    ends = [json.loads(each) for each in sent if each != b"row"]
    assert len(ends) == len(requests)
    counts = [end.get("count", 0) for end in ends]
    assert all(0 <= count <= len(rows) for count in counts)
    assert sent.count(b"row") == sum(counts)
