"""The contract as a page to read: Markdown, from its AsyncAPI document and from nothing else."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["asyncapi_page"]

Schema = Mapping[str, Any]

_MOST_TEXT = 160
"""letters of a text in an example; a longer one is cut, with a mark"""


def asyncapi_page(document: Schema) -> str:
    """Return the page of a document that ``asyncapi`` made."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Schema) -> Iterator[str]:
    info = document["info"]
    yield f"# The contract, topic by topic: {info['title']} {info['version']}"
    yield ""
    yield (
        "Made from [asyncapi.json](asyncapi.json) by `feed schema asyncapi --markdown`; what the "
        "parts mean together is in [wire.md](wire.md)."
    )
    yield ""
    yield info["description"]
    yield ""
    yield from _servers(document)
    yield from _parameters(document)
    yield from _overview(document)
    for name in document["channels"]:
        yield from _channel(document, name)
    yield from _parts(document)


def _servers(document: Schema) -> Iterator[str]:
    yield "## Servers"
    yield ""
    yield "| | address | protocol | |"
    yield "| --- | --- | --- | --- |"
    for name, server in document["servers"].items():
        address = f"{server['protocol']}://{server['host']}{server.get('pathname', '')}"
        version = f"MQTT {server['protocolVersion']}"
        yield f"| {name} | `{address}` | {version} | {server['description']} |"
    yield ""


def _parameters(document: Schema) -> Iterator[str]:
    yield "## Parts of a topic"
    yield ""
    yield "| | | values |"
    yield "| --- | --- | --- |"
    for name, parameter in document["components"]["parameters"].items():
        values = parameter.get("enum") or parameter.get("examples", ())
        shown = ", ".join(f"`{value}`" for value in values)
        kind = "" if "enum" in parameter else "such as "
        yield f"| `{{{name}}}` | {parameter['description']} | {kind}{shown} |"
    yield ""


def _overview(document: Schema) -> Iterator[str]:
    yield "## Topics"
    yield ""
    yield "| topic | QoS | retained | the player |"
    yield "| --- | --- | --- | --- |"
    for name, channel in document["channels"].items():
        operation = document["operations"][name]
        binding = operation["bindings"]["mqtt"]
        retained = "yes" if binding["retain"] else "no"
        does = {"send": "sends", "receive": "receives"}[operation["action"]]
        link = f"[`{channel['address']}`](#{name})"
        yield f"| {link} | {binding['qos']} | {retained} | {does} |"
    yield ""


def _channel(document: Schema, name: str) -> Iterator[str]:
    channel, operation = document["channels"][name], document["operations"][name]
    binding = operation["bindings"]["mqtt"]
    yield f"## {name}"
    yield ""
    yield f"`{channel['address']}`"
    yield ""
    yield channel["description"]
    yield ""
    yield f"- QoS {binding['qos']}, {'retained' if binding['retain'] else 'not retained'}"
    yield f"- read by: {_roles(channel['x-read-by'])}"
    yield f"- written by: {_roles(channel['x-written-by'])}"
    if "reply" in operation:
        answers = operation["reply"]["channel"]["$ref"].rpartition("/")[2]
        yield f"- answered on: [{answers}](#{answers})"
    message = document["components"]["messages"][name]
    payload = message["payload"]["$ref"].rpartition("/")[2]
    schema = document["components"]["schemas"][payload]
    if "x-schema-id" in schema:
        yield f"- JSON Schema: `{schema['x-schema-id']}` (`feed schema {payload}`)"
    yield ""
    yield from _members(_body(schema) if payload.startswith("message-") else schema, payload)
    for example in message.get("examples", ()):
        yield from _example(example["payload"])


def _body(schema: Schema) -> Schema:
    """Return what a kind adds to the envelope: its body."""
    found: Schema = schema["properties"]["data"]
    return found


def _members(schema: Schema, payload: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    if not properties or payload == "message":
        return
    inside = " of `data`" if payload.startswith("message-") else ""
    yield f"| member{inside} | type | required | |"
    yield "| --- | --- | --- | --- |"
    required = schema.get("required", ())
    for name, member in properties.items():
        needed = "yes" if name in required else ""
        yield f"| `{name}` | {_type(member)} | {needed} | {_said(member)} |"
    yield ""


def _parts(document: Schema) -> Iterator[str]:
    """Yield what stands in several messages: the envelope, and bodies inside bodies."""
    schemas = document["components"]["schemas"]
    yield "## The envelope"
    yield ""
    yield from _members(schemas["message"], "envelope")
    used = [
        name for name, schema in schemas.items() if name[0].isupper() and "properties" in schema
    ]
    for name in used:
        yield f"## {name}"
        yield ""
        if said := schemas[name].get("description"):
            yield _one_line(said)
            yield ""
        yield from _members(schemas[name], name)


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _said(schema: Schema) -> str:
    return _one_line(schema.get("description", "")).replace("|", "\\|")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _roles(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"


def _example(payload: Any) -> Iterator[str]:
    if isinstance(payload, str):
        yield f"```\n{payload}\n```"
    else:
        yield f"```json\n{json.dumps(_cut(payload), ensure_ascii=False, indent=1)}\n```"
    yield ""


def _cut(value: Any) -> Any:
    """Return an example with long texts and lists cut."""
    if isinstance(value, str) and len(value) > _MOST_TEXT:
        return f"{value[:_MOST_TEXT]}…"
    if isinstance(value, list):
        return [_cut(each) for each in value]
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    return value
