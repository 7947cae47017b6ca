"""Tests of ``feed.broker.embedded``: real servers, real deaths."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from structlog.testing import capture_logs

import feed
from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.broker.engines import DEFAULT, chosen_engine
from feed.broker.engines.engine import Secured
from feed.broker.find import Server
from feed.broker.ready import ACCEPTED, greet
from feed.clock import SystemClock, VirtualClock
from feed.errors import BrokerError, FilesError, UsageError
from tests.brokers import pause

ROOT = Path(feed.__file__).parents[1]
PARENT = """
import asyncio, json, os, sys
from pathlib import Path
from feed.broker.embedded import embedded_broker
from feed.broker.guard import Guard
from feed.clock import SystemClock

def die(guard, pid):
    folder = guard._told["folder"].removeprefix("folder ")
    print(json.dumps({"pid": pid, "watchdog": guard.pid, "folder": folder}), flush=True)
    os.kill(os.getpid(), 9)

async def main():
    if sys.argv[1] == "early":
        Guard.running = die
    store = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    async with embedded_broker(
        countries=["kor"], clock=SystemClock(), port=0, websocket_port=0, store=store
    ) as broker:
        print(json.dumps({
            "pid": broker.pid,
            "watchdog": broker._guard.pid,
            "folder": str(broker._store.folder),
        }), flush=True)
        if sys.argv[1] == "exception":
            raise RuntimeError
        await asyncio.Event().wait()

asyncio.run(main())
"""


class HastyClock(SystemClock):
    """A real clock for the impatient: every wait is short."""

    async def sleep(self, seconds: float) -> None:
        """Wait for a moment."""
        await super().sleep(min(seconds, 0.01))


def broker(**options: Any) -> AbstractAsyncContextManager[EmbeddedBroker]:
    """Run an embedded broker on free ports."""
    defaults: dict[str, Any] = {
        "countries": ("KOR", "jpn"),
        "clock": SystemClock(),
        "port": 0,
        "websocket_port": 0,
    }
    return embedded_broker(**(defaults | options))


def client(running: EmbeddedBroker, role: str, **options: Any) -> aiomqtt.Client:
    """Return a client that connects in a role."""
    return aiomqtt.Client(
        running.address.host,
        running.address.port,
        username=running.users.get(role, role),
        password=running.credentials.get(role),
        **options,
    )


def script(path: Path, text: str) -> Server:
    """Return a server that is a shell script."""
    path.write_text("#!/bin/sh\n" + text, encoding="ascii")
    path.chmod(0o700)
    return Server(path, "2.15.0", "a test")


def gone(pid: int) -> bool:
    """Tell whether a process has ended, also if nobody has collected it yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        try:
            os.kill(pid, 0)
        except OSError:
            return True
        return False
    return state.rpartition(")")[2].split()[0] == "Z"


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact."""
    async with asyncio.timeout(20):
        while not fact():
            await SystemClock().sleep(0.01)


def wait_until(fact: Callable[[], bool]) -> None:
    """Wait for a fact."""
    for _ in range(2000):
        if fact():
            return
        pause()
    pytest.fail("it did not become true in time")


async def test_it_answers_and_is_gone_at_the_end() -> None:
    """A broker that is handed out lets the player in; afterwards nothing of it is left."""
    async with broker() as running:
        address, pid, watchdog = running.address, running.pid, running._guard.pid
        folder = running._store.folder
        password = running.credentials["player"]
        assert await greet(address.host, address.port, "player", password) == ACCEPTED
        assert folder.is_dir()
        assert watchdog is not None
        # Each in a session of its own, so that Ctrl-C in a terminal reaches this program alone.
        assert (os.getsid(pid), os.getsid(watchdog)) == (pid, watchdog)

    assert gone(pid)
    assert gone(watchdog)
    assert not folder.exists()


async def test_addresses_name_the_role() -> None:
    """A URL has the password of a role that needs one, the name of a country, or nothing."""
    async with broker() as running:
        at = f"127.0.0.1:{running.address.port}"

        for role in ("player", "operator"):
            name, password = running.users.get(role, role), running.credentials[role]
            assert running.url_for(role) == f"mqtt://{name}:{password}@{at}"
        assert running.url_for("kor") == f"mqtt://kor@{at}"
        assert running.url_for("observer") == f"mqtt://{at}"
        with pytest.raises(ValueError, match="nor"):
            running.url_for("nor")


async def test_passwords_are_new_each_time() -> None:
    """No two brokers share a password, and no two roles."""
    async with broker() as one, broker() as two:
        passwords = {*one.credentials.values(), *two.credentials.values()}

    assert len(passwords) == 4


async def test_an_error_of_the_program_is_not_changed() -> None:
    """What is raised inside comes out as it was, after the broker has gone."""
    left: list[Any] = []

    async def program() -> None:
        async with broker() as running:
            left.extend((running.pid, running._store.folder))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await program()

    pid, folder = left
    assert gone(pid)
    assert not folder.exists()


async def test_a_cancelled_program_leaves_nothing() -> None:
    """A task that is cancelled ends its broker before it ends itself."""
    started = asyncio.get_running_loop().create_future()

    async def program() -> None:
        async with broker() as running:
            started.set_result((running.pid, running._store.folder))
            await asyncio.Event().wait()

    task = asyncio.create_task(program())
    pid, folder = await started
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert gone(pid)
    assert not folder.exists()


@pytest.mark.parametrize("option", ["port", "websocket_port"])
async def test_a_port_in_use_is_one_sentence(option: str) -> None:
    """The sentence names the address and the option, and no process or folder is left."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(BrokerError) as refused:
            async with broker(**{option: port}):
                pass

    flag = "--" + option.replace("_", "-")
    assert str(refused.value) == (
        f"broker 127.0.0.1:{port}: the port is in use; stop the program that uses it, "
        f"or take another with {flag} (0: any free one)"
    )


async def test_others_are_not_served() -> None:
    """An address that others reach is refused, because credentials are not built yet."""
    with pytest.raises(UsageError, match="everybody needs credentials"):
        async with broker(host="0.0.0.0"):  # noqa: S104 - it is refused
            pass


@pytest.mark.nats_server("the log of another is written otherwise")
async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The last error of the log is in the sentence."""
    server = script(tmp_path / "server", "echo '[1] now [FTL] no space left on device'; exit 1\n")

    with pytest.raises(BrokerError) as failed:
        async with broker(server=server):
            pass

    assert "nats-server ended at its start (no space left on device)" in str(failed.value)


async def test_a_file_that_is_no_program_says_so(tmp_path: Path) -> None:
    """A server that was removed after it was found is one sentence."""
    option = chosen_engine().OPTION
    with pytest.raises(BrokerError, match=rf"cannot be started .*; name another with {option}"):
        async with broker(server=Server(tmp_path / "none", "2.15.0", "a test")):
            pass


async def test_a_server_that_is_silent_is_given_up(tmp_path: Path) -> None:
    """A server that never answers ends the wait, and is ended itself."""
    server = script(tmp_path / "server", f"echo $$ > {tmp_path}/pid; exec sleep 1000\n")

    with pytest.raises(BrokerError, match="did not answer within 30 s"):
        async with broker(server=server, clock=VirtualClock()):
            pass

    assert gone(int((tmp_path / "pid").read_text(encoding="ascii")))


async def test_a_lost_race_for_a_free_port_is_run_again(tmp_path: Path) -> None:
    """Where any port will do, one that was taken after all is replaced by another."""
    async with broker() as running:
        program = running.server.path
    lose_once = (
        f"if [ ! -e {tmp_path}/lost ]; then touch {tmp_path}/lost;"
        "echo '[1] now [FTL] bind: address already in use'; exit 1; fi\n"
        f'exec {program} "$@"\n'
    )

    async with broker(server=script(tmp_path / "server", lose_once)) as running:
        assert not gone(running.pid)


@pytest.mark.nats_server("mosquitto forgets its sessions")
async def test_a_server_that_was_killed_comes_back_with_its_sessions(exercise: str) -> None:
    """After ``kill -9`` the same ports answer, and what waited for a client still waits."""
    topic = f"exercise/v1/{exercise}/feed/kor/alert/e"
    session = {"identifier": f"feed-kor-{exercise}-main", "clean_session": False}
    with capture_logs() as logs:
        async with broker() as running:
            async with client(running, "kor", **session) as receiver:
                await receiver.subscribe(topic, qos=1)
            async with client(running, "player") as player:
                for number in range(10):
                    await player.publish(topic, str(number), qos=1)
                await player.publish(f"exercise/v1/{exercise}/clock", "kept", qos=1, retain=True)
            first = running.pid

            os.kill(first, signal.SIGKILL)
            await until(lambda: running.restarts == 1)

            assert running.pid != first
            assert not running.failed.done()
            async with client(running, "kor", **session) as receiver:
                await receiver.subscribe(f"exercise/v1/{exercise}/clock", qos=1)
                got = []
                async with asyncio.timeout(20):
                    async for message in receiver.messages:
                        got.append(message.payload)
                        if len(got) == 11:
                            break

    assert sorted(got) == sorted([*(str(number).encode() for number in range(10)), b"kept"])
    events = [line["event"] for line in logs]
    assert events == ["broker started", "broker died", "broker restarted"]


async def test_a_server_that_keeps_dying_is_given_up() -> None:
    """After five deaths in a row the program is told, instead of starting servers for ever."""
    async with broker(clock=HastyClock()) as running:
        for restarts in range(5):
            await until(lambda at_least=restarts: running.restarts >= at_least)  # type: ignore[misc]
            os.kill(running.pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            error = await running.failed

    assert running.restarts == 4
    name = chosen_engine().NAME
    assert f"broker 127.0.0.1:{running.address.port}: {name} died 5 times" in str(error)


@pytest.mark.nats_server("the log of another is written otherwise")
async def test_a_server_that_cannot_come_back_is_given_up(tmp_path: Path) -> None:
    """A server that starts once and never again is given up after as many attempts."""
    async with broker() as running:
        program = running.server.path
    only_once = (
        f"if [ -e {tmp_path}/once ]; then echo '[1] now [FTL] the disk is gone'; exit 1; fi\n"
        f'touch {tmp_path}/once; exec {program} "$@"\n'
    )

    server = script(tmp_path / "server", only_once)
    async with broker(server=server, clock=HastyClock()) as running:
        os.kill(running.pid, signal.SIGKILL)
        async with asyncio.timeout(30):
            error = await running.failed

    assert running.restarts == 0
    assert "its log ends with 'the disk is gone'" in str(error)


async def test_a_store_is_kept_for_the_next_broker(tmp_path: Path, exercise: str) -> None:
    """What waits for a client, and what is retained, waits in the next broker of that folder."""
    topic = f"exercise/v1/{exercise}/feed/kor/alert/e"
    session = {"identifier": f"feed-kor-{exercise}-main", "clean_session": False}
    async with broker(store=tmp_path) as running:
        async with client(running, "kor", **session) as receiver:
            await receiver.subscribe(topic, qos=1)
        async with client(running, "player") as player:
            await player.publish(topic, "kept", qos=1)
    async with broker(store=tmp_path) as running, client(running, "kor", **session) as receiver:
        async with asyncio.timeout(20):
            message = await anext(aiter(receiver.messages))

    assert message.payload == b"kept"


async def test_the_next_broker_of_a_store_has_other_passwords(tmp_path: Path) -> None:
    """Who listened on the port of a broker that was killed may have heard the last ones."""
    async with broker(store=tmp_path) as running:
        before = set(running.credentials.values())
    async with broker(store=tmp_path) as running:
        assert not before.intersection(running.credentials.values())


async def test_two_brokers_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second broker of a folder is refused while the first one runs."""
    async with broker(store=tmp_path):
        with pytest.raises(FilesError, match="another broker keeps its files there"):
            async with broker(store=tmp_path, clock=VirtualClock()):
                pass


async def test_a_watchdog_that_was_killed_is_replaced() -> None:
    """The broker is never long without a watchdog."""
    async with broker() as running:
        first = running._guard.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: running._guard.pid != first)
        pid = running.pid

    assert gone(pid)


def started(how: str, *store: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start a program with a broker, as a terminal would, and wait until the broker runs."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, how, *store],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    assert parent.stdout is not None
    line = next(line for line in parent.stdout if line.startswith("{"))
    return parent, json.loads(line)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "exception", "early"])
def test_however_the_parent_dies_nothing_is_left(how: str) -> None:
    """Server, watchdog and folder are gone soon after their parent, whatever ended it.

    ``early`` is ``kill -9`` in the moment between starting the server and telling its process id.
    """
    parent, about = started(how)
    with parent:
        if how.startswith("SIG"):
            # Ctrl-C and a closed terminal reach the whole group of processes.
            os.killpg(parent.pid, getattr(signal, how))
    assert parent.returncode != 0

    wait_until(lambda: gone(about["pid"]))
    wait_until(lambda: gone(about["watchdog"]))
    assert not Path(about["folder"]).exists()


@pytest.mark.slow
def test_a_parent_that_was_killed_can_be_started_again(tmp_path: Path) -> None:
    """After ``kill -9`` the next program waits for the folder, and takes it over."""
    first, about = started("wait", str(tmp_path))
    first.kill()
    with first:
        second, again = started("wait", str(tmp_path))
    with second:
        second.send_signal(signal.SIGINT)

    assert gone(about["pid"])
    assert again["pid"] != about["pid"]
    assert (tmp_path / f"{chosen_engine().STEM}.conf").exists()
    wait_until(lambda: gone(again["watchdog"]))


async def test_an_engine_that_cannot_be_secured_is_not_started_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would listen without a password."""
    monkeypatch.setattr(DEFAULT, "PROMISES", DEFAULT.PROMISES._replace(secured=False))
    secured = Secured(Path("c"), Path("k"), Path("ca"), {DEFAULT.NAME: {}})

    with pytest.raises(UsageError, match="--secure is not known to nats-server"):
        async with broker(engine=DEFAULT, secured=secured):
            pytest.fail("it was started")
