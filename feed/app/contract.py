"""``feed schema asyncapi``: the contract as a document, with examples from the library."""

import json
from typing import Any

from feed.app.prepare import prepare
from feed.app.run_description import RunDescription
from feed.broker.roles import rights
from feed.core.picture import Picture
from feed.files.arrangements import load_arrangements
from feed.wire.asyncapi import rendered_asyncapi
from feed.wire.asyncapi_page import asyncapi_page
from feed.wire.encoding import encode, encode_state
from feed.wire.schema import BODIES

__all__ = ["contract", "contract_page"]

_STORIES = ("over-aomori-2022", "week-of-2023-11", "three-thousand-six-hundred")
"""Together they have messages of every kind."""
_RUN = "01m87nnb9f38sznja1wpfs1v71"
_SENT = 1_795_554_000_000_000
"""an id and a wall time for messages that were never sent"""


def contract() -> str:
    """Return the AsyncAPI document for the participants that the library knows."""
    countries = load_arrangements().countries()
    roles = rights([country.lower() for country in countries])
    return rendered_asyncapi(countries, roles, _examples())


def contract_page() -> str:
    """Return the same as a page to read, in Markdown."""
    return asyncapi_page(json.loads(contract()))


def _examples() -> dict[str, Any]:
    """Return the first message of every kind, and a picture of every kind that has one."""
    examples: dict[str, Any] = {}
    wanted = {f"feed-{kind}" for kind in BODIES}
    for story in _STORIES:
        _take(story, examples)
        if wanted <= set(examples):
            break
    return examples


def _take(story: str, examples: dict[str, Any]) -> None:
    plan = prepare(story).plan()
    description = RunDescription.of(_RUN, plan, "")
    played = description.played(1)
    examples.setdefault("manifest", description.manifest(None, plan.starts))
    mark = {"status": "Exercise", "exercise": f"EXERCISE {description.exercise}"}
    pictures = {country: Picture() for country in plan.sharing.recipients}
    sequences = dict.fromkeys(pictures, 0)
    for delivery in plan.deliveries():
        country = delivery.recipient
        sequences[country] += 1
        name = f"feed-{delivery.message.kind}"
        if name not in examples:
            examples[name] = json.loads(encode(delivery, played, sequences[country], _SENT))
        changed = pictures[country].take(delivery)
        shown = None if changed is None else pictures[country].shown.get(changed)
        if shown is not None and shown.own is not None and f"state-{shown.kind}" not in examples:
            state = encode_state(shown, played, country, sequences[country], _SENT)
            examples[f"state-{shown.kind}"] = json.loads(state)
            examples.setdefault("geo", shown.feature({**mark, "recipient": country}))
