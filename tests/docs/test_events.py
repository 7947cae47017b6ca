"""The page of events shows what the code does: its YAML is played, its JSON is compared."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from feed.core.event_stream import event_stream_of
from feed.core.plan import Plan
from feed.core.sharing import Sharing
from feed.files.text import parse
from feed.model.arrangement import Arrangements
from feed.model.event import EVENT_WORDS, KINDS, MESSAGE_KINDS
from feed.model.message import WARNING_DATA
from feed.model.scenario import Scenario
from feed.wire.encoding import encode
from feed.wire.envelope import Played, decode

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
]
OF_THE_RUN = ("id", "sequence", "sent")
"""Members that say something of one playing, not of the message."""


def kind_of(example: dict[str, Any]) -> str:
    """Return the kind of a message."""
    return str(example["type"]).split(".")[1]


def shape(value: Any) -> Any:
    """Return only the names of the members of a body; its figures are drawn and computed."""
    return {name: shape(each) for name, each in value.items()} if isinstance(value, dict) else None


@cache
def played() -> dict[str, dict[str, Any]]:
    """Return what Japan receives when the YAML of the page is played, by message key."""
    text = "\n".join(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
    scenario = Scenario.model_validate(parse(text, "docs/events.md").data)
    library = ROOT / "scenarios" / "arrangements.yaml"
    arrangements = Arrangements.model_validate(
        parse(library.read_text(encoding="utf-8"), str(library)).data
    )
    event_stream = event_stream_of(scenario)
    sharing = Sharing(
        arrangements, event_stream.gathered, seed=scenario.seed, recipients=arrangements.countries()
    )
    run = Played("01jfm0page", 1, scenario.exercise, "open-page")
    payloads = [
        encode(delivery, run, 1, 0)
        for delivery in Plan(event_stream, sharing).deliveries()
        if delivery.recipient == "JPN"
    ]
    return {message["message"]: message for message in map(json.loads, payloads)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["message"]))
def test_every_message_of_the_page_is_one_that_is_sent(example: dict[str, Any]) -> None:
    """A message on the page is the message that playing the page's YAML makes."""
    message = dict(played()[example["message"]])
    example = dict(example)
    for name in OF_THE_RUN:
        del message[name], example[name]
    if kind_of(example) in WARNING_DATA:
        message, example = shape(message), shape(example)

    assert example == message


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["message"]))
def test_every_message_of_the_page_is_legal(example: dict[str, Any]) -> None:
    """A message on the page has the envelope and the body that clients are promised."""
    envelope = decode(json.dumps(example).encode())

    assert envelope.status == "Exercise"
    MESSAGE_KINDS[envelope.kind].body.model_validate(envelope.data)


def test_nothing_is_left_out_of_the_page() -> None:
    """Every kind of event has a chapter, and every kind of message an example."""
    chapters = set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE))

    assert chapters >= set(EVENT_WORDS)
    assert {kind_of(example) for example in EXAMPLES} == set(KINDS)
