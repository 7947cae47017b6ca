"""The contract with its examples: valid, accepted by AsyncAPI's own parser, and as in the docs."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from feed.app.contract import contract, contract_page
from feed.model.event import KINDS
from tests.npm import node, with_package

DOCS = Path(__file__).parents[2] / "docs" / "asyncapi.json"
CHECK = """
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify({
  channels: document ? document.allChannels().all().length : 0,
  found: diagnostics.map((d) => ({ severity: d.severity, code: d.code, message: d.message })),
}));
"""
NEWER = "asyncapi-latest-version"
"""that there is a later version of AsyncAPI is no mistake of ours"""
VERSION = "3.6.6"


@pytest.fixture(scope="module")
def text() -> str:
    """Give the document."""
    return contract()


def test_every_kind_has_a_message_of_a_real_story(text: str) -> None:
    """The examples of the feed are messages that the player would send."""
    messages: dict[str, Any] = json.loads(text)["components"]["messages"]
    for kind in KINDS:
        (example,) = messages[f"feed-{kind}"]["examples"]
        assert example["payload"]["status"] == "Exercise"
        assert example["payload"]["type"].startswith(f"exercise.{kind}.")
    for name in ("state-launch", "state-alert", "state-meeting", "geo", "manifest"):
        assert messages[name]["examples"], name


def test_the_examples_are_valid(text: str) -> None:
    """Each is what the schema beside it asks for."""
    document = json.loads(text)
    whole = {"components": {"schemas": document["components"]["schemas"]}}
    for message in document["components"]["messages"].values():
        for example in message.get("examples", ()):
            schema = {**whole, **message["payload"]}
            jsonschema.Draft202012Validator(schema).validate(example["payload"])


def test_the_docs_have_the_present_one(text: str) -> None:
    """Made anew by: feed schema asyncapi > docs/asyncapi.json, and with --markdown the page."""
    assert DOCS.read_text(encoding="utf-8") == text
    assert DOCS.with_suffix(".md").read_text(encoding="utf-8") == contract_page()


@pytest.mark.slow
def test_the_parser_of_asyncapi_accepts_it(text: str, tmp_path: Path) -> None:
    """The parser that AsyncAPI's own tools use has nothing to say of it."""
    folder = with_package(tmp_path / "check", "@asyncapi/parser", VERSION)
    (folder / "check.mjs").write_text(CHECK, encoding="utf-8")
    (folder / "asyncapi.json").write_text(text, encoding="utf-8")
    said = subprocess.run(
        [node(), "check.mjs", "asyncapi.json"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    result = json.loads(said)
    assert [each for each in result["found"] if each["code"] != NEWER] == []
    assert result["channels"] == len(json.loads(text)["channels"])
