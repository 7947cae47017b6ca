"""A secured broker as people use it: who gets in, who is thrown out, and what is told to whom.

One broker that listens on every address, for all of these tests.
"""

import asyncio
import contextlib
import re
import shlex
import shutil
import ssl
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiomqtt
import pytest
import typer

from feed.app.message import ReceivedMessage
from feed.app.receive import receive
from feed.cli import build, invoke
from feed.files.bundle import find_bundle
from feed.mqtt.connection import connection, unless_lost
from tests.broker.test_roles import MAY_WRITE
from tests.brokers import free_port, need, pause
from tests.commands import PATIENCE_S, STORY, Command, Shell

ENGINES = ("nats-server", "mosquitto")
on_each_engine = pytest.mark.parametrize("place", ENGINES, indirect=True, scope="module")
ROLES = ("player", "operator", "observer", "jpn", "kor", "usa")


class Place(NamedTuple):
    """A secured broker, and where it is."""

    shell: Shell
    command: Command
    port: int
    websocket_port: int
    secure: Path
    engine: str

    @property
    def url(self) -> str:
        """The address on this machine."""
        return f"mqtts://localhost:{self.port}"

    def secrets(self) -> dict[str, str]:
        """Return the password of each role."""
        return {role: find_bundle(self.secure, role).password for role in ROLES}

    def context(self) -> ssl.SSLContext:
        """Return what trusts the broker's authority, and nobody else."""
        return ssl.create_default_context(cafile=self.secure / "ca.pem")

    @asynccontextmanager
    async def client(self, role: str, **options: Any) -> AsyncIterator[aiomqtt.Client]:
        """Connect as somebody else's client does."""
        login = {"username": role, "password": find_bundle(self.secure, role).password}
        usual = {**login, "tls_context": self.context(), "timeout": 5}
        client = aiomqtt.Client("localhost", self.port, **{**usual, **options})
        async with connection(client) as connected:  # which closes the socket of a refused one
            yield connected


@pytest.fixture(scope="module", params=ENGINES[:1])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Give a secured broker; the tests that say so have one of each engine."""
    shell = Shell(tmp_path_factory.mktemp("secured"))
    secure = shell.folder / "secure"
    command = shell.start(
        "broker",
        *("--secure", str(secure), "--host", "0.0.0.0", "--name", "localhost"),  # noqa: S104 - it is what is tried
        *("--port", "0", "--websocket-port", "0", "--store", str(shell.folder / "store")),
        *("--engine", request.param),
    )
    found = command.until(r"mqtts://localhost:(\d+) \(MQTT\), wss://localhost:(\d+)/mqtt")
    command.until("try: ")
    yield Place(shell, command, int(found[1]), int(found[2]), secure, request.param)
    shell.close()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Start commands as users do, in a home of their own."""
    shell = Shell(tmp_path)
    yield shell
    shell.close()


@on_each_engine
@pytest.mark.parametrize(
    "options",
    [
        {"username": None, "password": None},
        {"username": "player", "password": ""},
        {"username": "player", "password": "x"},
        {"username": "observer", "password": None},
        {"username": "nobody", "password": "x"},
        {"username": "feed-ready", "password": "x"},
        {"tls_context": None, "timeout": 1},
    ],
    ids=str,
)
async def test_nobody_gets_in_without_credentials(place: Place, options: dict[str, Any]) -> None:
    """No user, no password, another's password, no encryption."""
    with pytest.raises(aiomqtt.MqttError):
        async with place.client("jpn", **options):
            pass


@on_each_engine
async def test_the_password_of_one_is_not_that_of_another(place: Place) -> None:
    """Whoever was handed a folder is who it says, and nobody else."""
    secrets = place.secrets()
    for role in ROLES[1:]:
        with pytest.raises(aiomqtt.MqttError):
            async with place.client(role, password=secrets["player"]):
                pass
        async with place.client(role):
            pass


@on_each_engine
async def test_every_role_writes_what_it_may_and_no_more(place: Place) -> None:
    """The table of the contract holds behind passwords, too."""
    async with place.client("player") as player:
        await player.subscribe("exercise/v1/rights/#", qos=1)
        wanted = set()
        for role, allowed in MAY_WRITE.items():
            everything = sorted(set().union(*MAY_WRITE.values()))
            for level in everything:
                topic, payload = f"exercise/v1/rights/{level}", f"{role} {level}".encode()
                # mosquitto hangs up on who publishes where it may not.
                with contextlib.suppress(aiomqtt.MqttError):
                    async with place.client(role) as client:
                        await unless_lost(client, client.publish(topic, payload, qos=1))
            if role == "player" and place.engine == "mosquitto":
                wanted.add(b"player control")  # which cannot withhold writing from who reads
            wanted |= {f"{role} {level}".encode() for level in allowed}
        await player.publish("exercise/v1/rights/clock", b"last", qos=1)
        got = set()
        async with asyncio.timeout(PATIENCE_S):
            async for message in player.messages:
                got.add(message.payload)
                if message.payload == b"last":
                    break
    assert got - {b"last"} == wanted


@on_each_engine
async def test_a_browser_speaks_encrypted_from_its_own_pages_only(place: Place) -> None:
    """The WebSocket has the same certificate, the same users, and a list of origins."""
    own = f"https://localhost:{place.websocket_port}"
    for origin, let_in in ((own, True), ("https://evil.example", False), (own[:-1], False)):
        reader, writer = await asyncio.open_connection(
            "localhost", place.websocket_port, ssl=place.context()
        )
        head = f"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n"
        writer.write(
            f"{head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Protocol: mqtt\r\n\r\n".encode()
        )
        status = (await reader.readline()).split()[1]
        writer.close()
        assert (status == b"101") is (let_in or place.engine == "mosquitto"), origin


async def test_who_is_not_the_broker_is_not_believed(place: Place, tmp_path: Path) -> None:
    """Another authority's certificate, and another host than it names."""
    stranger = Shell(tmp_path)
    try:
        other = place._replace(shell=stranger)
        assert other.shell.run("credentials", "list", str(tmp_path / "x")).returncode == 74
        done = [
            place.shell.run("receive", "JPN", "--broker", address, "--exercise", "x", *more)
            for address, more in {
                f"mqtts://127.0.0.2:{place.port}": ("--credentials", str(place.secure / "jpn")),
                f"mqtts://jpn:x@localhost:{place.port}": (),
            }.items()
        ]
    finally:
        stranger.close()
    for ended in done:
        assert ended.returncode == 3
        assert "its certificate is not accepted" in ended.stderr


async def test_what_was_handed_out_is_all_that_a_country_needs(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that knows nothing else: a bundle, and the broker's address in it."""
    bundle = tmp_path / "for-japan"
    done = place.shell.run("credentials", "bundle", str(place.secure), "JPN", "--out", str(bundle))
    assert done.returncode == 0, done.stderr
    assert {path.name for path in bundle.iterdir()} == {
        *("ca.pem", "credentials.json", "player-key.pem"),
    }
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    player = place.shell.start(
        *("publish", place.shell.event_stream, "--rate", "max", "--wait-for", "JPN"),
        *("--broker", place.url, "--credentials", str(place.secure)),
    )
    async with receive("JPN", credentials=bundle, exercise="SMALL STEPS") as stream:
        got: list[ReceivedMessage] = [message async for message in stream]

    assert [message.sequence for message in got] == [1, 2, 3]
    assert all(message.envelope.signature for message in got)
    assert stream.gate.signed
    assert stream.gate.refused == {}
    assert player.code() == 0


async def test_the_lines_to_paste_get_in(place: Place, tmp_path: Path) -> None:
    """As a country with its folder alone, and as an observer: each line as it is printed."""
    bundle = tmp_path / "for-japan"
    done = place.shell.run("credentials", "bundle", str(place.secure), "JPN", "--out", str(bundle))
    assert done.returncode == 0, done.stderr
    async with place.client("player") as player:
        await player.publish("exercise/v1/pasted/clock", b"on", qos=1, retain=True)
        text = ""
        for folder, users in ((place.secure, ("jpn", "observer")), (bundle, ("jpn", "jpn"))):
            text = place.shell.run("connect", "JPN", "--credentials", str(folder)).stdout
            lines = [line for line in text.splitlines() if line.startswith("mosquitto_sub")]
            for line, user in zip(lines, users, strict=True):
                # Nothing stands under a feed; whoever may subscribe ends there.
                until = ["-E"] if "/feed/" in line else ["-C", "1", "-W", "5"]
                await _listens([*shlex.split(line), "-P", place.secrets()[user], *until])
        other = place.shell.run("connect", "KOR", "--credentials", str(bundle))
        assert (other.returncode, other.stderr.count("\n")) == (2, 1)
        assert "those of 'jpn', which may not read the feed of KOR" in other.stderr
        program = text.partition("# Python, paho-mqtt 2\n")[2].partition("// JavaScript")[0]
        listening = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", "-c", program), stdout=subprocess.PIPE
        )
        try:
            assert listening.stdout is not None
            heard = asyncio.create_task(listening.stdout.readline())
            async with asyncio.timeout(PATIENCE_S):
                while not heard.done():
                    await player.publish("exercise/v1/pasted/feed/jpn/alert/a", b"heard", qos=1)
                    await asyncio.wait([heard], timeout=0.05)
            assert heard.result() == b"exercise/v1/pasted/feed/jpn/alert/a heard\n"
        finally:
            listening.kill()
            await listening.wait()
        await player.publish("exercise/v1/pasted/clock", b"", qos=1, retain=True)


@on_each_engine
async def test_a_new_password_ends_the_old_one_and_nobody_elses(place: Place) -> None:
    """Who is connected with it is thrown out, at once; who was handed the new one gets in."""
    old = place.secrets()["usa"]
    async with place.client("kor", identifier="stays") as other:
        await other.subscribe("exercise/v1/+/clock", qos=1)
        async with place.client("usa") as thrown:
            await thrown.subscribe("exercise/v1/+/clock", qos=1)
            assert _changed(place, "rotate", "usa")
            with pytest.raises(aiomqtt.MqttError):
                await asyncio.wait_for(anext(aiter(thrown.messages)), PATIENCE_S)
        with pytest.raises(aiomqtt.MqttError):
            async with place.client("usa", password=old):
                pass
        async with place.client("usa"), place.client("player") as player:
            await player.publish("exercise/v1/x/clock", b"on", qos=1)
            async with asyncio.timeout(PATIENCE_S):
                assert (await anext(aiter(other.messages))).payload == b"on"


@on_each_engine
async def test_who_is_revoked_is_out_until_it_is_let_in_again(place: Place) -> None:
    """A receiver of ours says so in one sentence and ends."""
    mine = place.shell.start(
        *("receive", "USA", "--exercise", "waiting", "--broker", place.url),
        *("--credentials", str(place.secure)),
    )
    mine.until("subscribed")
    assert _changed(place, "revoke", "usa")
    assert mine.code() == 3
    assert mine.err.splitlines()[-1].startswith("feed: broker localhost:")
    assert "not authorised" in mine.err
    listed = place.shell.run("credentials", "list", str(place.secure)).stdout
    assert re.search(r"^usa +revoked$", listed, re.MULTILINE)

    assert _changed(place, "rotate", "usa")
    async with asyncio.timeout(PATIENCE_S):
        while not await _gets_in(place, "usa"):
            pause()


async def test_secrets_are_nowhere_but_where_they_are_handed_out(place: Place) -> None:
    """Not in what the broker keeps, logs or is started with, not in any process list."""
    secrets = list(place.secrets().values())
    players = (place.secure / "player" / "signing-key.pem").read_text(encoding="ascii")
    secrets += [line for line in players.splitlines() if not line.startswith("-")]
    watched = place.shell.start("watch", "-n", "1", "--credentials", str(place.secure))
    watched.until("subscribed")
    said = [_processes(), *(path.read_text("utf-8", "replace") for path in _written(place))]

    assert any("nats-server" in text or "mosquitto" in text for text in said)
    for secret in secrets:
        assert not [text for text in said if secret in text]


def test_an_address_of_others_needs_credentials(shell: Shell) -> None:
    """Without them the broker does not even start."""
    for host in ("0.0.0.0", "192.0.2.1", "::"):  # noqa: S104 - it is refused
        done = shell.run("broker", "--host", host, "--port", "0", "--websocket-port", "0")
        assert done.returncode == 2
        assert "everybody needs credentials there: 'feed broker --secure DIR'" in done.stderr
    secure = shell.folder / "s"
    named = shell.run("broker", "--secure", str(secure), "--host", "broker.example", "--port", "0")
    assert named.returncode == 2
    assert not secure.exists(), "credentials of a broker that cannot start"
    assert "--host 'broker.example' is no address" in named.stderr
    alone = shell.run("broker", "--name", "broker.example")
    assert (alone.returncode, alone.stderr.count("\n")) == (2, 1)


def test_a_secured_run_of_ones_own_is_signed(shell: Shell, tmp_path: Path) -> None:
    """``feed run --secure``: broker, player and receivers with credentials."""
    done = shell.run(
        *("run", shell.event_stream, "--rate", "max", "--secure", str(tmp_path / "s")),
        *("--port", "0", "--websocket-port", str(free_port())),
    )
    assert done.returncode == 0, done.stderr
    (run,) = (shell.home / "runs").iterdir()
    ledgers = [*run.glob("*.sqlite*")]
    assert len(ledgers) == 4
    for path in ledgers:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    verified = shell.run("verify", run.name)
    assert verified.returncode == 0, verified.stdout


async def _listens(command: Sequence[str]) -> None:
    """Run a client of mosquitto's to its end."""
    running = await asyncio.create_subprocess_exec(
        need(command[0]), *command[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await running.communicate()
    assert running.returncode == 0, (command, said)


def test_every_verb_says_when_credentials_hold_no_longer(
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """In one sentence: with a folder whose password was changed, and where a role was revoked."""
    for role in ROLES:
        shutil.copytree(place.secure / role, tmp_path / "old" / role)
        assert invoke(["credentials", "rotate", str(place.secure), role]) == 0
    shutil.copytree(place.secure, tmp_path / "all")
    for about in (tmp_path / "all").glob("*/credentials.json"):
        about.unlink()
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    verbs = _verbs(place, tmp_path)

    taking = {
        name
        for name, command in typer.main.get_command(build()).commands.items()  # type: ignore[attr-defined]
        if any("--credentials" in parameter.opts for parameter in command.params)
    }
    # A site's broker goes on without its hub: it says the same in its log, and tries again.
    assert taking - {"broker"} == set(verbs)
    for verb, (role, *arguments) in verbs.items():
        old = tmp_path / "old" / role
        capfd.readouterr()
        code = invoke([verb, *arguments, "--broker", place.url, "--credentials", str(old)])
        said = capfd.readouterr()
        told = said.out if verb == "doctor" else said.err
        assert code == (1 if verb == "doctor" else 3), (verb, said)
        assert re.search(
            rf"it does not take the password of '\w+' in {old}\S*; it was changed or revoked",
            told.splitlines()[-1],
        ), (verb, said)

        everybody = ["--broker", place.url, "--credentials", str(tmp_path / "all")]
        assert invoke([verb, *arguments, *everybody]) == 74, verb
        last = capfd.readouterr().err.splitlines()[-1]
        assert re.search(r"is not there: '\w+' was revoked, or .* 'feed credentials rotate", last)


def _verbs(place: Place, folder: Path) -> dict[str, list[str]]:
    """Return whose credentials each verb takes here, and what else it needs."""
    captured = folder / "x.jsonl"
    captured.write_text('{"time":"2024-01-01T00:00:00Z","topic":"a","payload":"x"}\n', "utf-8")
    story = place.shell.event_stream
    events = folder / "events.yaml"
    events.write_text("events:" + STORY.partition("events:")[2], "utf-8")
    return {
        "run": [".", story],
        "publish": ["player", story],
        "play": ["player", str(captured)],
        "receive": ["kor", "KOR", "--exercise", "x"],
        "control": ["operator", "pause", "--exercise", "x"],
        "inject": ["operator", str(events), "--exercise", "x"],
        "connect": ["kor"],
        "watch": ["observer"],
        "capture": ["observer", "--topics", "#", "--out", str(folder / "new.jsonl")],
        "export": ["kor", "--follow", "-f", "wnm", "--country", "KOR", "-o", "-"],
        "dashboard": ["observer", "--port", "0"],
        "doctor": ["observer"],
        "clean": ["player", "x"],
    }


async def _gets_in(place: Place, role: str) -> bool:
    try:
        async with place.client(role):
            return True
    except aiomqtt.MqttError:
        return False


def _changed(place: Place, what: str, role: str) -> bool:
    done = place.shell.run("credentials", what, str(place.secure), role)
    return done.returncode == 0


def _processes() -> str:
    """Return what anybody on this machine sees of the processes, environments included."""
    command = [need("ps"), "axeww", "-o", "args"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _written(place: Place) -> Iterator[Path]:
    """Yield every file that the broker and its clients have written, but for what is handed out."""
    folder = place.shell.folder
    yield from (path for path in (folder / "store").rglob("*") if path.is_file())
    yield from folder.glob("command-*/*")
    yield from (path for path in place.shell.home.rglob("*") if path.is_file())
    yield from (path for path in place.secure.glob("*.json"))
