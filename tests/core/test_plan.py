"""The plan: all deliveries in order, the same each time, from any place on."""

import pickle
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.place import at_once
from feed.core.plan import Plan
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.message import Delivery
from feed.model.time import SECOND
from tests.make import (
    COUNTRIES,
    PATIENT,
    START,
    alert,
    any_arrangements,
    any_events,
    arrangement,
    arrangements,
    claim,
    correction,
    cut,
    incident,
    launch,
    link,
    meeting,
    moment,
    plan,
    restore,
)

KOR, JPN, USA, *_ = COUNTRIES
ACCORD = arrangement("accord", [KOR, JPN], ["jpn-kor"], delay="PT10S")


def told(deliveries: Sequence[Delivery]) -> list[tuple[float, str, str]]:
    """Return deliveries as (seconds after the start, recipient, message key)."""
    return [((each.due - START) / SECOND, each.recipient, each.message.key) for each in deliveries]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan of any events under any arrangements, for all participants."""
    agreed: Arrangements = draw(any_arrangements())
    return plan(*draw(any_events(agreed)), agreed=agreed, seed=draw(st.integers(0, 9)))


def test_deliveries_come_when_they_are_due() -> None:
    """A delayed delivery comes after later messages that are faster; equal times by recipient."""
    events = [
        incident("secret", 0, KOR, release="arrangement"),
        meeting("talks", 4, USA),
        meeting("more", 10, USA),
    ]

    assert told(list(plan(*events, agreed=arrangements(ACCORD)).deliveries())) == [
        (0, KOR, "secret.kor.1"),
        (4, JPN, "talks.usa.1"),
        (4, KOR, "talks.usa.1"),
        (4, USA, "talks.usa.1"),
        (10, JPN, "secret.kor.1"),
        (10, JPN, "more.usa.1"),
        (10, KOR, "more.usa.1"),
        (10, USA, "more.usa.1"),
    ]


def test_what_waited_for_a_link_comes_at_once_and_in_order() -> None:
    """After a cut the reports that were held come once each, in the order they were made."""
    events: list[EventBase] = [
        *(incident(f"n-{n}", n, KOR, release="arrangement") for n in range(5)),
        cut("jpn-kor", 11),
        restore("jpn-kor", 100),
    ]
    found = list(plan(*events, agreed=arrangements(ACCORD), recipients=[JPN]).deliveries())

    assert told(found) == [
        (10, JPN, "n-0.kor.1"),
        (100, JPN, "n-1.kor.1"),
        (100, JPN, "n-2.kor.1"),
        (100, JPN, "n-3.kor.1"),
        (100, JPN, "n-4.kor.1"),
    ]
    assert [each.late for each in found] == [False, True, True, True, True]


def test_a_recipient_sees_no_reference_to_what_it_never_got() -> None:
    """A correction refers, for each recipient, only to messages that this one got."""
    events = [
        alert("a", 0, JPN, to=[KOR]),
        correction("a", "all-clear", 5, to=[KOR, USA]),
    ]
    found = {
        (each.recipient, each.message.key): each.references for each in plan(*events).deliveries()
    }

    assert found == {
        (JPN, "a.jpn.1"): (),
        (KOR, "a.jpn.1"): (),
        (JPN, "a.jpn.2"): ("a.jpn.1",),
        (KOR, "a.jpn.2"): ("a.jpn.1",),
        (USA, "a.jpn.2"): (),
    }


def test_a_recipient_sees_no_basis_that_it_never_got() -> None:
    """Who gets predictions but no tracks is not told which track they are reckoned from."""
    only = arrangement("only", [KOR, JPN], ["jpn-kor"], kinds=["launch", "impact"])
    flight = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 150}
    seen = [{"country": KOR, "at": moment(20), "until": moment(120)}]
    rocket = launch(flight=flight, detections=seen, track={"every": "PT30S"})
    found = list(plan(rocket, agreed=arrangements(only)).deliveries())

    told_jpn = [each for each in found if each.recipient == JPN]
    assert {each.message.kind for each in told_jpn} == {"launch", "impact"}
    assert not [each for each in told_jpn if "basis" in each.message.data]
    assert [
        each
        for each in found
        if (each.recipient, each.message.kind) == (KOR, "impact") and each.message.data["basis"]
    ]


def test_a_delivery_says_whom_else_it_may_be_released_to() -> None:
    """All who may have a message are named to each, in the order of the arrangements file."""
    secret = incident("secret", 0, KOR, release="arrangement")
    named = {each.releasable for each in plan(secret, agreed=arrangements(ACCORD)).deliveries()}

    assert named == {(KOR, JPN)}


@pytest.mark.slow
@PATIENT
@given(made=plans())
def test_a_plan_is_the_same_twice(made: Plan) -> None:
    """The same story gives the same deliveries, each time it is asked."""
    assert list(made.deliveries()) == list(made.deliveries())


@pytest.mark.slow
@PATIENT
@given(made=plans())
def test_the_order_is_total(made: Plan) -> None:
    """Deliveries come by due time, then recipient, then message; no two are alike."""
    order = [(each.due, each.recipient, each.number) for each in made.deliveries()]

    assert order == sorted(set(order))


@pytest.mark.slow
@PATIENT
@given(made=plans())
def test_nobody_gets_a_message_twice_nor_before_it_was_made(made: Plan) -> None:
    """Each recipient gets each message at most once, and every originator gets its own at once."""
    deliveries = list(made.deliveries())
    pairs = [(each.recipient, each.message.key) for each in deliveries]
    messages = list(made.messages())

    assert len(set(pairs)) == len(pairs)
    assert all(each.due >= each.message.at for each in deliveries)
    assert {(each.recipient, each.message.key, each.due) for each in deliveries} >= {
        (each.originator, each.key, each.at) for each in messages
    }
    assert [messages[each.number].key for each in deliveries] == [
        each.message.key for each in deliveries
    ]


@pytest.mark.slow
@PATIENT
@given(made=plans(), data=st.data())
def test_a_plan_goes_on_from_any_checkpoint(made: Plan, data: st.DataObject) -> None:
    """From a checkpoint that was taken anywhere and written down, the rest is what it was."""
    whole = list(made.deliveries())
    place = data.draw(st.integers(0, len(whole)))
    begun = made.deliveries()
    for _ in range(place):
        next(begun)

    checkpoint = begun.mark()
    copy = pickle.loads(pickle.dumps(checkpoint))  # noqa: S301 - made in the line itself

    assert checkpoint.count == place
    assert list(made.deliveries(checkpoint)) == whole[place:]
    assert list(made.deliveries(copy)) == whole[place:]
    assert list(begun) == whole[place:]
    assert list(made.deliveries(checkpoint)) == whole[place:]


@pytest.mark.slow
@PATIENT
@given(made=plans(), data=st.data())
def test_a_checkpoint_of_what_goes_on_is_that_of_the_whole(made: Plan, data: st.DataObject) -> None:
    """Stopping and going on several times changes neither what comes nor how it is counted."""
    whole = list(made.deliveries())
    got: list[Delivery] = []
    deliveries = made.deliveries()
    for count in data.draw(st.lists(st.integers(0, 5), max_size=6)):
        got += islice(deliveries, count)
        deliveries = made.deliveries(deliveries.mark())
    assert deliveries.count == len(got)
    got += deliveries

    assert got == whole
    assert deliveries.count == len(whole)


@pytest.mark.slow
@PATIENT
@given(data=st.data())
def test_who_listens_does_not_change_what_others_get(data: st.DataObject) -> None:
    """A plan for some recipients is the plan for all without the others' deliveries."""
    agreed = data.draw(any_arrangements())
    events = data.draw(any_events(agreed))
    some = data.draw(st.lists(st.sampled_from(agreed.countries()), min_size=1, unique=True))

    everything = plan(*events, agreed=agreed).deliveries()
    filtered = plan(*events, agreed=agreed, recipients=some).deliveries()

    assert list(filtered) == [each for each in everything if each.recipient in some]


@pytest.mark.slow
@PATIENT
@given(data=st.data())
def test_an_event_more_changes_nothing_of_the_others(data: st.DataObject) -> None:
    """What is added to a story leaves times, ways and keys of all other messages as they are."""
    agreed = data.draw(any_arrangements())
    events = data.draw(any_events(agreed))
    more = [*events, meeting("added", 30, agreed.countries()[0])]

    def facts(deliveries: Sequence[Delivery]) -> list[tuple[object, ...]]:
        return [
            (each.due, each.recipient, each.message, each.arrangement, each.path)
            for each in deliveries
            if each.message.event != "added"
        ]

    before = facts(list(plan(*events, agreed=agreed).deliveries()))

    assert facts(list(plan(*more, agreed=agreed).deliveries())) == before


@pytest.mark.slow
@PATIENT
@given(made=plans())
def test_counting_counts_the_whole_plan(made: Plan) -> None:
    """Deliveries by recipient, and when the last is due, are those that there are."""
    deliveries = list(made.deliveries())
    count = at_once(made.counting())

    assert dict(count.deliveries) == {
        country: sum(each.recipient == country for each in deliveries)
        for country in made.sharing.recipients
    }
    assert count.last == max([made.event_stream.gathered.last, *(each.due for each in deliveries)])


def test_counting_counts_a_part_of_a_plan_in_slices() -> None:
    """From a moment to a moment, both included, a few deliveries at a time."""
    made = plan(*(meeting(f"m-{n}", n, USA, to=[USA]) for n in range(10)), recipients=[JPN, USA])
    count = at_once(made.counting(begin=START + 3 * SECOND, until=START + 5 * SECOND))
    assert count.deliveries == {JPN: 0, USA: 3}

    long = plan(*(meeting(f"m-{n}", n, USA) for n in range(100)))
    assert list(long.counting()) == list(range(25, 301, 25))


def test_a_plan_knows_its_seed_and_start() -> None:
    """Both are the scenario's."""
    made = plan(seed=99)

    assert (made.seed, made.starts) == (99, START)


def test_a_plan_of_a_launch_reaches_a_fourth_and_a_fifth_country() -> None:
    """Warning data goes along a chain of countries that only the data names."""
    chain = arrangement(
        "chain", COUNTRIES, ["kor-usa", "aus-usa", "aus-phl"], third_party=True, delay="PT1S"
    )
    agreed = arrangements(
        chain,
        countries=COUNTRIES,
        links=[link("KOR", "USA"), link("AUS", "USA"), link("AUS", "PHL")],
    )
    deliveries = plan(launch(seen=(KOR,)), agreed=agreed).deliveries()
    counts = Counter(each.recipient for each in deliveries)

    assert counts[KOR] > 0
    assert counts == dict.fromkeys((KOR, USA, "AUS", "PHL"), counts[KOR])


@pytest.mark.slow
def test_memory_stays_flat_over_a_long_plan() -> None:
    """Over ten thousand repeated incidents a plan never holds more than what is on its way."""
    every_second = {"count": 10_000, "until": moment(9_999)}
    secret = incident("x", 0, KOR, release="arrangement", repeat=every_second)
    deliveries = plan(secret, agreed=arrangements(ACCORD)).deliveries()
    most = 0
    for _ in deliveries:
        checkpoint = deliveries if deliveries.count % 97 else None
        if checkpoint is None:
            place = deliveries.mark()
            most = max(most, len(place.waiting) + len(place.withheld) + len(place.mark.known))

    assert deliveries.count == 20_000
    assert most <= 12


def test_a_checkpoint_stays_small_over_many_corrections() -> None:
    """What was corrected and is over is in no mark."""
    events: list[EventBase] = []
    for n in range(100):
        events += [
            alert(f"a-{n}", 10 * n, JPN, to=[KOR], claims=[claim(KOR, 10 * n + 1)]),
            correction(f"a-{n}", "all-clear", 10 * n + 5),
        ]
    deliveries = plan(*events).deliveries()
    for _ in deliveries:
        place = deliveries.mark()
        assert len(place.mark.known) <= 2
        assert len(place.withheld) <= 2
