"""Publishing many acknowledged messages at once.  All of gmqtt is behind this file and ``outbox``.

The promise: what was published is sent again until the broker has acknowledged it, in order, over
any number of lost connections, also when the broker comes back without remembering us.  gmqtt
writes, reads and counts; connecting again, and what is sent then, is decided here.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import gmqtt
from gmqtt.mqtt.constants import MQTTv50, MQTTv311
from gmqtt.mqtt.handler import MQTTConnectError

from feed.clock import Clock, SystemClock
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.errors import quiet, tls_context
from feed.mqtt.outbox import Outbox, count_first, heed_refusals
from feed.mqtt.properties import NONE, Properties, named, packed
from feed.mqtt.retries import Retries
from feed.mqtt.turns import Turns
from feed.mqtt.versions import REFUSALS, Versions

__all__ = ["AT_LEAST_ONCE", "AT_MOST_ONCE", "Publisher"]

AT_MOST_ONCE = 0
AT_LEAST_ONCE = 1

_KEEP_ALIVE_S = 10
_SESSION_S = 86_400
"""How long a broker that speaks MQTT 5 remembers us; one of 3.1.1 does so for ever."""
_GRACE_S = 0.2
_FAREWELL_S = 2.0
_NEVER = -2
"""In gmqtt's counting: it does not connect again by itself."""


class Publisher:
    """A connection that publishes.  Use it with ``async with``.

    ``window`` messages may be on their way unacknowledged; then ``publish`` waits.  While the
    broker is away ``publish`` waits too: a slow or absent broker makes messages late, never lost,
    and memory stays bounded.
    """

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        *,
        will: tuple[str, bytes] | None = None,
        window: int = 500,
        clock: Clock | None = None,
    ) -> None:
        quiet()
        self.address = address
        self.window = window
        self.describe: Callable[[str, bytes], Properties | None] = lambda _topic, _payload: None
        """returns what a message has to say about itself to a broker that speaks MQTT 5"""
        self.lost = 0
        """how often the connection was lost"""
        self.on_change: Callable[[], None] = lambda: None
        """called when the connection is lost, and when it is there again"""
        self.forgotten = 0
        """how often a broker came back without our session, and perhaps without what it retained"""
        self._outbox = Outbox()
        self.failed: BrokerError | None = None
        """why it was given up"""
        self._up = False
        self._gone = asyncio.Event()
        self._accepted = False
        """the broker has taken the present connection"""
        self._clock = clock or SystemClock()
        self._retries = Retries(address, client_id)
        self._turns = Turns(address)
        self._versions = Versions()
        self._most = window
        """how many messages the present broker takes at once"""
        self._keeper: asyncio.Task[None] | None = None
        self._will = will
        message = None
        if will is not None:
            message = gmqtt.Message(will[0], will[1], qos=AT_LEAST_ONCE, retain=True)
        self._client: Any = gmqtt.Client(
            client_id,
            clean_session=False,
            will_message=message,
            persistent_storage=self._outbox,
            session_expiry_interval=_SESSION_S,
        )
        self._client._package_handler.id_generator = self._outbox  # noqa: SLF001 - has no public name
        self._client.set_config({"reconnect_retries": _NEVER})
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected

    async def __aenter__(self) -> Self:
        """Connect; BrokerError says why that was impossible."""
        while not self._up:
            try:
                await self._connect()
            except (MQTTConnectError, OSError, TimeoutError) as error:
                wait = self._turns.failed(error)
                if self._turns.in_vain:
                    raise self._turns.error() from error
                if wait:
                    await self._clock.sleep(self._retries.pause(self._clock.now()))
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect; what is not acknowledged by now is given up."""
        assert self._keeper is not None, "left before it was entered"
        self._up = False
        self._keeper.cancel()
        try:
            await asyncio.wait({self._keeper})
        finally:
            await self._close(_FAREWELL_S)

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._up

    @property
    def five(self) -> bool:
        """Whether the present broker is spoken to in MQTT 5, else in 3.1.1."""
        return self._outbox.five

    @property
    def in_flight(self) -> int:
        """How many messages the broker has not acknowledged."""
        return len(self._outbox.waiting)

    @property
    def oldest(self) -> int | None:
        """The id of the first message that the broker has not acknowledged."""
        return next(iter(self._outbox.waiting), None)

    @property
    def on_acknowledged(self) -> Callable[[Sequence[Any]], None]:
        """Called with the tags of messages, of those that have one, that the broker has got."""
        return self._outbox.acknowledged

    @on_acknowledged.setter
    def on_acknowledged(self, call: Callable[[Sequence[Any]], None]) -> None:
        self._outbox.acknowledged = call

    @property
    def room(self) -> int:
        """How many messages ``send`` takes now; none while the broker is away."""
        if self.failed is not None:
            raise self.failed
        return max(0, self._most - len(self._outbox.waiting)) if self._up else 0

    def send(self, messages: Iterable[tuple[str, bytes, object]]) -> None:
        """Send (topic, payload, tag) with QoS 1, for which there is room, without waiting.

        They go to the socket as one write.  A tag that is not None is handed back when its message
        is acknowledged.
        """
        assert self._up, "asked for room before"
        data = self._outbox.packets(messages, self._said)
        if data:
            self._client._connection._protocol.write_data(data)  # noqa: SLF001 - its own way takes thrice as long

    def _said(self, topic: str, payload: bytes) -> bytes:
        described = self.describe(topic, payload)
        return NONE if described is None else packed(described)

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = AT_LEAST_ONCE,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Send a message, once there is room; BrokerError when the connection was given up.

        A broker that speaks MQTT 5 gives it to nobody ``expiry_s`` seconds from now on.  One that
        does not may hang up on whoever publishes at QoS 2, as ours does, so it gets QoS 1.
        """
        while not self._up or len(self._outbox.waiting) >= self._most:
            await self._change()
        told: dict[str, Any] = {}
        if self._outbox.five:
            described = self.describe(topic, payload) or Properties()
            told = named(described._replace(expiry_s=expiry_s))
        else:
            qos = min(qos, AT_LEAST_ONCE)
        self._client.publish(topic, payload, qos=qos, retain=retain, **told)

    async def flushed(self, limit_s: float | None = None) -> bool:
        """Wait until the broker has acknowledged everything; False if that took too long."""
        try:
            async with asyncio.timeout(limit_s):
                while self._outbox.waiting:
                    await self._change()
        except TimeoutError:
            return False
        return True

    async def _change(self) -> None:
        """Wait until something was acknowledged, or the connection is lost or there again."""
        if self.failed is not None:
            raise self.failed
        self._outbox.changed.clear()
        await self._outbox.changed.wait()

    async def _connect(self) -> None:
        """Connect once; whatever goes wrong, nothing is left behind."""
        self._gone.clear()
        self._accepted = False
        now = self._turns.now
        if now.user is not None:
            self._client.set_auth_credentials(now.user, now.password)
        if self._will is not None:
            described = self.describe(*self._will)
            self._client._will_message.properties = {} if described is None else named(described)  # noqa: SLF001 - it is made before anything can be described
        most = await self._versions.most(now, len(self._outbox.waiting))
        self._outbox.rewrite(five=most > 0)
        self._most = min(self.window, most - 1) if most else self.window
        gone = asyncio.create_task(self._gone.wait())
        connecting = asyncio.create_task(
            self._client.connect(
                now.host,
                now.port,
                ssl=tls_context(now) or False,
                keepalive=_KEEP_ALIVE_S,
                version=MQTTv50 if most else MQTTv311,
            )
        )
        try:
            await self._answered(connecting, gone)
        except BaseException:
            if most:
                self._versions.failed(now)
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            # Without a farewell the broker would publish the will of whom it has accepted.
            await self._close(_FAREWELL_S if self._accepted else 0)
            raise
        finally:
            gone.cancel()

    async def _answered(self, connecting: "asyncio.Task[None]", gone: "asyncio.Task[Any]") -> None:
        """Wait until the broker has taken or refused a connection, or closed it."""
        async with asyncio.timeout(self._turns.patience_s):
            await asyncio.wait({connecting, gone}, return_when=asyncio.FIRST_COMPLETED)
        # A broker that refuses closes the connection too; then gmqtt is about to say why.
        await asyncio.wait({connecting}, timeout=_GRACE_S)
        if not connecting.done():
            raise ConnectionResetError("the connection was closed before it was answered")
        connecting.result()

    async def _keep(self) -> None:
        """Connect again whenever the connection is lost."""
        try:
            while True:
                self._retries.connected(self._clock.now())
                self._turns.connected()
                await self._lost()
                await self._reconnect()
        except BrokerError as error:
            self.failed = error
            self._outbox.changed.set()
            self.on_change()

    async def _reconnect(self) -> None:
        """Try until the connection stands; BrokerError when there is no sense in it."""
        wait = self._turns.failed(ConnectionResetError())
        while True:
            if wait:
                await self._clock.sleep(self._retries.pause(self._clock.now()))
            try:
                await self._connect()
            except (MQTTConnectError, OSError, TimeoutError) as error:
                wait = self._turns.failed(error)
                if wait and self._turns.hopeless and not self._retries.refused():
                    raise self._turns.error() from error
            else:
                return

    async def _lost(self) -> None:
        """Wait until the connection is lost."""
        while not self._gone.is_set():
            try:
                async with asyncio.timeout(_KEEP_ALIVE_S):
                    await self._gone.wait()
            except TimeoutError:
                # gmqtt closes what is silent, but a full buffer that nobody reads stays open.
                if self._client._connection.is_closing():  # noqa: SLF001 - gmqtt tells nobody
                    await self._close(0)

    def _connected(self, client: Any, session_present: int, code: int, properties: Any) -> None:
        del client, code, properties
        if not session_present:
            self.forgotten += self.lost > 0
        # Everything at once and here, so that it comes before whatever is published next.
        for package in self._outbox.again(session=bool(session_present)):
            self._client._connection.send_package(package)  # noqa: SLF001 - has no public name
        count_first(self._client._connection, self._outbox)  # noqa: SLF001 - same
        if self._outbox.five:
            heed_refusals(self._client._connection, self._refused)  # noqa: SLF001 - same
        self._up = self._accepted = True
        self._outbox.changed.set()
        self.on_change()

    def _refused(self, code: int) -> None:
        """Give up: a message that is not taken now will not be taken later."""
        text = f"it does not take a message: {REFUSALS.get(code, f'reason {code:#04x}')}; "
        remedy = "'feed doctor --user USER' tells which rights are missing"
        self.failed = BrokerError(self._turns.now.shown, text + remedy)
        self._outbox.changed.set()
        self.on_change()

    def _disconnected(self, client: Any, packet: Any, error: Any = None) -> None:
        del client, packet, error
        self._gone.set()
        if self._up:
            self.lost += 1
            self._up = False
            self.on_change()

    async def _close(self, limit_s: float) -> None:
        """Close the connection if there is one: politely, or at once if the limit is 0."""
        connection = self._client._connection  # noqa: SLF001 - gmqtt waits for ever for the silent
        if connection is None:
            return
        transport, closed = connection._transport, connection._protocol.closed  # noqa: SLF001 - same
        try:
            if limit_s and not transport.is_closing():
                connection.send_disconnect()
                transport.close()
                await asyncio.wait({closed}, timeout=limit_s)
        finally:
            transport.abort()
            await asyncio.wait({closed}, timeout=_FAREWELL_S)
