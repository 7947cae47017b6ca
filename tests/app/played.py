"""Runs as a player and receivers leave them, without a broker: for tests of what is told after."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from feed.app.prepare import Prepared, prepare
from feed.files.ledger import PlayerLedger, Published
from feed.files.receiver_ledger import Received, ReceiverLedger
from feed.files.runs import RunFolder, create_run, runs_folder
from feed.model.message import Delivery
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.topics import Topics

__all__ = ["RUN", "SENT", "STORY", "leave_run", "rows_of"]

STORY = "over-aomori-2022"
RUN = "01jfm0"
SENT = 1_700_000_000_000_000
LATENCY = 2_000
Receive = Callable[[Published], Received | None]


@cache
def prepared() -> Prepared:
    """Return the story that is played."""
    return prepare(STORY)


def rows_of(
    deliveries: Iterable[Delivery], epoch: int = 1, exercise: str = "SNOW GOOSE"
) -> list[Published]:
    """Return what a player publishes: one message a millisecond."""
    slug = exercise.lower().replace(" ", "-")
    played = Played(RUN, epoch, exercise, slug)
    numbers: dict[str, int] = {}
    rows = []
    for cursor, delivery in enumerate(deliveries):
        recipient, message = delivery.recipient, delivery.message
        number = numbers[recipient] = numbers.get(recipient, 0) + 1
        topic = Topics(slug).feed(recipient, message.kind, message.event)
        sent = SENT + epoch * 1_000_000_000 + cursor * 1000
        payload = encode(delivery, played, number, sent)
        rows.append(
            Published(
                epoch, recipient, number, cursor, message.key, delivery.due, sent, topic, payload
            )
        )
    return rows


def at_once(row: Published) -> Received:
    """Receive a message two milliseconds after it was sent."""
    return Received(
        RUN, row.epoch, row.sequence, row.message, row.topic, row.sent, row.due,
        row.sent + LATENCY, row.payload,
    )  # fmt: skip


def leave_run(
    rows: Iterable[Published] | None = None,
    receive: Receive = at_once,
    countries: Iterable[str] = ("JPN", "KOR", "USA"),
    *,
    scenario: bool = True,
    **about: Any,
) -> RunFolder:
    """Make a run as a player and receivers of some countries leave it."""
    if rows is None:
        rows = rows_of(prepared().plan().deliveries())
    told = list(rows)
    folder = create_run(runs_folder(os.environ), RUN)
    if scenario:
        folder.keep_scenario(prepared().path)
    said = {
        "run": RUN, "exercise": "SNOW GOOSE", "scenario": STORY, "as_of": None, "begin": None,
        "until": None, "countries": list(prepared().recipients), "started": SENT, "complete": True,
    }  # fmt: skip
    with PlayerLedger.create(folder.player_ledger, said | about) as ledger:
        for first in range(0, len(told), 500):
            ledger.add(told[first : first + 500])
        for country in countries:
            epoch = told[-1].epoch
            mine = [r.sequence for r in told if r.recipient == country and r.epoch == epoch]
            ledger.receipt(country, country.lower(), epoch, max(mine, default=0), [], SENT)
    for country in countries:
        facts = {"country": country, "client": country.lower()}
        path = folder.receiver_ledger(country, country.lower())
        with ReceiverLedger.at(path, facts) as got:
            mine_rows = [receive(row) for row in told if row.recipient == country]
            got.add([row for row in mine_rows if row is not None])
    return folder
