"""How many observers at once: real connections, and how late the last of them hears."""

import asyncio
import struct
from functools import partial

from feed.bench.broker import broker
from feed.bench.figure import CLOCK, Effort, MeasuredRow
from feed.bench.pacing import percentile
from feed.bench.stories import folder, incidents, prepared
from feed.errors import IncompleteError
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.publisher import AT_MOST_ONCE, Publisher

__all__ = ["fan_out"]

_STEPS = (500, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000)
_A_SECOND = 10
_SECONDS = 5
_LIMIT_MS = 250.0
_TOGETHER = 200
_TOPIC = "exercise/v1/bench/feed/x/incident/fan-out"
_FILLER = b"x" * 852
"""with eight bytes of time a payload has the size of an incident's message"""


class _Observer(asyncio.Protocol):
    """The least that is an MQTT client: it subscribes at QoS 0, and reads the time in payloads."""

    def __init__(self, name: str, filter_: str, late: list[float]) -> None:
        self._name, self._filter, self._late = name.encode(), filter_.encode(), late
        self.ready = asyncio.get_running_loop().create_future()
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        body = b"\x00\x04MQTT\x04\x02\x00\x3c" + struct.pack(">H", len(self._name)) + self._name
        transport.write(bytes((0x10, len(body))) + body)
        body = b"\x00\x01" + struct.pack(">H", len(self._filter)) + self._filter + b"\x00"
        transport.write(bytes((0x82, len(body))) + body)

    def data_received(self, data: bytes) -> None:
        now = CLOCK.now()
        self._data += data
        while (whole := _packet(self._data)) is not None:
            kind, start, end = whole
            if kind == 0x90 and not self.ready.done():  # noqa: PLR2004 - SUBACK
                self.ready.set_result(None)
            elif kind & 0xF0 == 0x30:  # noqa: PLR2004 - PUBLISH
                (length,) = struct.unpack_from(">H", self._data, start)
                (sent,) = struct.unpack_from(">d", self._data, start + 2 + length)
                self._late.append((now - sent) * 1e3)
            self._data = self._data[end:]

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionResetError())


def _packet(data: bytes) -> tuple[int, int, int] | None:
    """Return the kind of the first packet, where its body begins and ends; None if it is torn."""
    length = shift = 0
    for position, byte in enumerate(data[1:5], 1):
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            start = position + 1
            return None if len(data) < start + length else (data[0], start, start + length)
    return None


async def fan_out(effort: Effort) -> list[MeasuredRow]:
    """Measure how many observers hear ten messages a second within a quarter of a second."""
    best, rows = 0, []
    with folder() as at:
        story = prepared(incidents(at, 10))
        async with broker(at, story) as running:
            player = parse_address(running.url_for("player"))
            address = parse_address(running.address.url)
            topic = _TOPIC.replace("/x/", f"/{story.recipients[0].lower()}/")
            for count in _STEPS[:1] if effort.short else _STEPS:
                effort.progress(f"fan-out to {count:,} observers")
                late = await _heard(player, address, topic, count)
                slow = percentile(late, 0.99)
                note = f"p50 {percentile(late, 0.5):.1f} ms"
                what = f"p99 with {count:,} observers, {_A_SECOND} a second each"
                rows.append(MeasuredRow(what, slow, "ms", note=note, at_most=True))
                if slow > _LIMIT_MS:
                    break
                best = count
    what = f"observers with p99 below {_LIMIT_MS:g} ms"
    return [*rows, MeasuredRow(what, best, "observers", reach=5_000)]


async def _heard(
    player: BrokerAddress, address: BrokerAddress, topic: str, count: int
) -> list[float]:
    loop, late = asyncio.get_running_loop(), list[float]()
    observers: list[_Observer] = []
    try:
        for first in range(0, count, _TOGETHER):
            made = [
                loop.create_connection(
                    partial(_Observer, f"observer-{n}", topic, late), address.host, address.port
                )
                for n in range(first, min(first + _TOGETHER, count))
            ]
            pairs = await asyncio.gather(*made)
            observers += [protocol for _, protocol in pairs]
            await asyncio.gather(*(protocol.ready for _, protocol in pairs))
        async with Publisher(player, "bench-fan-out") as publisher:
            clock = CLOCK
            start = clock.now()
            total = _A_SECOND * _SECONDS
            for n in range(total):
                await clock.sleep_until(start + n / _A_SECOND)
                payload = struct.pack(">d", CLOCK.now()) + _FILLER
                await publisher.publish(topic, payload, qos=AT_MOST_ONCE)
            until = clock.now() + 30
            while len(late) < total * count and clock.now() < until:
                await clock.sleep(0.05)
    finally:
        for each in observers:
            each.transport.abort()
    if len(late) < _A_SECOND * _SECONDS * count:
        missing = _A_SECOND * _SECONDS * count - len(late)
        raise IncompleteError(f"{missing} messages did not reach the {count} observers")
    return late
