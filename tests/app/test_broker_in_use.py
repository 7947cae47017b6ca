"""The broker of a run: embedded, or any other, and as whom to connect to it."""

from pathlib import Path

import pytest

from feed.app.as_role import as_role
from feed.app.broker_in_use import (
    USUAL_BROKER,
    BrokerOptions,
    broker_in_use,
    default_broker,
)
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.files.credentials import keep_credentials
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber

COUNTRIES = ("KOR", "JPN")


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path))
    return tmp_path


async def test_without_an_address_there_is_an_embedded_broker(home_folder: Path) -> None:
    """It lets in the player and the countries, says where it is, and keeps its passwords."""
    clock = SystemClock()
    options = BrokerOptions(port=0, websocket_port=0)

    async with broker_in_use(options, countries=COUNTRIES, clock=clock) as place:
        assert place.embedded is not None
        assert place.shown == [place.embedded.address.url, place.embedded.address.websocket_url]
        for role in ("player", "kor"):
            async with Subscriber(place.role(role), f"feed-{role}-test", [], clock=clock) as one:
                assert one.connected
        plain = BrokerAddress("127.0.0.1", place.embedded.address.port)
        assert as_role(plain, "player") == place.role("player") == place.address
        assert as_role(plain, "kor").user == "kor"
        assert list((home_folder / "brokers").iterdir())

    assert not list((home_folder / "brokers").iterdir())
    assert as_role(plain, "player") == plain


async def test_with_an_address_that_broker_is_used() -> None:
    """Nothing is started; who was named connects as it was named."""
    options = BrokerOptions(url="mqtts://me:secret@broker.example")

    async with broker_in_use(options, countries=COUNTRIES, clock=SystemClock()) as place:
        assert place.embedded is None
        assert place.shown == ["mqtts://broker.example:8883"]
        assert place.role("kor") == place.address
        assert place.role("player").user == "me"


async def test_an_address_that_is_none_is_refused() -> None:
    """What cannot be an address is said before anything is begun."""
    options = BrokerOptions(url="http://broker.example")

    with pytest.raises(UsageError, match="is not a way to reach a broker"):
        async with broker_in_use(options, countries=COUNTRIES, clock=SystemClock()):
            pass


async def test_the_broker_that_runs_here_is_meant_when_none_is_named(home_folder: Path) -> None:
    """On whichever port it is; one that was killed is not believed, and two want a name."""
    assert default_broker() == USUAL_BROKER
    options, clock = BrokerOptions(port=0, websocket_port=0), SystemClock()

    with keep_credentials(home_folder, "127.0.0.1", 1, {}):
        assert default_broker() == USUAL_BROKER
        async with broker_in_use(options, countries=COUNTRIES, clock=clock) as one:
            assert default_broker() == f"mqtt://{one.address.shown}"
            async with broker_in_use(options, countries=COUNTRIES, clock=clock) as two:
                with pytest.raises(UsageError, match="several brokers are running here") as caught:
                    default_broker()
                assert one.address.shown in str(caught.value)
                assert two.address.shown in str(caught.value)
