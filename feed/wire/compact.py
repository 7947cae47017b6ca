"""JSON as it goes over the wire where it is not canonical: without spaces."""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["compact"]


def compact(value: Mapping[str, Any]) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
