"""``feed capture``: whatever comes on some topics of any broker, written down as it came."""

import asyncio
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import structlog

from feed.app.broker_in_use import as_role
from feed.app.watch import filter_mistakes
from feed.clock import Clock, SystemClock
from feed.errors import UsageError
from feed.files.capture_files import CaptureFiles
from feed.files.captured import Captured
from feed.mqtt.address import parse_address
from feed.mqtt.subscriber import Subscriber
from feed.wire.topics import client_id

__all__ = ["CaptureOptions", "capture", "parse_size"]

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}
_LARGEST = 2**50

log = structlog.get_logger()


@dataclass(frozen=True)
class CaptureOptions:
    """What a user asks of ``feed capture``."""

    broker: str
    out: Path
    topics: tuple[str, ...]
    role: str = "observer"
    rotate_bytes: int | None = None
    rotate_us: int | None = None
    keep: int | None = None
    limit: int | None = None
    most: int | None = None
    for_s: float | None = None


def parse_size(text: str, option: str) -> int:
    """Return the bytes of a size that a user wrote: ``500kB``, ``100MB``, ``2GiB``."""
    found = _SIZE.fullmatch(text.strip())
    size = 0
    if found is not None:
        base = 1024 if found[3] else 1000
        size = round(float(found[1]) * base ** _POWERS[found[2].lower()])
    if not 0 < size <= _LARGEST:
        raise UsageError(f"{option} '{text}' is not a size; write 500kB, 100MB or 2GiB")
    return size


async def capture(options: CaptureOptions, clock: Clock | None = None) -> int:
    """Capture until somebody ends it, or a limit is reached."""
    for name in options.topics:
        for what, advice in filter_mistakes(name):
            raise UsageError(f"--topics '{name}': {what}; {advice}")
    clock = clock or SystemClock()
    address = as_role(parse_address(options.broker), options.role)
    name = client_id(options.role, "any", f"capture-{secrets.token_hex(4)}")
    filters = [(each, 2) for each in options.topics]
    async with Subscriber(address, name, filters, clock=clock) as subscriber:
        # Only now, so that a broker that is not there leaves no empty file behind.
        with CaptureFiles(
            options.out,
            rotate_bytes=options.rotate_bytes,
            rotate_us=options.rotate_us,
            keep=options.keep,
            limit=options.limit,
        ) as files:
            log.info("subscribed", topics=" ".join(options.topics), broker=address.shown)
            try:
                why = await _capture(subscriber, files, options, clock)
                log.info("ended", why=why)
            finally:
                log.info("captured", messages=files.count, bytes=files.size(), files=files.files)
    return 0


async def _capture(
    subscriber: Subscriber, files: CaptureFiles, options: CaptureOptions, clock: Clock
) -> str:
    """Write down what comes; return why it ended."""
    ends = None if options.for_s is None else clock.now() + options.for_s
    alarm = None if ends is None else asyncio.create_task(_wake(subscriber, clock, ends))
    connections = subscriber.connections
    try:
        while ends is None or clock.now() < ends:
            for arrival in await subscriber.batch():
                record = Captured(
                    line=files.count + 1,
                    wall=clock.wall(),
                    topic=arrival.topic,
                    payload=arrival.payload,
                    qos=arrival.qos,
                    retain=arrival.retain,
                )
                if not files.add(record):
                    return "the limit of size is reached"
                if files.count == options.most:
                    return "as many messages as were asked for"
            if subscriber.connections > connections:
                connections = subscriber.connections
                log.warning("the connection was lost; what came meanwhile is not in the capture")
    finally:
        if alarm is not None:
            alarm.cancel()
    return "the time is over"


async def _wake(subscriber: Subscriber, clock: Clock, when: float) -> None:
    await clock.sleep_until(when)
    subscriber.wake()
