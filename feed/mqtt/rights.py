"""Which rights a user lacks, found by trying: for brokers that hang up or stay silent.

MQTT 3.1.1 has no answer to a publish without a right.  mosquitto hangs up, which looks the same as
two clients with one id.  So what may be forbidden is tried by a client that nobody else can be.
"""

import secrets
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import aiomqtt

from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.connection import connection, unless_lost
from feed.mqtt.errors import broker_error, number_of, quiet, tls_context
from feed.mqtt.turns import answering

__all__ = ["refused_reads", "refused_writes", "why_hung_up"]

_TIMEOUT_S = 10.0
_REFUSED = 128
_NONE = b""
"""What is published to try a right: not retained and empty, which nobody reads as a message."""


async def refused_writes(address: BrokerAddress, topics: Sequence[str]) -> list[str]:
    """Return the topics on which the broker does not let us publish, as far as it shows that.

    nats-server acknowledges what it throws away, so there the list is empty; BrokerError if nothing
    can be tried because the broker cannot be reached.
    """
    return [topic for topic in topics if not await _may_write(address, topic)]


async def refused_reads(address: BrokerAddress, filters: Sequence[str]) -> list[str]:
    """Return the filters that the broker refuses; mosquitto grants all and may serve nothing."""
    return [name for name in filters if not await _granted(address, name)]


async def why_hung_up(address: BrokerAddress, client_id: str, writes: Sequence[str]) -> BrokerError:
    """Return why a broker ends a connection as soon as it stands: a right, or a doubled id.

    ``writes`` are the topics that the client publishes when it has connected, its will included.
    """
    try:
        refused = await refused_writes(address, writes)
    except BrokerError as error:
        return error
    user = f"user '{address.user}'" if address.user else "a client without a user name"
    if refused:
        return BrokerError(
            address.shown,
            f"it hangs up because {user} may not write {', '.join(refused)}; grant that, "
            "'feed broker --print-acl mosquitto' prints all that is needed",
        )
    return BrokerError(
        address.shown,
        f"it ends the connection of '{client_id}' as soon as it stands, as when two clients have "
        "one id; stop the other one, or take another name or exercise",
    )


async def _may_write(address: BrokerAddress, topic: str) -> bool:
    async def write(client: aiomqtt.Client) -> bool:
        await client.publish(topic, _NONE, qos=1)
        # The acknowledgement may come before the broker hangs up; the next answer does not.
        await client.unsubscribe(topic)
        return True

    return await _tried(address, write)


async def _granted(address: BrokerAddress, name: str) -> bool:
    async def subscribe(client: aiomqtt.Client) -> bool:
        codes = await client.subscribe([(name, 1)])
        return all(number_of(code) < _REFUSED for code in codes)

    return await _tried(address, subscribe)


async def _tried(
    address: BrokerAddress, attempt: Callable[[aiomqtt.Client], Coroutine[Any, Any, bool]]
) -> bool:
    """Return what an attempt returns, or False if the broker ends the connection for it."""
    address = await answering(address)
    client = _client(address)
    stands = False
    try:
        async with connection(client):
            stands = True
            return await unless_lost(client, attempt(client))
    except aiomqtt.MqttError as error:
        if stands:
            return False
        raise broker_error(address, error) from error


def _client(address: BrokerAddress) -> aiomqtt.Client:
    quiet()
    return aiomqtt.Client(
        address.host,
        address.port,
        username=address.user,
        password=address.password,
        identifier=f"feed-rights-{secrets.token_hex(8)}",
        timeout=_TIMEOUT_S,
        tls_context=tls_context(address),
    )
