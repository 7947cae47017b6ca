"""What a client says when it connects, and which of it the embedded broker does not understand."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from feed.broker.roles import SECRET
from feed.model.quoting import quoted
from feed.mqtt.address import BrokerAddress
from feed.mqtt.dialect import Greeting, attempt
from feed.mqtt.turns import answering

__all__ = ["DialectVerdict", "refusals", "tried"]

_FOREIGN = re.compile(r"[.*>\s\x00-\x1f\x7f]")
_VERSION = (
    "set the client to MQTT 3.1.1 (mosquitto_sub: -V 311; paho: protocol=MQTTv311; "
    "MQTT.js: protocolVersion: 4), or start a broker that speaks {}: feed broker --engine mosquitto"
)


class DialectVerdict(NamedTuple):
    """How a client fared, and what to do about it."""

    let_in: bool
    what: str
    reasons: tuple[tuple[str, str], ...] = ()
    """(what the embedded broker does not understand, what to do)"""


def refusals(greeting: Greeting) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, what to do) for all that the embedded broker refuses."""
    if greeting.protocol == "3.1":
        yield (
            "MQTT 3.1 is not spoken by nats-server, which does not even say so",
            _VERSION.format("3.1"),
        )
    if greeting.protocol == "5":
        yield "MQTT 5 is refused by nats-server", _VERSION.format("5")
    foreign = list(dict.fromkeys(_FOREIGN.findall(greeting.client_id)))
    if foreign:
        named = ", ".join("a space" if one == " " else repr(one) for one in foreign)
        yield (
            f"a client id with {named} is refused by nats-server",
            "take letters, digits, '-' and '_'",
        )
    if greeting.user == "":
        yield (
            "an empty user name is refused by nats-server",
            "leave the user name out altogether, or give a country's code in lower case",
        )
    elif greeting.user is not None and greeting.user != greeting.user.lower():
        yield (
            "user names of nats-server are in lower case",
            f"connect as '{greeting.user.lower()}'",
        )


async def tried(address: BrokerAddress, greeting: Greeting) -> DialectVerdict:
    """Connect as a client would, and say how the broker took it; OSError if it is not there.

    The client id is made another one, so that a client of that name that is there is not ended.
    """
    asked = replace(greeting, client_id=_beside(greeting.client_id))
    answer, code = await attempt(await answering(address), asked)
    who = f"a client of MQTT {greeting.protocol}"
    if greeting.client_id:
        who += f" with the id {quoted(greeting.client_id)}"
    who += " without a user name" if greeting.user is None else f" as {quoted(greeting.user)}"
    reasons = tuple(refusals(greeting))
    if answer == "accepted":
        return DialectVerdict(True, f"{who} is let in", reasons)  # noqa: FBT003 - named by the class
    how = {
        "refused": f"is refused with code {code}",
        "closed": "is hung up on without an answer",
        "silent": "gets no answer at all",
    }[answer]
    return DialectVerdict(False, f"{who} {how}", reasons or (_otherwise(code),))  # noqa: FBT003


def _beside(client_id: str) -> str:
    """Return an id that has the same letters and that nobody else has."""
    return f"{client_id}-{secrets.token_hex(4)}" if client_id else ""


def _otherwise(code: int) -> tuple[str, str]:
    """Return what else the reason may be, by the return code of CONNACK."""
    if code == 2:  # noqa: PLR2004 - MQTT 3.1.1, section 3.2.2.3
        return "the client id is not taken", "take letters, digits, '-' and '_'"
    if code in {4, 5}:
        secret = " and ".join(f"'{role}'" for role in SECRET)
        return (
            "its user is not known, or the password is another",
            f"users here are each country's code, and {secret} as mqtt://user:password@host:port",
        )
    return "the broker does not say why", "its log may tell"
