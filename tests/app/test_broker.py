"""The embedded broker alone."""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from feed.app.broker import access_list, serve
from feed.app.broker_in_use import BrokerInUse, BrokerOptions, as_role
from feed.errors import FilesError, UsageError
from tests.app.stage import Stage, eventful, fast
from tests.brokers import COUNTRIES, ListedMosquitto

pytestmark = pytest.mark.broker
FREE = BrokerOptions(port=0, websocket_port=0)


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))


async def test_who_asked_is_told_where_it_is_and_who_may_come() -> None:
    """It serves until it is ended; a player on the same machine finds its password."""
    told: asyncio.Future[tuple[BrokerInUse, Sequence[str]]] = (
        asyncio.get_running_loop().create_future()
    )
    serving = asyncio.create_task(
        serve(
            FREE,
            arrangements=None,
            store=None,
            started=lambda place, countries, _: told.set_result((place, countries)),
        )
    )
    place, countries = await told
    address = place.address

    assert list(countries) == ["JPN", "KOR", "USA"]
    assert as_role(address, "player").password == address.password
    assert not serving.done()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    assert place.embedded is not None
    with pytest.raises(ProcessLookupError):
        os.kill(place.embedded.pid, 0)


async def test_participants_of_ones_own_are_looked_at_first(tmp_path: Path) -> None:
    """A broker whose users nobody can name is not started."""
    with pytest.raises(FilesError, match="no such file"):
        await serve(
            FREE, arrangements=tmp_path / "nosuch.yaml", store=None, started=lambda *_: None
        )


async def test_a_server_that_dies_is_brought_back() -> None:
    """The address stays the same, and nobody has to do anything."""
    told: asyncio.Future[BrokerInUse] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(FREE, arrangements=None, store=None, started=lambda place, *_: told.set_result(place))
    )
    place = await told
    assert place.embedded is not None
    shown = place.shown
    os.kill(place.embedded.pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        while not place.embedded.restarts:
            await asyncio.wait({serving}, timeout=0.05)

    assert place.shown == shown
    assert not serving.done()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


def test_another_kind_of_broker_is_not_known() -> None:
    """What can be printed is named."""
    with pytest.raises(UsageError, match="'emqx' is not known here; take mosquitto"):
        access_list("emqx", None)


async def test_a_run_is_complete_on_a_mosquitto_with_the_printed_list(
    exercise: str, tmp_path: Path
) -> None:
    """What is printed is enough for a player and its receivers, each under its own user."""
    broker = ListedMosquitto(access_list("mosquitto", None))
    try:
        stage = Stage(broker, exercise, tmp_path)
        countries = [country.upper() for country in COUNTRIES]
        receivers = [stage.receiver(country) for country in countries]
        got = await stage.play(
            stage.publication(eventful(), fast(wait_for=tuple(countries))), *receivers
        )
    finally:
        broker.close()

    assert {country: len(got[country]) > 0 for country in COUNTRIES} == dict.fromkeys(
        COUNTRIES, True
    )
