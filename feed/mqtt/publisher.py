"""Publishing many acknowledged messages at once.  All of gmqtt is behind this file.

The promise: what was published is sent again until the broker has acknowledged it, in order, over
any number of lost connections, also when the broker comes back without remembering us.  gmqtt
writes, reads and counts; connecting again, and what is sent then, is decided here.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import gmqtt
from gmqtt.mqtt.constants import MQTTv311
from gmqtt.mqtt.handler import MQTTConnectError

from feed.clock import Clock, SystemClock
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.errors import quiet, tls_context
from feed.mqtt.retries import Retries
from feed.mqtt.turns import Turns

__all__ = ["AT_LEAST_ONCE", "AT_MOST_ONCE", "Publisher"]

AT_MOST_ONCE = 0
AT_LEAST_ONCE = 1

_KEEP_ALIVE_S = 10
_GRACE_S = 0.2
_FAREWELL_S = 2.0
_NEVER = -2
"""In gmqtt's counting: it does not connect again by itself."""
_PUBLISH = 3
_PUBACK = b"\x40\x02"
_PUBACK_BYTES = 4
"""MQTT 3.1.1, section 3.4: type, remaining length, the id of the message."""
_SEVEN_BITS = 0x7F
_DUPLICATE = 0x08
"""The flag of a message that is sent again in one session (MQTT 3.1.1, section 3.3.1.1)."""


class _Outbox:
    """What gmqtt has sent and the broker has not acknowledged, in order.

    It stands in for gmqtt's own storage, which forgets everything when a broker comes back without
    our session, and then reports success.
    """

    def __init__(self) -> None:
        self.waiting: OrderedDict[int, tuple[bytearray, object]] = OrderedDict()
        self.tag: object = None
        self.acknowledged: Callable[[object], None] = lambda _: None
        self.changed = asyncio.Event()

    def push_message(self, mid: int, raw_package: bytearray) -> None:
        self.waiting[mid] = (raw_package, self.tag)

    def remove_message_by_mid(self, mid: int) -> None:
        entry = self.waiting.pop(mid, None)
        if entry is not None:
            self.changed.set()
            if entry[1] is not None:
                self.acknowledged(entry[1])

    @property
    def is_empty(self) -> bool:
        """Say yes: gmqtt would send it again behind what is published meanwhile."""
        return True

    async def wait_empty(self) -> None:
        """Return at once: gmqtt asks this before it calls itself connected."""

    def clear(self) -> None:
        """Keep everything: gmqtt calls this when the broker does not know our session."""

    def get_all(self) -> list[tuple[int, bytearray]]:
        return [(mid, package) for mid, (package, _) in self.waiting.items()]


def _packet(topic: str, identifier: int, payload: bytes) -> bytearray:
    """Return a PUBLISH of QoS 1 (MQTT 3.1.1, section 3.3), as gmqtt would, in a third of its time.

    Of what a player does for a message this was the largest part that could be spared.
    """
    name = topic.encode()
    length = len(name) + len(payload) + 4
    packet = bytearray((_PUBLISH << 4 | AT_LEAST_ONCE << 1,))
    while length > _SEVEN_BITS:
        packet.append(length & _SEVEN_BITS | 0x80)
        length >>= 7
    packet.append(length)
    packet += len(name).to_bytes(2)
    packet += name
    packet += identifier.to_bytes(2)
    packet += payload
    return packet


def _count_first(connection: Any, outbox: _Outbox) -> None:
    """Let the acknowledgements in what a connection reads be counted here, the rest by gmqtt.

    gmqtt makes an object of each, and five lines of a log that nobody reads.
    """
    protocol, handler = connection._protocol, connection._handler  # noqa: SLF001 - has no public name
    read, taken = protocol._read_packet, protocol.id_generator._used_ids  # noqa: SLF001 - same

    def counted(data: bytes) -> int:
        # The last one is left to gmqtt, which notes when the broker was heard.
        place, end = 0, len(data) - 2 * _PUBACK_BYTES
        if handler.current_connection is connection:
            while place <= end and data.startswith(_PUBACK, place):
                identifier = data[place + 2] << 8 | data[place + 3]
                taken.discard(identifier)
                outbox.remove_message_by_mid(identifier)
                place += _PUBACK_BYTES
        rest = read(data[place:])
        return -1 if rest < 0 else place + int(rest)

    protocol._read_packet = counted  # noqa: SLF001 - same


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
        self.lost = 0
        """how often the connection was lost"""
        self.on_change: Callable[[], None] = lambda: None
        """called when the connection is lost, and when it is there again"""
        self.forgotten = 0
        """how often a broker came back without our session, and perhaps without what it retained"""
        self._outbox = _Outbox()
        self.failed: BrokerError | None = None
        """why it was given up"""
        self._up = False
        self._joined: bytearray | None = None
        """what is gathered for one write"""
        self._gone = asyncio.Event()
        self._accepted = False
        """the broker has taken the present connection"""
        self._clock = clock or SystemClock()
        self._retries = Retries(address, client_id)
        self._turns = Turns(address)
        self._keeper: asyncio.Task[None] | None = None
        message = None
        if will is not None:
            message = gmqtt.Message(will[0], will[1], qos=AT_LEAST_ONCE, retain=True)
        self._client: Any = gmqtt.Client(
            client_id, clean_session=False, will_message=message, persistent_storage=self._outbox
        )
        self._client.set_config({"reconnect_retries": _NEVER})
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected

    async def __aenter__(self) -> Self:
        """Connect; BrokerError says why that was impossible."""
        while not self._up:
            try:
                await self._connect()
            except (MQTTConnectError, OSError, TimeoutError) as error:
                self._turns.failed(error)
                if self._turns.in_vain:
                    raise self._turns.error() from error
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
    def in_flight(self) -> int:
        """How many messages the broker has not acknowledged."""
        return len(self._outbox.waiting)

    @property
    def on_acknowledged(self) -> Callable[[object], None]:
        """Called with its tag when the broker has acknowledged a message that has one."""
        return self._outbox.acknowledged

    @on_acknowledged.setter
    def on_acknowledged(self, call: Callable[[object], None]) -> None:
        self._outbox.acknowledged = call

    @property
    def room(self) -> int:
        """How many messages ``send`` takes now; none while the broker is away."""
        if self.failed is not None:
            raise self.failed
        return max(0, self.window - len(self._outbox.waiting)) if self._up else 0

    def send(self, topic: str, payload: bytes, *, tag: object = None) -> None:
        """Send a message of QoS 1 for which there is room, without waiting for anything.

        ``tag`` is handed back when the message is acknowledged.
        """
        assert self._up, "asked for room before"
        protocol = self._client._connection._protocol  # noqa: SLF001 - its own way takes thrice as long
        identifier = protocol.id_generator.next_id()
        packet = _packet(topic, identifier, payload)
        self._outbox.waiting[identifier] = (packet, tag)
        if self._joined is None:
            protocol.write_data(packet)
        else:
            self._joined += packet

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Let what is sent within the context go to the socket as one write."""
        self._joined = bytearray()
        try:
            yield
        finally:
            data, self._joined = self._joined, None
            if data:
                self._client._connection._protocol.write_data(data)  # noqa: SLF001 - as above

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = AT_LEAST_ONCE,
        retain: bool = False,
    ) -> None:
        """Send a message, once there is room; BrokerError when the connection was given up."""
        while not self._up or len(self._outbox.waiting) >= self.window:
            await self._change()
        self._client.publish(topic, payload, qos=qos, retain=retain)

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
        gone = asyncio.create_task(self._gone.wait())
        connecting = asyncio.create_task(
            self._client.connect(
                now.host,
                now.port,
                ssl=tls_context(now) or False,
                keepalive=_KEEP_ALIVE_S,
                version=MQTTv311,
            )
        )
        try:
            await self._answered(connecting, gone)
        except BaseException:
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
        for _, package in self._outbox.get_all():
            if package[0] >> 4 == _PUBLISH:  # of QoS 2 the second step waits, which has no flag
                package[0] = package[0] & ~_DUPLICATE | (_DUPLICATE if session_present else 0)
            self._client._connection.send_package(package)  # noqa: SLF001 - has no public name
        _count_first(self._client._connection, self._outbox)  # noqa: SLF001 - same
        self._up = self._accepted = True
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
