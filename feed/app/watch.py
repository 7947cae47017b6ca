"""``feed watch``: any topic, readable, with both clocks."""

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from feed.app.broker_in_use import as_role
from feed.app.left_out import LeftOut
from feed.app.trust import verifier_of
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.mqtt.address import parse_address
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.terminal.lines import Lines
from feed.wire.topics import ROOT, SIGNED, client_id, exercise_of
from feed.wording.text import clean

__all__ = ["WatchOptions", "filter_mistakes", "watch"]

_LONGEST = 65_535
"""MQTT 3.1.1, section 4.7.3; the wildcards are those of section 4.7.1."""

log = structlog.get_logger()


@dataclass(frozen=True)
class WatchOptions:
    """What a user asks of ``feed watch``."""

    broker: str
    filter: str = f"{ROOT}/#"
    role: str = "observer"
    raw: bool = False
    most: int | None = None
    language: str = "en"
    zone: str | None = None


def filter_mistakes(name: str) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, what to do) for every reason why a text is no MQTT topic filter."""
    levels = name.split("/")
    if not name:
        yield "the filter is empty", "write '#' for everything"
    if "\0" in name or len(name.encode(errors="replace")) > _LONGEST:
        yield "the filter is too long or has a NUL in it", "write one such as 'exercise/v1/#'"
    if any("#" in level and level != "#" for level in levels) or "#" in levels[:-1]:
        yield "'#' may only be the last level of a filter", "write '+' for one level in the middle"
    if any("+" in level and level != "+" for level in levels):
        yield "'+' has to be a level of its own", "write 'a/+/b', not 'a/b+'"


async def watch(options: WatchOptions) -> int:
    """Print whatever comes on a topic filter, until somebody ends it."""
    for what, advice in filter_mistakes(options.filter):
        raise UsageError(f"{what}; {advice}")
    clock = SystemClock()
    address = as_role(parse_address(options.broker), options.role)
    lines = Lines(sys.stdout, zone=options.zone)
    name = client_id(options.role, "any", f"watch-{secrets.token_hex(4)}")
    left = options.most
    verifier, refused = verifier_of(address), LeftOut("left out what is not the player's", clock)
    async with Subscriber(address, name, [(options.filter, 1)], clock=clock) as subscriber:
        log.info("subscribed", filter=options.filter, broker=address.shown)
        while left is None or left > 0:
            for arrival in await subscriber.batch():
                if left is not None and left <= 0:
                    break
                if verifier is not None and _is_signed(arrival):
                    flaw = verifier.flaw(arrival.payload)
                    if flaw is not None:
                        refused.add(flaw, arrival.topic, "its signature is not the player's")
                        continue
                if options.raw:
                    _write_raw(arrival.topic, arrival.payload)
                else:
                    lines.payload(
                        arrival.topic,
                        arrival.payload,
                        retained=arrival.retain,
                        wall_us=clock.wall(),
                        language=options.language,
                    )
                left = None if left is None else left - 1
            sys.stdout.flush()
    return 0


def _is_signed(arrival: Arrival) -> bool:
    """Tell whether something stands where a player signs what it publishes."""
    levels = arrival.topic.split("/")
    return bool(arrival.payload and exercise_of(arrival.topic) and levels[3] in SIGNED)


def _write_raw(topic: str, payload: bytes) -> None:
    """Print bytes as they are, but nothing that a terminal would obey."""
    line = topic.encode(errors="surrogateescape") + b" " + payload
    if sys.stdout.isatty():
        line = clean(line.decode(errors="backslashreplace")).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(line + b"\n")
