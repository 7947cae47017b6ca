"""How a broker takes a client, as ``feed doctor`` says it."""

from pathlib import Path

import pytest

from feed.app.broker_in_use import home
from feed.app.client_check import endpoint_of, of_client, of_rights, of_websocket
from feed.app.finding import Diagnosis, DoctorOptions
from feed.files.credentials import keep_credentials
from feed.mqtt.address import parse_address
from feed.mqtt.websocket import Endpoint, parse_endpoint
from tests.brokers import EmbeddedLike, ListedMosquitto, free_port


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))


def options(broker: EmbeddedLike, **asked: str) -> DoctorOptions:
    """Return what a user asks of a broker."""
    return DoctorOptions(f"{broker.host}:{broker.port}", **asked)  # type: ignore[arg-type]


async def client(broker: EmbeddedLike, **asked: str) -> list[Diagnosis]:
    """Return what is found about a client."""
    asked_for = options(broker, **asked)
    return [each async for each in of_client(asked_for, parse_address(asked_for.broker))]


async def test_a_plain_question_tries_no_client(embedded: EmbeddedLike) -> None:
    """Nothing is said about a client that nobody described."""
    assert await client(embedded) == []


@pytest.mark.nats_server("mosquitto takes some of these")
@pytest.mark.parametrize(
    ("asked", "marks"),
    [
        ({"user": "jpn"}, ["ok"]),
        ({"user": ""}, ["wrong", "wrong"]),
        ({"user": "JPN"}, ["wrong", "wrong"]),
        ({"protocol": "5"}, ["wrong", "wrong"]),
        ({"client_id": "my.id"}, ["wrong", "wrong"]),
        ({"client_id": "my-id"}, ["ok"]),
    ],
)
async def test_a_client_is_tried_as_it_is(
    embedded: EmbeddedLike, asked: dict[str, str], marks: list[str]
) -> None:
    """What the broker refuses is wrong, with the reason and what to do."""
    found = await client(embedded, **asked)

    assert [each.mark for each in found] == marks
    assert all(each.advice for each in found[1:])


async def test_a_broker_that_is_away_is_said(embedded: EmbeddedLike) -> None:
    """In the words that every verb has for it."""
    asked = DoctorOptions(f"127.0.0.1:{free_port()}", user="jpn")
    found = [each async for each in of_client(asked, parse_address(asked.broker))]

    assert [each.mark for each in found] == ["wrong"]
    assert "connection refused" in found[0].what


async def test_a_missing_right_is_named() -> None:
    """On a broker that hangs up instead of answering."""
    broker = ListedMosquitto("user jpn\ntopic read exercise/v1/+/feed/jpn/#\n")
    try:
        asked = DoctorOptions(broker.url_for("jpn"), user="jpn")
        found = [each async for each in of_rights(asked, parse_address(asked.broker))]
    finally:
        broker.close()

    assert found[0].what == "jpn may not write exercise/v1/any/up/jpn/presence/feed-doctor"
    assert "--print-acl mosquitto" in found[0].advice


async def test_rights_are_those_of_a_country(embedded: EmbeddedLike) -> None:
    """The embedded broker gives them; other roles are not tried."""
    for user, marks in (("jpn", ["ok"]), ("player", [])):
        asked = options(embedded, user=user)
        found = [each async for each in of_rights(asked, parse_address(asked.broker))]
        assert [each.mark for each in found] == marks


@pytest.mark.nats_server("mosquitto takes any path and origin")
@pytest.mark.parametrize(
    ("path", "origin", "mark", "advice"),
    [
        ("/mqtt", None, "ok", ""),
        ("/ws", None, "wrong", "the path is /mqtt here: write ws://127.0.0.1:"),
        ("/mqtt", "http://evil.example", "wrong", "--allow-origin"),
    ],
)
async def test_a_web_page_s_way_is_tried(
    embedded: EmbeddedLike, path: str, origin: str | None, mark: str, advice: str
) -> None:
    """A wrong path and a foreign origin are told apart."""
    found = await of_websocket(
        Endpoint(embedded.host, embedded.websocket_port, path, tls=False), origin
    )

    assert found.mark == mark
    assert advice in found.advice


async def test_nothing_there_is_said() -> None:
    """With what to check."""
    found = await of_websocket(parse_endpoint(f"ws://127.0.0.1:{free_port()}/mqtt"), None)

    assert found.mark == "wrong"
    assert found.what.startswith("nothing listens at ws://127.0.0.1:")


def test_the_running_broker_s_own_address_is_known() -> None:
    """One that is given goes first; of a foreign broker none is known."""
    asked = DoctorOptions("127.0.0.1:1999")
    address = parse_address(asked.broker)
    given = DoctorOptions("127.0.0.1:1999", websocket="ws://a:1/x")

    assert endpoint_of(asked, address) is None
    with keep_credentials(home(), address.host, address.port, {}, websocket_port=28083):
        assert endpoint_of(asked, address) == ("127.0.0.1", 28083, "/mqtt", False)
        assert endpoint_of(given, address) == ("a", 1, "/x", False)
