"""Who may know what, by which arrangement, and how late."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.sharing import Decision, Sharing
from feed.model.arrangement import Arrangement, Arrangements
from feed.model.common import EventBase
from feed.model.message import Kind, Message
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
    cut,
    link,
    message,
    restore,
    sharing,
)

KOR, JPN, USA, AUS, PHL = COUNTRIES
HUB = [link(KOR, USA), link(JPN, USA)]
DIRECT = arrangement("direct", [KOR, JPN], ["jpn-kor"], delay="PT10S")
THROUGH = arrangement("through", [KOR, JPN, USA], ["kor-usa", "jpn-usa"], third_party=True)


def due(decision: Decision) -> float | None:
    """Return when something arrives, in seconds after the start; None: never."""
    return None if decision.due is None else (decision.due - START) / SECOND


def decide(
    shared: Sharing, recipient: str = JPN, at: float = 0, event: str = "rocket", **members: Any
) -> float | None:
    """Return when a recipient gets a report of Korea's, in seconds after the start."""
    return due(shared.decide(message(at, event=event, **members), recipient))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Arrangements, list[EventBase]]:
    """Draw arrangements, and what happens to them during a story."""
    agreed = draw(any_arrangements())
    return agreed, draw(any_cuts(agreed))


@st.composite
def reports(draw: st.DrawFn, agreed: Arrangements) -> list[Message]:
    """Draw the reports of one event by one originator, in order of time."""
    originator = draw(st.sampled_from(agreed.countries()))
    kinds: st.SearchStrategy[Kind] = st.sampled_from(["launch", "track", "impact"])
    times = sorted(draw(st.lists(st.integers(0, 120), min_size=1, max_size=6)))
    return [message(at, originator, draw(kinds), number=n) for n, at in enumerate(times, 1)]


def test_without_an_arrangement_nothing_is_shared() -> None:
    """Two countries that agreed nothing get none of each other's warning data, and are told so."""
    decision = sharing(arrangements()).decide(message(), JPN)

    assert (decision.due, decision.arrangement, decision.path) == (None, "", ())
    assert decision.why == ("no arrangement in force covers launch data from KOR; it is not shared")


@pytest.mark.parametrize("kind", ["launch", "track", "impact"])
def test_an_arrangement_shares_after_its_delay(kind: Kind) -> None:
    """With an arrangement the report arrives, late by its delay, and says which way it came."""
    decision = sharing(arrangements(DIRECT)).decide(message(5, kind=kind), JPN)

    assert due(decision) == 15
    assert (decision.arrangement, decision.path) == ("direct", (KOR, JPN))
    assert not decision.late


def test_an_arrangement_shares_only_its_kinds() -> None:
    """An arrangement about launches does not let tracks pass."""
    only = arrangement("only", [KOR, JPN], ["jpn-kor"], kinds=["launch"])
    shared = sharing(arrangements(only))

    assert decide(shared) == 0
    assert decide(shared, kind="track") is None


def test_what_is_no_warning_data_but_not_public_goes_by_any_arrangement() -> None:
    """An incident that its event keeps to arrangements goes by one that covers launches."""
    shared = sharing(arrangements(DIRECT))

    assert decide(shared, kind="incident", release="arrangement") == 10
    assert decide(shared, USA, kind="incident", release="arrangement") is None


def test_a_country_has_its_own_reports_at_once() -> None:
    """The originator gets its report at once, without an arrangement, also if others are named."""
    shared = sharing(arrangements())

    decision = shared.decide(message(5, to=(JPN,)), KOR)

    assert (due(decision), decision.arrangement, decision.path) == (5, "own", (KOR,))


def test_what_is_public_arrives_at_once() -> None:
    """A public report needs no arrangement, whatever its kind."""
    decision = sharing(arrangements()).decide(message(5, release="public"), JPN)

    assert (due(decision), decision.arrangement, decision.path) == (5, "public", (KOR, JPN))


def test_a_report_that_names_recipients_goes_to_no_other() -> None:
    """``to`` restricts what is public, and what an arrangement would share; it grants nothing."""
    shared = sharing(arrangements(DIRECT))

    assert decide(shared, JPN, release="public", to=(USA,)) is None
    assert decide(shared, USA, release="public", to=(USA,)) == 0
    assert decide(shared, JPN, to=(USA,)) is None
    assert decide(shared, USA, to=(USA,)) is None
    assert shared.decide(message(to=(USA,)), JPN).why == "addressed to USA only"


def test_the_earliest_arrival_decides() -> None:
    """Of several arrangements the one by which the report arrives first is taken."""
    slow = arrangement("slow", [KOR, JPN], ["jpn-kor"], delay="PT1H")

    decision = sharing(arrangements(slow, DIRECT)).decide(message(), JPN)

    assert (decision.arrangement, due(decision)) == ("direct", 10)


def test_a_member_on_the_way_hands_on_only_where_that_is_agreed() -> None:
    """Without the right to hand on, a report stops at the first member it reaches."""
    strict = THROUGH.model_copy(update={"third_party": False})

    assert decide(sharing(arrangements(strict, links=HUB))) is None
    assert decide(sharing(arrangements(strict, links=HUB)), USA) == 0
    decision = sharing(arrangements(THROUGH, links=HUB)).decide(message(), JPN)
    assert decision.path == (KOR, USA, JPN)


def test_nobody_outside_an_arrangement_lies_on_its_path() -> None:
    """Links through a country that is no member join nobody."""
    outside = arrangement("outside", [KOR, JPN], ["kor-usa", "jpn-usa"], third_party=True)
    decision = sharing(arrangements(outside, links=HUB)).explain(message(), JPN)

    assert decision.due is None
    assert [candidate.why for candidate in decision.candidates] == ["its links do not join the two"]


def test_the_path_passes_the_fewest_countries() -> None:
    """With a direct link and a way around, the direct link is used."""
    both = arrangement("both", [KOR, JPN, USA], ["kor-usa", "jpn-usa", "jpn-kor"], third_party=True)

    assert sharing(arrangements(both)).decide(message(), JPN).path == (KOR, JPN)


def test_every_hop_takes_its_time_and_is_told() -> None:
    """The delays of links and junctions on the way add up, in order."""
    hub = {"id": "hub", "title": "Hub", "at": USA, "delay": "PT3S"}
    links = [link(KOR, USA, delay="PT1S"), hub, link(JPN, USA, delay="PT5S")]
    through = arrangement(
        "through",
        [KOR, JPN, USA],
        ["kor-usa", "hub", "jpn-usa"],
        third_party=True,
        needs="consent",
        delay="PT10S",
    )
    decision = sharing(arrangements(through, links=links)).decide(message(), JPN)  # type: ignore[arg-type]  # a link as a file writes it

    assert due(decision) == 19
    assert [(hop.link, hop.sender, hop.receiver) for hop in decision.hops] == [
        ("kor-usa", KOR, USA),
        ("hub", USA, USA),
        ("jpn-usa", USA, JPN),
    ]
    assert [(hop.left - START, hop.arrived - START) for hop in decision.hops] == [
        (10 * SECOND, 11 * SECOND),
        (11 * SECOND, 14 * SECOND),
        (14 * SECOND, 19 * SECOND),
    ]
    assert decision.why == "passed on with KOR's consent"


def test_what_reaches_the_junction_itself_does_not_pass_through_it() -> None:
    """A junction that is cut stops what goes on, not what is for or from its own country."""
    hub = {"id": "hub", "title": "Hub", "at": USA}
    through = THROUGH.model_copy(update={"links": ("kor-usa", "hub", "jpn-usa")})
    agreed = arrangements(through, links=[*HUB, hub])  # type: ignore[list-item]  # as a file writes it
    shared = sharing(agreed, cut("hub", 0))

    assert decide(shared, USA) == 0
    assert decide(shared, JPN, originator=USA) == 0
    assert decide(shared, JPN) is None


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        ("nothing", "shared without anybody's hand"),
        ("consent", "passed on with KOR's consent"),
        ("request", "given on JPN's request, after the fact"),
    ],
)
def test_the_reason_says_whose_hand_it_took(needs: str, why: str) -> None:
    """A delivery says whether a person had to let it go, and who."""
    agreed = arrangement("accord", [KOR, JPN], ["jpn-kor"], needs=needs)

    assert sharing(arrangements(agreed)).decide(message(), JPN).why == why


def test_a_cut_link_holds_reports_until_it_is_restored() -> None:
    """What meets a cut link leaves when it is restored, and says that it waited."""
    shared = sharing(arrangements(DIRECT), cut("jpn-kor", 20), restore("jpn-kor", 100))

    before = shared.decide(message(5), JPN)
    during = shared.decide(message(30), JPN)
    after = shared.decide(message(100), JPN)

    assert [(due(each), each.late) for each in (before, during, after)] == [
        (15, False),
        (100, True),
        (110, False),
    ]
    assert [hop.waited for hop in during.hops] == [True]


def test_a_change_holds_from_its_own_moment_on() -> None:
    """A report that leaves at the very moment of a cut waits; one at the restoration does not."""
    shared = sharing(arrangements(DIRECT), cut("jpn-kor", 10), restore("jpn-kor", 20))

    assert decide(shared, at=0) == 20
    assert decide(shared, at=-0.000001) == pytest.approx(9.999999)
    assert sharing(arrangements(DIRECT), cut("jpn-kor", 10)).decide(message(), JPN).due is None


def test_what_is_cut_for_good_never_arrives() -> None:
    """A link that is not restored lets nothing pass, and the answer says which link it is."""
    decision = sharing(arrangements(DIRECT), cut("jpn-kor", 5)).decide(message(10), JPN)

    assert decision.due is None
    assert decision.why == (
        "direct allows it, but the link jpn-kor is down at KOR and is not restored"
    )


def test_another_arrangement_goes_around_a_cut_link() -> None:
    """While one arrangement's link is down, a slower one over other links is taken."""
    around = arrangement(
        "around", [KOR, JPN, USA], ["kor-usa", "jpn-usa"], third_party=True, delay="PT60S"
    )
    cuts = [cut("jpn-kor", 0), restore("jpn-kor", 1000)]

    decision = sharing(arrangements(DIRECT, around), *cuts).decide(message(), JPN)

    assert (decision.arrangement, due(decision)) == ("around", 60)
    assert not decision.late


def test_the_last_of_several_changes_at_one_moment_holds() -> None:
    """A link that is cut and restored at one moment is as the last line of the file says."""
    up = sharing(arrangements(DIRECT), cut("jpn-kor", 10), restore("jpn-kor", 10))
    down = sharing(arrangements(DIRECT), restore("jpn-kor", 10), cut("jpn-kor", 10))

    assert decide(up, at=0) == 10
    assert decide(down, at=0) is None


def test_an_arrangement_holds_from_its_date_to_its_date() -> None:
    """Between coming into force and ending, and not before or after, it shares."""
    dated = DIRECT.model_copy(
        update={
            "standing": arrangement(
                "dated",
                [KOR, JPN],
                ["jpn-kor"],
                since=None,
                standing=[
                    {"from": "2023-12-19T00:01:00Z", "state": "in-force"},
                    {"from": "2023-12-19T00:02:00+00:00", "state": "out-of-force"},
                ],
            ).standing
        }
    )
    shared = sharing(arrangements(dated))

    assert [decide(shared, at=at) for at in (59, 60, 119, 120)] == [None, 70, 129, None]


def test_a_story_can_put_an_arrangement_out_of_force_and_back() -> None:
    """An agreement that changes an arrangement does so from its own moment on."""
    changes = [
        agreement("ends", 60, "direct", "out-of-force"),
        agreement("again", 120, "direct", "in-force"),
    ]
    shared = sharing(arrangements(DIRECT), *changes)

    assert [decide(shared, at=at) for at in (59, 60, 119, 120)] == [69, None, None, 130]


def test_as_of_fixes_the_arrangements() -> None:
    """Looked at as of a date, neither the file's later dates nor the story's changes count."""
    later = arrangement("later", [KOR, JPN], ["jpn-kor"], since="2030-01-01")
    ends = agreement("ends", 0, "direct", "out-of-force")
    year = 366 * 86_400 * SECOND

    assert decide(sharing(arrangements(later))) is None
    assert decide(sharing(arrangements(later), as_of=START + 7 * year)) == 0
    assert decide(sharing(arrangements(DIRECT), ends, as_of=START + year)) == 10
    assert decide(sharing(arrangements(DIRECT), as_of=0)) is None


def test_links_are_cut_also_when_the_arrangements_are_fixed() -> None:
    """``as_of`` is about agreements; a link that is down in the story is down."""
    shared = sharing(arrangements(DIRECT), cut("jpn-kor", 0), as_of=START)

    assert decide(shared) is None


def test_a_fourth_and_a_fifth_country_are_data() -> None:
    """Countries that no code knows share by an entry in the file, over a chain of hands."""
    chain = ["kor-usa", "aus-usa", "aus-phl"]
    members = [KOR, USA, AUS, PHL]
    agreed = arrangements(
        arrangement("chain", members, chain, third_party=True, delay="PT2S"),
        countries=COUNTRIES,
        links=[link(KOR, USA), link(AUS, USA, delay="PT1S"), link(AUS, PHL, delay="PT1S")],
    )
    shared = sharing(agreed)

    assert {country: decide(shared, country) for country in shared.recipients} == {
        AUS: 3,
        JPN: None,
        KOR: 0,
        PHL: 4,
        USA: 2,
    }
    assert shared.decide(message(), PHL).path == (KOR, USA, AUS, PHL)


@pytest.mark.parametrize("countries", [COUNTRIES[:2], COUNTRIES, ["AAA", "BBB", "CCC"]])
def test_no_country_is_special(countries: Sequence[str]) -> None:
    """The same agreement between any countries has the same effect."""
    first, second, *_ = countries
    name = link(first, second).id
    agreed = arrangement("accord", [first, second], [name], delay="PT7S")
    shared = sharing(arrangements(agreed, countries=countries))

    assert decide(shared, second, originator=first) == 7
    assert decide(shared, first, originator=second) == 7


def test_a_random_delay_lies_between_its_bounds_and_differs() -> None:
    """Delays are drawn from the whole range, one for each event."""
    agreed = arrangement(
        "accord", [KOR, JPN], ["jpn-kor"], delay={"at_least": "PT10S", "at_most": "PT20S"}
    )
    shared = sharing(arrangements(agreed))
    drawn = [decide(shared, event=f"rocket-{n}") or 0 for n in range(200)]

    assert 10 <= min(drawn) < 11
    assert 19 < max(drawn) < 20


@pytest.mark.slow
@PATIENT
@given(situation=situations(), data=st.data())
def test_reports_of_one_event_never_overtake_each_other(
    situation: tuple[Arrangements, list[EventBase]], data: st.DataObject
) -> None:
    """By one arrangement the reports of an event arrive in the order they were made.

    That holds whatever their kinds, with random delays, over links that are cut and restored.
    """
    agreed, cuts = situation
    shared = sharing(agreed, *cuts)
    sent = data.draw(reports(agreed))

    for recipient in agreed.countries():
        for name in [each.id for each in agreed.arrangements]:
            arrivals = [
                candidate.arrives
                for report in sent
                for candidate in shared.explain(report, recipient).candidates
                if candidate.arrangement == name and candidate.arrives is not None
            ]
            assert arrivals == sorted(arrivals)


@pytest.mark.slow
@PATIENT
@given(situation=situations(), data=st.data())
def test_an_arrangement_less_never_delivers_more_nor_earlier(
    situation: tuple[Arrangements, list[EventBase]], data: st.DataObject
) -> None:
    """Taking an arrangement away takes deliveries away or makes them later, and nothing else."""
    agreed, cuts = situation
    gone = data.draw(st.sampled_from([None, *agreed.arrangements]))
    kept = tuple(each for each in agreed.arrangements if each is not gone)
    fewer = agreed.model_copy(update={"arrangements": kept})
    whole, less = sharing(agreed, *cuts), sharing(fewer, *cuts)

    for report in data.draw(reports(agreed)):
        for recipient in agreed.countries():
            before, after = whole.decide(report, recipient), less.decide(report, recipient)
            if after.due is not None:
                assert before.due is not None
                assert before.due <= after.due
            if gone is None or before.arrangement != gone.id:
                assert before[:-1] == after[:-1] or before.due is None


@pytest.mark.slow
@PATIENT
@given(situation=situations(), data=st.data())
def test_a_decision_keeps_to_what_was_agreed(
    situation: tuple[Arrangements, list[EventBase]], data: st.DataObject
) -> None:
    """A delivery goes by an arrangement in force, between members, over links that are up.

    It is no earlier than its report, and leaves over a cut link only after the restoration.
    """
    agreed, cuts = situation
    shared = sharing(agreed, *cuts)
    by_name: dict[str, Arrangement] = {each.id: each for each in agreed.arrangements}

    for report in data.draw(reports(agreed)):
        for recipient in agreed.countries():
            decision = shared.decide(report, recipient)
            if decision.due is None or recipient == report.originator:
                continue
            used = by_name[decision.arrangement]
            assert shared.in_force(used.id, report.at)
            assert used.covers(report.kind, report.originator, recipient)
            assert set(decision.path) <= set(used.members)
            assert used.third_party or len(decision.path) == 2
            assert {hop.link for hop in decision.hops} <= set(used.links)
            assert (decision.path[0], decision.path[-1]) == (report.originator, recipient)
            moments = [report.at + used.delay.at_least]
            for hop in decision.hops:
                assert is_up(cuts, hop.link, hop.left)
                moments += [hop.left, hop.arrived]
            assert moments == sorted(moments)
            assert decision.due == moments[-1]


def is_up(cuts: Sequence[EventBase], name: str, at: int) -> bool:
    """Tell whether a link is up at a moment, by the last thing that the story says of it."""
    state = "up"
    for change in sorted(cuts, key=lambda each: each.at.us):
        if change.id == name and START + change.at.us <= at:
            state = change.state  # type: ignore[attr-defined]  # only links have these ids
    return state == "up"


@pytest.mark.slow
@PATIENT
@given(situation=situations(), data=st.data())
def test_the_explanation_agrees_with_the_decision(
    situation: tuple[Arrangements, list[EventBase]], data: st.DataObject
) -> None:
    """Explaining gives the same answer, and has one reason for each arrangement that covers it."""
    agreed, cuts = situation
    shared = sharing(agreed, *cuts)

    for report in data.draw(reports(agreed)):
        for recipient in agreed.countries():
            decision = shared.decide(report, recipient)
            explained = shared.explain(report, recipient)
            assert decision[:-1] == explained[:-1]
            if recipient != report.originator:
                assert [candidate.arrangement for candidate in explained.candidates] == [
                    each.id
                    for each in agreed.arrangements
                    if each.covers(report.kind, report.originator, recipient)
                ]
            assert all(candidate.why for candidate in explained.candidates)


@pytest.mark.slow
@PATIENT
@given(situation=situations(), data=st.data())
def test_a_decision_depends_on_nothing_else(
    situation: tuple[Arrangements, list[EventBase]], data: st.DataObject
) -> None:
    """Asked in another order, of other recipients, by another object, the answer is the same."""
    agreed, cuts = situation
    one = sharing(agreed, *cuts)
    sent = data.draw(reports(agreed))
    answers = {(m.key, c): one.decide(m, c) for m in sent for c in agreed.countries()}
    asked = data.draw(st.permutations([(m, c) for m in sent for c in agreed.countries()]))
    other = sharing(agreed, *cuts, recipients=agreed.countries()[:1])

    assert all(other.decide(m, c) == answers[m.key, c] for m, c in asked)
