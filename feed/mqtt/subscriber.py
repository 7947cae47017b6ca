"""Receiving: one connection, its filters, acknowledgement when told to.  Built on aiomqtt.

Messages come in batches.  With ``late`` acknowledgement the broker is told only when the caller
says that a batch is safe, so a process that dies loses nothing.  A lost connection is made again
for as long as the subscriber is used.
"""

import asyncio
import contextlib
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self, cast

import aiomqtt

from feed.clock import Clock
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.connection import connection, unless_lost
from feed.mqtt.errors import BusyError, number_of, quiet, tls_context
from feed.mqtt.pieces import Arrival, take_apart
from feed.mqtt.retries import Retries
from feed.mqtt.turns import Turns

__all__ = ["Arrival", "Subscriber"]

_KEEP_ALIVE_S = 10
_TIMEOUT_S = 10.0
_SUBSCRIBE_S = 45.0
"""While a node of a cluster is away, each subscription of QoS 1 may wait for an election of 5 s."""
_HEED_S = 2.0
_REFUSED = 128
_LONG_S = 2.0
"""For want of a right one is refused at once; nats-server waits for its own store for 5 s."""
_PIECE = 1 << 15
"""Bytes that are read at once: more than a record of TLS, so that none of it is left behind."""
_PUBACK = struct.Struct("!BBH")
_PUBACK_TYPE = 0x40
_PUBACK_LENGTH = 2
"""MQTT 3.1.1, section 3.4: type, remaining length, the id of the message."""


class _NotGrantedError(BrokerError):
    """A subscription was refused: for want of a right, or by a node that has no room for it."""


class _Mailbox(asyncio.Queue[aiomqtt.Message]):
    """What aiomqtt puts its messages into.

    aiomqtt's own iteration makes a task for each message.  Here its iterator never gets one, so
    that it only ends when the connection does, and batches are read from the side.
    """

    def __init__(self, subscriber: "Subscriber", connection: int) -> None:
        super().__init__()
        self._subscriber = subscriber
        self._connection = connection

    def put_nowait(self, item: aiomqtt.Message) -> None:
        payload: object = item.payload
        self._subscriber.take(
            Arrival(
                topic=str(item.topic),
                payload=payload if isinstance(payload, bytes) else b"",
                retain=bool(item.retain),
                qos=item.qos,
                mid=item.mid,
                connection=self._connection,
            )
        )

    async def get(self) -> aiomqtt.Message:
        never: asyncio.Future[aiomqtt.Message] = asyncio.get_running_loop().create_future()
        return await never


class Subscriber:
    """A connection that receives.  Use it with ``async with``.

    ``persistent``: the broker keeps the session, and what is published meanwhile, under the client
    id.  ``late``: messages of QoS 1 are acknowledged by ``acknowledge``, not on arrival.
    ``hello`` is published, retained, whenever the subscriptions stand; ``will`` when we are gone.
    """

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        filters: Sequence[tuple[str, int]],
        *,
        clock: Clock,
        persistent: bool = False,
        late: bool = False,
        hello: tuple[str, bytes] | None = None,
        will: tuple[str, bytes] | None = None,
    ) -> None:
        quiet()
        self.address = address
        self.client_id = client_id
        self._turns = Turns(address)
        self.connections = 0
        """how many connections were made"""
        self.connected = False
        self.failed: BrokerError | None = None
        """why it was given up: the broker refused what it had granted before"""
        self._filters = tuple(filters)
        self._clock = clock
        self._persistent = persistent
        self._late = late
        self._hello = hello
        self._will = will
        self._arrived: list[Arrival] = []
        self._something = asyncio.Event()
        self._woken = False
        self._client: aiomqtt.Client | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect and subscribe; BrokerError says why that was impossible."""
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._stay(first))
        self._task.add_done_callback(lambda _: self._something.set())
        try:
            await asyncio.wait({first, self._task}, return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            await self._stop()
            raise
        if self.failed is not None:
            raise self.failed
        if self._task.done():
            self._task.result()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect; what was not acknowledged comes again in a persistent session."""
        await self._stop()

    def take(self, arrival: Arrival) -> None:
        """Take a message in; called by the library for each one."""
        self._arrived.append(arrival)
        if not self._something.is_set():
            self._something.set()

    def wake(self) -> None:
        """Let ``batch`` return, with nothing if nothing came."""
        self._woken = True
        self._something.set()

    async def batch(self, most: int = 200) -> list[Arrival]:
        """Wait for messages and return them, at most so many; BrokerError when it was given up."""
        while not self._arrived and not self._woken:
            if self.failed is not None:
                raise self.failed
            if self._task is not None and self._task.done():
                self._task.result()
            self._something.clear()
            await self._something.wait()
        self._woken = False
        self._read_on(most)
        batch, self._arrived = self._arrived[:most], self._arrived[most:]
        return batch

    def _read_on(self, most: int) -> None:
        """Read what else the socket holds, until there are so many messages.

        A piece of the stream is always taken apart to its end, so that nothing waits in memory for
        a socket that has nothing more to say.  That can be a few messages more than asked for.
        """
        while self.connected and len(self._arrived) < most and self._read_piece():
            pass

    def _read_piece(self) -> bool:
        """Read a piece of what the socket holds; False if there is nothing, or nothing more."""
        assert self._client is not None, "there is no connection"
        paho = self._client._client  # noqa: SLF001 - the documented call of an external loop
        lost = self._client._disconnected  # noqa: SLF001 - where aiomqtt notes what went wrong
        if lost.done():
            return False
        try:
            piece = paho._sock_recv(_PIECE)  # noqa: SLF001 - paho itself asks for each byte
            if not piece:
                # The other side has closed; paho finds that out in its own way.
                paho.loop_read()
                return False
            highest = 1 if self._late else 0
            take_apart(paho, piece, self.take, connection=self.connections, highest=highest)
        except BlockingIOError:
            return False
        except Exception as error:  # noqa: BLE001 - as aiomqtt does where it reads
            if not lost.done():
                lost.set_exception(error)
            return False
        return True

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Tell the broker that messages are safe; those of an earlier connection come again."""
        if not self._late or self._client is None:
            return
        here = [one.mid for one in arrivals if one.qos and one.connection == self.connections]
        if here:
            # paho's own ``ack`` writes each of them to the socket by itself, which costs more than
            # everything else that is done with a message.
            packets = b"".join(_PUBACK.pack(_PUBACK_TYPE, _PUBACK_LENGTH, mid) for mid in here)
            paho = self._client._client  # noqa: SLF001 - aiomqtt cannot acknowledge late
            paho._packet_queue(_PUBACK_TYPE, packets, here[-1], 1)  # noqa: SLF001 - same

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False
    ) -> bool:
        """Publish a message over this connection; False if the broker did not acknowledge it."""
        if self._client is None or not self.connected:
            return False
        try:
            await unless_lost(
                self._client, self._client.publish(topic, payload, qos=qos, retain=retain)
            )
        except aiomqtt.MqttError:
            return False
        return True

    async def caught_up(self) -> bool:
        """Wait until what stood when it subscribed has arrived; False if the line was lost.

        A broker answers in order: what comes after the answer to another subscription is new.
        """
        if self._client is None or not self.connected:
            return False
        nothing = self._filters[0][0].replace("+", "-").replace("#", "-")
        try:
            await unless_lost(self._client, self._client.subscribe([(nothing, 0)]))
        except aiomqtt.MqttError:
            return False
        return True

    async def forget(self) -> None:
        """Let the broker drop the session, once disconnected; nothing happens if it is away."""
        if self._client is None or not self._persistent:
            return
        now = self._turns.now
        client = aiomqtt.Client(
            now.host,
            now.port,
            username=now.user,
            password=now.password,
            identifier=self.client_id,
            clean_session=True,
            timeout=_TIMEOUT_S,
            tls_context=tls_context(now),
        )
        with contextlib.suppress(aiomqtt.MqttError):
            async with connection(client):
                return

    async def _stay(self, first: "asyncio.Future[None]") -> None:
        """Connect, and again whenever the connection is lost, for as long as there is sense."""
        retries, turns = Retries(self.address, self.client_id), self._turns
        try:
            while True:
                wait = True
                try:
                    async with connection(self._new_client()) as client:
                        self._listen(client)
                        client.timeout = _SUBSCRIBE_S
                        await self._subscribe(client)
                        client.timeout = _TIMEOUT_S
                        retries.connected(self._clock.now())
                        turns.connected()
                        if not first.done():
                            first.set_result(None)
                        async for _ in client.messages:
                            pass
                except (aiomqtt.MqttError, _NotGrantedError, BusyError) as error:
                    wait = turns.failed(error)
                    refused = first.done() and turns.exhausted and turns.hopeless
                    denied = isinstance(error, _NotGrantedError)
                    final = refused and not retries.refused(subscription=denied)
                    if (not first.done() and turns.in_vain) or final:
                        raise turns.error() from error
                finally:
                    self.connected = False
                if wait:
                    await self._clock.sleep(retries.pause(self._clock.now()))
        except BrokerError as error:
            self.failed = error

    def _new_client(self) -> aiomqtt.Client:
        self.connections += 1
        mailbox = _Mailbox(self, self.connections)
        will = None
        if self._will is not None:
            will = aiomqtt.Will(self._will[0], self._will[1], qos=1, retain=True)
        now = self._turns.now
        client = aiomqtt.Client(
            now.host,
            now.port,
            username=now.user,
            password=now.password,
            identifier=self.client_id,
            clean_session=not self._persistent,
            will=will,
            keepalive=_KEEP_ALIVE_S,
            timeout=self._turns.patience_s,
            tls_context=tls_context(now),
            queue_type=cast("Any", lambda maxsize: mailbox),  # noqa: ARG005 - aiomqtt's signature
        )
        if self._late:
            client._client.manual_ack_set(True)  # noqa: FBT003, SLF001 - see ``acknowledge``
        # From now on, for what a session held may arrive before the subscriptions stand.
        self._client = client
        return client

    def _listen(self, client: aiomqtt.Client) -> None:
        """Read in pieces: aiomqtt takes one message in each turn of the loop, in four calls."""
        sock: Any = client._client.socket()  # noqa: SLF001 - the documented call of an external loop
        if sock is not None:
            asyncio.get_running_loop().add_reader(sock.fileno(), self._read_piece)

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        if self._filters:
            asked = self._clock.now()
            granted = await unless_lost(client, client.subscribe(list(self._filters)))
            took = self._clock.now() - asked
            for (name, _), code in zip(self._filters, granted, strict=True):
                if number_of(code) >= _REFUSED and took > _LONG_S:
                    text = f"it had no time for the subscription to {name}; try again later"
                    raise BusyError(self._turns.now.shown, text)
                if number_of(code) >= _REFUSED:
                    raise _NotGrantedError(
                        self._turns.now.shown,
                        f"it refuses the subscription to {name}; connect as a user who may read it",
                    )
        if self._hello is not None:
            topic, payload = self._hello
            await unless_lost(client, client.publish(topic, payload, qos=1, retain=True))
        self.connected = True

    async def _stop(self) -> None:
        """End the connection; a task that has not heard of it is told again."""
        task = self._task
        while task is not None and not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_HEED_S)
