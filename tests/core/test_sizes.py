"""Tests of how large messages are before they are sent."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feed.core.event_stream import event_stream_of
from feed.core.expand import Messages
from feed.core.sizes import (
    bound,
    correction_size,
    largest_report,
    oversized,
    size_of,
    too_large,
    undivided,
)
from feed.model.alert import ALERT
from feed.model.check_context import CheckContext
from feed.model.incident import INCIDENT
from feed.model.message import LARGEST
from feed.wire.size import measure_of
from tests import make
from tests.scenarios.library import arrangements, loaded

GROUND = CheckContext(
    make.scenario(),
    make.arrangements(make.arrangement("accord", ["KOR", "JPN"], ["jpn-kor"])),
    make.size,
)
IMPOSSIBLE = {"azimuth_deg": 90, "range_km": 400}
MANY = [f"Municipality {n}" for n in range(1741)]


@given(text=st.text(min_size=1, max_size=300).filter(str.isprintable))
def test_the_size_of_a_report_counts_bytes(text: str) -> None:
    """A letter of Korean or Japanese takes three bytes on the wire."""
    (draft,) = make.incident(notes=text, summary="x").drafts(GROUND.start)
    longer = draft._replace(data={**draft.data, "place": text})
    member = json.dumps({"place": text}, ensure_ascii=False, separators=(",", ":")).encode()
    # In place of its two braces the member has a comma.
    assert size_of(longer, GROUND) - size_of(draft, GROUND) == len(member) - 1


def test_what_has_no_report_has_no_size() -> None:
    """A link makes no message, and a correction none without its event."""
    assert largest_report(make.cut("jpn-kor", 0), GROUND) == 0
    assert largest_report(make.correction(), GROUND) == 0
    assert largest_report(make.launch(seen=()), GROUND) == 0
    assert largest_report(make.launch(seen=["KOR"]), GROUND) > 500


def test_what_is_too_large_has_a_sentence() -> None:
    """The sentence has both figures and says what to do."""
    text = "its message would have 9000 bytes of at most 8192; shorten or divide it"
    assert too_large(9_000) == text


def test_a_flight_that_cannot_be_flown_has_no_size() -> None:
    """What is impossible is said elsewhere."""
    assert largest_report(make.launch(detections=None, flight=IMPOSSIBLE), GROUND) == 0


@pytest.mark.parametrize("length", [100, 6_000, 7_000, 8_000])
def test_the_size_is_what_is_sent(length: int) -> None:
    """Not a byte is estimated."""
    event = make.incident(summary="x" * length)
    (message,) = Messages(event_stream_of(make.scenario(event)), GROUND.arrangements, 7)

    assert largest_report(event, GROUND) == make.size(message)


def test_what_can_be_divided_is_never_too_large() -> None:
    """An alert for all of a country fits, and so does each correction of it."""
    alert = make.alert(areas=MANY)
    part = make.correction(as_="all-clear", at=10, areas=MANY[:900])
    rest = make.correction(as_="all-clear", at=20)

    assert undivided(alert, GROUND) < 2_000 < largest_report(alert, GROUND) <= LARGEST
    assert correction_size(part, ALERT, GROUND) < 2_000
    assert list(oversized([alert, part, rest], ALERT, GROUND)) == []


def test_what_cannot_be_divided_is_found() -> None:
    """A text that no message can hold is told with its moment and its size."""
    long = make.correction("shots", "update", 10, summary="x" * 8_000)
    ((at, act, size),) = oversized([make.incident("shots"), long], INCIDENT, GROUND)

    assert (at, act) == (make.START + 10_000_000, "update")
    assert size > LARGEST


TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=300)


@example(text="語" * 300, other='"' * 300)
@given(text=TEXTS, other=TEXTS)
def test_no_report_exceeds_the_bound_of_its_event(text: str, other: str) -> None:
    """Whatever is said, in whichever letters; or only the report itself tells."""
    words = {"en": text, "ja": other, "ko": "x"}
    told = [
        make.incident(),
        make.incident(title=words, summary=other, place=text, count=10**9, ends="+PT1H"),
        make.incident(source=[text, other], parties=["KOR", "JPN"], expires="PT1H"),
        make.meeting(title=words, agenda=[words, "x", "y"], outcome=other, place=text),
        make.agreement(title=words, effect=text),
        make.statement(text=words, summary=other, occasion=text, speaker=text, role=other),
        make.alert(text=words, headline=other),
    ]
    for event in told:
        assert largest_report(event, GROUND) <= bound(event, GROUND)


@pytest.mark.parametrize("path", sorted(Path("scenarios").glob("*-*.yaml")), ids=lambda p: p.stem)
def test_no_report_of_the_library_exceeds_its_bound(path: Path) -> None:
    """Of every story, with what is sent."""
    header = loaded(path.stem).header
    context = CheckContext(header, arrangements(), measure_of(header, arrangements()))
    for event in loaded(path.stem).event_stream.events(0):
        assert largest_report(event, context) <= bound(event, context)
