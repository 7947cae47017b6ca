"""JSON in its one canonical form (RFC 8785), which is what a signature is made over.

Two programs that write the same value write the same bytes: members in order of their names, no
spaces, numbers as ECMAScript prints them.
"""

import json
from decimal import Decimal
from math import isfinite
from typing import Any

__all__ = ["canonical"]

_EXACT = 2**53
"""Up to here a double holds every whole number."""
_PLAIN = 1e21
"""From here on ECMAScript writes an exponent,"""
_SMALL = 1e-6
"""and below this."""

_text = json.encoder.encode_basestring


def canonical(value: Any) -> str:
    """Return a value of JSON in its canonical form; ``ValueError`` if it has none."""
    # By type and not by ``isinstance``: this is done for every node of every message.
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is dict:
        members = [f"{_text(name)}:{canonical(value[name])}" for name in _in_order(value)]
        return f"{{{','.join(members)}}}"
    if kind is list:
        return f"[{','.join(map(canonical, value))}]"
    if kind is int or kind is float:
        return _number(value)
    if value is None or kind is bool:
        return {None: "null", True: "true", False: "false"}[value]
    raise ValueError(f"{kind.__name__} is no value of JSON")


def _in_order(members: dict[str, Any]) -> list[str]:
    """Return names as RFC 8785 sorts them: by the 16-bit units of UTF-16."""
    if "".join(members).isascii():
        return sorted(members)
    return sorted(members, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def _number(value: float) -> str:
    """Return a number as ECMAScript prints the double that it is."""
    if -_EXACT <= value <= _EXACT and value == int(value):
        return str(int(value))
    try:
        double = float(value)
    except OverflowError:
        double = float("inf")
    if not isfinite(double):
        raise ValueError("a number is too large for JSON")
    shortest = repr(double)
    if "e" not in shortest and ".0" not in shortest[-2:]:
        return shortest
    if _SMALL <= abs(double) < _PLAIN:
        return f"{Decimal(shortest):f}".removesuffix(".0")
    mantissa, _, exponent = shortest.partition("e")
    return f"{mantissa}e{int(exponent):+d}"
