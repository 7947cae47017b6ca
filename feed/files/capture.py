"""Captured traffic, read back as a stream: what came on which topic, when, with which QoS.

Three kinds of JSON Lines are read, and may be mixed in one file: what ``feed capture`` and
``mosquitto_sub -F '%J'`` (or ``%j``) write, a record around each payload; and bare payloads, one a
line, as ``feed receive --out`` and ``mosquitto_sub`` itself write them.  MCAP, and the CSV of
mqtt-recorder (``.csv``), are read too.
Whatever cannot be read is said in one sentence with its place.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from feed.errors import Problem, ScenarioError
from feed.files.capture_csv import read_csv
from feed.files.capture_mcap import MAGIC, read_mcap
from feed.files.captured import Captured
from feed.files.text import opened
from feed.model.time import instant_of
from feed.wire.topics import ROOT

__all__ = ["LONGEST", "Captured", "read_capture"]

LONGEST = 1 << 20
"""Bytes that a line may have."""


def read_capture(path: Path, shown: str | None = None) -> Iterator[Captured]:
    """Yield the records of a capture, in the order of the file; one is in memory at a time.

    ``ScenarioError`` says what in the file cannot be read and where; ``FilesError`` that the file
    cannot.  It is opened at the first record.
    """
    name = str(path) if shown is None else shown
    with opened(path, name) as file:
        if path.is_file():
            first = file.read(len(MAGIC))
            file.seek(0)
            if first == MAGIC:
                yield from read_mcap(file, name)
                return
        yield from read_csv(file, name) if path.suffix == ".csv" else _lines(file, name)


def _lines(file: BinaryIO, shown: str) -> Iterator[Captured]:
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        if raw.isspace():
            continue  # mosquitto_sub leaves an empty line where a payload is no JSON
        if len(raw) > LONGEST:
            raise _problem(shown, number, 1, f"longer than {LONGEST} bytes; no capture has this")
        yield _captured(raw, shown, number)


def _captured(raw: bytes, shown: str, number: int) -> Captured:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        advice = "not UTF-8 text; save it as UTF-8, or capture binary payloads with 'feed capture'"
        raise _problem(shown, number, error.start + 1, advice) from error
    try:
        value = json.loads(text.rstrip("\r\n"))
    except json.JSONDecodeError as error:
        torn = not raw.endswith(b"\n")
        said = "cut off in the middle; remove this line" if torn else f"not JSON ({error.msg})"
        if text.startswith(f"{ROOT}/"):
            said = "a topic stands before the message; write it with mosquitto_sub -F '%J', not -v"
        raise _problem(shown, number, 1 if torn else error.colno, said) from error
    except (ValueError, RecursionError) as error:
        text = "no JSON that can be read: nested too deeply, or a number without end"
        raise _problem(shown, number, 1, text) from error
    if not isinstance(value, dict):
        raise _problem(shown, number, 1, "not a JSON object; write one message a line")
    if "topic" not in value:
        return Captured(number, None, None, text.strip().encode())
    try:
        return _wrapped(value, number)
    except ValueError as error:
        raise _problem(shown, number, 1, str(error)) from error


def _wrapped(value: dict[str, Any], number: int) -> Captured:
    """Return the record around a payload; ``ValueError`` with one sentence if it is none."""
    topic, qos, retain = value["topic"], value.get("qos", 0), value.get("retain", 0)
    if not isinstance(topic, str) or not topic or any(each in topic for each in "#+\0"):
        raise ValueError("its topic is none; a topic is a text without '#' and '+'")
    if not isinstance(qos, int) or qos not in {0, 1, 2}:
        raise ValueError("its qos is not 0, 1 or 2")
    if not isinstance(retain, int) or retain not in {0, 1}:
        raise ValueError("its retain is not 0 or 1")
    payload, whole = _payload(value)
    return Captured(number, _wall(value.get("tst")), topic, payload, qos, bool(retain), whole)


def _payload(value: dict[str, Any]) -> tuple[bytes, bool]:
    """Return the bytes of a payload, and whether they are all that came."""
    length = value.get("payloadlen")
    if "payload_base64" in value:
        try:
            return base64.b64decode(value["payload_base64"], validate=True), True
        except (binascii.Error, TypeError, ValueError) as error:
            raise ValueError("its payload_base64 is not base64") from error
    if "payload" not in value:
        raise ValueError("it has a topic and no payload; write it with mosquitto_sub -F '%J'")
    payload = value["payload"]
    if payload is None and not length:
        return b"", True
    if not isinstance(payload, str):
        # ``%J`` writes the JSON anew: the same values, in bytes of its own.
        return _dumped(payload), True
    raw = payload.encode(errors="surrogatepass")
    if length is None or length == len(raw):
        return raw, True
    as_json = _dumped(payload)
    return (as_json, True) if length == len(as_json) else (raw, False)


def _dumped(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="surrogatepass")


def _wall(text: Any) -> int | None:
    """Return a time of receiving in microseconds since 1970, as mosquitto_sub or we write it."""
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.replace("Z+", "+").replace("Z-", "-"))
        return instant_of(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).us
    except (ValueError, AttributeError, OverflowError) as error:
        raise ValueError("its tst is no time; write it as 2023-12-19T09:00:00.000+09:00") from error


def _problem(shown: str, line: int, column: int, text: str) -> ScenarioError:
    return ScenarioError([Problem(shown, line, column, text)])
