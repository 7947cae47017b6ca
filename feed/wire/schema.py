"""JSON Schema of everything that people write and clients read, made from the models.

What an author writes is closed (a key that is not there is a mistake); what a client reads is open,
because members may be added.  ``feed/schemas/`` holds the files that editors use.
"""

import json
from collections.abc import Callable
from typing import Any, cast

from pydantic import BaseModel

from feed.model.arrangement import Arrangements
from feed.model.event import KINDS_OF_EVENTS, MESSAGE_KINDS
from feed.model.fault import FaultsFile
from feed.model.quoting import did_you_mean, quoted
from feed.model.scenario import Scenario
from feed.wire.envelope import Envelope

__all__ = ["BODIES", "NAMES", "rendered", "schema_of", "schema_of_model"]

Schema = dict[str, Any]

WRITTEN: dict[str, type[BaseModel]] = {
    "scenario": Scenario,
    "arrangements": Arrangements,
    "faults": FaultsFile,
}
BODIES: dict[str, type[BaseModel]] = {name: kind.body for name, kind in MESSAGE_KINDS.items()}
READ: dict[str, type[BaseModel]] = {"message": Envelope, **BODIES}
NAMES: tuple[str, ...] = (*WRITTEN, *READ)
"""Whatever has a schema."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> Schema:
    """Return the schema of one of ``NAMES``; ValueError with what to do for any other name."""
    model = (WRITTEN | READ).get(name)
    if model is None:
        offer = did_you_mean(name, NAMES) or f"; there are {', '.join(NAMES)}"
        raise ValueError(f"nothing called {quoted(name)} has a schema{offer}")
    schema = schema_of_model(model, closed=name in WRITTEN)
    if name == "scenario":
        # Any of the kinds will do: each asks for its own first key, so no two can match.
        events = schema["properties"]["events"]
        events["items"] = {
            "description": "one thing that happens; the key it starts with says what it is",
            "anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in KINDS_OF_EVENTS],
        }
    head = {"$schema": _DIALECT, "$id": f"urn:feed:schema:{name}:1", "title": name.capitalize()}
    return head | schema


def schema_of_model(model: type[BaseModel], *, closed: bool = False) -> Schema:
    """Return the schema of a model that clients read, or one that is ``closed`` to other keys."""
    schema: Schema = model.model_json_schema()
    for each in (_without_null, _without_title, *(() if closed else (_open,))):
        schema = cast("Schema", _rewritten(schema, each))
    return schema


def rendered(name: str) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(schema_of(name), ensure_ascii=False, indent=2) + "\n"


def _rewritten(value: Any, each: Callable[[Schema], Schema]) -> Any:
    """Return a schema with a change made to each schema inside it, from the inside out."""
    if isinstance(value, list):
        return [_rewritten(item, each) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {
        key: {name: _rewritten(member, each) for name, member in child.items()}
        if key in {"properties", "$defs"}
        else _rewritten(child, each)
        for key, child in value.items()
    }
    return each(inner)


def _without_null(schema: Schema) -> Schema:
    """Drop null: what does not apply is left out."""
    members = schema.get("anyOf", ())
    kept = [member for member in members if member != {"type": "null"}]
    if len(kept) == len(members):
        return schema
    rest = {key: child for key, child in schema.items() if key not in {"anyOf", "default"}}
    only: Schema = kept[0] if len(kept) == 1 else {"anyOf": kept}
    return only | rest


def _without_title(schema: Schema) -> Schema:
    """Drop titles, which only repeat the keys."""
    return {key: child for key, child in schema.items() if key != "title"}


def _open(schema: Schema) -> Schema:
    """Allow members that are not known yet."""
    if schema.get("additionalProperties") is not False:
        return schema
    return {key: child for key, child in schema.items() if key != "additionalProperties"}
