"""How many messages a long scenario has, once that was counted: kept by what it depends on."""

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter

__all__ = ["Counted", "count_key", "find_count", "keep_count"]

_MOST = 200
"""Counts that are kept; the oldest go."""


class Counted(BaseModel):
    """How many messages each country is to get, and when the last is due (microseconds)."""

    planned: dict[str, Annotated[int, Field(ge=0)]]
    last: int


_COUNTS: TypeAdapter[dict[str, Counted]] = TypeAdapter(dict[str, Counted])


def count_key(parts: Mapping[str, Any]) -> str:
    """Return the digest of everything that a count depends on, JSON-able."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def find_count(home: Path, key: str) -> Counted | None:
    """Return what was counted; None if nothing was, or if the file cannot be read."""
    return _read(home).get(key)


def keep_count(home: Path, key: str, counted: Counted) -> None:
    """Keep a count; where that cannot be, it is counted again the next time."""
    counts = _read(home)
    counts.pop(key, None)
    counts[key] = counted
    kept = dict(list(counts.items())[-_MOST:])
    path = _file(home)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        part.write_bytes(_COUNTS.dump_json(kept))
        part.replace(path)


def _read(home: Path) -> dict[str, Counted]:
    try:
        return _COUNTS.validate_json(_file(home).read_bytes())
    except (OSError, ValueError):
        return {}


def _file(home: Path) -> Path:
    return home / "counts.json"
