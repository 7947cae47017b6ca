"""JSON Schema of everything that people write and clients read, made from the models.

Each has two forms.  The strict one is closed: a key that is not there is a mistake.  The reader's
is open, because members may be added.  What an author writes is strict unless the other is asked
for, what a client reads is the reader's.  ``feed/schemas/`` holds the files that editors use.
"""

import json
from collections.abc import Callable
from typing import Any, Literal, cast

from pydantic import BaseModel

from feed.model.arrangement import Arrangements
from feed.model.event import KINDS_OF_EVENTS, MESSAGE_KINDS
from feed.model.fault import FaultsFile
from feed.model.quoting import did_you_mean, quoted
from feed.model.scenario import Scenario
from feed.wire.envelope import Envelope

__all__ = ["BODIES", "NAMES", "Form", "message_schema", "rendered", "schema_of", "schema_of_model"]

Schema = dict[str, Any]
Form = Literal["strict", "reader"]

WRITTEN: dict[str, type[BaseModel]] = {
    "scenario": Scenario,
    "arrangements": Arrangements,
    "faults": FaultsFile,
}
BODIES: dict[str, type[BaseModel]] = {name: kind.body for name, kind in MESSAGE_KINDS.items()}
READ: dict[str, type[BaseModel]] = {"message": Envelope, **BODIES}
_WHOLE = "message-"
NAMES: tuple[str, ...] = (*WRITTEN, *READ, *(f"{_WHOLE}{kind}" for kind in BODIES))
"""Whatever has a schema: what is written, the envelope, the bodies, and whole messages."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str, form: Form | None = None) -> Schema:
    """Return the schema of one of ``NAMES``; ValueError with what to do for any other name.

    ``form``: None is strict for what an author writes, and the reader's for the rest.
    """
    usual: Form = "strict" if name in WRITTEN else "reader"
    closed = (form or usual) == "strict"
    if name.startswith(_WHOLE) and name in NAMES:
        schema = _whole(name.removeprefix(_WHOLE), closed=closed)
    else:
        model = (WRITTEN | READ).get(name)
        if model is None:
            offer = did_you_mean(name, NAMES) or f"; there are {', '.join(NAMES)}"
            raise ValueError(f"nothing called {quoted(name)} has a schema{offer}")
        schema = schema_of_model(model, closed=closed)
    if name == "scenario":
        # Any of the kinds will do: each asks for its own first key, so no two can match.
        events = schema["properties"]["events"]
        events["items"] = {
            "description": "one thing that happens; the key it starts with says what it is",
            "anyOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in KINDS_OF_EVENTS],
        }
    title = name.replace("-", " of kind ").capitalize() if name.startswith(_WHOLE) else name
    ident = f"urn:feed:schema:{name}:1" + (f":{form}" if form not in {None, usual} else "")
    return {"$schema": _DIALECT, "$id": ident, "title": title.capitalize()} | schema


def message_schema(kind: str) -> Schema:
    """Return the reader's schema of a whole message of a kind."""
    return schema_of(f"{_WHOLE}{kind}")


def _whole(kind: str, *, closed: bool) -> Schema:
    """Return the envelope with the body of a kind."""
    envelope = schema_of_model(Envelope, closed=closed)
    body = schema_of_model(BODIES[kind], closed=closed)
    definitions = {**envelope.pop("$defs", {}), **body.pop("$defs", {})}
    whole = {**envelope, "properties": {**envelope["properties"], "data": body}}
    return whole | ({"$defs": definitions} if definitions else {})


def schema_of_model(model: type[BaseModel], *, closed: bool = False) -> Schema:
    """Return the schema of a model that clients read, or one that is ``closed`` to other keys."""
    schema: Schema = model.model_json_schema()
    for each in (_without_null, _without_title, _closed if closed else _open):
        schema = cast("Schema", _rewritten(schema, each))
    return schema


def rendered(name: str, form: Form | None = None) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(schema_of(name, form), ensure_ascii=False, indent=2) + "\n"


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


def _closed(schema: Schema) -> Schema:
    """Allow no members but those that are named."""
    if "properties" not in schema or "additionalProperties" in schema:
        return schema
    return {**schema, "additionalProperties": False}
