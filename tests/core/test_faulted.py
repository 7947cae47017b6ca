"""Faults that are added and ended while a run is played: which there are, and what is refused."""

from typing import Any

import pytest

from feed.core.actions import MOST_FAULTS, Heal, InjectFault, TransportError
from feed.core.faulted import faulted, settled_faults, told_faults
from feed.core.faults import Faults
from feed.model.fault import Fault
from feed.model.time import rfc3339
from tests import make

COUNTRIES = ("JPN", "KOR", "USA")
START = make.plan(make.alert()).event_stream.start
DROP = Fault(fault="drop", country=("JPN",), probability=0.1)


def faults(*rules: Fault) -> Faults:
    """Return the faults of a run."""
    return Faults(rules, 5, START)


def added(*said: dict[str, Any]) -> InjectFault:
    """Return an action that adds faults."""
    return InjectFault(faults=said)


def test_what_is_added_comes_before_what_there_is() -> None:
    """The first that happens counts, so what is asked for now happens."""
    after = faulted(faults(DROP), added({"fault": "duplicate", "country": "JPN"}), COUNTRIES)

    assert after.names == ("duplicate", "drop")
    assert after.rules[1] is DROP


def test_what_is_healed_is_gone_by_name_or_all_of_it() -> None:
    """The others stay in their order."""
    three = faults(DROP, Fault(fault="drop", name="storm"), Fault(fault="duplicate"))

    assert faulted(three, Heal(names=("drop", "duplicate")), COUNTRIES).names == ("storm",)
    assert faulted(three, Heal(), COUNTRIES).names == ()
    with pytest.raises(TransportError, match="no fault 'rain'; there are: drop, storm, duplicate"):
        faulted(three, Heal(names=("rain",)), COUNTRIES)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"fault": "rain"}, "fault 1 ('fault'): input should be 'drop'"),
        ({}, "fault 1 ('fault'): field required"),
        ({"fault": "drop", "contry": "JPN"},
         "fault 1 ('contry'): is not a member of a fault; did you mean 'country'?"),
        ({"fault": "drop", "country": "JAP"}, "fault 1 ('country.0'): 'JAP' is no recipient"),
        ({"fault": "delay"}, "fault 1 ('fault'): a delay needs 'by'"),
        ({"fault": "cut"}, "fault 1 ('fault'): a cut needs 'from' and 'until'"),
        ({"fault": "drop", "copies": 3}, "fault 1 ('copies'): 'copies' says nothing of a drop"),
        ({"fault": "drop", "from": "09:10", "until": "09:05"}, "fault 1 ('until'): '09:05' is not"),
        ({"fault": "drop", "probability": float("nan")}, "fault 1 ('probability'):"),
        ({"fault": "drop", "from_": "09:10"}, "fault 1 ('from_'): is not a member"),
        ({"fault": "drop", "from": "+P99999999D", "until": "+P999999999D"}, "fault"),
    ],
)  # fmt: skip
def test_what_is_no_fault_is_refused_in_one_sentence(said: dict[str, Any], why: str) -> None:
    """With its place, and nothing is added."""
    with pytest.raises(TransportError) as refused:
        faulted(faults(DROP), added(said), COUNTRIES)
    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)


def test_they_are_bounded_in_number() -> None:
    """However often somebody asks."""
    full = faults(*[DROP] * (MOST_FAULTS - 1))

    assert len(faulted(full, added({"fault": "drop"}), COUNTRIES).rules) == MOST_FAULTS
    with pytest.raises(TransportError, match=f"there are more than {MOST_FAULTS} faults then"):
        faulted(full, added({"fault": "drop"}, {"fault": "drop"}), COUNTRIES)


def test_a_cut_that_says_no_beginning_begins_now() -> None:
    """What is written down says when that was."""
    moment = START.us + 5_000_000
    cut = {"fault": "cut", "until": "+9m"}
    settled = settled_faults(added(cut, {"fault": "drop"}), moment, START)

    assert settled.faults == ({"from": rfc3339(moment, START.offset_s), **cut}, {"fault": "drop"})
    assert settled_faults(settled, moment + 1, START) == settled
    faulted(faults(), settled, COUNTRIES)


def test_they_are_told_as_they_stand_in_a_file() -> None:
    """What was told can be added again, and is the same fault."""
    cut = {"name": "cut", "fault": "cut", "country": ["JPN"], "from": "07:25", "until": "+9m"}
    rules = faulted(faults(DROP), added(cut), COUNTRIES).rules

    assert told_faults(rules)[0] == cut
    assert told_faults(faulted(faults(), added(*told_faults(rules)), COUNTRIES).rules) == (
        told_faults(rules)
    )
