"""The passwords of a broker on this machine: kept for its owner, for as long as it is there."""

import json
import os
import socket
import stat
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files import credentials
from feed.files.credentials import (
    find_credentials,
    find_websocket_port,
    keep_credentials,
    known_addresses,
)

PASSWORDS = {"player": "one", "operator": "two"}
PORT = 1883


@pytest.fixture(autouse=True)
def listener(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the port in the tables of the system; who listens is the subject of a test below."""
    monkeypatch.setattr(credentials, "listens", lambda *_: None)


def test_they_are_there_for_as_long_as_the_broker_is(tmp_path: Path) -> None:
    """Other programs find them by any name of this machine, and none after the broker has gone."""
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS) as path:
        for host in ("127.0.0.1", "localhost"):
            assert find_credentials(tmp_path, host, PORT).passwords == PASSWORDS
        assert find_credentials(tmp_path, "127.0.0.1", PORT + 1).passwords == {}
        assert find_credentials(tmp_path, "192.0.2.1", PORT).passwords == {}
        assert list(path.parent.iterdir()) == [path]

    assert list(path.parent.iterdir()) == []
    assert find_credentials(tmp_path, "127.0.0.1", PORT).passwords == {}


def test_the_port_for_browsers_is_kept_with_them(tmp_path: Path) -> None:
    """It is found for as long as the broker is there, if it has one."""
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS, websocket_port=8083):
        assert find_websocket_port(tmp_path, "localhost", PORT) == 8083
        assert find_websocket_port(tmp_path, "localhost", PORT + 1) is None
    assert find_websocket_port(tmp_path, "localhost", PORT) is None
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS):
        assert find_websocket_port(tmp_path, "localhost", PORT) is None


def test_only_their_owner_can_read_them(tmp_path: Path) -> None:
    """The file and its folder are closed to everybody else, whatever the umask says."""
    before = os.umask(0)
    try:
        with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS) as path:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_they_go_when_something_fails(tmp_path: Path) -> None:
    """A program that ends with an error leaves no passwords."""
    with pytest.raises(ZeroDivisionError):  # noqa: SIM117 - the context is what is tested
        with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS):
            raise ZeroDivisionError

    assert find_credentials(tmp_path, "127.0.0.1", PORT).passwords == {}


def test_those_of_another_broker_stay(tmp_path: Path) -> None:
    """Who has taken the address since keeps its own passwords when the first one goes."""
    second = {"player": "three"}
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS) as path:
        other = keep_credentials(tmp_path, "127.0.0.1", PORT, second)
        other.__enter__()

    assert find_credentials(tmp_path, "127.0.0.1", PORT).passwords == second
    other.__exit__(None, None, None)
    assert not path.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"passwords": 1}', '{"passwords": []}', "\x00\xff", "[" * 9000]
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    """What cannot be read is no password, and no reason to fail; it is not removed either."""
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS) as path:
        path.write_text(text, encoding="latin-1")
        assert find_credentials(tmp_path, "127.0.0.1", PORT).passwords == {}
        assert find_websocket_port(tmp_path, "127.0.0.1", PORT) is None

    assert path.exists()


def test_a_removed_file_is_no_trouble(tmp_path: Path) -> None:
    """Whoever cleans up meanwhile disturbs nobody."""
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS) as path:
        path.unlink()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The sentence names the file and the variable."""
    (tmp_path / "brokers").write_text("a file", encoding="utf-8")

    with (
        pytest.raises(FilesError, match=r"1883.json: cannot be written .*; see FEED_HOME"),
        keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS),
    ):
        pass


def test_all_brokers_that_run_here_are_known(tmp_path: Path) -> None:
    """On whichever port; files that are damaged, or speak of another address, are left out."""
    assert known_addresses(tmp_path) == []
    with (
        keep_credentials(tmp_path, "127.0.0.1", 1999, {}),
        keep_credentials(tmp_path, "::1", 1998, {}),
    ):
        folder = tmp_path / "brokers"
        (folder / "a.json").write_text("{")
        (folder / "b.json").write_text("[]")
        (folder / "c.json").write_text('{"host": "10.0.0.1", "port": 1}')
        assert sorted(known_addresses(tmp_path)) == [("127.0.0.1", 1999), ("::1", 1998)]
    assert known_addresses(tmp_path) == []


def test_another_spelling_of_this_machine_may_be_somebody_else(tmp_path: Path) -> None:
    """A password goes to the address that the broker listens on, and to no other."""
    with keep_credentials(tmp_path, "127.0.0.1", PORT, PASSWORDS):
        assert find_credentials(tmp_path, "localhost", PORT).host == "127.0.0.1"
        assert find_credentials(tmp_path, "::1", PORT).passwords == {}


def test_who_took_the_port_gets_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the process that the broker belongs to, as far as the system can tell."""
    monkeypatch.undo()
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        broker.listen()
        port = broker.getsockname()[1]
        with keep_credentials(tmp_path, "127.0.0.1", port, PASSWORDS) as path:
            assert find_credentials(tmp_path, "127.0.0.1", port).passwords == PASSWORDS
            stranger = json.loads(path.read_text(encoding="utf-8")) | {"process": 2**22 + 1}
            path.write_text(json.dumps(stranger), encoding="utf-8")
            assert find_credentials(tmp_path, "127.0.0.1", port).passwords == {}
