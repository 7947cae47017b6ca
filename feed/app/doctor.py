"""``feed doctor``: which parts are used, and why a client might see nothing."""

import asyncio
import platform
import secrets
from collections.abc import AsyncIterator, Iterator
from importlib import metadata

from feed import __version__
from feed.app.address_check import of_addresses
from feed.app.broker_in_use import as_role
from feed.app.client_check import endpoint_of, of_client, of_rights, of_websocket
from feed.app.engine_check import of_engines
from feed.app.exercises import Exercise, exercises
from feed.app.filter_check import of_filter
from feed.app.finding import Diagnosis, DoctorOptions
from feed.app.watch import filter_mistakes
from feed.clock import SystemClock
from feed.errors import BrokerError, UsageError
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.dialect import PROTOCOLS
from feed.mqtt.errors import tls_context
from feed.mqtt.subscriber import Subscriber
from feed.mqtt.turns import answering
from feed.wire.topics import client_id

__all__ = ["examine"]

_LIBRARIES = ("aiomqtt", "gmqtt", "paho-mqtt", "pydantic", "numpy", "structlog")
_LISTEN_S = 3.0


async def examine(options: DoctorOptions) -> AsyncIterator[Diagnosis]:
    """Yield what is found, step by step; later steps need the earlier ones."""
    yield Diagnosis("ok", f"feed {__version__} on Python {platform.python_version()}")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    yield Diagnosis("ok", versions)
    for finding in of_engines(dict(options.programs)):
        yield finding
    clock = SystemClock()
    address = parse_address(options.broker)
    if options.protocol not in PROTOCOLS:
        raise UsageError(f"--protocol '{options.protocol}': take one of {', '.join(PROTOCOLS)}")
    async for finding in of_addresses(address):
        yield finding
    endpoint = endpoint_of(options, await answering(address))
    try:
        found = await exercises(as_role(address, "observer"), clock)
    except BrokerError as error:
        yield Diagnosis("wrong", str(error))
        return
    yield Diagnosis("ok", f"the broker at {address.shown} answers")
    for finding in _of_exercises(found):
        yield finding
    if endpoint is not None:
        known = as_role(address, "observer")
        yield await of_websocket(endpoint, options.origin, tls_context(known))
    async for finding in _of_user(options, address, found, clock):
        yield finding


def _of_exercises(found: list[Exercise]) -> Iterator[Diagnosis]:
    """Yield what stands on the broker."""
    yield from map(_of_exercise, found)
    if not found:
        yield Diagnosis(
            "note",
            "no exercise stands on this broker",
            "start one with 'feed run' or 'feed publish'; nothing comes before that",
        )


async def _of_user(
    options: DoctorOptions, address: BrokerAddress, found: list[Exercise], clock: SystemClock
) -> AsyncIterator[Diagnosis]:
    """Yield what concerns the user's own client: how it connects, and what it subscribes to."""
    let_in = True
    async for finding in of_client(options, address):
        let_in = let_in and finding.mark != "wrong"
        yield finding
    if let_in and options.user is not None:
        async for finding in of_rights(options, address):
            yield finding
    if options.filter is None:
        return
    for finding in of_filter(options.filter, options.qos, found):
        yield finding
    # A broker may take offence at a wrong one and hang up, which would tell nothing.
    if let_in and not any(filter_mistakes(options.filter)):
        async for finding in _listen(options, clock):
            yield finding


def _of_exercise(exercise: Exercise) -> Diagnosis:
    state = exercise.state
    countries = ", ".join(exercise.manifest.countries)
    what = f"exercise '{exercise.slug}' is {state or 'without a clock'}; feeds: {countries}"
    if state == "paused":
        return Diagnosis("note", what, "press space in 'feed run' to go on")
    if state in {"ended", None}:
        return Diagnosis("note", what, f"'feed clean {exercise.slug}' takes away what is left")
    return Diagnosis("ok", what)


async def _listen(options: DoctorOptions, clock: SystemClock) -> AsyncIterator[Diagnosis]:
    """Subscribe as the user would, and say what came."""
    address = as_role(parse_address(options.broker), options.user or "observer")
    who = options.user or address.user or "nobody (an observer)"
    name = client_id("observer", "any", f"doctor-{secrets.token_hex(4)}")
    assert options.filter is not None
    count = 0
    try:
        async with Subscriber(address, name, [(options.filter, options.qos)], clock=clock) as ears:
            yield Diagnosis("ok", f"the broker grants {who} the subscription to {options.filter}")
            try:
                async with asyncio.timeout(_LISTEN_S):
                    while True:
                        count += len(await ears.batch())
            except TimeoutError:
                pass
    except BrokerError as error:
        yield Diagnosis(
            "wrong",
            str(error),
            "a country reads its own feed only, as the user of its own code in lower case",
        )
        return
    if count:
        came = "1 message came" if count == 1 else f"{count} messages came"
        yield Diagnosis("ok", f"{came} within {_LISTEN_S:g} s")
    else:
        yield Diagnosis(
            "note",
            f"nothing came within {_LISTEN_S:g} s",
            "some brokers grant a subscription that they then serve with nothing; "
            "or the scenario is silent just now: see 'feed watch'",
        )
