"""Tests of ``tests.fuzz.damage``: what is damaged stays of its form, or nothing is learnt of it."""

import json
import random
import sqlite3
from collections.abc import Callable

import pytest
import yaml

from tests.fuzz import damage
from tests.fuzz.damage import damaged
from tests.fuzz.doors import DOORS

JSON = ("control", "history", "payload", "head", "clock", "manifest", "points", "credentials")
YAML = ("scenario", "arrangements", "faults")
TRIES = 60


def each(
    names: tuple[str, ...], way: Callable[[bytes, random.Random], bytes | None]
) -> list[bytes]:
    """Return what comes of what some doors are used to, damaged in one way again and again."""
    chance = random.Random(1)  # noqa: S311 - nothing secret comes of it
    found, different = [], 0
    for name in names:
        for _ in range(TRIES):
            seed = chance.choice([one for one in DOORS[name].usual() if len(one) > 1])
            done = way(seed, chance)
            assert done is not None, (name, seed)
            found.append(done)
            different += done != seed
    assert different > len(found) / 2
    return found


def test_a_value_is_damaged_and_the_rest_is_json_as_it_was() -> None:
    """Of one object, and of lines of them; of YAML it makes JSON, which is YAML too."""
    for data in each(JSON, damage._values):
        json.loads(data)
    for data in each(YAML, damage._values):
        json.loads(data)
        yaml.safe_load(data.decode("ascii"))


def test_a_cell_is_damaged_and_the_rest_is_a_database() -> None:
    """Of both kinds of ledger; most still have the checksums that belong to what they say."""
    for data in each(("ledger",), damage._cells):
        assert data[:15] == b"SQLite format 3"
        assert data[18:20] == b"\x02\x02"
        base = sqlite3.connect(":memory:")
        base.deserialize(data[:18] + b"\x01\x01" + data[20:])
        assert base.execute("PRAGMA quick_check").fetchone() is not None
        base.close()


@pytest.mark.parametrize("name", DOORS)
def test_the_same_chance_does_the_same_damage(name: str) -> None:
    """So that what was found is found again; and it is never larger than it may be."""
    chance = random.Random
    for number in range(20):
        seed = DOORS[name].usual()[-1]
        one, other = (damaged(seed, chance(number), 5000) for _ in range(2))
        assert one == other or name in {"ledger", "run"}
        assert len(one) <= 5000
