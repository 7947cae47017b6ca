"""What a browser is to open, and the way from there to a real broker."""

import asyncio
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from feed.app import dashboard as room
from feed.app.broker_in_use import BrokerInUse
from feed.app.dashboard import (
    DashboardOptions,
    beside_options,
    dashboard,
    dashboard_beside,
    dashboard_served,
    link,
)
from feed.errors import BrokerError, FilesError, UsageError
from feed.files import credentials
from feed.files.credentials import keep_credentials
from feed.mqtt.address import parse_address
from feed.web.page import PageFile
from tests.brokers import EmbeddedLike, free_port
from tests.commands import PATIENCE_S

BROKER = "mqtt://127.0.0.1:1883"
PAGE = {"/": PageFile("text/html", b"<p>page</p>")}


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own, and a page without a build."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(room, "load_page", lambda: PAGE)
    return tmp_path / "home"


def opened(broker: str = BROKER, **options: Any) -> str:
    """Return what follows the page's address."""
    return link(parse_address(broker), DashboardOptions(broker=broker, **options))


def test_an_observer_opens_the_page_as_it_is() -> None:
    """Nothing has to be said."""
    assert opened() == ""


def test_a_country_an_exercise_and_a_language_are_asked_for() -> None:
    """In the part of the address that may be passed on."""
    assert opened(country="JPN", exercise="SNOW GOOSE", language="ja") == (
        "?country=jpn&exercise=snow-goose&lang=ja"
    )


def test_the_operators_password_is_found_and_stays_out_of_requests(
    home_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the # of the address; a password of any characters."""
    monkeypatch.setattr(credentials, "listens", lambda *_: None)
    with keep_credentials(home_folder, "127.0.0.1", 1883, {"operator": "p/=#w"}):
        assert opened(operator=True) == "#operator=p%2F%3D%23w"
    assert opened("mqtt://me:secret@a.example") == "#me=secret"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"operator": True}, "the operator's password is not known here"),
        ({"exercise": "!"}, "has no letters or digits"),
    ],
)
def test_what_cannot_work_is_refused(options: dict[str, Any], text: str) -> None:
    """Before anything is served."""
    with pytest.raises(UsageError, match=text):
        opened(**options)


async def test_a_page_for_others_than_this_machine_is_refused() -> None:
    """Its way to the broker would be open to them."""
    with pytest.raises(UsageError, match="may be reached by others"):
        await dashboard(DashboardOptions(broker=BROKER, host="0.0.0.0"), print)  # noqa: S104 - refused


async def test_it_serves_until_it_is_ended() -> None:
    """Who asked is told what to open."""
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    options = DashboardOptions(broker=BROKER, port=0, country="JPN")
    task = asyncio.create_task(dashboard(options, told.set_result))
    address = urlsplit(await told)

    assert address.hostname == "127.0.0.1"
    assert address.query == "country=jpn"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_alone_it_takes_a_free_port_where_the_usual_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a secured broker, for one, whose port for browsers it is."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(room, "USUAL_PORT", taken)
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(dashboard(DashboardOptions(broker=BROKER), told.set_result))
        async with asyncio.timeout(PATIENCE_S):
            address = urlsplit(await told)
        assert address.port not in {taken, None}
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


PLACE = BrokerInUse(parse_address("mqtt://player:secret@127.0.0.1:1883"))


async def test_beside_a_run_an_observer_is_told_what_to_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not the player's password; the second of two takes a free port, unless one was named."""
    taken = free_port()
    monkeypatch.setattr(room, "USUAL_PORT", taken)
    usual, named = beside_options(asked=True, port=None), beside_options(asked=False, port=taken)
    async with (
        dashboard_beside(usual, PLACE, "SNOW GOOSE") as first,
        dashboard_beside(usual, PLACE) as second,
    ):
        with pytest.raises(BrokerError, match="cannot listen there"):
            async with dashboard_beside(named, PLACE):
                raise AssertionError

    assert first == f"http://127.0.0.1:{taken}/?exercise=snow-goose"
    assert urlsplit(second).port not in {taken, None}


async def test_a_run_goes_on_without_a_page_that_was_not_built(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And says what is missing; one that was not asked for is not missed."""

    def missing() -> dict[str, PageFile]:
        raise FilesError("page", "the page was not built with this installation")

    monkeypatch.setattr(room, "load_page", missing)
    async with dashboard_beside(beside_options(asked=False, port=None), PLACE) as page:
        assert (page, caplog.text) == ("", "")
    with capture_logs() as logged:
        async with dashboard_beside(beside_options(asked=True, port=None), PLACE) as page:
            assert page == ""
    assert "was not built" in logged[0]["why"]


@pytest.mark.broker
async def test_the_page_reaches_the_broker(embedded: EmbeddedLike, home_folder: Path) -> None:
    """On the port that the broker's own file names, with an origin that it takes."""
    with keep_credentials(
        home_folder, embedded.host, embedded.port, {}, websocket_port=embedded.websocket_port
    ):
        async with dashboard_served(
            parse_address(embedded.url_for("observer")), host="127.0.0.1", port=0
        ) as page:
            here = urlsplit(page).netloc
            reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(page).port)
            writer.write(
                f"GET /mqtt HTTP/1.1\r\nHost: {here}\r\nOrigin: http://{here}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Protocol: mqtt\r\n\r\n".encode()
            )

            assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
            writer.close()
            await writer.wait_closed()
