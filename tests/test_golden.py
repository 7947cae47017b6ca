"""Golden files: what each scenario of the library puts on the wire, message for message.

A change that alters a message shows here as the lines that changed, and the diff is the review.
``pytest tests/test_golden.py --update-golden`` writes the files anew.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from feed.app.prepare import prepare
from feed.files.library import entries
from feed.model.scenario import exercise_slug
from feed.model.time import rfc3339
from feed.wire.envelope import Played, encode
from feed.wire.topics import Topics

GOLDEN = Path(__file__).parent / "golden"
NAMES = [entry.name for entry in entries()]
RUN = "01golden000000000000000000"
FOLDED = ("track", "impact")
SHOWN = 1
"""of the many tracks, and impacts predicted from them, this many of each kind, event and recipient
are written out"""
LARGEST = 1_000_000


@cache
def wire(name: str) -> str:
    """Return every message of a scenario, one a line; most of the tracks as a sum."""
    return "".join(f"{line}\n" for line in _lines(name))


def _lines(name: str) -> Iterator[str]:
    prepared = prepare(name)
    exercise = prepared.loaded.header.exercise
    topics = Topics(exercise_slug(exercise))
    played = Played(RUN, 1, exercise, topics.exercise)
    sequences: defaultdict[str, int] = defaultdict(int)
    series: defaultdict[tuple[str, str, str], list[bytes]] = defaultdict(list)
    for delivery in prepared.plan().deliveries():
        message, recipient = delivery.message, delivery.recipient
        sequences[recipient] += 1
        payload = encode(delivery, played, sequences[recipient], sent=0)
        due = rfc3339(delivery.due, message.offset_s)
        line = f"{due} {topics.feed(recipient, message.kind, message.event)} {payload.decode()}"
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


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_on_the_wire_as_it_was(name: str, request: pytest.FixtureRequest) -> None:
    """Nothing on the wire changes unless somebody wanted it to."""
    path = GOLDEN / f"{name}.wire"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(wire(name), encoding="utf-8")

    assert path.is_file(), f"write it with: pytest {Path(__file__).name} --update-golden"
    # Compared line by line, so that a failure shows the first difference and not a megabyte.
    for number, (is_, was) in enumerate(
        zip(wire(name).splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=True), 1
    ):
        assert is_ == was, f"{path.name}:{number}"


def test_there_is_a_file_for_each_scenario_and_no_other() -> None:
    """A scenario that is gone leaves no golden file, and all of them stay small enough to read."""
    files = sorted(GOLDEN.iterdir())

    assert [file.name for file in files] == [f"{name}.wire" for name in sorted(NAMES)]
    assert sum(file.stat().st_size for file in files) < LARGEST
