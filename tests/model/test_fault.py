"""Faults on purpose as an author writes them."""

import typing

import pytest
from pydantic import ValidationError

from feed.model.fault import CORRUPTIONS, FAULTS, Corruption, Fault, FaultKind, FaultsFile


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


def test_the_lists_are_the_words() -> None:
    """What code walks over is what an author may write."""
    assert typing.get_args(FaultKind) == FAULTS
    assert typing.get_args(Corruption) == CORRUPTIONS
