"""The contract as AsyncAPI: complete, true to the topics and the rights, its examples valid."""

import json
from typing import Any

import jsonschema
import pytest

from feed.broker.roles import OBSERVER, OPERATOR, PLAYER, rights
from feed.model.event import KINDS
from feed.wire.asyncapi import asyncapi, rendered_asyncapi
from feed.wire.topics import Topics

COUNTRIES = ("KOR", "JPN", "AUS")
ROLES = rights([country.lower() for country in COUNTRIES])
DOCUMENT = asyncapi(COUNTRIES, ROLES, {})
CHANNELS: dict[str, Any] = DOCUMENT["channels"]
OPERATIONS: dict[str, Any] = DOCUMENT["operations"]


def references(value: Any) -> list[str]:
    """Return every reference of a document."""
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for each in value.values() for found in references(each)]


def resolved(pointer: str) -> Any:
    """Return what a reference leads to."""
    found: Any = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_every_reference_leads_somewhere() -> None:
    """Nothing in the document points outside it, or to what is not there."""
    pointers = references(DOCUMENT)
    assert len(pointers) > 100
    for pointer in pointers:
        assert resolved(pointer) is not None


def test_every_topic_of_the_contract_has_a_channel() -> None:
    """Each way to make a topic gives an address of the document, and each kind has a feed."""
    topics = Topics("{exercise}")
    country, client = "{country}", "{client}"
    made = {
        *(topics.feed(country, kind, "{event}") for kind in KINDS),
        *(topics.state(country, kind, "{event}") for kind in ("launch", "alert", "meeting")),
        topics.head(country),
        topics.nothing(country),
        topics.geo(country, "{event}"),
        topics.metrics(country),
        topics.clock,
        topics.manifest,
        topics.player_presence,
        topics.probe,
        topics.acknowledgement(country, client),
        topics.history(country, client),
        topics.presence(country, client),
        topics.down(country, client),
    }
    assert made <= {channel["address"] for channel in CHANNELS.values()}


def test_the_countries_are_those_that_are_played() -> None:
    """A client's tool offers the countries there are, and no others."""
    assert resolved("#/components/parameters/country")["enum"] == ["kor", "jpn", "aus"]


def test_every_address_has_its_parameters() -> None:
    """What stands in braces is described, and nothing else is."""
    for channel in CHANNELS.values():
        named = {part[1:-1] for part in channel["address"].split("/") if part.startswith("{")}
        assert named == set(channel.get("parameters", {}))


@pytest.mark.parametrize(
    ("name", "qos", "retain"),
    [("feed-track", 1, False), ("head", 1, True), ("geo", 0, True), ("clock", 1, True)],
)
def test_quality_of_service_and_retain_are_said(name: str, qos: int, *, retain: bool) -> None:
    """Each operation says with which QoS, and whether it is retained."""
    binding = OPERATIONS[name]["bindings"]["mqtt"]
    assert (binding["qos"], binding["retain"]) == (qos, retain)


def test_who_may_is_what_the_broker_enforces() -> None:
    """Rights are read from the roles: a country's topics, what is for operators, what is secret."""
    feed = CHANNELS["feed-launch"]
    assert feed["x-read-by"] == [PLAYER, OPERATOR, OBSERVER, "kor", "jpn", "aus"]
    assert feed["x-written-by"] == [PLAYER]
    assert CHANNELS["control"]["x-written-by"] == [OPERATOR]
    assert OBSERVER not in CHANNELS["control"]["x-read-by"]
    assert OBSERVER not in CHANNELS["down"]["x-read-by"]
    assert set(CHANNELS["ack"]["x-written-by"]) == {PLAYER, "kor", "jpn", "aus"}
    secured = [each["$ref"].rpartition("/")[2] for each in OPERATIONS["control"]["security"]]
    assert secured == [OPERATOR]


def test_requests_have_their_replies() -> None:
    """A control request is answered on the client's own topic, and so is one for history."""
    control, history = OPERATIONS["control"], OPERATIONS["history"]
    assert control["reply"]["channel"]["$ref"] == "#/channels/control-answer"
    assert history["reply"]["channel"]["$ref"] == "#/channels/down"
    assert control["action"] == history["action"] == "receive"
    assert "seek" in resolved("#/components/schemas/control")["properties"]["do"]["enum"]


def test_examples_are_what_their_schemas_ask_for() -> None:
    """Whoever copies an example copies something valid."""
    whole = {"components": {"schemas": DOCUMENT["components"]["schemas"]}}
    shown = 0
    for message in DOCUMENT["components"]["messages"].values():
        for example in message.get("examples", ()):
            schema = {**whole, **message["payload"]}
            jsonschema.Draft202012Validator(schema).validate(example["payload"])
            shown += 1
    assert shown > 10


def test_it_is_json() -> None:
    """The text is the document."""
    assert json.loads(rendered_asyncapi(COUNTRIES, ROLES, {})) == DOCUMENT
