"""Why each recipient gets each report, told together where reports go the same way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.explain import ReportSeries, explain, find_event
from feed.core.plan import Plan
from feed.errors import UsageError
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.time import SECOND
from tests.make import (
    COUNTRIES,
    PATIENT,
    START,
    alert,
    any_arrangements,
    any_cuts,
    arrangement,
    arrangements,
    correction,
    cut,
    launch,
    meeting,
    moment,
    plan,
    restore,
)

KOR, JPN, USA, *_ = COUNTRIES
ACCORD = arrangement("accord", [KOR, JPN], ["jpn-kor"], delay="PT10S")
ARC = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}


def flight(name: str = "rocket", at: float = 0, **members: Any) -> Launch:
    """Return a launch that Korea tracks from its 20th second until it comes down."""
    seen = [{"country": KOR, "at": moment(at + 20), "until": moment(at + 900)}]
    others = {"detections": seen, "flight": ARC, "track": {"every": "PT10S"}, **members}
    return launch(name, at, **others)


def explained(*events: EventBase, name: str = "rocket", **options: Any) -> tuple[ReportSeries, ...]:
    """Return the rows of an event under the accord."""
    return explain(plan(*events, agreed=arrangements(ACCORD)), name, **options).rows


def told(rows: tuple[ReportSeries, ...]) -> list[tuple[str, int]]:
    """Return what each row is about, and how many reports it has."""
    return [
        (f"{row.first.kind} {row.first.data.get('state', '')}".strip(), row.reports) for row in rows
    ]


def test_reports_that_go_the_same_way_are_told_together() -> None:
    """All tracks are one row, all predictions another; each state of the launch has its own."""
    rows = explained(flight())
    words = [word for word, _ in told(rows)]

    assert words == [
        "launch detected",
        "track",
        "impact predicted",
        "impact observed",
        "launch down",
        "launch down",
    ]
    track = rows[1]
    assert track.reports > 10
    assert track.acts == ("alert", "update")
    assert [way.first.recipient for way in track.ways] == [JPN, KOR, USA]
    shared = track.ways[0]
    assert shared.first.due == track.first.at + 10 * SECOND
    assert shared.last.due == track.last.at + 10 * SECOND
    assert rows[-1].acts == ("all-clear",)


def test_one_by_one_tells_each_report_alone() -> None:
    """On demand every report has its row, in the order they were made."""
    rows = explained(flight(), one_by_one=True)

    assert {row.reports for row in rows} == {1}
    assert [row.first.key for row in rows] == [f"rocket.kor.{n}" for n in range(1, len(rows) + 1)]


def test_what_waits_for_a_link_is_told_apart() -> None:
    """Tracks before, during and after a cut are three rows; those that waited arrive at once."""
    rows = explained(flight(), cut("jpn-kor", 95), restore("jpn-kor", 155))
    tracks = [row for row in rows if row.first.kind == "track"]
    ways = [row.ways[0] for row in tracks]

    assert [way.first.late for way in ways] == [False, True, False]
    assert ways[1].first.due == ways[1].last.due == START + 155 * SECOND
    assert tracks[1].reports == 6


def test_what_waits_for_two_restorations_is_told_apart() -> None:
    """Reports that wait one after the other, for different moments, are two rows."""
    cuts = [cut("jpn-kor", 41), restore("jpn-kor", 52), cut("jpn-kor", 53), restore("jpn-kor", 95)]
    tracks = [row for row in explained(flight(), *cuts) if row.first.kind == "track"]
    waited = [row.ways[0] for row in tracks if row.ways[0].first.late]

    assert [(way.first.due, way.last.due) for way in waited] == [
        (START + at * SECOND, START + at * SECOND) for at in (52, 95)
    ]


def test_what_is_withheld_says_why() -> None:
    """A country without an arrangement is told of in words, and so is every other arrangement."""
    later = arrangement("later", [KOR, JPN], ["jpn-kor"], since="2030-01-01")
    row = explain(plan(launch(seen=[KOR]), agreed=arrangements(later)), "rocket").rows[0]
    decision = row.ways[0].first

    assert decision.due is None
    assert "no arrangement in force covers launch data from KOR" in decision.why
    assert [(each.arrangement, each.why) for each in decision.candidates] == [
        ("later", "not in force at that moment")
    ]


def test_a_launch_is_explained_with_its_pieces_and_a_piece_alone() -> None:
    """The launch has all rows; a piece has its own, and its own flight."""
    broken = flight(flight={**ARC, "break_up": {"at": "PT200S", "pieces": 2}})
    made = plan(broken, agreed=arrangements(ACCORD))
    whole, piece = explain(made, "rocket"), explain(made, "rocket-piece-1")

    assert {row.first.event for row in whole.rows} == {"rocket", "rocket-piece-1", "rocket-piece-2"}
    assert {row.first.event for row in piece.rows} == {"rocket-piece-1"}
    assert piece.subject is not None
    assert piece.subject.event == "rocket-piece-1"
    assert piece.subject.first * 10 >= 200


def test_a_launch_has_its_coverage_and_nothing_else_has() -> None:
    """Seconds of the own sensors stand beside what is known with what was shared."""
    found = explain(plan(flight(), meeting(), agreed=arrangements(ACCORD)), "rocket")
    seen = {each.country: each for each in found.coverage}

    assert found.subject is not None
    assert found.subject.impact is not None
    in_view = (found.subject.impact - START) / SECOND - 20
    assert seen[KOR].in_view_s == pytest.approx(in_view)
    assert (seen[JPN].in_view_s, seen[USA].in_view_s) == (0, 0)
    assert seen[JPN].answer.ever == seen[KOR].answer.ever > seen[USA].answer.ever
    talks = explain(plan(flight(), meeting()), "talks")
    assert (talks.subject, talks.coverage) == (None, ())


def test_corrections_are_told_with_the_event_they_are_of() -> None:
    """An alert and its end are the rows of one event; the id of the end leads to it."""
    events = [alert(), correction("warning", "all-clear", 60, name="over")]

    assert [row.acts for row in explained(*events, name="warning")] == [("alert",), ("all-clear",)]
    with pytest.raises(UsageError, match=r"'over' corrects 'warning'; explain 'warning'"):
        explained(*events, name="over")


def test_an_event_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    """A slip of the finger gets an offer, anything else a way to find the names."""
    with pytest.raises(UsageError, match=r"is called 'roket'; did you mean 'rocket'\?"):
        explained(launch(), name="roket")
    with pytest.raises(UsageError, match="'feed plan' lists them"):
        explained(launch(), name="zzzzz")


def test_what_nobody_reports_says_so() -> None:
    """A link is no report, and neither is a launch that nobody saw."""
    with pytest.raises(UsageError, match=r"nobody reports 'jpn-kor' \(link\)"):
        explained(cut("jpn-kor", 5), name="jpn-kor")
    with pytest.raises(UsageError, match=r"nobody reports 'rocket' \(launch\)"):
        explained(launch(seen=[]))


def test_a_repetition_is_found_by_its_own_name() -> None:
    """Each repetition of an event is an event; the names that are offered have an end."""
    shots = {"count": 6000, "until": moment(60), "spread": "even"}
    many = launch("shot", seen=[KOR]).model_copy(update={"repeat": None})
    event_stream = plan(many, meeting(repeat=shots)).event_stream

    assert find_event("talks-0042", event_stream).id == "talks-0042"
    with pytest.raises(UsageError, match=r"did you mean 'talks-\d{4}'"):
        find_event("talks-00042", event_stream)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a launch that is tracked, under any arrangements, with cuts and changes."""
    agreed: Arrangements = draw(any_arrangements())
    events = [*draw(any_cuts(agreed)), flight(at=draw(st.integers(0, 60)))]
    return plan(*events, agreed=agreed, seed=draw(st.integers(0, 9)))


@PATIENT
@given(made=plans())
def test_rows_say_what_the_decisions_say(made: Plan) -> None:
    """Nothing is left out or told twice, and every answer is the decision's own."""
    found = explain(made, "rocket")
    messages = [message for message in made.messages() if message.event == "rocket"]
    alone = explain(made, "rocket", one_by_one=True)

    assert sum(row.reports for row in found.rows) == len(messages) == len(alone.rows)
    assert [row.first.key for row in alone.rows] == [message.key for message in messages]
    for row in (*found.rows, *alone.rows):
        for way in row.ways:
            assert way.first == made.sharing.explain(row.first, way.first.recipient)
            assert way.last == made.sharing.explain(row.last, way.first.recipient)
            assert (way.first.arrangement, way.first.path) == (way.last.arrangement, way.last.path)
            assert way.first.why == way.last.why
