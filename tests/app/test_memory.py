"""What a receiver has written down."""

from pathlib import Path

from feed.app.memory import Memory, incoming
from feed.app.message import ReceivedMessage
from feed.files.receiver_ledger import ReceiverLedger
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests import make

PLAN = make.plan(
    make.incident(repeat={"count": 250, "until": make.moment(9), "spread": "even"}),
    recipients=("JPN",),
)


def messages(run: str) -> list[ReceivedMessage]:
    """Return the messages of a run."""
    return [
        ReceivedMessage.read("t", encode(one, Played(run, 1, "MADE", "made"), n, 0), n)
        for n, one in enumerate(PLAN.deliveries(), 1)
    ]


def test_what_is_written_comes_back_in_order_and_in_pages(tmp_path: Path) -> None:
    """However it came, a hundred at a time; what comes again changes nothing."""
    memory = Memory(lambda run: ReceiverLedger.at(tmp_path / f"{run}.sqlite", {}))
    sent = messages("01a")
    memory.write("01a", sent[::-1])
    memory.write("01a", sent[:5])
    assert memory.spans("01a", 1) == [(1, 250)]
    pages = list(memory.pages("01a", 1))
    memory.close()

    assert [len(page) for page in pages] == [100, 100, 50]
    assert [one for page in pages for one in page] == [incoming(one) for one in sent]


def test_few_ledgers_are_open_at_once(tmp_path: Path) -> None:
    """However many runs there are; each is opened again when it is needed."""
    opened: list[str] = []

    def at(run: str) -> ReceiverLedger:
        opened.append(run)
        return ReceiverLedger.at(tmp_path / f"{run}.sqlite", {})

    memory = Memory(at)
    for run in ("01a", "01b", "01c", "01a"):
        memory.write(run, messages(run)[:1])
    assert opened == ["01a", "01b", "01c", "01a"]
    assert len(memory._ledgers) == 2
    memory.close()
