"""``feed doctor``: which parts are used, and why a client might see nothing."""

import asyncio
import platform
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal, NamedTuple

from feed import __version__
from feed.app.broker_in_use import as_role
from feed.app.exercises import Standing, exercises
from feed.app.watch import filter_mistakes
from feed.broker.find import find_server
from feed.clock import SystemClock
from feed.errors import BrokerError, FeedError
from feed.mqtt.address import parse_address
from feed.mqtt.subscriber import Subscriber
from feed.wire.topics import ROOT, Topics, client_id, exercise_of

__all__ = ["DoctorOptions", "Finding", "examine"]

_LIBRARIES = ("aiomqtt", "gmqtt", "paho-mqtt", "pydantic", "numpy", "structlog")
_LISTEN_S = 3.0


class Finding(NamedTuple):
    """One thing that was looked at."""

    mark: Literal["ok", "note", "wrong"]
    what: str
    advice: str = ""


@dataclass(frozen=True)
class DoctorOptions:
    """What a user asks of ``feed doctor``."""

    broker: str
    filter: str | None = None
    qos: int = 1
    user: str | None = None
    nats_server: str | None = None


async def examine(options: DoctorOptions) -> AsyncIterator[Finding]:
    """Yield what is found, step by step; later steps need the earlier ones."""
    yield Finding("ok", f"feed {__version__} on Python {platform.python_version()}")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    yield Finding("ok", versions)
    try:
        server = find_server(options.nats_server)
    except FeedError as error:
        yield Finding("wrong", str(error))
    else:
        yield Finding("ok", f"embedded broker: nats-server {server.version} at {server.path}")
    clock = SystemClock()
    address = parse_address(options.broker)
    try:
        found = await exercises(as_role(address, "observer"), clock)
    except BrokerError as error:
        yield Finding("wrong", str(error))
        return
    yield Finding("ok", f"the broker at {address.shown} answers")
    for standing in found:
        yield _of_exercise(standing)
    if not found:
        yield Finding(
            "note",
            "no exercise stands on this broker",
            "start one with 'feed run' or 'feed publish'; nothing comes before that",
        )
    if options.filter is None:
        return
    for finding in _of_filter(options.filter, options.qos, found):
        yield finding
    if any(filter_mistakes(options.filter)):
        # A broker may take offence at it and hang up, which would tell nothing.
        return
    async for finding in _listen(options, clock):
        yield finding


def _of_exercise(standing: Standing) -> Finding:
    state = standing.clock.get("state")
    countries = ", ".join(map(str, standing.manifest.get("countries", [])))
    what = f"exercise '{standing.slug}' is {state or 'without a clock'}; feeds: {countries}"
    if state == "paused":
        return Finding("note", what, "press space in 'feed run' to go on")
    if state in {"ended", None}:
        return Finding("note", what, f"'feed clean {standing.slug}' takes away what is left")
    return Finding("ok", what)


def _of_filter(name: str, qos: int, found: list[Standing]) -> list[Finding]:
    """Return what is wrong with a topic filter, by its text alone."""
    findings = []
    levels = name.split("/")
    if name.startswith("/"):
        findings.append(
            Finding("wrong", "the filter begins with '/'", f"topics here begin with {ROOT}")
        )
    elif not _covers(levels, ROOT.split("/")):
        findings.append(
            Finding("wrong", f"the filter does not begin with {ROOT}", "nothing else is published")
        )
    findings += [Finding("wrong", *mistake) for mistake in filter_mistakes(name)]
    if name != name.lower():
        findings.append(
            Finding("wrong", "the filter has capital letters", "every level is lower case here")
        )
    exercise = exercise_of(f"{name}/x")
    slugs = [standing.slug for standing in found]
    if exercise is not None and slugs and exercise not in slugs:
        findings.append(
            Finding(
                "wrong",
                f"no exercise is called '{exercise}' here",
                f"there is {', '.join(slugs)}; '+' in its place takes any",
            )
        )
    if qos == 0:
        findings.append(
            Finding(
                "note",
                "a subscription of QoS 0 receives everything at QoS 0 and may lose messages",
                "subscribe with QoS 1 (mosquitto_sub -q 1)",
            )
        )
    narrow = exercise is not None and len(levels) > 5 and levels[3:4] == ["feed"]  # noqa: PLR2004
    if narrow and levels[5] not in {"#", "+"}:
        findings.append(
            Finding(
                "note",
                "with this filter gaps in 'sequence' mean nothing",
                f"subscribe to {Topics(exercise or '+').base}/feed/{levels[4]}/# to see losses",
            )
        )
    return findings


def _covers(levels: list[str], root: list[str]) -> bool:
    """Tell whether a filter can match topics below a root."""
    for wanted, level in zip(levels, root, strict=False):
        if wanted == "#":
            return True
        if wanted not in {"+", level}:
            return False
    return len(levels) > len(root)


async def _listen(options: DoctorOptions, clock: SystemClock) -> AsyncIterator[Finding]:
    """Subscribe as the user would, and say what came."""
    address = as_role(parse_address(options.broker), options.user or "observer")
    who = options.user or address.user or "nobody (an observer)"
    name = client_id("observer", "any", f"doctor-{secrets.token_hex(4)}")
    assert options.filter is not None
    count = 0
    try:
        async with Subscriber(address, name, [(options.filter, options.qos)], clock=clock) as ears:
            yield Finding("ok", f"the broker grants {who} the subscription to {options.filter}")
            try:
                async with asyncio.timeout(_LISTEN_S):
                    while True:
                        count += len(await ears.batch())
            except TimeoutError:
                pass
    except BrokerError as error:
        yield Finding(
            "wrong",
            str(error),
            "a country reads its own feed only, as the user of its own code in lower case",
        )
        return
    if count:
        came = "1 message came" if count == 1 else f"{count} messages came"
        yield Finding("ok", f"{came} within {_LISTEN_S:g} s")
    else:
        yield Finding(
            "note",
            f"nothing came within {_LISTEN_S:g} s",
            "some brokers grant a subscription that they then serve with nothing; "
            "or the scenario is silent just now: see 'feed watch'",
        )
