"""What stands on the topics: a schema for each payload, and examples that fulfil them."""

import jsonschema
import pytest

from feed.model.event import KINDS
from feed.wire.asyncapi_schemas import EXAMPLES, payload_schemas
from feed.wire.schema import message_schema


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_its_envelope_with_its_body(kind: str) -> None:
    """The schema of a whole message is a schema, and asks for the body's own members."""
    schema = message_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["data"]["required"]
    assert set(schema["required"]) >= {"id", "status", "exercise", "data"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_its_schema_asks_for(name: str) -> None:
    """Each stands for a payload of the document."""
    schemas = payload_schemas()
    whole = {**schemas[name], "components": {"schemas": schemas}}
    jsonschema.Draft202012Validator(whole).validate(EXAMPLES[name])
