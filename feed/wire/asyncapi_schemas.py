"""What stands on each topic of the contract, as schemas and examples for its AsyncAPI document."""

from collections.abc import Sequence
from typing import Any

from feed.core.actions import VERBS
from feed.wire.answer import Answer
from feed.wire.clock import RunClock
from feed.wire.head import Head
from feed.wire.manifest import Manifest
from feed.wire.schema import BODIES, message_schema, schema_of, schema_of_model

__all__ = ["EXAMPLES", "payload_schemas"]

Schema = dict[str, Any]

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}


def payload_schemas() -> Schema:
    """Return every schema that the document needs, by name."""
    schemas: Schema = {}
    _add(schemas, "message", schema_of("message"))
    for kind in BODIES:
        _add(schemas, f"message-{kind}", message_schema(kind))
    _add(schemas, "head", schema_of_model(Head))
    _add(schemas, "clock", schema_of_model(RunClock))
    _add(schemas, "manifest", schema_of_model(Manifest))
    _add(schemas, "answer", schema_of_model(Answer))
    for name, schema in _OTHERS.items():
        _add(schemas, name, schema)
    return schemas


def _add(schemas: Schema, name: str, schema: Schema) -> None:
    """Add a schema under a name, and what it refers to beside it."""
    schema = dict(schema)
    for inner, definition in schema.pop("$defs", {}).items():
        pointed = _pointed(definition)
        assert schemas.setdefault(inner, pointed) == pointed, f"two schemas are called {inner}"
    kept = {key: value for key, value in schema.items() if key not in {"$schema", "$id"}}
    if "$id" in schema:
        # As an $id it would be what the references inside are relative to.
        kept["x-schema-id"] = schema["$id"]
    schemas[name] = _pointed(kept)


def _pointed(value: Any) -> Any:
    """Return a schema whose references lead into this document."""
    if isinstance(value, list):
        return [_pointed(each) for each in value]
    if not isinstance(value, dict):
        return value
    pointed = {key: _pointed(each) for key, each in value.items()}
    if isinstance(target := pointed.get("$ref"), str):
        pointed["$ref"] = target.replace("#/$defs/", "#/components/schemas/")
    return pointed


def _object(required: Sequence[str], **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


_STAFF_NOTE = _object(("at", "note"), at=_TEXT, note=_TEXT)


_SPANS = {
    "type": "array",
    "items": {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2},
    "description": "numbers that are missing, as [first, last]",
}
_OTHERS: dict[str, Schema] = {
    "down": {
        "anyOf": [
            {"$ref": "#/components/schemas/message"},
            {"$ref": "#/components/schemas/answer"},
        ]
    },
    "presence": {"type": "string", "enum": ["online", "offline"]},
    "staff-notes": _object(
        ("status", "run", "epoch", "notes", "earlier"),
        status=_TEXT,
        run=_TEXT,
        epoch=_COUNT,
        notes={"type": "array", "items": _STAFF_NOTE},
        earlier=_COUNT,
        next=_STAFF_NOTE,
    ),
    "probe": {"type": "string", "description": "opaque"},
    "claim": _object(
        ("claim", "run"),
        claim=_TEXT,
        run=_TEXT,
        answer={"type": "boolean"},
        plays={"type": "boolean"},
    ),
    "nothing": _object(("status", "active"), status=_TEXT, active=_COUNT),
    "feature": _object(
        ("type", "id", "geometry", "properties"),
        type={"const": "Feature"},
        id=_TEXT,
        geometry={"description": "any GeoJSON geometry, or null"},
        properties=_object(("status", "exercise"), status={"const": "Exercise"}, exercise=_TEXT),
    ),
    "metrics": {"type": "object", "additionalProperties": {"type": "number"}},
    "ack": _object(
        ("run", "epoch", "sequence", "missing"),
        run=_TEXT,
        epoch={"type": "integer", "minimum": 1},
        sequence=_COUNT,
        missing=_SPANS,
        final={"type": "boolean", "description": "false: it does not know yet that no more comes"},
    ),
    "history": _object(
        ("id", "client", "epoch", "from", "to"),
        id=_TEXT,
        client=_TEXT,
        epoch={"type": "integer", "minimum": 1},
        **{"from": {"type": "integer", "minimum": 1}, "to": {"type": "integer", "minimum": 1}},
    ),
    "control": _object(
        ("id", "client", "do"),
        id=_TEXT,
        client=_TEXT,
        do={
            "type": "string",
            "enum": ["status", *VERBS],
            "description": "what to do; its values are further members. Later players have more",
        },
    ),
    "control-answer": _object(
        ("id",),
        id=_TEXT,
        clock={"$ref": "#/components/schemas/clock"},
        error={"type": "string", "description": "why it was refused, in one sentence"},
    ),
}
_RUN = "01m87nnb9f38sznja1wpfs1v71"
EXAMPLES: dict[str, Any] = {
    "presence": "online",
    "head": {"run": _RUN, "epoch": 1, "sequence": 1431, "final": False},
    "nothing": {"status": "Exercise", "active": 0},
    "metrics": {"epoch": 1, "sequence": 1431, "position_s": 2719.2, "active_alert": 2},
    "clock": {
        "status": "Exercise",
        "run": _RUN,
        "epoch": 1,
        "state": "playing",
        "rate": 60,
        "position_s": 2719.2,
        "duration_s": 7200.0,
        "time": "2023-12-18T09:10:19.200+09:00",
        "wall": "2026-11-24T20:58:52.481+00:00",
        "late_ms": 0,
    },
    "ack": {"run": _RUN, "epoch": 1, "sequence": 1431, "missing": [[120, 140]], "final": False},
    "history": {"id": "q1", "client": "ops-room-1", "epoch": 1, "from": 120, "to": 140},
    "down": {"id": "q1", "done": True, "count": 21},
    "control": {"id": "c1", "client": "ops-room-1", "do": "rate", "rate": 10},
    "control-answer": {"id": "c1", "error": "the run has ended; seek or reset it first"},
}
