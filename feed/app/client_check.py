"""How a broker takes a client : its dialect, its rights, its way from a web page."""

import re
import ssl
from collections.abc import AsyncIterator

from feed.app.broker_in_use import as_role, websocket_port_of
from feed.app.dialects import tried
from feed.app.finding import Diagnosis, DoctorOptions
from feed.broker.roles import rights
from feed.errors import BrokerError
from feed.model.quoting import quoted
from feed.mqtt.address import BrokerAddress
from feed.mqtt.dialect import Greeting
from feed.mqtt.errors import broker_error
from feed.mqtt.rights import refused_reads, refused_writes
from feed.mqtt.websocket import PATH, Endpoint, greet, parse_endpoint

__all__ = ["endpoint_of", "of_client", "of_rights", "of_websocket"]

_COUNTRY = re.compile("[a-z]{3}")
_FORBIDDEN = 403


async def of_client(options: DoctorOptions, address: BrokerAddress) -> AsyncIterator[Diagnosis]:
    """Say how the broker takes a client such as the user's."""
    if (options.protocol, options.client_id, options.user) == ("3.1.1", None, None):
        return
    role = address if options.user == "" else as_role(address, options.user or "observer")
    user = options.user if options.user is not None else role.user
    greeting = Greeting(options.protocol, options.client_id or "feed-doctor", user, role.password)
    try:
        verdict = await tried(role, greeting)
    except OSError as error:
        yield Diagnosis("wrong", str(broker_error(address, error)))
        return
    if verdict.let_in:
        yield Diagnosis("ok", verdict.what)
        for what, advice in verdict.reasons:
            yield Diagnosis("note", what, advice)
        return
    yield Diagnosis("wrong", verdict.what)
    for what, advice in verdict.reasons:
        yield Diagnosis("wrong", what, advice)


async def of_rights(options: DoctorOptions, address: BrokerAddress) -> AsyncIterator[Diagnosis]:
    """Say which rights a country's user lacks, where the broker shows it."""
    user = options.user or ""
    if not _COUNTRY.fullmatch(user):
        return
    allowed = rights([user])[user]
    role = as_role(address, user)
    topics = [
        name.replace("+", "any").replace("#", "presence/feed-doctor") for name in allowed.write
    ]
    try:
        refused = [
            *(f"write {name}" for name in await refused_writes(role, topics)),
            *(f"read {name}" for name in await refused_reads(role, allowed.read)),
        ]
    except BrokerError as error:
        yield Diagnosis("wrong", str(error))
        return
    if refused:
        yield Diagnosis(
            "wrong",
            f"{user} may not {', '.join(refused)}",
            "'feed broker --print-acl mosquitto' prints what a broker has to grant",
        )
    else:
        yield Diagnosis(
            "ok", f"{user} has the rights of a country, as far as the broker shows them"
        )


def endpoint_of(options: DoctorOptions, address: BrokerAddress) -> Endpoint | None:
    """Return the address for browsers that is to be tried."""
    if options.websocket is not None:
        return parse_endpoint(options.websocket)
    port = websocket_port_of(address)
    return None if port is None else Endpoint(address.host, port, PATH, address.tls)


async def of_websocket(
    endpoint: Endpoint, origin: str | None, context: ssl.SSLContext | None = None
) -> Diagnosis:
    """Say what answers at an address for browsers."""
    page = f" to pages of {quoted(origin)}" if origin else ""
    try:
        reply, status = await greet(endpoint, origin=origin, context=context)
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".").lower()
        return Diagnosis(
            "wrong",
            f"the certificate of {endpoint} is not accepted ({why})",
            "browsers need the authority of the broker's credentials, ca.pem",
        )
    except OSError:
        return Diagnosis("wrong", f"nothing listens at {endpoint}", "check host and port")
    if reply == "mqtt":
        return Diagnosis("ok", f"{endpoint} answers MQTT{page}")
    if reply == "refused" and status == _FORBIDDEN:
        advice = "start the broker with --allow-origin and the page's origin"
        return Diagnosis(
            "wrong", f"{endpoint} refuses pages of {quoted(origin or 'no origin')}", advice
        )
    advice = f"the path is {PATH} here: write {endpoint._replace(path=PATH)}"
    if endpoint.path == PATH:
        advice = "check the port: it is the broker's WebSocket port that is wanted"
    how = {
        "something else": "is a WebSocket, but does not speak MQTT",
        "silent": "is silent",
        "refused": f"refuses a WebSocket (HTTP {status})",
    }.get(reply, "is no WebSocket")
    return Diagnosis("wrong", f"{endpoint} {how}", advice)
