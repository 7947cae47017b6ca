"""Tests of what only the whole story shows: ids, references, corrections."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.core.check import Check, Finding, check
from feed.core.event_stream import event_stream_of
from feed.core.expand import Messages
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from tests import make

AGREED = make.arrangements(make.arrangement("accord", ["KOR", "JPN"], ["jpn-kor"]))


def found(*events: EventBase, **header: Any) -> list[Finding]:
    """Return what is wrong with a scenario of these events."""
    return check(make.scenario(*events, **header), AGREED, make.size)


def texts(*events: EventBase, **header: Any) -> list[str]:
    """Return what is wrong, without the places."""
    return [text for _, text in found(*events, **header)]


GOOD: tuple[EventBase, ...] = (
    make.launch(seen=["KOR"], assumed=True),
    make.alert(about="rocket", at=5, areas=["North", "South"]),
    make.correction("warning", "update", at=10, certainty="Observed"),
    make.correction("warning", "cancel", at=20, areas=["North"], reason="wrong-area"),
    make.correction("warning", "all-clear", at=30, text="It is over."),
    make.correction("rocket", "update", at=40, reason="superseded-data"),
    make.meeting(at=1),
    make.correction("talks", "update", at=50, state="postponed", outcome="Later."),
    make.incident("shots", repeat={"count": 30, "until": make.moment(90)}),
    make.correction("shots-07", "cancel", at=95),
    make.statement(about="shots", at=60),
    make.statement("more", about="shots-30", at=60),
    make.agreement(changes="accord", at=2),
    make.cut("jpn-kor", 3),
    make.restore("jpn-kor", 4),
)


def test_a_good_story_has_nothing_wrong() -> None:
    """None of the checks cries wolf."""
    assert found(*GOOD) == []


def test_a_story_that_was_checked_can_be_expanded() -> None:
    """Every correction finds what it corrects."""
    scenario = make.scenario(*GOOD)
    assert found(*GOOD) == []
    messages = list(Messages(event_stream_of(scenario), AGREED, seed=7))
    assert {message.type for message in messages} == {"alert", "update", "cancel", "all-clear"}


def test_two_events_have_two_ids() -> None:
    """An id names one event; the second is said."""
    assert found(make.alert("a"), make.incident("a")) == [
        Finding(("events", 1, "incident"), "'a' is the id of another event (alert); rename one")
    ]


def test_a_repetition_has_an_id_too() -> None:
    """The numbered names of a repeated event are taken."""
    repeat = {"count": 12, "until": make.moment(9)}
    events = (make.incident("a", repeat=repeat), make.alert("a-07"), make.alert("a-7"))
    assert found(*events) == [
        Finding(("events", 1, "alert"), "'a-07' is also a repetition of 'a'; rename one")
    ]


def test_a_link_is_no_event_that_has_an_id() -> None:
    """A link may go down and up, and an event may be called like it."""
    events = (make.cut("jpn-kor", 1), make.restore("jpn-kor", 2), make.alert("jpn-kor"))
    assert found(*events) == []


@pytest.mark.parametrize(
    ("event", "steps", "text"),
    [
        (
            make.alert("b", about="warnin"),
            ("about",),
            "no event is called 'warnin'; did you mean 'warning'?",
        ),
        (
            make.statement(about="zzz"),
            ("about",),
            "no event is called 'zzz'; name the id of an event in this file",
        ),
        (
            make.correction("warnin"),
            ("of",),
            "no event is called 'warnin'; did you mean 'warning'?",
        ),
        (
            make.correction("jpn-usa"),
            ("of",),
            "no event is called 'jpn-usa'; name the id of an event in this file",
        ),
        (
            make.correction("warning", at=0),
            ("at",),
            "'warning' is first reported at 2023-12-19T09:00:00+09:00; a correction comes after it",
        ),
        (
            make.correction("warning", areas=["Nort"]),
            ("areas", 0),
            "'Nort' is no area of 'warning'; did you mean 'North'?",
        ),
        (
            make.correction("warning", areas=["Elsewhere"]),
            ("areas", 0),
            "'Elsewhere' is no area of 'warning'; they are North",
        ),
        (
            make.correction("warning", outcome="x"),
            ("outcome",),
            "'outcome' cannot be corrected of an event of kind alert; take it out",
        ),
        (
            make.correction("accord", state="held"),
            ("state",),
            "'state' cannot be corrected of an event of kind agreement; take it out",
        ),
        (
            make.correction("shots"),
            ("of",),
            "'shots' is repeated; name one of its repetitions, such as 'shots-01'",
        ),
        (
            make.correction("rocket-piece-1"),
            ("of",),
            "'rocket-piece-1' is a part of 'rocket'; correct the launch",
        ),
        (
            make.correction("unseen"),
            ("of",),
            "nobody reports 'unseen'; there is nothing to correct",
        ),
        (
            make.statement(about="first"),
            ("about",),
            "'first' is itself a correction; name the event that it is of, 'warning'",
        ),
        (
            make.correction("first"),
            ("of",),
            "'first' is itself a correction; name the event that it is of, 'warning'",
        ),
        (
            make.correction("warning", reason="wrong-area", text="x" * 7_500),
            ("correction",),
            "its message would have ",
        ),
    ],
)
def test_a_reference_that_leads_nowhere(
    event: EventBase, steps: tuple[str | int, ...], text: str
) -> None:
    """Whatever names another event names one that can be meant."""
    flight = {
        "azimuth_deg": 90,
        "range_km": 400,
        "apogee_km": 100,
        "break_up": {"at": "PT60S", "pieces": 2},
    }
    others = (
        make.alert(),
        make.agreement(),
        make.incident("shots", repeat={"count": 12, "until": make.moment(9)}),
        make.launch(flight=flight, assumed=True),
        make.launch("unseen", seen=(), assumed=True, claims=[make.claim(said=1, source="a")]),
        make.correction("warning", "update", at=50, name="first"),
    )
    findings = found(*others, event, sources={"a": {"by": "A"}})
    assert [each.steps for each in findings] == [("events", len(others), *steps)]
    assert findings[0].text.startswith(text)


def test_an_area_may_be_new_in_an_update() -> None:
    """Only what ends must have begun."""
    assert found(make.alert(), make.correction("warning", "update", areas=["South"])) == []


def test_a_correction_at_the_moment_of_the_first_detection_is_too_early() -> None:
    """What counts is when the launch is reported, not when it happens."""
    rocket = make.launch(at=0, seen=["KOR"], assumed=True)
    assert found(rocket, make.correction("rocket", at=1.5)) == []
    (text,) = texts(rocket, make.correction("rocket", at=1))
    assert text.startswith("'rocket' is first reported at 2023-12-19T09:00:01+09:00")


def test_the_order_of_the_file_does_not_matter() -> None:
    """A reference may be read before what it refers to."""
    cancel = make.correction("warning", reason="issued-in-error")
    assert found(cancel, make.statement(about="warning"), make.alert()) == []


def test_a_large_event_and_a_large_correction_do_not_fit_together() -> None:
    """What a correction keeps of its event counts as well."""
    large, small = make.alert(text="x" * 4_000), make.alert(text="x")
    more = make.correction("warning", "update", headline="y" * 4_000)
    assert found(large) == found(small, more) == []
    assert [each.steps for each in found(make.alert(text="x" * 8_000))] == [("events", 0, "alert")]
    (finding,) = found(large, more)
    assert finding.steps == ("events", 1, "correction")


def test_what_a_correction_replaces_does_not_count() -> None:
    """Only the message itself tells whether it fits: half of the old text and all of the new."""
    large = make.alert(text="x" * 6_000)
    assert found(large, make.correction("warning", "update", text="y" * 6_000)) == []


def test_what_could_not_be_read_is_not_called_unknown() -> None:
    """Who refers to a broken event is right until it is mended."""
    told = Check(make.scenario(), AGREED, make.size)
    told.unreadable("broken")
    events = (make.correction("broken", areas=["x"]), make.statement(about="broken"))
    findings = [finding for n, event in enumerate(events) for finding in told.add(n, event)]
    assert [*findings, *told.finish()] == []


@st.composite
def stories(draw: st.DrawFn) -> tuple[Arrangements, list[EventBase]]:
    """Draw arrangements, and any story between their participants."""
    agreed = draw(make.any_arrangements())
    return agreed, draw(make.any_events(agreed))


@settings(max_examples=40)
@given(stories())
def test_a_story_without_findings_can_be_played(
    event_stream: tuple[Arrangements, list[EventBase]],
) -> None:
    """Whatever passes the checks is expanded to its end; whatever does not has its findings."""
    agreed, events = event_stream
    scenario = make.scenario(*events)
    if all(
        "source" in text for _, text in check(scenario, agreed, make.size)
    ):  # made claims name none
        for message in Messages(event_stream_of(scenario), agreed, seed=7):
            assert message.data is not None


@settings(max_examples=40)
@given(stories())
def test_every_finding_has_a_place_and_a_line(
    event_stream: tuple[Arrangements, list[EventBase]],
) -> None:
    """A finding names an event that there is, in one printable line."""
    agreed, events = event_stream
    for steps, text in check(make.scenario(*events), agreed, make.size):
        assert text.isprintable()
        assert steps[0] == "events"
        assert 0 <= int(steps[1]) < len(events)
