"""A situation as JSON: everything is there, and moments are readable."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from feed.core.situation_json import situation_json
from tests.core.test_situation import at

DAYS = 10**14
"""microseconds; no other number of a situation is as large"""


def numbers(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Yield every number with the name that it stands under."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from numbers(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from numbers(each, name)
    elif isinstance(value, int | float):
        yield name, value


@pytest.mark.parametrize("when", ["22:39", "22:52", "2023-12-18T08:40", "2023-12-18T10:00"])
def test_a_situation_is_json(when: str) -> None:
    """It can be written and read, and no moment is left as a number."""
    told = situation_json(at("activation-eve-2023", when), 9 * 3600)

    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert not [name for name, value in numbers(told) if abs(value) > DAYS]
    assert told["now"].endswith("+09:00")


def test_names_are_those_of_the_code() -> None:
    """Launches, their words, corrections, who knows."""
    told = situation_json(at("over-aomori-2022", "07:46"))

    japan = told["countries"][0]
    assert japan["country"] == "JPN"
    assert japan["launches"][0]["words"][0]["position"]["measured"].startswith("2022-10-03T22:40")
    correction = japan["alerts"][0]["corrections"][0]
    assert correction["reason"] == "threat-passed"
    assert correction["due"] == "2022-10-03T22:42:00.000+00:00"
    assert told["knows"]["irbm-2022-10-04"][0]["since"].startswith("2022-10-03T22:23")
