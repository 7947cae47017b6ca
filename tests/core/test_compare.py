"""What each country knows of a launch, when, and how much of the flight."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.compare import Compared, ComparedAnswer, Warned, compare, seconds_in_view, subjects
from feed.core.plan import Plan
from feed.flight.trajectory import End
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.message import WARNING_DATA
from feed.model.time import SECOND
from tests.make import (
    COUNTRIES,
    PATIENT,
    START,
    agreement,
    any_arrangements,
    any_cuts,
    arrangement,
    arrangements,
    claim,
    correction,
    cut,
    event_stream,
    launch,
    moment,
    plan,
    restore,
    sharing,
)

KOR, JPN, USA, *_ = COUNTRIES
ARC = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}
ACCORD = arrangement("accord", [KOR, JPN], ["jpn-kor"], delay="PT10S")


def flight(name: str = "rocket", at: float = 0, seen: str = KOR, **members: Any) -> Launch:
    """Return a launch that a country tracks from its 20th second until it comes down."""
    detections = [{"country": seen, "at": moment(at + 20), "until": moment(at + 900)}]
    return launch(
        name,
        at,
        **{"detections": detections, "flight": ARC, "track": {"every": "PT10S"}, **members},
    )


def one(
    *events: EventBase, agreed: Arrangements | None = None
) -> tuple[Compared, dict[str, ComparedAnswer]]:
    """Return the comparison of the first launch, and its answers by country."""
    compared = compare([plan(*events, agreed=agreed or arrangements(ACCORD))])[0]
    return compared, {answer.country: answer for answer in compared.answers[0]}


def after(warned: Warned | None, at: float = 0) -> float | None:
    """Return seconds from a launch to a warning."""
    return None if warned is None else (warned.due - START) / SECOND - at


def test_the_first_warning_is_the_first_report_that_arrives() -> None:
    """Who sees a launch is warned by its own report, who is told by that and its delay."""
    _, answers = one(launch(at=100, seen=[KOR]))
    own, shared, none = answers[KOR].first, answers[JPN].first, answers[USA].first

    assert (after(own, 100), own and own.arrangement) == (1, "own")
    assert shared == Warned(START + 111 * SECOND, "rocket.kor.1", KOR, "accord", (KOR, JPN))
    assert none is None
    assert answers[USA].contained == ()


def test_each_element_has_its_own_first_moment() -> None:
    """Launch point, track and predicted impact are told apart, each with what first brought it."""
    _, answers = one(flight())
    known = {kind: after(warned) for kind, warned in answers[KOR].elements.items()}
    told = {kind: after(warned) for kind, warned in answers[JPN].elements.items()}

    assert list(known) == ["launch", "track", "impact"]
    assert (known["launch"], known["track"]) == (20, 20)
    assert answers[KOR].contained == ("launch", "track")
    assert known["impact"] is not None
    assert known["impact"] > 20
    assert told == {kind: at + 10 for kind, at in known.items() if at is not None}


def test_an_observed_impact_is_no_prediction() -> None:
    """Who is told of nothing but where it fell has a warning, but no predicted impact."""
    (seen,) = (
        message
        for message in plan(flight()).messages()
        if message.kind == "impact" and message.data["state"] == "observed"
    )
    late = ACCORD.model_copy(update={"standing": ()})
    begins = agreement("begins", (seen.at - START) / SECOND, "accord")
    _, answers = one(flight(), begins, agreed=arrangements(late))

    assert "impact" in answers[JPN].contained
    assert "impact" not in answers[JPN].elements
    assert "impact" in answers[KOR].elements


def test_what_arrives_at_one_moment_was_contained_in_the_first_warning() -> None:
    """When a link is restored all that waited arrives at once, and all of it is the warning."""
    _, answers = one(flight(), cut("jpn-kor", 0), restore("jpn-kor", 5000))
    first = answers[JPN].first

    assert after(first) == 5000
    assert answers[JPN].contained == ("launch", "track", "impact")
    assert answers[JPN].before_impact == 0
    assert answers[JPN].ever == answers[KOR].ever > 0


def test_a_share_counts_moments_of_track() -> None:
    """Every tenth second from launch to impact counts; what is known early counts as such."""
    compared, answers = one(flight())
    subject = compared.subject
    assert subject.impact is not None
    flown_s = (subject.impact - subject.launched) / SECOND

    assert subject.moments == flown_s // 10 + 1
    assert answers[KOR].own == answers[KOR].ever == subject.moments - 2
    assert answers[KOR].before_impact == answers[KOR].ever
    assert (answers[JPN].own, answers[JPN].ever) == (0, subject.moments - 2)
    assert answers[JPN].before_impact == subject.moments - 3
    assert (answers[USA].own, answers[USA].before_impact, answers[USA].ever) == (0, 0, 0)


def test_several_who_report_one_moment_count_once() -> None:
    """A moment that two countries measured is known once."""
    both = [
        {"country": country, "at": moment(20), "until": moment(until)}
        for country, until in ((KOR, 100), (JPN, 200))
    ]
    _, answers = one(flight(detections=both))

    assert (answers[KOR].own, answers[JPN].own) == (9, 19)
    assert (answers[KOR].ever, answers[JPN].ever) == (19, 19)


def test_what_ends_a_warning_is_none() -> None:
    """Cancels, all-clears and public words about a launch are no warning."""
    events = [
        launch(seen=[KOR], claims=[claim(JPN, 2)]),
        correction("rocket", "cancel", 5, release="public"),
    ]
    _, answers = one(*events, agreed=arrangements())

    assert after(answers[KOR].first) == 1
    assert answers[JPN].first is None


def test_without_a_flight_there_is_no_share_and_no_impact() -> None:
    """A launch whose path is not given can be warned of, and that is all."""
    compared, answers = one(launch(seen=[KOR]))

    assert (compared.subject.ends, compared.subject.end, compared.subject.impact) == (None,) * 3
    assert compared.subject.moments == 0
    assert answers[KOR].before_impact is None
    assert answers[KOR].ever == 0


def test_what_comes_apart_comes_down_with_its_first_piece() -> None:
    """The flight ends at the break-up, the time left runs until the first piece falls."""
    broken = flight(flight={**ARC, "break_up": {"at": "PT200S", "pieces": 3}})
    compared, answers = one(broken)
    subject = compared.subject
    assert subject.impact is not None
    assert subject.ends is not None

    assert subject.objects == {"rocket", "rocket-piece-1", "rocket-piece-2", "rocket-piece-3"}
    assert subject.end is End.BROKE_UP
    assert subject.ends - subject.launched == 200 * SECOND
    assert subject.impact > subject.ends
    assert answers[KOR].ever == 19


def test_what_is_lost_from_view_falls_on_its_course() -> None:
    """Nobody sees it any longer, but the time left runs until it is down."""
    whole, _ = one(flight())
    lost, answers = one(flight(flight={**ARC, "lost": "PT100S"}))

    assert lost.subject.end is End.LOST
    assert lost.subject.impact == whole.subject.impact
    assert lost.subject.moments == 11
    assert answers[KOR].before_impact == 9


def test_an_orbit_has_no_impact() -> None:
    """What stays up leaves no time before an impact, and all that was seen is known."""
    orbit = {"azimuth_deg": 180, "orbit": {"altitude_km": 500, "after": "PT700S"}}
    compared, answers = one(flight(flight=orbit, vehicle={"class": "slv"}))

    assert compared.subject.end is End.ORBIT
    assert compared.subject.impact is None
    assert answers[KOR].before_impact is None
    assert answers[KOR].ever > 0


def test_a_stage_that_drops_is_not_what_is_left_of_a_vehicle() -> None:
    """Of a launch that went to orbit no impact is counted, although its stage comes down."""
    orbit = {
        "azimuth_deg": 180,
        "orbit": {"altitude_km": 500, "after": "PT700S"},
        "drop_zones": [{"stage": "first", "at": "PT500S", "lat": 36.0, "lon": 124.5}],
    }
    compared, _ = one(flight(flight=orbit, vehicle={"class": "slv"}))

    assert compared.subject.objects == {"rocket", "rocket-first"}
    assert compared.subject.impact is None


def test_the_seconds_in_view_are_those_of_the_own_sensors() -> None:
    """Views that overlap count once, and who never sees it is left out."""
    both = [
        {"country": KOR, "at": moment(20), "until": moment(60)},
        {"country": KOR, "at": moment(50), "until": moment(80)},
        {"country": KOR, "at": moment(100), "until": moment(110)},
    ]
    made = plan(flight(detections=both))
    (subject,) = subjects(made.event_stream)

    assert seconds_in_view(subject, made.event_stream, made.sharing.arrangements) == {KOR: 70.0}


def test_every_launch_is_compared_under_every_arrangement() -> None:
    """The answers stand in the order of the launches and of the plans."""
    events = [flight("second", 50), flight("first", 0)]
    told = event_stream(*events)
    plans = [Plan(told, sharing(arrangements(each), *events)) for each in (ACCORD,)]
    plans.append(Plan(told, sharing(arrangements(), *events)))
    compared = compare(plans)

    assert [each.subject.event for each in compared] == ["first", "second"]
    assert [
        [next(a for a in answers if a.country == JPN).first is None for answers in each.answers]
        for each in compared
    ] == [[False, True], [False, True]]


def test_a_story_without_launches_compares_nothing() -> None:
    """There is no answer where there is no launch."""
    assert compare([plan()]) == ()


@st.composite
def situations(draw: st.DrawFn) -> tuple[Arrangements, list[EventBase], int]:
    """Draw arrangements, cuts and changes, a few launches, and a seed."""
    agreed = draw(any_arrangements())
    events = draw(any_cuts(agreed))
    for n in range(draw(st.integers(1, 2))):
        country = draw(st.sampled_from(agreed.countries()))
        every = draw(st.sampled_from(["PT7S", "PT30S"]))
        at = draw(st.integers(0, 90))
        events.append(flight(f"rocket-{n}", at, country, track={"every": every}))
    return agreed, events, draw(st.integers(0, 9))


def first_due(made: Plan, event: str, country: str) -> int | None:
    """Return when the first warning of a launch is due, read off the deliveries."""
    return min(
        (
            each.due
            for each in made.deliveries()
            if each.recipient == country
            and each.message.event == event
            and each.message.kind in WARNING_DATA
            and each.message.type in {"alert", "update"}
        ),
        default=None,
    )


@PATIENT
@given(situation=situations(), data=st.data())
def test_the_numbers_are_those_of_the_deliveries_and_fewer_arrangements_know_less(
    situation: tuple[Arrangements, list[EventBase], int], data: st.DataObject
) -> None:
    """The first warning is the first delivery; with an arrangement less nobody knows more."""
    agreed, events, seed = situation
    gone = data.draw(st.sampled_from([None, *agreed.arrangements]))
    kept = tuple(each for each in agreed.arrangements if each is not gone)
    names = {each.id for each in kept}
    fewer = agreed.model_copy(update={"arrangements": kept})
    fitting = [
        event
        for event in events
        if event.word != "agreement" or event.arrangement.id in names  # type: ignore[attr-defined]
    ]
    told = event_stream(*events, seed=seed)
    whole = Plan(told, sharing(agreed, *events, seed=seed))
    less = Plan(told, sharing(fewer, *fitting, seed=seed))

    for compared in compare([whole, less]):
        for before, after_ in zip(*compared.answers, strict=True):
            due = first_due(whole, compared.subject.event, before.country)
            assert (before.first and before.first.due) == due
            assert (before.before_impact or 0) <= before.ever <= compared.subject.moments
            assert before.own == after_.own
            assert before.ever >= after_.ever
            assert (before.before_impact or 0) >= (after_.before_impact or 0)
            assert later(before.first, [after_.first])
            for kind, warned in after_.elements.items():
                assert later(before.elements[kind], [warned])


def later(warned: Warned | None, others: Sequence[Warned | None]) -> bool:
    """Tell whether warnings, if there are any, are not before another."""
    return all(
        other is None or (warned is not None and warned.due <= other.due) for other in others
    )


@pytest.mark.parametrize("word", ["launch", "track", "impact"])
def test_what_is_not_shared_is_not_known(word: str) -> None:
    """An arrangement about one kind of report brings that element and no other."""
    only = arrangement("only", [KOR, JPN], ["jpn-kor"], kinds=[word])
    _, answers = one(flight(), agreed=arrangements(only))

    assert list(answers[JPN].elements) == [word]
    assert (answers[JPN].ever > 0) == (word == "track")
