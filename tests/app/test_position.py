"""Where a run stands in its plan, at its start and after it was cut off."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app.position import Position, Span
from feed.core.plan import Plan
from feed.files.ledger import PlayerLedger, Published
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests import make
from tests.app.stage import COUNTRIES, eventful

PLAN = eventful()
ALL = list(PLAN.deliveries())
ENDS = ALL[-1].due


def write(ledger: PlayerLedger, plan: Plan, span: Span, count: int) -> list[Delivery]:
    """Play so many deliveries into a ledger; return them."""
    position = Position.found(plan, ledger, span, ENDS)
    played = list(islice(position.deliveries, count))
    rows = []
    for delivery in played:
        cursor, sequence = position.take(delivery)
        key = delivery.message.key
        rows.append(
            Published(1, delivery.recipient, sequence, cursor, key, delivery.due, 0, "t", b"")
        )
    ledger.add(rows)
    return played


def at(seconds: float | None) -> int | None:
    """Return a moment after the start."""
    return None if seconds is None else make.START + round(seconds * SECOND)


@make.PATIENT
@given(
    count=st.integers(0, len(ALL)),
    begin=st.none() | st.integers(0, 60),
    length=st.none() | st.integers(0, 60),
)
def test_a_run_goes_on_exactly_where_it_was_cut_off(
    tmp_path_factory: pytest.TempPathFactory, count: int, begin: int | None, length: int | None
) -> None:
    """What was played and what comes after are together the whole, numbered without a gap."""
    path = tmp_path_factory.mktemp("run") / "player.sqlite"
    until = None if length is None else (begin or 0) + length
    span = Span(at(begin), at(until))
    with PlayerLedger.create(path, {}) as ledger:
        whole = list(Position.found(PLAN, ledger, span, ENDS).deliveries)
        played = write(ledger, PLAN, span, count)

        position = Position.found(PLAN, ledger, span, ENDS)

        assert position.epoch == 1
        assert position.sequences == {
            country: sum(each.recipient == country for each in played) for country in COUNTRIES
        }
        rest = list(position.deliveries)
        assert played + rest == whole
        if played:
            assert position.starts >= played[-1].due
        if rest:
            cursor, sequence = position.take(rest[0])
            assert ALL[cursor] == rest[0]
            assert sequence == 1 + sum(each.recipient == rest[0].recipient for each in played)


def test_what_came_before_is_in_the_picture(tmp_path: Path) -> None:
    """The first picture of a part is that of the story up to there, without what has expired."""
    with PlayerLedger.create(tmp_path / "player.sqlite", {}) as ledger:
        position = Position.found(PLAN, ledger, Span(at(20)), ENDS)
        late = Position.found(PLAN, ledger, Span(at(10**7)), ENDS)

    assert position.pictures["USA"].counts()["alert"] == 1
    assert position.starts == at(20)
    assert min(each.due for each in position.deliveries) >= make.START + 20 * SECOND
    assert late.ends == late.starts == at(10**7)
    assert not any(late.deliveries)


def test_it_goes_on_from_the_last_thing_that_was_done(tmp_path: Path) -> None:
    """A run that stood still in a silence is not taken back to its last message."""
    with PlayerLedger.create(tmp_path / "player.sqlite", {}) as ledger:
        write(ledger, PLAN, Span(), 3)
        moment = make.START + 45 * SECOND
        ledger.act(wall=0, epoch=1, position=moment, cursor=3, verb="pause", details={})

        assert Position.found(PLAN, ledger, Span(), ENDS).starts == moment


def test_looking_ahead_takes_nothing(tmp_path: Path) -> None:
    """What follows can be looked at, again and again, and still comes."""
    with PlayerLedger.create(tmp_path / "player.sqlite", {}) as ledger:
        position = Position.found(PLAN, ledger, Span(), ENDS)

    assert next(position.deliveries) == ALL[0]
    assert list(position.ahead()) == list(position.ahead()) == ALL[1:]
    assert list(position.deliveries) == ALL[1:]
