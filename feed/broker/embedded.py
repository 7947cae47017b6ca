"""The embedded broker: a server of some engine that lives exactly as long as this program needs it.

Whoever enters ``embedded_broker`` gets a broker that answers.  A server that dies is started again
on its store and its ports; a server whose parent dies is ended by the watchdog, with its folder.
"""

import asyncio
import math
import os
import secrets
import signal
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import structlog

from feed.broker.background import meanwhile
from feed.broker.cluster import Cluster, claim
from feed.broker.engines import chosen_engine
from feed.broker.engines.engine import ACK_WAIT_S, Engine, Secured, Settings
from feed.broker.find import Server
from feed.broker.folder import held_folder
from feed.broker.guard import Guard
from feed.broker.members import Members
from feed.broker.ports import ANY, Address, free_ports, loopback, numeric, written
from feed.broker.process import end, send
from feed.broker.ready import ACCEPTED, greet
from feed.broker.roles import OBSERVER, PLAYER, READY, SECRET, rights
from feed.broker.room import mind_room, unless_unwritten
from feed.broker.store import Store
from feed.clock import Clock
from feed.errors import BrokerError, FeedError, UsageError

__all__ = ["Address", "EmbeddedBroker", "embedded_broker"]

PORT = 1883
WEBSOCKET_PORT = 8083

_READY_S = 30.0
_ASK_AGAIN_S = 0.01
_SHORT_LIFE_S = 2.0
_SHORT_LIVES = 5
_BACKOFF_S = 0.05
_RACES = 5

_TAKEN = ("address already in use", "unable to create websockets listener")
_READ_AGAIN = getattr(signal, "SIGHUP", signal.SIGTERM)
"""where there is no such signal a server ends, and is started again with what it is to read"""

log = structlog.get_logger()


class EmbeddedBroker:
    """A broker that runs; made by ``embedded_broker``."""

    def __init__(
        self,
        *,
        address: Address,
        engine: Engine,
        server: Server,
        settings: Settings,
        store: Store,
        guard: Guard,
        clock: Clock,
    ) -> None:
        self.address = address
        self.engine = engine
        self.server = server
        self.credentials: Mapping[str, str] = dict(settings.passwords)
        """the password of each role that has one"""
        self.restarts = 0
        """how often a server that died was replaced"""
        self.failed: asyncio.Future[BrokerError] = asyncio.get_running_loop().create_future()
        """done, with the reason, when the broker is given up"""
        self._settings = settings
        self._store = store
        self._guard = guard
        self._clock = clock
        self._process: asyncio.subprocess.Process | None = None
        self._may_run = asyncio.Event()
        self._may_run.set()

    @property
    def pid(self) -> int:
        """Return the process id of the present server."""
        assert self._process is not None, "a broker that was handed out was started"
        return self._process.pid

    def url_for(self, role: str) -> str:
        """Return the address as a role connects to it, with its name and password."""
        if role not in rights(self._settings.countries):
            raise ValueError(role)
        if role == OBSERVER:
            return self.address.url
        password = self.credentials.get(role)
        name = self.engine.user(role, self._settings)
        user = name if password is None else f"{name}:{password}"
        return self.address.url.replace("://", f"://{user}@", 1)

    @property
    def users(self) -> dict[str, str]:
        """The names that roles connect by which have others than their own."""
        names = {role: self.engine.user(role, self._settings) for role in self.credentials}
        return {role: name for role, name in names.items() if name != role}

    async def admit(self, secured: Secured) -> None:
        """Let other people in from now on; who may not any longer is thrown out, alone."""
        self._become(replace(self._settings, secured=secured))
        log.info("broker admits", users=" ".join(sorted(secured.hashes[self.engine.NAME])))

    def supervision(self) -> tuple[int, str] | None:
        """Return the port and password by which the server can be asked who is connected."""
        pid = None if self._process is None else self._process.pid
        port = None if pid is None else self.engine.own_port(self._store.folder, pid)
        return None if port is None else (port, self._settings.supervisor)

    def silence(self, roles: Mapping[str, Sequence[str]]) -> None:
        """Take from these roles what is on their filters alone; everybody stays, and reads on."""
        self._become(replace(self._settings, silent=dict(roles)))

    def _become(self, settings: Settings) -> None:
        """Let the server that runs have other settings."""
        for name, text in self.engine.files(settings).items():
            self._store.write(name, text)
        self._settings = settings
        send(self._process, _READ_AGAIN)  # both engines read their files again then

    def told(self, path: Path | None) -> None:
        """Have a file that tells its passwords removed if this process dies; None: no longer."""
        self._guard.file(path)

    async def start(self) -> None:
        """Start a server and wait until it answers."""
        self._store.forget_pid()
        if self.engine.PROMISES.supervised:
            # New each time: whoever takes the port of one that died learns nothing that is valid.
            self._become(replace(self._settings, supervisor=secrets.token_hex(16)))
        self._guard.starting(self._store.pid_file)
        output = self._store.open_output()
        try:
            self._process = await asyncio.create_subprocess_exec(
                self.server.path,
                *self.engine.arguments(self._store.config),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            self._guard.ended()
            raise BrokerError(
                str(self.server.path),
                f"cannot be started ({os.strerror(error.errno or 0).lower()}); "
                f"name another with {self.engine.OPTION}",
            ) from error
        finally:
            os.close(output)
        self._guard.running(self._process.pid)
        await self._ready()
        if self.engine.DATABASE is not None:
            self._store.forget(self.engine.DATABASE)

    async def keep(self) -> None:
        """Start a new server whenever one has died; give up when that does not help."""
        short_lives = 0
        while True:
            assert self._process is not None, "started first"
            ready = self._clock.now()
            code = await self._process.wait()
            self._guard.ended()
            lived, held = self._clock.now() - ready, not self._may_run.is_set()
            if not held:
                log.warning("broker died", pid=self.pid, code=code, lived_s=round(lived, 3))
            short_lives = short_lives + 1 if lived < _SHORT_LIFE_S and not held else 1
            if short_lives == _SHORT_LIVES:
                break
            await self._clock.sleep(_BACKOFF_S * 2 ** (short_lives - 1))
            await self._may_run.wait()
            try:
                await self.start()
            except FeedError as error:
                log.warning("broker did not start again", reason=str(error))
                await self.stop()
            else:
                self.restarts += 1
                log.info("broker restarted", pid=self.pid, restarts=self.restarts)
        self.failed.set_result(
            BrokerError(
                written(self.address.host, self.address.port),
                f"{self.engine.NAME} died {_SHORT_LIVES} times in a row; its log ends with "
                f"'{self.last_words()}'; try another with {self.engine.OPTION}",
            )
        )

    def restart(self) -> None:
        """Let the server end; it is started again on its store."""
        self._may_run.set()
        send(self._process, signal.SIGTERM)

    async def hold(self) -> None:
        """End the server, and let none run until ``restart``."""
        self._may_run.clear()
        await self.stop()

    async def stop(self) -> None:
        """End the server, gently if it lets us."""
        if self._process is not None:
            await end(self._process)
            self._guard.ended()

    def last_words(self) -> str:
        """Return why the present server ended, or else the last that it said."""
        return self.engine.last_words(self._store.said())

    async def _ready(self) -> None:
        """Ask the server until it lets the player in."""
        assert self._process is not None, "started first"
        address, secured = self.address, self._settings.secured
        user, context = PLAYER, None
        if secured is not None:
            user, context = READY, ssl.create_default_context(cafile=secured.authority)
            # It is asked at the address that it listens on, which clients may not know it by.
            context.check_hostname = False
        # A node waits for the others for as long as it takes; who is missing is said meanwhile.
        patience = _READY_S if self._settings.cluster is None else math.inf
        deadline = self._clock.now() + patience
        while self._clock.now() < deadline:
            password = self.credentials[user]
            name = self.engine.user(user, self._settings)
            code = await greet(address.here, address.port, name, password, context=context)
            # Only a server that is alive can have been the one that answered.
            if self._process.returncode is not None:
                raise BrokerError(
                    address.url,
                    f"{self.engine.NAME} ended at its start ({self.last_words()}); "
                    f"try another with {self.engine.OPTION}, or take other ports",
                )
            if code == ACCEPTED:
                return
            await self._clock.sleep(_ASK_AGAIN_S)
        raise BrokerError(
            address.url,
            f"{self.engine.NAME} did not answer within {_READY_S:.0f} s ({self.last_words()}); "
            "try again when the machine is less busy",
        )


@asynccontextmanager
async def embedded_broker(
    *,
    countries: Sequence[str],
    clock: Clock,
    host: str = "127.0.0.1",
    port: int = PORT,
    websocket_port: int = WEBSOCKET_PORT,
    store: Path | None = None,
    engine: Engine | None = None,
    server: Server | None = None,
    allowed_origins: Sequence[str] = (),
    ack_wait_s: int = ACK_WAIT_S,
    secured: Secured | None = None,
    cluster: Cluster | None = None,
    most_connections: int = 0,
) -> AsyncIterator[EmbeddedBroker]:
    """Run a broker for as long as the context lasts; port 0 is any free one.

    What a client does not acknowledge within ``ack_wait_s`` it gets again.  Only one that is
    ``secured`` listens where others can reach it.  Without an engine it is the one that
    ``FEED_ENGINE`` names, or the usual one.
    Without a store what it keeps is removed at the end; with one it is there for the next broker.
    """
    engine = engine or chosen_engine()
    if secured is not None and not engine.PROMISES.secured:
        raise UsageError(f"--secure is not known to {engine.NAME}; take another engine")
    if cluster is not None and not engine.PROMISES.cluster:
        raise UsageError(f"--cluster is not known to {engine.NAME}; take another engine")
    host = loopback(host) if secured is None else numeric(host)
    name = next(iter(secured.names), None) if secured is not None else None
    wanted = {"--port": port, "--websocket-port": websocket_port}
    if server is None:
        server = await asyncio.to_thread(engine.find)
    async with AsyncExitStack() as stack:
        place = Store(store, engine.STEM)
        guard = await held_folder(stack, place, engine, clock)
        stack.callback(unless_unwritten, place, engine.DATABASE)
        claim(place.folder, cluster)
        # New ones each time: who listened on the port of a broker that was killed knows the last.
        roles = SECRET if secured is None else (READY,)
        passwords = {role: secrets.token_hex(16) for role in roles}
        for _ in range(_RACES):
            mqtt, websocket = free_ports(host, wanted)
            address = Address(host, mqtt, websocket, tls=secured is not None, name=name)
            settings = Settings(
                host=host,
                port=address.port,
                websocket_port=address.websocket_port,
                folder=place.folder,
                countries=tuple(country.lower() for country in countries),
                passwords=passwords,
                allowed_origins=allowed_origins,
                ack_wait_s=ack_wait_s,
                secured=secured,
                cluster=cluster,
                most_connections=most_connections,
            )
            for name, text in engine.files(settings).items():
                place.write(name, text)
            broker = EmbeddedBroker(
                address=address,
                engine=engine,
                server=server,
                settings=settings,
                store=place,
                guard=guard,
                clock=clock,
            )
            stack.push_async_callback(broker.stop)
            if cluster is not None:
                members = Members(cluster, place.said, broker.supervision, clock)
                await stack.enter_async_context(meanwhile(members.keep()))
            try:
                await broker.start()
            except BrokerError:
                # Somebody else was faster; where any port will do there is another.
                said = broker.last_words().lower()
                if ANY not in wanted.values() or not any(taken in said for taken in _TAKEN):
                    raise
            else:
                break
        else:
            raise BrokerError(host, "every free port was taken at once; name one with --port")
        await stack.enter_async_context(
            meanwhile(broker.keep(), place.keep_short(clock), guard.keep(clock))
        )
        minding = mind_room(place, broker, clock, node=cluster is not None)
        await stack.enter_async_context(meanwhile(minding))
        log.info(
            "broker started",
            address=address.url,
            pid=broker.pid,
            engine=engine.NAME,
            server=server.version,
        )
        yield broker
