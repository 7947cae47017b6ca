"""What a receiver got, as a stream of records, from a file that anybody's client wrote.

Everything that ``read_capture`` reads is read: JSON Lines of ``feed receive --out``, the lines of
``mosquitto_sub -F '%J'``, bare payloads, and captures.  Only messages of feeds count; what stands
on other topics of an exercise is left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from feed.errors import Problem, ScenarioError
from feed.files.capture import read_capture
from feed.files.captured import Captured

__all__ = ["ReceivedRecord", "read_received"]

_MOST_SEQUENCE = 10**18
_MOST_EPOCH = 10**9


class ReceivedRecord(NamedTuple):
    """One message as it stands in a file."""

    line: int
    received: int | None
    """wall time, microseconds since 1970; None if the file does not say"""
    topic: str | None
    run: str
    """empty: it is no message of a feed, and ``wrong`` says why"""
    epoch: int
    recipient: str
    sequence: int
    sent: str
    payload: bytes
    wrong: str = ""


def read_received(path: Path, shown: str | None = None) -> Iterator[ReceivedRecord]:
    """Yield the messages of feeds in a file, in the order of its lines.

    A line that cannot be read, and a bare payload that is no message of a feed, is a
    ``ScenarioError`` with its place.  A payload on the topic of a feed that is no message is
    yielded, because that is what was received.
    """
    name = str(path) if shown is None else shown
    for captured in read_capture(path, name):
        if captured.topic is not None and not _is_feed(captured.topic):
            continue
        record = _record(captured)
        if record.wrong and captured.topic is None:
            text = f"{record.wrong}; remove this line, or name a file of messages"
            raise ScenarioError([Problem(name, captured.line, 1, text)])
        yield record


def _is_feed(topic: str) -> bool:
    levels = topic.split("/")
    return len(levels) > 3 and levels[3] == "feed" and levels[:2] == ["exercise", "v1"]  # noqa: PLR2004 - exercise, v1, its name, what


def _record(captured: Captured) -> ReceivedRecord:
    try:
        value = json.loads(captured.payload)
        run, epoch, recipient = value["run"], value["epoch"], value["recipient"]
        sequence = _sequence(value)
        sent = value.get("sent", "")
        if not _is_delivery(run, epoch, recipient) or not isinstance(sent, str):
            raise ValueError("a member of another type")  # noqa: TRY301 - one door for all of them
    except KeyError as error:
        return _strange(captured, f"not a message of the feed: it has no {error}")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return _strange(captured, "not a message of the feed")
    line, wall, topic, payload = captured[:4]
    return ReceivedRecord(line, wall, topic, run, epoch, recipient, sequence, sent, payload)


def _sequence(value: Any) -> int:
    text = value["sequence"]
    if not isinstance(text, str) or not (text.isascii() and text.isdigit()):
        raise ValueError("no number")
    if ".state." in str(value.get("id")):
        raise ValueError("the picture of an event, no delivery")
    sequence = int(text[:20])
    if not 0 < sequence < _MOST_SEQUENCE:
        raise ValueError("out of range")
    return sequence


def _is_delivery(run: Any, epoch: Any, recipient: Any) -> bool:
    return (
        isinstance(run, str)
        and bool(run)
        and isinstance(epoch, int)
        and not isinstance(epoch, bool)
        and 1 <= epoch <= _MOST_EPOCH
        and isinstance(recipient, str)
        and len(recipient) == 3  # noqa: PLR2004 - a country's code
        and recipient.isascii()
        and recipient.isupper()
    )


def _strange(captured: Captured, why: str) -> ReceivedRecord:
    line, wall, topic, payload = captured[:4]
    cut = "" if captured.whole else "; its payload was cut off by the program that wrote the file"
    return ReceivedRecord(line, wall, topic, "", 0, "", 0, "", payload, why + cut)
