"""Golden files: what each scenario of the library puts on the wire, message for message.

A change that alters a message shows here as the lines that changed, and the diff is the review.
The stories of ``IN_FULL`` and the patterns are written out as ``<name>.wire``; between them they
have every kind of message.  The others are kept as sums, one line for each recipient and kind in
``<name>.sums``: they tell that something changed, and the stories in full show what.
``pytest tests/test_golden.py --update-golden`` writes the files anew.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from feed.app.prepare import prepare
from feed.files.library import entries
from feed.model.message import Message
from feed.model.scenario import exercise_slug
from feed.model.time import rfc3339
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wire.topics import Topics

GOLDEN = Path(__file__).parent / "golden"
NAMES = [entry.name for entry in entries()]
RUN = "01golden000000000000000000"
FOLDED = ("track", "impact")
SHOWN = 1
"""of the many tracks, and impacts predicted from them, this many of each kind, event and recipient
are written out"""
IN_FULL = (
    "activation-eve-2023",
    "arrangements-2014-2023",
    "hub-down",
    "over-aomori-2022",
    "road-to-real-time",
    "week-of-2023-11",
)
PATTERN = "pattern-"
LARGEST = 1_200_000


def file_of(name: str) -> str:
    """Return the name of a scenario's golden file."""
    in_full = name in IN_FULL or name.startswith(PATTERN)
    return f"{name}.wire" if in_full else f"{name}.sums"


@cache
def golden(name: str) -> str:
    """Return what stands in a scenario's golden file."""
    lines = _lines(name) if file_of(name).endswith(".wire") else _sums(name)
    return "".join(f"{line}\n" for line in lines)


def _lines(name: str) -> Iterator[str]:
    """Yield every message of a scenario, one a line; most of the tracks as a sum."""
    series: defaultdict[tuple[str, str, str], list[bytes]] = defaultdict(list)
    for message, recipient, line in _wire(name):
        if message.kind in FOLDED:
            folded = series[message.event, message.kind, recipient]
            folded.append(line.encode())
            if len(folded) > SHOWN:
                continue
        yield line
    for (event, kind, recipient), lines in sorted(series.items()):
        more = lines[SHOWN:]
        if more:
            digest = hashlib.sha256(b"\n".join(more)).hexdigest()
            yield f"+ {len(more)} of {kind} {event} to {recipient}: {digest}"


def _sums(name: str) -> Iterator[str]:
    """Yield the number of messages of each kind to each recipient, and a digest of them."""
    counts: Counter[tuple[str, str]] = Counter()
    digests: defaultdict[tuple[str, str], Any] = defaultdict(hashlib.sha256)
    for message, recipient, line in _wire(name):
        counts[recipient, message.kind] += 1
        digests[recipient, message.kind].update(line.encode() + b"\n")
    for (recipient, kind), count in sorted(counts.items()):
        yield f"{recipient} {kind} {count}: {digests[recipient, kind].hexdigest()}"


def _wire(name: str) -> Iterator[tuple[Message, str, str]]:
    """Yield each message with its recipient, and the line that says what is on the wire."""
    prepared = prepare(name)
    exercise = prepared.loaded.header.exercise
    topics = Topics(exercise_slug(exercise))
    played = Played(RUN, 1, exercise, topics.exercise)
    sequences: defaultdict[str, int] = defaultdict(int)
    for delivery in prepared.plan().deliveries():
        message, recipient = delivery.message, delivery.recipient
        sequences[recipient] += 1
        payload = encode(delivery, played, sequences[recipient], sent=0)
        due = rfc3339(delivery.due, message.offset_s)
        topic = topics.feed(recipient, message.kind, message.event)
        yield message, recipient, f"{due} {topic} {payload.decode()}"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_on_the_wire_as_it_was(name: str, request: pytest.FixtureRequest) -> None:
    """Nothing on the wire changes unless somebody wanted it to."""
    path = GOLDEN / file_of(name)
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(golden(name), encoding="utf-8")

    assert path.is_file(), f"write it with: pytest {Path(__file__).name} --update-golden"
    # Compared line by line, so that a failure shows the first difference and not a megabyte.
    kept = path.read_text(encoding="utf-8").splitlines()
    for number, (is_, was) in enumerate(zip(golden(name).splitlines(), kept, strict=True), 1):
        assert is_ == was, f"{path.name}:{number}"


def test_there_is_a_file_for_each_scenario_and_no_other() -> None:
    """A scenario that is gone leaves no golden file, and all of them stay small enough to read."""
    files = sorted(GOLDEN.iterdir())

    assert [file.name for file in files] == sorted(file_of(name) for name in NAMES)
    assert sum(file.stat().st_size for file in files) < LARGEST
