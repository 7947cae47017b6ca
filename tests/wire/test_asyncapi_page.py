"""The contract as a page: everything of the document is on it, and every link leads somewhere."""

import json
import re

from feed.wire.asyncapi_page import asyncapi_page
from tests.wire.documents import DOCUMENT

PAGE = asyncapi_page(DOCUMENT)
_PARTS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
SECTIONS = {part.partition("\n")[0]: part for part in _PARTS}


def test_every_channel_has_a_section_that_says_how_it_is_used() -> None:
    """Address, QoS, retain, who may, and where a request is answered."""
    for name, channel in DOCUMENT["channels"].items():
        section, operation = SECTIONS[name], DOCUMENT["operations"][name]
        binding = operation["bindings"]["mqtt"]
        assert f"`{channel['address']}`" in section
        retained = "retained" if binding["retain"] else "not retained"
        assert f"QoS {binding['qos']}, {retained}\n" in section
        for said, roles in (("read", channel["x-read-by"]), ("written", channel["x-written-by"])):
            assert f"- {said} by: {', '.join(roles)}\n" in section
        assert ("answered on" in section) == ("reply" in operation)


def test_every_member_of_a_payload_is_listed() -> None:
    """With its type, and whether it is required."""
    for name, message in DOCUMENT["components"]["messages"].items():
        payload = message["payload"]["$ref"].rpartition("/")[2]
        schema = DOCUMENT["components"]["schemas"][payload]
        if payload == "message":
            continue
        if payload.startswith("message-"):
            schema = schema["properties"]["data"]
        for member in schema.get("properties", {}):
            assert f"| `{member}` |" in SECTIONS[name]
    for member in DOCUMENT["components"]["schemas"]["message"]["properties"]:
        assert f"| `{member}` |" in SECTIONS["The envelope"]


def test_the_examples_can_be_read() -> None:
    """Each block of JSON is JSON."""
    blocks = re.findall(r"```json\n(.*?)\n```", PAGE, flags=re.DOTALL)
    assert len(blocks) >= 8
    for block in blocks:
        json.loads(block)


def test_every_link_leads_to_a_heading() -> None:
    """As a reader's browser follows it."""
    anchors = {heading.lower().replace(" ", "-") for heading in SECTIONS}
    links = set(re.findall(r"\]\(#([^)]*)\)", PAGE))
    assert len(links) > 20
    assert links <= anchors


def test_the_tables_are_tables() -> None:
    """Each row has as many cells as its head."""
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, flags=re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(cells) == 1, table
