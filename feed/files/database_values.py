"""What a database of ours holds beyond what SQLite checks: values of their kinds, and facts.

Checksums tell what has rotted.  Whoever writes a file by hand can sum it too, so what is read is of
the kind that is said, or the file is damaged.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

__all__ = ["FIRST", "LAST", "Facts", "json_of", "mistakes"]

_KINDS = {"INTEGER": "integer", "TEXT": "text", "BLOB": "blob"}
_MOMENTS = frozenset({"due", "position", "received", "sent", "wall"})
"""The columns that are microseconds since 1970."""
FIRST, LAST = -3_000_000_000_000_000, 9_000_000_000_000_000
"""1874 to 2255: any zone has a date for what is between them"""

Read = Callable[[str], list[tuple[Any, ...]]]


def mistakes(read: Read) -> Iterator[str]:
    """Yield what is wrong with the values of each table: SQLite takes anything anywhere."""
    for (table,) in read("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        wrong = []
        for _, name, declared, *_ in read(f"PRAGMA table_info({table})"):
            if declared in _KINDS:
                wrong.append(f"typeof({name}) <> '{_KINDS[declared]}'")
            if name in _MOMENTS:
                wrong.append(f"{name} NOT BETWEEN {FIRST} AND {LAST}")
        if wrong and read(f"SELECT 1 FROM {table} WHERE {' OR '.join(wrong)} LIMIT 1"):  # noqa: S608 - our names
            yield f"a value in '{table}' is none that belongs there"


def json_of(text: str, kind: TypeAdapter[Any] | None = None) -> Any:
    """Return a value that is stored as JSON; ``ValueError`` if it is none, or of another kind."""
    try:
        value = json.loads(text)
        return value if kind is None else kind.validate_python(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("no JSON of this kind") from error


class Facts(dict[str, Any]):
    """What a file says about itself; whoever asks for what it does not say is told that."""

    def __init__(
        self,
        said: Mapping[str, Any],
        kinds: TypeAdapter[Any],
        damaged: Callable[[str], Exception],
    ) -> None:
        super().__init__(said)
        self._damaged = damaged
        try:
            kinds.validate_python(dict(self), strict=True)
        except ValidationError as error:
            name = error.errors(include_url=False)[0]["loc"][0]
            raise damaged(f"its {name!r} is not what it should be") from None

    def __missing__(self, key: str) -> Any:
        raise self._damaged(f"it does not say its {key!r}")
