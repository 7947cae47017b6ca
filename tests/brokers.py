"""Real brokers for tests: each a process on free loopback ports, with one interface.

They are not supervised, so that a test can kill one and decide itself when it comes back; but a
watchdog ends them if the tests are killed.
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from feed.broker import watchdog
from feed.broker.engines import chosen_engine, mosquitto, nats_server
from feed.broker.engines.engine import Engine, Settings
from feed.broker.ready import connect_packet
from feed.broker.roles import OBSERVER, SECRET

__all__ = [
    "COUNTRIES",
    "HOST",
    "EmbeddedLike",
    "EmbeddedMosquitto",
    "ListedMosquitto",
    "Mosquitto",
    "RunningBroker",
    "embedded_like",
    "free_port",
    "lacking",
    "need",
    "pause",
]

HOST = "127.0.0.1"
COUNTRIES = ("kor", "jpn", "usa")

_STEP_S = 0.01
_STEPS = 1000


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def need(program: str) -> str:
    """Return the path of a program; a missing one skips a test at home, and fails it in CI."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    return path or lacking(f"{program} is not installed")


def lacking(what: str) -> NoReturn:
    """Give up a test for want of something: skipped at home, failed in CI."""
    (pytest.fail if "CI" in os.environ else pytest.skip)(what)


def pause() -> None:
    """Let other processes run for a moment, inside a loop that waits for a fact."""
    threading.Event().wait(_STEP_S)


class RunningBroker:
    """A broker that a test can use, kill and bring back."""

    name = ""

    def __init__(self) -> None:
        self.host = HOST
        self.port = free_port()
        self.passwords: dict[str, str] = {}
        self.users: dict[str, str] = {}
        """the names of roles that connect by another than their own"""
        self.folder = Path(tempfile.mkdtemp(prefix="feed-test-broker-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        self._tell(f"folder {self.folder}")

    @property
    def pid(self) -> int:
        """Return the process id of the present server."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether the server runs."""
        return self._process is not None and self._process.poll() is None

    def login(self, role: str) -> dict[str, Any]:
        """Return what ``aiomqtt.Client`` needs to connect in a role."""
        user = None if role == OBSERVER else self.users.get(role, role)
        return {
            "hostname": self.host,
            "port": self.port,
            "username": user,
            "password": self.passwords.get(role),
        }

    def url_for(self, role: str) -> str:
        """Return the address as a role connects to it."""
        name = self.users.get(role, role)
        user = "" if role == OBSERVER else f"{name}@"
        if role in self.passwords:
            user = f"{name}:{self.passwords[role]}@"
        return f"mqtt://{user}{self.host}:{self.port}"

    def mosquitto_options(self, role: str) -> list[str]:
        """Return what ``mosquitto_sub`` and ``mosquitto_pub`` need to connect in a role."""
        user = [] if role == OBSERVER else ["-u", self.users.get(role, role)]
        password = ["-P", self.passwords[role]] if role in self.passwords else []
        return ["-h", self.host, "-p", str(self.port), *user, *password]

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._tell(f"pid {self._process.pid}")
        for _ in range(_STEPS):
            if self._process.poll() is not None or self._answers():
                break
            pause()
        assert self.alive, self.said()

    def said(self) -> str:
        """Return what the server has said, in its log or else on its output."""
        files = (self.folder / "nats.log", self.folder / "output")
        return "".join(file.read_text(encoding="utf-8") for file in files if file.exists())

    def kill(self) -> None:
        """Kill the server as ``kill -9`` does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the server as a service is ended."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    def restart(self) -> None:
        """Bring the server back, on its store and its ports."""
        if self.alive:
            self.stop()
        self.start()

    def close(self) -> None:
        """End everything and remove the folder."""
        self.kill()
        self._tell("none")
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.close()
        self._watchdog.wait()

    def _command(self) -> Sequence[str | Path]:
        raise NotImplementedError

    def _tell(self, line: str) -> None:
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.write(line + "\n")
        self._watchdog.stdin.flush()

    def _answers(self) -> bool:
        role = SECRET[0]
        user, password = self.users.get(role, role), self.passwords.get(role, "")
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as connection:
                connection.sendall(connect_packet("ready", user, password))
                return connection.recv(4) == b"\x20\x02\x00\x00"
        except OSError:
            return False


class EmbeddedLike(RunningBroker):
    """The embedded broker's server with the embedded broker's configuration."""

    name = "embedded"
    engine: Engine = nats_server

    def __init__(
        self, *, ack_wait_s: int = 1, max_ack_pending: int = 200, origins: Sequence[str] = ()
    ) -> None:
        """Start it; what is not acknowledged comes again sooner than it does for users."""
        super().__init__()
        self.passwords = {role: f"password-of-{role}" for role in SECRET}
        self.websocket_port = free_port()
        self._server = self.engine.find()
        self.settings = Settings(
            host=self.host,
            port=self.port,
            websocket_port=self.websocket_port,
            folder=self.folder,
            countries=COUNTRIES,
            passwords=self.passwords,
            ack_wait_s=ack_wait_s,
            max_ack_pending=max_ack_pending,
            allowed_origins=origins,
        )
        self.users = {role: self.engine.user(role, self.settings) for role in SECRET}
        self.configure()
        self.start()

    def configure(self) -> None:
        """Write its files as the settings are now."""
        for name, text in self.engine.files(self.settings).items():
            (self.folder / name).write_text(text, encoding="utf-8")
            (self.folder / name).chmod(0o600)

    def start(self) -> None:
        """Start it, and remove what is good for one start."""
        super().start()
        if self.engine.DATABASE is not None:
            (self.folder / self.engine.DATABASE).unlink(missing_ok=True)

    def _command(self) -> Sequence[str | Path]:
        configuration = self.folder / f"{self.engine.STEM}.conf"
        return [self._server.path, *self.engine.arguments(configuration)]


class EmbeddedMosquitto(EmbeddedLike):
    """The embedded broker as ``--engine mosquitto`` runs it."""

    name = "engine-mosquitto"
    engine = mosquitto

    def __init__(self, **options: Any) -> None:
        """Start it, where it is installed."""
        need("mosquitto")
        super().__init__(**options)


def embedded_like(**options: Any) -> EmbeddedLike:
    """Start the embedded broker as it is run here: by the engine that ``FEED_ENGINE`` names."""
    kinds = {kind.engine.NAME: kind for kind in (EmbeddedLike, EmbeddedMosquitto)}
    return kinds[chosen_engine().NAME](**options)


class Mosquitto(RunningBroker):
    """Eclipse mosquitto, open to everybody; killed, it forgets its sessions."""

    name = "mosquitto"

    def __init__(self) -> None:
        self._program = need("mosquitto")
        super().__init__()
        (self.folder / "mosquitto.conf").write_text(
            f"listener {self.port} {self.host}\n"
            "allow_anonymous true\n"
            "max_queued_messages 0\n"
            "max_inflight_messages 200\n"
            "persistence true\n"
            f"persistence_location {self.folder}/\n"
            f"user {getpass.getuser()}\n",
            encoding="utf-8",
        )
        self.start()

    def _command(self) -> Sequence[str | Path]:
        return [self._program, "-c", self.folder / "mosquitto.conf"]


class ListedMosquitto(Mosquitto):
    """A mosquitto with users, passwords and an access list."""

    def __init__(self, rights: str) -> None:
        self._rights = rights
        super().__init__()

    def start(self) -> None:
        """Start it; its users are those of the list, and each has its name as password."""
        users = [line.removeprefix("user ") for line in self._rights.splitlines()]
        self.passwords = {
            user: f"password-of-{user}" for user in users if user in {*SECRET, *COUNTRIES}
        }
        passwords, rights = self.folder / "passwords", self.folder / "rights"
        rights.write_text(self._rights, encoding="utf-8")
        lines = [f"{user}:{password}\n" for user, password in self.passwords.items()]
        passwords.write_text("".join(lines), encoding="utf-8")
        subprocess.run([need("mosquitto_passwd"), "-U", str(passwords)], check=True)
        rights.chmod(0o600)
        passwords.chmod(0o600)
        with (self.folder / "mosquitto.conf").open("a", encoding="utf-8") as file:
            file.write(f"password_file {passwords}\nacl_file {rights}\n")
        super().start()

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), timeout=1):
                return True
        except OSError:
            return False
