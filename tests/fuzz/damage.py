"""Damage: what a door is used to, with a part of it missing, doubled, moved, or hostile.

Bytes alone hardly ever get past the first reader: most of what they make is no JSON, no YAML, no
SQLite any longer.  So a value, a line or a cell is damaged as often, and the rest stays right.
"""

import contextlib
import copy
import json
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import yaml

from feed.files.database import checksum

__all__ = ["damaged"]

_WORDS = (b"null", b"[]", b"{}", b"-1", b"1e999", b"\xff", b"\x00", b'"', b"\\ud800", b"[" * 5000)
_KEYS = ("", "id", "at", "type", "feed", "<<", "x-a", "__class__", "data", "country", "run")
_TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T")
_DURATION = re.compile("[+-]?P")
_ANOTHER = 0.7
_MOST_NODES = 20_000
_MOST = 10**300
_SEALED = 0.7
"""of the ledgers whose cells are damaged, so many have right checksums all the same"""
_DEEP: list[Any] = []
for _ in range(80):
    _DEEP = [_DEEP]
_NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**63, 10**400, 1e308, -0.0, 1e-320, float("inf"))
_TIMES = (
    *("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00-14:00", "1700-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59+14:00", "9999-12-31T23:59:59-14:00", "2016-12-31T23:59:60Z"),
    *("2023-12-19T09:00:00", "2023-12-19T09:00:00.123456789+09:00", "2038-01-19T03:14:08Z"),
)
_DURATIONS = ("+PT1S", "-PT1S", "PT0S", "P9999999999Y", "PT1E9S", "PT0.0000001S", "P1Y2M")
_TEXTS = (
    *("", " ", "\x00", "\x1b[2J", "\u202e", "\ud800", "\ufeff", "A" * 3000, "é" * 300),
    *("${a}", "$${", "${", "../../x", "/dev/zero", "=1+1", "'; --", "a/b/#", "+", "$SYS/#"),
    *("2023-12-19", "24:61", "07:40", "now", *_TIMES, *_DURATIONS),
    *("KOR", "JPN", "XXX", "kor", "EXERCISE", "yes", "null", "1e3", "0x10", "nan", "en", "x-y"),
)
_HOSTILE: tuple[Any, ...] = (
    *(None, True, False, [], {}, {"": None}, _DEEP, [None] * 300, float("nan")),
    *_NUMBERS,
    *_TEXTS,
)


def damaged(seed: bytes, chance: random.Random, longest: int = 65_536) -> bytes:
    """Return something that was damaged in one of the ways that its form allows."""
    ways: list[Callable[[bytes, random.Random], bytes | None]] = [_bytes]
    ways += [_cells, _cells] if seed.startswith(b"SQLite") else [_lines, _values, _values]
    done = chance.choice(ways)(seed, chance)
    return (_bytes(seed, chance) if done is None else done)[:longest]


def _bytes(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randrange(1, 40)]
            case 1:
                data[at:at] = chance.choice(_WORDS)
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                data[at:at] = data[at : at + chance.randrange(1, 200)]
    return bytes(data)


def _lines(seed: bytes, chance: random.Random) -> bytes:
    lines = seed.split(b"\n")
    for _ in range(chance.randint(1, 3)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[one : one + chance.randint(1, 3)]
            case 1:
                lines[one:one] = lines[other : other + chance.randint(1, 8)]
            case 2:
                lines[one], lines[other] = lines[other], lines[one]
            case 3:
                lines[one] = b" " * chance.randrange(5) + lines[one].lstrip(b" ")
            case 4:
                key, colon, _ = lines[one].partition(b":")
                lines[one] = key + colon + b" " + _json(_hostile(chance))
            case 5:
                lines[one] += lines[other].lstrip()
        lines = lines or [b""]
    return b"\n".join(lines)


# -- values ----------------------------------------------------------------------------------------


def _values(seed: bytes, chance: random.Random) -> bytes | None:
    """Damage a value of what can be read as JSON, as a line of JSON, or as YAML."""
    lines = seed.split(b"\n")
    at = chance.randrange(len(lines))
    for whole in (seed, lines[at]):
        with contextlib.suppress(ValueError, RecursionError):
            value = _damaged_value(json.loads(whole), chance)
            lines[at] = _json(value)
            return _json(value) if whole is seed else b"\n".join(lines)
    value = _read_yaml(seed)
    return None if value is None else _json(_damaged_value(value, chance))


@lru_cache(maxsize=64)
def _read_yaml(text: bytes) -> Any:
    """Return what YAML says, as far as it can be written as JSON, which is YAML too."""
    with contextlib.suppress(Exception):
        value = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are
        # Aliases of aliases have no end when they are written out.
        if isinstance(value, dict | list) and sum(1 for _ in _places(value)) < _MOST_NODES:
            return json.loads(json.dumps(value, default=str))
    return None


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every list and object below a value with each of its keys."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        box = waiting.pop()
        if isinstance(box, dict | list):
            for key in list(box) if isinstance(box, dict) else range(len(box)):
                seen += 1
                yield box, key
                waiting.append(box[key])


def _hostile(chance: random.Random) -> Any:
    # Of its own, because what is damaged next may be what is in it.
    return copy.deepcopy(chance.choice(_HOSTILE))


def _damaged_value(value: Any, chance: random.Random) -> Any:
    root = {"": copy.deepcopy(value)}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        places = list(_places(root))
        box, key = chance.choice(places)
        other, its = chance.choice(places)
        match chance.randrange(8):
            case 0 | 1:
                box[key] = _hostile(chance)
            case 2:
                box[key] = copy.deepcopy(other[its])
            case 3 if box is not root:
                del box[key]
            case 4 if isinstance(box, list):
                box[key:key] = copy.deepcopy(box[key : key + 1]) * chance.randint(1, 30)
            case 4 if box is not root:
                box[chance.choice((*_KEYS, key + "s", key.upper()))] = box.pop(key)
            case 5 if isinstance(box[key], dict):
                box[key][chance.choice((*_KEYS, str(its)))] = copy.deepcopy(other[its])
            case 6:
                box[key] = [box[key]] if chance.random() < 0.5 else {"en": box[key]}
            case _:
                box[key] = _nearby(box[key], chance)
    return root.get("", value)


def _nearby(value: Any, chance: random.Random) -> Any:
    """Return a value of the same kind, a little or much different."""
    if isinstance(value, int | float) and abs(value) < _MOST:
        return chance.choice((*_NUMBERS, value + 1, -value, value * 1000, value // 3, str(value)))
    if isinstance(value, str):
        # Of the words that nearly everything understands few make sense where a time stands.
        for form, others in ((_TIME, _TIMES), (_DURATION, _DURATIONS)):
            if form.match(value) and chance.random() < _ANOTHER:
                return chance.choice(others)
        at = chance.randrange(len(value) + 1)
        with_more = value[:at] + chance.choice(_TEXTS) + value[at:]
        return chance.choice((with_more, value[at:], value[:at], value * 3, value.swapcase()))
    return _hostile(chance)


# -- cells -----------------------------------------------------------------------------------------

# What has a checksum, in the order in which it is summed.
_SUMMED = {
    "about": "key, value",
    "published": "epoch, recipient, sequence, cursor, message, due, sent, topic, payload",
    "action": "number, wall, epoch, position, cursor, verb, details",
    "effect": "epoch, recipient, sequence, effect",
    "receipt": "recipient, client, epoch, sequence, wall, missing",
    "received": (
        "(SELECT run FROM stream WHERE number = stream),"
        "(SELECT epoch FROM stream WHERE number = stream),"
        "sequence, message, topic, sent, due, received, payload"
    ),
}


def _cells(seed: bytes, chance: random.Random) -> bytes | None:
    """Damage what stands in a database that is otherwise whole, checksums too if need be."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    try:
        base.deserialize(_journal(seed, b"\x01"))
        tables = [
            name
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        sealed = chance.random() < _SEALED
        base.create_function("summed", -1, lambda *row: checksum(row), deterministic=True)
        for _ in range(chance.randint(1, 4)):
            with contextlib.suppress(
                sqlite3.Error, IndexError
            ):  # there may be no such table any longer
                table = chance.choice(tables)
                base.execute(*_statement(base, table, chance))
                if sealed and table in _SUMMED:
                    base.execute(f"UPDATE {table} SET checksum = summed({_SUMMED[table]})")  # noqa: S608
        return _journal(base.serialize(), b"\x02")
    except (sqlite3.Error, IndexError, ValueError, OverflowError):
        return None
    finally:
        base.close()


def _journal(data: bytes, form: bytes) -> bytes:
    """Say in the header how the file is written: in memory no log (2) can be beside it."""
    return data[:18] + form * 2 + data[20:]


def _statement(
    base: sqlite3.Connection, table: str, chance: random.Random
) -> tuple[str, tuple[object, ...]]:
    """Return a statement that does damage, and its values."""
    columns = [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]
    value = chance.choice((_cell, _cell, _text))(chance)
    some = " WHERE random() % 2 = 0" if chance.random() < 0.5 else ""
    match chance.randrange(7):
        case 0:
            return f'DELETE FROM "{table}"{some}', ()  # noqa: S608 - nobody's but ours
        case 1:
            marks = ", ".join("?" for _ in columns)
            row = tuple(_cell(chance) for _ in columns)
            return f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', row  # noqa: S608
        case 2 if chance.random() < 0.2:
            return f'DROP TABLE "{table}"', ()
        case 2 if chance.random() < 0.2:
            return f"PRAGMA user_version = {chance.randrange(6)}", ()
        case _:
            column = chance.choice(columns)
            return f'UPDATE OR IGNORE "{table}" SET "{column}" = ?{some}', (value,)  # noqa: S608


def _text(chance: random.Random) -> object:
    return _json(_hostile(chance)).decode()


def _cell(chance: random.Random) -> object:
    return chance.choice((None, 0, 1, 2, -1, 2**63 - 1, -(2**63), 1.5, "", "1", b"", b"\xff", "x"))
