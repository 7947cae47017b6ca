"""The other ends of connections in tests: addresses of brokers, and ports that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from feed.clock import SystemClock
from feed.mqtt.address import BrokerAddress, parse_address
from tests.brokers import HOST, RunningBroker

__all__ = ["CLOCK", "LIMIT_S", "Scripted", "address_of", "port_that", "silent", "slams", "until"]

LIMIT_S = 20
"""No test waits longer for anything."""

_SENT_AGAIN = 8


class HastyClock(SystemClock):
    """A real clock for the impatient: every wait is short."""

    async def sleep(self, seconds: float) -> None:
        """Wait for a moment."""
        await super().sleep(min(seconds, 0.02))


CLOCK = HastyClock()

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


def address_of(broker: RunningBroker, role: str = "player") -> BrokerAddress:
    """Return where a broker is, for a role."""
    return parse_address(broker.url_for(role))


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact that nobody announces, giving way to whoever may bring it about."""
    async with asyncio.timeout(LIMIT_S):
        while not fact():
            await asyncio.to_thread(lambda: None)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything and never answer."""
    while await reader.read(1 << 16):
        pass
    writer.close()


async def slams(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection after the first word."""
    await reader.read(1)
    writer.close()


@asynccontextmanager
async def port_that(peer: Peer) -> AsyncIterator[BrokerAddress]:
    """Give the address of a port behind which something stands that is no broker."""
    server = await asyncio.start_server(peer, HOST, 0)  # type: ignore[arg-type]
    try:
        # What is written by hand here is 3.1.1.
        yield BrokerAddress(HOST, server.sockets[0].getsockname()[1], before_5=True)
    finally:
        server.close()


class Scripted:
    """A broker that takes everything, and acknowledges, forgets and hangs up when it is told to.

    With ``before_subscription`` it delivers that message as soon as somebody connects, and grants
    no subscription until it is told to.
    """

    def __init__(self, *, before_subscription: int = 0) -> None:
        self.refusal = 0
        self.granted = 1
        self.session_present = False
        self.connects = 0
        self.disconnects = 0
        self.published: list[tuple[bytes, bool]] = []
        """payload and whether it was marked as sent again"""
        self.acknowledged: list[int] = []
        self._before_subscription = before_subscription
        self.asked = b""
        """the answer to the last subscription"""
        self._numbers: list[bytes] = []
        self._writer: asyncio.StreamWriter | None = None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the broker in one connection."""
        self._writer = writer
        try:
            while True:
                kind = (await reader.readexactly(1))[0]
                length, shift = 0, 0
                while (more := (await reader.readexactly(1))[0]) & 128:
                    length, shift = length | (more & 127) << shift, shift + 7
                self._take(kind, await reader.readexactly(length | more << shift))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _take(self, kind: int, body: bytes) -> None:
        match kind >> 4:
            case 1:  # CONNECT
                self.connects += 1
                present = self.session_present and not self.refusal
                self.send(bytes([0x20, 2, present, self.refusal]))
                if self._before_subscription:
                    number = self._before_subscription
                    self.send(self.message(number, str(number).encode()))
            case 3:  # PUBLISH
                size = int.from_bytes(body[:2], "big")
                self.published.append((body[size + 4 :], bool(kind & _SENT_AGAIN)))
                self._numbers.append(body[size + 2 : size + 4])
            case 4:  # PUBACK
                self.acknowledged.append(int.from_bytes(body, "big"))
            case 8:  # SUBSCRIBE
                self.asked = b"\x90\x03" + body[:2] + bytes([self.granted])
                if not self._before_subscription:
                    self.grant()
            case 14:  # DISCONNECT
                self.disconnects += 1

    def send(self, packets: bytes) -> None:
        """Send bytes to whoever is connected."""
        assert self._writer is not None
        self._writer.write(packets)

    @staticmethod
    def message(number: int, payload: bytes) -> bytes:
        """Return a message of QoS 1 on the topic ``t``."""
        body = b"\x00\x01t" + number.to_bytes(2, "big") + payload
        return bytes([0x32, len(body)]) + body

    def grant(self) -> None:
        """Answer the subscription."""
        self.send(self.asked)

    def acknowledge_all(self) -> None:
        """Acknowledge everything so far."""
        for mid in self._numbers:
            self.send(b"\x40\x02" + mid)
        self._numbers.clear()

    def hang_up(self) -> None:
        """Close the connection."""
        assert self._writer is not None
        self._writer.close()
