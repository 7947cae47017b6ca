"""The contract as one AsyncAPI 3.0 document: every topic, who may use it, and what stands on it.

Made from the topics, the models and the rights that the embedded broker enforces, so that it cannot
say anything else.  Written from the player's side: what it sends, a client receives.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from feed.model.event import LASTING
from feed.wire.asyncapi_rights import RoleRights, allowed, who
from feed.wire.asyncapi_schemas import EXAMPLES, payload_schemas
from feed.wire.envelope import CONTRACT, LARGEST
from feed.wire.schema import BODIES
from feed.wire.topics import Topics

__all__ = ["Examples", "asyncapi", "rendered_asyncapi"]

Schema = dict[str, Any]
Examples = Mapping[str, Any]
"""A payload for each channel that has one worth showing, by the name of the channel."""

_EXERCISE, _COUNTRY, _EVENT, _CLIENT = "{exercise}", "{country}", "{event}", "{client}"
_BINDING = "0.2.0"


class Channel(NamedTuple):
    """One topic of the contract."""

    name: str
    address: str
    what: str
    payload: str
    """the name of a schema in the document"""
    action: Literal["send", "receive"] = "send"
    """what the player does there"""
    qos: int = 1
    retain: bool = False
    answered_on: str = ""
    """the channel of the answers to a request"""


def asyncapi(
    countries: Sequence[str], roles: Mapping[str, RoleRights], examples: Examples
) -> Schema:
    """Return the document for some countries and the rights of every role."""
    channels = _channels()
    schemas = payload_schemas()
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:feed:contract:{CONTRACT}",
        "info": {
            "title": "alert-feed",
            "version": f"{CONTRACT.removeprefix('v')}.0.0",
            "description": "A simulated feed of missile warnings for each country, over MQTT "
            "3.1.1. Everything is an exercise: the first level of every topic, `status` and "
            f"`exercise` of every payload say so. A payload has at most {LARGEST:,} bytes. Within "
            f"{CONTRACT} topics, kinds and members are only added; ignore what you do not know.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "mqtt": _server("localhost:1883", "mqtt", "The embedded broker.", roles),
            "websocket": _server("localhost:8083", "ws", "The same, over WebSocket.", roles)
            | {"pathname": "/mqtt"},
        },
        "channels": {each.name: _channel(each, countries, roles) for each in channels},
        "operations": {each.name: _operation(each, countries, roles) for each in channels},
        "components": {
            "schemas": schemas,
            "messages": {each.name: _message(each, examples) for each in channels},
            "parameters": _parameters(countries),
            "securitySchemes": {
                role: {"type": "userPassword", "description": who(role, countries)}
                for role in roles
            },
        },
    }


def rendered_asyncapi(
    countries: Sequence[str], roles: Mapping[str, RoleRights], examples: Examples
) -> str:
    """Return the document as the text of a file: JSON, which is YAML as well."""
    return json.dumps(asyncapi(countries, roles, examples), ensure_ascii=False, indent=2) + "\n"


def _server(host: str, protocol: str, what: str, roles: Mapping[str, RoleRights]) -> Schema:
    return {
        "host": host,
        "protocol": protocol,
        "protocolVersion": "3.1.1",
        "description": f"{what} A country connects with its code in lower case as user name; an "
        "observer without one. On loopback neither needs a password.",
        "security": [{"$ref": f"#/components/securitySchemes/{role}"} for role in roles],
    }


# -- the topics ------------------------------------------------------------------------------------


def _channels() -> list[Channel]:
    """Return every topic of the contract."""
    topics = Topics(_EXERCISE)
    control = f"{topics.base}/control"
    lasting = sorted(set(LASTING.values()))
    return [
        *(
            Channel(
                f"feed-{kind}",
                topics.feed(_COUNTRY, kind, _EVENT),
                f"The feed of a country: its messages of kind {kind}. Subscribe to "
                f"`{Topics('+').feed_filter('<country>')}` at QoS 1 with a persistent session, "
                "and order by `sequence`.",
                f"message-{kind}",
            )
            for kind in BODIES
        ),
        Channel(
            "head", topics.head(_COUNTRY), "The last number sent to a country.", "head", retain=True
        ),
        *(
            Channel(
                f"state-{kind}",
                topics.state(_COUNTRY, kind, _EVENT),
                f"The present picture of one {kind}; an empty payload when it is over.",
                "message",
                retain=True,
            )
            for kind in lasting
        ),
        Channel(
            "state-none",
            topics.nothing(_COUNTRY),
            "Says outright that nothing is active; an empty payload while something is.",
            "nothing",
            retain=True,
        ),
        Channel(
            "geo",
            topics.geo(_COUNTRY, _EVENT),
            "The present picture of one event as one GeoJSON Feature; empty when it is over.",
            "feature",
            qos=0,
            retain=True,
        ),
        Channel(
            "metrics",
            topics.metrics(_COUNTRY),
            "Flat JSON of numbers, for dashboards; marked by its topic alone.",
            "metrics",
            qos=0,
            retain=True,
        ),
        Channel(
            "clock", topics.clock, "The clock of the run; stale after 3 s.", "clock", retain=True
        ),
        Channel("manifest", topics.manifest, "What is being played.", "manifest", retain=True),
        Channel(
            "player-presence",
            topics.player_presence,
            "Whether the player is there; `offline` is its last will.",
            "presence",
            retain=True,
        ),
        Channel(
            "player-claim",
            topics.claim,
            "By which players that begin at the same moment find out which of them plays.",
            "claim",
            retain=True,
        ),
        Channel(
            "player-probe",
            topics.probe,
            "What the player publishes and reads back before it plays; nobody else needs it.",
            "probe",
        ),
        Channel(
            "control",
            control,
            "Requests of operators. A repeated `id` is answered from memory and not carried out "
            "again; a request with the retain flag is refused.",
            "control",
            action="receive",
            answered_on="control-answer",
        ),
        Channel(
            "control-answer",
            f"{control}/{_CLIENT}",
            "The player's answers to one operator: the `id` of the request, and the new clock or "
            "an error of one sentence.",
            "control-answer",
        ),
        Channel(
            "staff-notes",
            topics.staff,
            "What the control staff is reminded of: the last notes up to now, and the next. For "
            "operators alone.",
            "staff-notes",
            retain=True,
        ),
        Channel(
            "presence",
            topics.presence(_COUNTRY, _CLIENT),
            "Whether a receiver is there; `offline` is its last will.",
            "presence",
            action="receive",
            retain=True,
        ),
        Channel(
            "ack",
            topics.acknowledgement(_COUNTRY, _CLIENT),
            "How far a receiver is: cumulative, every 250 messages or every second.",
            "ack",
            action="receive",
        ),
        Channel(
            "history",
            topics.history(_COUNTRY, _CLIENT),
            "A request for missed messages.",
            "history",
            action="receive",
            answered_on="down",
        ),
        Channel(
            "down",
            topics.down(_COUNTRY, _CLIENT),
            "The answers to one client: the same bytes again, in order, then how many there were.",
            "down",
        ),
    ]


def _parameters(countries: Sequence[str]) -> Schema:
    return {
        "exercise": {
            "description": "The slug of the exercise: a-z, 0-9 and single hyphens.",
            "examples": ["morning-calm"],
        },
        "country": {
            "description": "ISO 3166-1 alpha-3, in lower case.",
            "enum": [country.lower() for country in countries],
        },
        "event": {"description": "The id of the event.", "examples": ["icbm-2023-12-18"]},
        "client": {
            "description": "The name of one client: a-z, 0-9 and hyphens.",
            "examples": ["ops-room-1"],
        },
    }


def _named(address: str) -> list[str]:
    """Return the parameters of an address."""
    return [part[1:-1] for part in address.split("/") if part.startswith("{")]


def _channel(each: Channel, countries: Sequence[str], roles: Mapping[str, RoleRights]) -> Schema:
    channel: Schema = {
        "address": each.address,
        "description": each.what,
        "messages": {each.name: {"$ref": f"#/components/messages/{each.name}"}},
        "x-read-by": allowed(each.address, countries, roles, reads=True),
        "x-written-by": allowed(each.address, countries, roles, reads=False),
    }
    if named := _named(each.address):
        channel["parameters"] = {
            name: {"$ref": f"#/components/parameters/{name}"} for name in named
        }
    return channel


def _operation(each: Channel, countries: Sequence[str], roles: Mapping[str, RoleRights]) -> Schema:
    roles_allowed = allowed(each.address, countries, roles, reads=each.action == "send")
    messages = [{"$ref": f"#/channels/{each.name}/messages/{each.name}"}]
    operation: Schema = {
        "action": each.action,
        "channel": {"$ref": f"#/channels/{each.name}"},
        "summary": each.what.partition(". ")[0].rstrip(".") + ".",
        "messages": messages,
        "bindings": {"mqtt": {"qos": each.qos, "retain": each.retain, "bindingVersion": _BINDING}},
        "security": [{"$ref": f"#/components/securitySchemes/{role}"} for role in roles_allowed],
    }
    if each.answered_on:
        there = f"#/channels/{each.answered_on}"
        operation["reply"] = {
            "channel": {"$ref": there},
            "messages": [{"$ref": f"{there}/messages/{each.answered_on}"}],
        }
    return operation


def _message(each: Channel, examples: Examples) -> Schema:
    message: Schema = {
        "name": each.name,
        "title": each.name.replace("-", " ").capitalize(),
        "payload": {"$ref": f"#/components/schemas/{each.payload}"},
    }
    if each.payload in {"presence", "probe"}:
        message["contentType"] = "text/plain"
    shown = examples.get(each.name, EXAMPLES.get(each.payload))
    if shown is not None:
        message["examples"] = [{"name": each.name, "payload": shown}]
    return message
