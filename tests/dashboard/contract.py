"""The contract's JSON Schemas and the feed's own words as TypeScript, for the page's compiler."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from feed.model.event import MESSAGE_KINDS
from feed.model.kind import Terms
from feed.wire.schema import READ, schema_of
from feed.wording.places import SPOTS
from feed.wording.situation import word
from feed.wording.terms import COMMON, term

__all__ = ["terms", "typescript"]

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


_TERMS_HEAD = """/**
 * What the feed calls things in Japanese and Korean, and the places that people know, made from
 * feed/wording and feed/model by `make golden`; do not edit.
 */
"""
_PHASES = ("detected", "tracked", "down", "lost", "passed", "in-orbit")
_PARTS = ("boost", "midcourse", "re-entry", "level", "orbit")
_VEHICLES = (
    "srbm", "mrbm", "slbm", "irbm", "icbm-solid", "icbm-liquid", "icbm", "hgv", "cruise", "slv",
)  # fmt: skip
_REASONS = (
    "threat-passed", "threat-ended", "issued-in-error", "wrong-area", "superseded-data", "expired",
)  # fmt: skip


def terms() -> str:
    """Return the module of the words that terminal, report and page share."""
    languages = ",\n".join(f"  {language}: {_words(language)}" for language in ("ja", "ko"))
    spots = "".join(
        f"  {{ en: {_quoted(each.en)}, ja: {_quoted(each.ja)}, ko: {_quoted(each.ko)}, "
        f"at: [{each.lon}, {each.lat}] }},\n"
        for each in SPOTS
    )
    return (
        f"{_TERMS_HEAD}export const TERMS = {{\n{languages},\n}} as const;\n\n"
        f"export const SPOTS = [\n{spots}] as const;\n"
    )


def _words(language: str) -> str:
    def named(name: str, *tables: Terms) -> str:
        return term(name, language=language, tables=(*tables, COMMON))

    phases = {each: word(f"phase-{each}", language=language) for each in _PHASES}
    parts = {each: word(each, language=language) for each in _PARTS}
    kinds = {name: named(name, kind.terms) for name, kind in MESSAGE_KINDS.items()}
    stages = {
        state: named(state, MESSAGE_KINDS[kind].terms)
        for kind in ("agreement", "meeting")
        for state in MESSAGE_KINDS[kind].states
    }
    groups = {
        "phases": phases | parts,
        "vehicles": {each: word(each, language=language) for each in _VEHICLES},
        "reasons": {each: named(each) for each in _REASONS},
        "kinds": kinds,
        "stages": stages,
    }
    lines = "".join(
        f"    {group}: {{ {', '.join(f'{_quoted(k)}: {_quoted(v)}' for k, v in each.items())} }},\n"
        for group, each in groups.items()
    )
    return f"{{\n{lines}  }}"


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
