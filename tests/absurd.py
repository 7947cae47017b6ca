"""What no honest sender writes: messages of the contract with absurd numbers in some members."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import example
from hypothesis import strategies as st

__all__ = ["absurd", "each_absurd"]

_EACH: list[Any] = [
    *(0, -1, 1, 10**9 + 1, 10**17, 2**53, 2**63 - 1, 2**63, 2**64, 10**30, 10**400),
    *(0.5, 1.0, -0.0, 1e308, float("inf"), float("-inf"), float("nan"), True, False, None),
    *("", "1", "max", "10e17", "9999-12-31T23:59:59.999-23:59", "0001-01-01T00:00:00+23:59"),
    *("9999-12-31T23:59:59.999999+00:00", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z"),
    *([], {}, [[1, 2]], {"a": {"a": []}}, [10**17] * 3),
]
_VALUES = st.sampled_from(_EACH)
_ANY = st.recursive(
    _VALUES | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def absurd(usual: Mapping[str, Any]) -> st.SearchStrategy[bytes]:
    """Draw payloads like a usual one, in which some members are anything."""
    changed = st.dictionaries(st.sampled_from(sorted(usual)), _ANY, max_size=3)
    return changed.map(lambda other: json.dumps({**usual, **other}).encode())


def each_absurd(usual: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Let a property be tried with each absurd value in each member, besides what is drawn."""

    def decorate(test: Any) -> Any:
        for name in usual:
            for value in _EACH:
                test = example(json.dumps({**usual, name: value}).encode())(test)
        return test

    return decorate
