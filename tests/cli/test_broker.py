"""``feed broker``: the embedded broker alone, as a process."""

import signal
import stat
from pathlib import Path

import pytest

from feed.cli import invoke
from tests.commands import Shell

pytestmark = pytest.mark.broker


def test_it_says_where_it_is_and_ends_when_asked(shell: Shell) -> None:
    """Addresses, users and what to try next; Ctrl-C ends it, and its password file goes too."""
    command, address = shell.broker()
    (kept,) = (shell.home / "brokers").iterdir()

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "ws://127.0.0.1:" in command.out
    assert "users without a password: jpn, kor, usa; without a user: observer" in command.out
    assert shell.run("doctor", "--broker", address).returncode == 0
    assert command.end() == 130
    assert list((shell.home / "brokers").iterdir()) == []
    assert "Traceback" not in command.err


def test_a_taken_port_is_refused(shell: Shell) -> None:
    """The sentence names the port and the way out; SIGTERM ends the first as cleanly."""
    first, address = shell.broker()
    port = address.rpartition(":")[2]
    second = shell.run("broker", "--port", port, "--websocket-port", "0")

    assert second.returncode == 3
    assert second.stderr == (
        f"feed: broker 127.0.0.1:{port}: the port is in use; stop the program that uses it, "
        "or take another with --port (0: any free one)\n"
    )
    assert first.end(signal.SIGTERM) == 143


def test_a_store_outlives_the_broker(shell: Shell, tmp_path: Path) -> None:
    """What is retained is there again when a broker is started on the same folder."""
    store = str(tmp_path / "store")
    first, address = shell.broker("--store", store)
    played = shell.start("publish", shell.event_stream, "--paused", "--broker", address)
    shell.run("watch", "exercise/v1/+/player/presence", "--count", "1", "--broker", address)
    played.end(signal.SIGKILL)
    assert first.end() == 130
    _, address = shell.broker("--store", store)
    seen = shell.run("watch", "exercise/v1/+/manifest", "-n", "1", "--raw", "--broker", address)

    assert seen.stdout.startswith("exercise/v1/small-steps/manifest {")


def test_rights_for_another_broker_are_printed(shell: Shell) -> None:
    """A file that mosquitto reads, without a broker being started."""
    printed = shell.run("broker", "--print-acl", "mosquitto")

    assert printed.returncode == 0
    assert "\nuser jpn\n" in printed.stdout
    assert "topic write exercise/v1/+/up/jpn/#\n" in printed.stdout


_ROUTES = "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3"
_NODE = ["--cluster", "c", "--node", "1", "--store", "s", "--routes", _ROUTES]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--print-acl", "emqx"], 2, "--print-acl 'emqx' is not known here; take mosquitto"),
        (["--print-config", "emqx"], 2, "take one of nats, mosquitto, rabbitmq"),
        (["--host", "192.0.2.1"], 2, "'192.0.2.1' may be reached by others"),
        (["--host", "broker.example"], 2, "'broker.example' may be reached by others"),
        (["--port", "70000"], 2, "--port"),
        (["--engine", "emqx"], 2, "--engine 'emqx' is no engine; take one of nats-server, mosq"),
        (["--engine", "mosquitto", "--mosquitto", "/nosuch"], 2, "give the path of a mosquitto"),
        (
            ["--cluster", "c", "--node", "1", "--routes", "127.0.0.1:1,127.0.0.1:2"],
            2,
            "--routes names 2 nodes, and a cluster has 3",
        ),
        (
            [*_NODE, "--engine", "mosquitto"],
            2,
            "--cluster is not known to mosquitto; take another engine",
        ),
        (["--engine", "nats-server", "--nats-server", "/nosuch"], 2, "'/nosuch' is not a program"),
        (["--arrangements", "nosuch.yaml"], 74, "nosuch.yaml: no such file"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is started, and one sentence says why."""
    assert invoke(["broker", "--port", "0", "--websocket-port", "0", *arguments]) == code
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""


def test_the_store_of_another_cluster_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told whose it is, and is left as it was."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    store = tmp_path / "store"
    store.mkdir()
    mark = store / "cluster.json"
    mark.write_text('{"cluster": "west", "node": 2}', encoding="utf-8")
    here = ["--port", "0", "--websocket-port", "0", "--store", str(store)]

    for own in ([], _NODE[:4] + _NODE[6:]):
        assert invoke(["broker", *here, *own]) == 74
        printed = capsys.readouterr()
        assert printed.err == (
            f"feed: {store}: node 2 of the cluster 'west' keeps its messages there; "
            "name another folder with --store\n"
        )
        assert printed.out == ""
    assert mark.read_text(encoding="utf-8") == '{"cluster": "west", "node": 2}'


def test_a_home_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The password has to be kept somewhere; the sentence names FEED_HOME."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "file" / "home"))

    assert invoke(["broker", "--port", "0", "--websocket-port", "0"]) == 74
    assert capsys.readouterr().err.endswith("name a folder, or unset it\n")
