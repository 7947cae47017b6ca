"""The receivers of a run, at work: what they tell, and when they leave."""

import asyncio
from dataclasses import dataclass, field

import pytest

from feed.app.receiving_pipe import (
    Assigned,
    Assignment,
    CountryTold,
    Finished,
    Leave,
    Order,
    Ready,
    Seen,
    Told,
    Worded,
)
from feed.app.receiving_process import serve
from feed.clock import SystemClock
from feed.errors import BrokerError
from feed.mqtt.address import parse_address
from tests.app.stage import COUNTRIES, PATIENCE_S, Stage, eventful, planned


@dataclass
class Pipe:
    """Both ends of what is ordered and told."""

    orders: "asyncio.Queue[Order]" = field(default_factory=asyncio.Queue)
    told: list[Told] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, told: Told) -> None:
        """Remember what is told."""
        self.told.append(told)
        if isinstance(told, Ready):
            self.ready.set()

    @property
    def finished(self) -> dict[str, CountryTold]:
        """The last word, which nothing follows, by country."""
        assert isinstance(self.told[-1], Finished)
        return {one.country: one for one in self.told[-1].countries}


def assignment(stage: Stage, *, lines: bool) -> Assignment:
    """Return what the receivers of all countries are to do."""
    return Assignment(
        stage.exercise,
        [
            Assigned(country, stage.address(country.lower()), stage.folder / f"{country}.sqlite")
            for country in COUNTRIES
        ],
        own_key="",
        offset_s=0,
        lines=lines,
    )


async def played(stage: Stage, *, lines: bool) -> Pipe:
    """Have the receivers receive a story to its end."""
    pipe = Pipe()
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(
            serve(assignment(stage, lines=lines), pipe.orders, pipe.tell, SystemClock())
        )
        await pipe.ready.wait()
        assert await stage.publication(eventful()).play()
        pipe.orders.put_nowait(Leave())
    return pipe


async def test_all_is_told_in_lines(secured: Stage) -> None:
    """A line for each message, in the order of each country; at the end all of it was received."""
    pipe = await played(secured, lines=True)
    text = "".join(told.text for told in pipe.told if isinstance(told, Worded))
    columns = [line.split(" ") for line in text.splitlines()]

    for country, told in pipe.finished.items():
        count = len(planned(eventful(), country))
        assert (told.received, told.highest, list(told.gaps)) == (count, count, [])
        assert [int(each[3]) for each in columns if each[2] == country] == [*range(1, count + 1)]
        assert told.latency_ms is not None
        assert told.recent == ()


async def test_for_a_view_the_last_messages_are_told_once(secured: Stage) -> None:
    """No lines, but messages in words, each once, and how far everybody is."""
    pipe = await played(secured, lines=False)
    seen = [told for told in pipe.told if isinstance(told, Seen | Finished)]

    assert not [told for told in pipe.told if isinstance(told, Worded)]
    for country, told in pipe.finished.items():
        views = [one for each in seen for two in each.countries if two.country == country
                 for one in two.recent]  # fmt: skip
        assert [view.sequence for view in views] == list(range(1, told.received + 1))[-50:]
        assert all(view.headline for view in views)


async def test_who_leaves_at_once_says_how_far_it_was(secured: Stage) -> None:
    """Nothing is waited for: there is no player at all."""
    pipe = Pipe()
    pipe.orders.put_nowait(Leave(at_once=True))
    async with asyncio.timeout(PATIENCE_S):
        await serve(assignment(secured, lines=True), pipe.orders, pipe.tell, SystemClock())

    assert {country: told.received for country, told in pipe.finished.items()} == dict.fromkeys(
        COUNTRIES, 0
    )


async def test_a_broker_that_is_not_there_is_an_error(secured: Stage) -> None:
    """It is the error that it is anywhere, and nobody was ready."""
    given = assignment(secured, lines=True)
    nowhere = Assigned("JPN", parse_address("127.0.0.1:1"), secured.folder / "ledger.sqlite")
    pipe = Pipe()
    with pytest.raises(BrokerError, match="connection refused"):
        await serve(
            Assignment(given.exercise, [nowhere], "", 0), pipe.orders, pipe.tell, SystemClock()
        )

    assert pipe.told == []
