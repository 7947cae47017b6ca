"""What ``feed doctor`` says of several addresses: which of them answers, and what each can do."""

import asyncio
import secrets
from collections.abc import AsyncIterator

from feed.app.broker_in_use import as_role
from feed.app.finding import Diagnosis
from feed.mqtt.address import BrokerAddress
from feed.mqtt.dialect import Greeting, attempt
from feed.mqtt.errors import broker_error, refused
from feed.mqtt.versions import most_at_once

__all__ = ["of_addresses"]

_PATIENCE_S = 5.0
_AWAY = "the others are used meanwhile, in their order"


async def of_addresses(address: BrokerAddress) -> AsyncIterator[Diagnosis]:
    """Yield what each of several addresses is good for; nothing of a single one."""
    if address.others:
        for one in address.each:
            yield await _of_address(as_role(one, "observer"))


async def _of_address(address: BrokerAddress) -> Diagnosis:
    """Return what a broker says to an observer."""
    name = f"feed-observer-any-doctor-{secrets.token_hex(4)}"
    greeting = Greeting("3.1.1", name, address.user, address.password)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            answer, code = await attempt(address, greeting)
            most = await most_at_once(address)
    except (OSError, TimeoutError) as error:
        return Diagnosis("note", f"{address.shown}: {broker_error(address, error).text}", _AWAY)
    five = f"yes, {most:,} messages at once" if most else "no"
    if answer == "accepted":
        return Diagnosis("ok", f"{address.shown} answers; MQTT 3.1.1: yes; MQTT 5: {five}")
    if answer == "refused":
        return Diagnosis("note", f"{address.shown}: {refused(address, code).text}", _AWAY)
    return Diagnosis("note", f"{address.shown} takes the connection and does not answer", _AWAY)
