"""Faults on purpose as an author writes them."""

import re
import typing

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from feed.core.faults import mistakes
from feed.model.fault import CORRUPTIONS, FAULTS, Corruption, Fault, FaultKind, FaultsFile
from feed.model.time import Instant
from feed.wire.schema import schema_of
from tests.commands import ROOT


def test_one_or_several_may_be_written() -> None:
    """Of countries, kinds, events, messages and numbers."""
    fault = Fault.model_validate(
        {"fault": "drop", "country": "KOR", "kinds": ["track", "impact"], "sequence": "3"}
    )

    assert (fault.country, fault.kinds, fault.sequence) == (("KOR",), ("track", "impact"), (3,))
    assert (fault.events, fault.messages, fault.probability) == ((), (), 1)
    assert not fault.repair


@pytest.mark.parametrize(
    "wrong",
    [
        {"fault": "explode"},
        {"fault": "drop", "probability": 1.5},
        {"fault": "drop", "probability": "nan"},
        {"fault": "duplicate", "copies": 1},
        {"fault": "duplicate", "copies": 1000},
        {"fault": "reorder", "behind": 0},
        {"fault": "delay", "by": "10"},
        {"fault": "drop", "sequence": 0},
        {"fault": "drop", "country": "japan"},
        {"fault": "drop", "kinds": ["rocket"]},
        {"fault": "corrupt", "how": "badly"},
        {"fault": "drop", "proability": 1},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """Each by the model itself."""
    with pytest.raises(ValidationError):
        Fault.model_validate(wrong)


def test_a_file_has_faults() -> None:
    """At least one."""
    assert len(FaultsFile.model_validate({"feed": "1", "faults": [{"fault": "drop"}]}).faults) == 1
    with pytest.raises(ValidationError):
        FaultsFile.model_validate({"feed": "1", "faults": []})


def test_the_example_of_the_docs_is_right_in_an_editor_too() -> None:
    """By the model and by the schema, with one or several of a thing."""
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    data = yaml.load(block, yaml.BaseLoader)  # noqa: S506 - every scalar as text, as feed reads it
    typed = yaml.safe_load(re.sub(r"(07:\d\d)", r"'\1'", block))

    faults = FaultsFile.model_validate(data, by_alias=True, by_name=False).faults

    assert [each.fault for each in faults] == ["drop", "cut", "duplicate", "corrupt"]
    assert not list(mistakes(faults, Instant(0, 0), ["JPN", "USA"]))
    jsonschema.validate(typed, schema_of("faults"))


def test_the_lists_are_the_words() -> None:
    """What code walks over is what an author may write."""
    assert typing.get_args(FaultKind) == FAULTS
    assert typing.get_args(Corruption) == CORRUPTIONS
