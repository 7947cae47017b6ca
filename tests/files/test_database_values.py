"""Values and facts of a database: of the kind that they say, or the file is damaged."""

import sqlite3
from typing import Any

import pytest
from pydantic import TypeAdapter

from feed.files.database_values import FIRST, LAST, Facts, json_of, mistakes
from feed.model.time import rfc3339


def table(*values: object) -> list[str]:
    """Return what is wrong with a table of one row."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE row (number INTEGER, word TEXT, payload BLOB, due INTEGER)")
    base.execute("INSERT INTO row VALUES (?, ?, ?, ?)", values)
    found = list(mistakes(lambda sql: base.execute(sql).fetchall()))
    base.close()
    return found


@pytest.mark.parametrize(
    "values",
    [
        ("x", "a", b"", 0),
        (1.5, "a", b"", 0),
        (1, b"a", b"", 0),
        (1, "a", "text", 0),
        (1, "a", None, 0),
        (1, "a", b"", LAST + 1),
        (1, "a", b"", FIRST - 1),
    ],
)
def test_a_value_of_another_kind_is_told(values: tuple[object, ...]) -> None:
    """Or one that is no moment where a moment belongs."""
    assert table(*values) == ["a value in 'row' is none that belongs there"]
    assert table(1, "a", b"", 0) == []


def test_every_moment_that_may_stand_can_be_shown() -> None:
    """In any zone."""
    for us in (FIRST, LAST):
        for offset_s in (-14 * 3600, 14 * 3600):
            assert rfc3339(us, offset_s)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "7", b"\xff", None, "[" * 9000])
def test_what_is_no_json_of_a_kind_is_refused(text: Any) -> None:
    """The error is one, whatever is wrong."""
    with pytest.raises(ValueError, match="no JSON of this kind"):
        json_of(text, TypeAdapter(dict[str, Any]))
    assert json_of('{"a": 1}', TypeAdapter(dict[str, Any])) == {"a": 1}


def test_facts_are_there_and_of_their_kind() -> None:
    """Whoever asks for one that is missing is told so, and nothing is taken for another kind."""
    kinds: TypeAdapter[Any] = TypeAdapter(dict[str, int])
    facts = Facts({"a": 1}, kinds, OSError)
    assert facts == {"a": 1}
    assert facts.get("b") is None
    with pytest.raises(OSError, match="it does not say its 'b'"):
        _ = facts["b"]
    with pytest.raises(OSError, match="its 'a' is not what it should be"):
        Facts({"a": "1"}, kinds, OSError)
