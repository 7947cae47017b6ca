"""``feed schema``: the contract, printed."""

import json

import pytest

from feed.cli import invoke
from feed.wire.schema import NAMES, rendered


def test_the_default_is_the_schema_of_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name the schema that editors use is printed, ready to be written to a file."""
    assert invoke(["schema"]) == 0
    assert capsys.readouterr().out == rendered("scenario")


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_can_be_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each name gives a JSON document that says what it is the schema of."""
    assert invoke(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == f"urn:feed:schema:{name}:1"


@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_strict_and_a_readers_form(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two ids for two schemas: what is asked for besides the usual one says so."""
    printed = {}
    for form in ("strict", "reader"):
        assert invoke(["schema", name, f"--{form}"]) == 0
        printed[form] = json.loads(capsys.readouterr().out)
    assert len({each["$id"] for each in printed.values()}) == 2
    assert json.loads(rendered(name)) in printed.values()
    assert printed["strict"]["additionalProperties"] is False
    assert "additionalProperties" not in printed["reader"]


def test_the_contract_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """As a page, in Markdown."""
    assert invoke(["schema", "asyncapi", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("# The contract, topic by topic")


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is nothing is a mistake in the command line; the nearest is offered."""
    assert invoke(["schema", "scenari"]) == 2
    assert capsys.readouterr().err == (
        "feed: nothing called 'scenari' has a schema; did you mean 'scenario'?\n"
    )


def test_the_contract_is_asyncapi(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole contract is one document, for the tools of those who write clients."""
    assert invoke(["schema", "asyncapi"]) == 0
    assert json.loads(capsys.readouterr().out)["asyncapi"] == "3.0.0"
