"""What a message costs, as calls of functions: the same on every machine, however busy it is.

A budget is a tenth above what was counted when it was written; whoever lowers a cost lowers its
budget.  ``feed bench`` has the times.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from feed.app.imports import read_source
from feed.app.memory import Memory, incoming
from feed.app.message import ReceivedMessage
from feed.bench.stories import incidents, lines, prepared
from feed.core.reception import Reception
from feed.files.arrangements import load_arrangements
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.scenario import load
from feed.mqtt.subscriber import Arrival
from feed.wire.encoding import Encoder
from feed.wire.envelope import Played
from feed.wire.topics import Topics

COUNTS = (200, 600)
"""Two lengths of a story: the difference is what a message costs, without what happens once."""
SENT = "2024-05-30T06:00:00.000Z"
BUDGETS = {
    "plan": 40.0,
    "encode": 15.0,
    "record": 7.9,
    "receive": 99.0,
    "check": 167.0,
    "entries": 807.0,
}
"""calls of functions, of Python and of C, for each delivery or event"""


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called while something is done."""
    counted = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def plan(at: Path, count: int) -> tuple[int, Callable[[], object]]:
    """Plan a story whose messages go to three countries."""
    made = prepared(incidents(at, count)).plan()
    return 3 * count, lambda: [each.due for each in made.deliveries()]


def encode(at: Path, count: int) -> tuple[int, Callable[[], object]]:
    """Encode what is planned."""
    deliveries = list(prepared(incidents(at, count)).plan().deliveries())
    encoder = Encoder(Played("01", 1, "BENCH", "bench"))
    return len(deliveries), lambda: [encoder.encode(one, 1, SENT) for one in deliveries]


def record(at: Path, count: int) -> tuple[int, Callable[[], object]]:
    """Write down what is sent, fifty at a time, and that it arrived."""
    ledger = PlayerLedger.create(at / f"sent-{count}.sqlite", {})
    rows = [Published(1, "JPN", n, n, "e.kor.1", 0, 0, "t", b"{}") for n in range(1, count + 1)]

    def work() -> None:
        with ledger:
            for begin in range(0, count, 50):
                batch = rows[begin : begin + 50]
                ledger.add(batch)
                ledger.acknowledged([each[:3] for each in batch])

    return count, work


def receive(at: Path, count: int) -> tuple[int, Callable[[], object]]:
    """Check, order and write down what arrives, fifty at a time."""
    topics, arrivals = Topics("bench"), list[Arrival]()
    encoder = Encoder(Played("01", 1, "BENCH", "bench"))
    for one in prepared(incidents(at, count)).plan().deliveries():
        if one.recipient == "JPN":
            number = len(arrivals) + 1
            topic = topics.feed("JPN", one.message.kind, one.message.event)
            payload = encoder.encode(one, number, SENT)
            arrivals.append(Arrival(topic, payload, retain=False, qos=1, mid=number, connection=1))

    def work() -> None:
        memory = Memory(lambda _: ReceiverLedger.at(at / f"got-{count}.sqlite", {}))
        reception: Reception[ReceivedMessage] = Reception("jpn")
        for begin in range(0, count, 50):
            batch = arrivals[begin : begin + 50]
            got = [ReceivedMessage.of("JPN", "jpn", topics, each, 0) for each in batch]
            assert [each for one in got for each in reception.take(incoming(one), 0.0)]
            memory.write("01", got)
        memory.close()

    return count, work


def check(at: Path, count: int) -> tuple[int, Callable[[], object]]:
    """Read and check events of JSON Lines."""
    path, agreed = lines(at, count), load_arrangements()
    return count, lambda: load(path, agreed)


def entries(at: Path, count: int) -> tuple[int, Callable[[], object]]:
    """Read a calendar in which everything is called the same."""
    path = at / f"{count}.ics"
    entry = "BEGIN:VEVENT\r\nSUMMARY:Talks\r\nDTSTART:20231219T090000Z\r\nEND:VEVENT\r\n"
    path.write_text(f"BEGIN:VCALENDAR\r\n{entry * count}END:VCALENDAR\r\n", encoding="utf-8")
    read_source(path, "KOR")  # what reads calendars is loaded when it is first used
    return count, lambda: read_source(path, "KOR")


@pytest.mark.parametrize("what", [plan, encode, record, receive, check, entries])
def test_a_message_costs_no_more_than_its_budget(
    what: Callable[[Path, int], tuple[int, Callable[[], object]]], tmp_path: Path
) -> None:
    """In calls of functions, and the same for the last message as for the first."""
    counted = []
    for count in COUNTS:
        messages, work = what(tmp_path, count)
        counted.append((messages, calls(work)))
    (few, calls_of_few), (many, calls_of_many) = counted
    each = (calls_of_many - calls_of_few) / (many - few)
    budget = BUDGETS[what.__name__]
    assert budget / 2 < each <= budget, f"{each:.1f} calls; was it made cheaper? Lower the budget"
