"""The contract's JSON Schemas as TypeScript, for the page's compiler."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from feed.wire.schema import READ, schema_of

__all__ = ["typescript"]

_HEAD = """/**
 * What the contract says of the envelope and of the bodies, made from its JSON Schemas by
 * `make golden`; do not edit.  What arrives still passes the door: a type is no check.
 */
"""
_SIMPLE = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_MOST = 40
"""Longer lists of words, such as all languages, are just words."""


def typescript() -> str:
    """Return the module of all types."""
    types: dict[str, str] = {}
    for name in READ:
        schema = schema_of(name, "reader")
        for inner, definition in schema.get("$defs", {}).items():
            types.setdefault(_named(inner), _type(definition))
        title = "Envelope" if name == "message" else f"{_named(name)}Data"
        types[title] = _type(schema)
    kinds = " | ".join(_quoted(name) for name in READ if name != "message")
    lines = [f"export type Kind = {kinds};"]
    lines += [f"export type {name} = {text};" for name, text in sorted(types.items())]
    return _HEAD + "\n".join(lines) + "\n"


def _type(schema: Mapping[str, Any] | bool) -> str:  # noqa: PLR0911 - a line for each form
    if isinstance(schema, bool):
        return "unknown"
    if "$ref" in schema:
        return _named(str(schema["$ref"]).rsplit("/", 1)[-1])
    if "const" in schema:
        return _quoted(schema["const"])
    if "enum" in schema:
        words = schema["enum"]
        return " | ".join(map(_quoted, words)) if len(words) <= _MOST else "string"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(each) for each in schema[several]))
    match schema.get("type"):
        case "array":
            return f"readonly ({_type(schema.get('items', True))})[]"
        case "object":
            return _object(schema)
        case str() as simple:
            return _SIMPLE[simple]
    return "unknown"


def _object(schema: Mapping[str, Any]) -> str:
    members = list(_members(schema))
    if members:
        return "{ " + "; ".join(members) + " }"
    others = schema.get("additionalProperties", True)
    return f"Readonly<Record<string, {_type(others)}>>"


def _members(schema: Mapping[str, Any]) -> Iterator[str]:
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        key = name if name.isidentifier() else _quoted(name)
        yield f"readonly {key}{'' if name in required else '?'}: {_type(member)}"


def _named(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
