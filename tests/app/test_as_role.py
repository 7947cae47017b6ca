"""As whom to connect to a broker."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from feed.app.as_role import as_role, home
from feed.app.broker_in_use import BrokerInUse
from feed.files.credentials import keep_credentials
from feed.mqtt.address import BrokerAddress, parse_address


@pytest.fixture(autouse=True)
def home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of feed's own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path))
    return tmp_path


def test_a_role_connects_with_what_is_known(home_folder: Path) -> None:
    """Passwords of a broker of this machine are found; a country needs none; who is named stays."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        address = parse_address(f"127.0.0.1:{port}")
        assert as_role(address, "player") == address
        assert as_role(address, "observer") == address
        assert as_role(address, "kor") == BrokerAddress("127.0.0.1", port, user="kor")
        named = parse_address(f"mqtt://me@127.0.0.1:{port}")

        with keep_credentials(home_folder, "127.0.0.1", port, {"player": "p", "operator": "o"}):
            found = as_role(parse_address(f"localhost:{port}"), "player")
            assert (found.password, found.host) == ("p", "127.0.0.1")
            assert as_role(address, "operator").user == "operator"
            assert as_role(named, "player") == named
            assert BrokerInUse(address).role("player").user == "player"
            assert as_role(parse_address("127.0.0.1:1"), "player").user is None


def test_a_new_password_is_looked_up(home_folder: Path) -> None:
    """A broker that was started again has another; while there is none the last one stays."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with keep_credentials(home_folder, "127.0.0.1", port, {"player": "first"}):
            address = as_role(parse_address(f"127.0.0.1:{port}"), "player")
        assert {address.renewed().password} == {"first"}
        with keep_credentials(home_folder, "127.0.0.1", port, {"player": "second"}):
            assert {address.renewed().password} == {"second"}
            assert {address.renewed().renewed().password} == {"second"}


@pytest.mark.parametrize("name", ["player", "operator"])
def test_a_node_that_is_away_is_connected_to_once_its_password_is_known(
    home_folder: Path, name: str
) -> None:
    """Without it, what is published there would be acknowledged and dropped."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        here, away = (each.getsockname()[1] for each in (one, other))
        address = parse_address(f"127.0.0.1:{here},127.0.0.1:{away}")
        with keep_credentials(home_folder, "127.0.0.1", here, {name: "first"}):
            first, second = as_role(address, name).each
            assert first.renewed().password == "first"  # noqa: S105 - a test's
            assert second.renewed().port not in {here, away}
            with keep_credentials(home_folder, "127.0.0.1", away, {name: "second"}):
                assert (second.renewed().password, second.renewed().port) == ("second", away)
            assert second.renewed().port != away

        first, second = as_role(address, name).each
        assert [one.renewed().port for one in (first, second)] == [here, away], "other people's"


def test_a_name_of_the_last_broker_is_not_connected_with(home_folder: Path) -> None:
    """An engine that lets in whom it does not know would serve it with nothing, for ever."""
    address = BrokerAddress("127.0.0.1", 0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = replace(address, port=listening.getsockname()[1])
        where = (home_folder, address.host, address.port)
        with keep_credentials(*where, {"player": "a"}, users={"player": "player-a"}):
            player = as_role(address, "player")
            assert (player.user, player.renewed().user) == ("player-a", "player-a")
        assert player.renewed().port != address.port
        with keep_credentials(*where, {"player": "b"}, users={"player": "player-b"}):
            now = player.renewed()
    assert (now.user, now.password, now.port) == ("player-b", "b", address.port)


def test_the_home_is_where_runs_lie(home_folder: Path) -> None:
    """Runs and passwords are in one folder."""
    assert home() == home_folder
