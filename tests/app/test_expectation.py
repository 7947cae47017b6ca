"""What was to be received, by a ledger and by a plan: the same messages, the same differences."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feed.app.expectation import Expectation, OfLedger, OfPlan
from feed.core.verdict import DeliveryKey, Stream
from feed.files.ledger import PlayerLedger, Published
from feed.files.received import ReceivedRecord
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.topics import Topics
from tests.make import alert, launch, plan

PLAN = plan(launch(seen=("KOR", "JPN")), alert(at=5))
PLAYED = Played("01jfm0", 1, "MORNING CALM", "morning-calm")
SENT = 1_700_000_000_000_000


def published() -> list[Published]:
    """Return what a player would publish of the plan."""
    numbers: dict[str, int] = {}
    rows = []
    for cursor, delivery in enumerate(PLAN.deliveries()):
        recipient, message = delivery.recipient, delivery.message
        number = numbers[recipient] = numbers.get(recipient, 0) + 1
        topic = Topics("morning-calm").feed(recipient, message.kind, message.event)
        payload = encode(delivery, PLAYED, number, SENT)
        row = (1, recipient, number, cursor, message.key, delivery.due, SENT, topic, payload)
        rows.append(Published(*row))
    return rows


def record(row: Published, **members: Any) -> ReceivedRecord:
    """Return a message as it was received, with members of its payload changed."""
    payload = row.payload
    if members:
        payload = json.dumps({**json.loads(payload), **members}).encode()
    sent = json.loads(payload)["sent"]
    key = (row.epoch, row.recipient, row.sequence)
    return ReceivedRecord(1, None, row.topic, "01jfm0", *key, sent, payload)


@pytest.fixture(params=["ledger", "plan"])
def expectation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Expectation]:
    """Give both kinds, of the same messages."""
    if request.param == "plan":
        yield OfPlan(PLAN, run="01jfm0", epoch=1, begin=None, until=None)
        return
    with PlayerLedger.create(tmp_path / "player.sqlite", {"run": "01jfm0"}) as ledger:
        ledger.add(published())
        yield OfLedger(ledger)


def test_streams_are_counted(expectation: Expectation) -> None:
    """One for each recipient of the epoch."""
    rows = published()
    counts = {
        Stream(country, 1): sum(row.recipient == country for row in rows)
        for country in {row.recipient for row in rows}
    }

    assert {stream: n for stream, n in expectation.streams.items() if n} == counts
    assert expectation.run == "01jfm0"


def test_what_was_sent_does_not_differ(expectation: Expectation) -> None:
    """Byte for byte, and with other bytes for the same values."""
    for row in published():
        assert expectation.differs(record(row)) == ""
        text = json.dumps(json.loads(row.payload), sort_keys=True, indent=None)
        assert expectation.differs(record(row)._replace(payload=text.encode())) == ""
    assert expectation.details() == {}


def test_every_altered_member_is_named(expectation: Expectation) -> None:
    """Whichever it is, also one that is new."""
    row = published()[0]
    key = DeliveryKey("JPN", 1, 1)._replace(recipient=row.recipient)
    for name in [*json.loads(row.payload), "brand-new"]:
        if name in {"sent", "run", "epoch", "sequence", "recipient"}:
            continue  # the key, and the wall time that no plan knows
        said = expectation.differs(record(row, **{name: "other"}))
        assert said
        told = {(key, 1): said, **expectation.details()}[key, 1]
        assert told.startswith(name)


def test_two_members_of_one_name_are_found(expectation: Expectation) -> None:
    """A client may believe the first of them, another the last."""
    row = published()[0]
    twice = row.payload.replace(b'{"specversion"', b'{"status":"Real","specversion"', 1)

    assert expectation.differs(record(row)._replace(payload=twice))


def test_what_nobody_expects_has_nothing_to_differ_from(expectation: Expectation) -> None:
    """The comparison says that it is unexpected."""
    row = published()[0]

    assert expectation.differs(record(row)._replace(sequence=10_000)) == ""
    assert expectation.differs(record(row)._replace(epoch=9)) == ""


def test_messages_are_described(expectation: Expectation) -> None:
    """By the key of the message, and when it was due in the scenario's own offset."""
    row = published()[0]
    key = DeliveryKey(row.recipient, 1, 1)

    (described,) = expectation.describe([key]).values()

    assert described.message == row.message
    assert described.due == json.loads(row.payload)["due"]
    assert expectation.describe([]) == {}


def test_a_moment_of_sending_has_to_be_one() -> None:
    """A plan does not know when, but what is no time was never sent."""
    expectation = OfPlan(PLAN, run="01jfm0", epoch=1, begin=None, until=None)
    row = published()[0]

    assert expectation.differs(record(row, sent="2001-01-01T00:00:00Z")) == ""
    assert expectation.differs(record(row, sent="soon")) == "sent is no time"


def test_a_part_of_a_plan_is_counted_from_its_first() -> None:
    """As a player counts that begins and ends within the story."""
    rows = [row for row in published() if row.recipient == "KOR"]
    begin, until = rows[1].due, rows[2].due

    part = OfPlan(PLAN, run="01jfm0", epoch=1, begin=begin, until=until)

    inside = [row for row in rows if begin <= row.due <= until]
    assert part.streams[Stream("KOR", 1)] == len(inside)
    assert (
        part.describe([DeliveryKey("KOR", 1, 1)])[DeliveryKey("KOR", 1, 1)].message
        == inside[0].message
    )


def test_a_topic_is_compared_where_it_is_known(tmp_path: Path) -> None:
    """A payload on another event's topic is not what was published."""
    with PlayerLedger.create(tmp_path / "player.sqlite", {"run": "01jfm0"}) as ledger:
        ledger.add(published())
        expectation = OfLedger(ledger)
        row = published()[0]

        assert expectation.differs(record(row)._replace(topic=None)) == ""
        said = expectation.differs(record(row)._replace(topic="x/y"))

        assert said == f"received on x/y, published on {row.topic}"
        assert [each.payload for each in expectation.published()] == [
            each.payload for each in sorted(published(), key=lambda row: row[1:3])
        ]
