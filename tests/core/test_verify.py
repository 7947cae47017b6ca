"""The comparison of what was received: every change of one record is found, and named."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feed.core.spans import Spans
from feed.core.verdict import EXPLAINED_BY, MOST_NAMED, DeliveryKey, Got, Stream, Verdict
from feed.core.verify import Comparison, absent, differences

COUNT = 12
ONE = Stream("JPN", 1)
EXPECTED = {ONE: COUNT, Stream("KOR", 1): 5}


def key(sequence: int, epoch: int = 1, recipient: str = "JPN") -> DeliveryKey:
    """Return a key of the stream that most tests are about."""
    return DeliveryKey(recipient, epoch, sequence)


def compared(
    sequences: Sequence[int | Got],
    *,
    acknowledged: Mapping[Stream, Spans] | None = None,
    expected: Mapping[Stream, int] | None = None,
    **options: Any,
) -> Verdict:
    """Return the verdict on records in an order; a plain number is one that is as it was sent."""
    comparison = Comparison(EXPECTED if expected is None else expected, **options)
    for line, each in enumerate(sequences, 1):
        comparison.take(Got(line, key(each)) if isinstance(each, int) else each)
    return comparison.finish(acknowledged)


def named(verdict: Verdict) -> list[tuple[str, int, int, int | None]]:
    """Return what is named: kind, numbers, line."""
    return [(each.kind, each.first, each.last, each.line) for each in verdict.findings]


EVERYTHING = list(range(1, COUNT + 1))


def test_all_of_it_in_order_is_clean() -> None:
    """Each once and in order is clean, and the recipients are those who were found."""
    verdict = compared(EVERYTHING)

    assert verdict.clean
    assert verdict.recipients == ("JPN",)
    assert (verdict.expected, verdict.matched, verdict.records) == (COUNT, COUNT, COUNT)
    assert verdict.findings == ()


@given(st.integers(1, COUNT))
def test_a_record_that_is_taken_away_is_missing(gone: int) -> None:
    """It is named by its number."""
    verdict = compared([n for n in EVERYTHING if n != gone])

    assert named(verdict) == [("missing", gone, gone, None)]
    assert not verdict.clean


@given(st.integers(1, COUNT), st.integers(1, COUNT + 1))
def test_a_record_that_comes_again_is_double(again: int, place: int) -> None:
    """It is named by its number and the line of the second of the two."""
    lines = [*EVERYTHING[: place - 1], again, *EVERYTHING[place - 1 :]]
    second = [line for line, n in enumerate(lines, 1) if n == again][1]

    found = named(compared(lines))

    assert ("double", again, again, second) in found
    assert {each[0] for each in found} <= {"double", "reordered"}


@given(st.permutations(EVERYTHING))
def test_another_order_is_found(order: list[int]) -> None:
    """Whatever the order, it is clean if and only if it is the right one."""
    verdict = compared(order)

    assert verdict.clean == (order == EVERYTHING)
    assert {each.kind for each in verdict.findings} <= {"reordered"}


@given(st.integers(1, COUNT - 1), st.data())
def test_two_that_are_swapped_are_named(first: int, data: st.DataObject) -> None:
    """The earlier one is named, where it stands too late."""
    second = data.draw(st.integers(first + 1, COUNT))
    lines = list(EVERYTHING)
    lines[first - 1], lines[second - 1] = second, first

    assert ("reordered", first, first, second) in named(compared(lines))


@given(st.integers(1, COUNT), st.integers(-3, COUNT + 3), st.sampled_from(["JPN", "KOR", "USA"]))
def test_a_record_with_another_number_is_found(place: int, number: int, recipient: str) -> None:
    """An altered number or recipient leaves a gap, and stands where nothing was sent, or twice."""
    lines: list[int | Got] = list(EVERYTHING)
    lines[place - 1] = Got(place, key(number, recipient=recipient), "altered")

    verdict = compared(lines)

    assert not verdict.clean
    assert place in {each.line for each in verdict.findings}
    if (number, recipient) != (place, "JPN"):
        assert ("missing", place, place, None) in named(verdict)
        assert verdict.recipients == ("JPN",), "one altered line makes nobody a recipient"


def test_what_is_no_message_is_unexpected() -> None:
    """It has no number, and is named by its line and by what it is."""
    verdict = compared([*EVERYTHING, Got(13, None, "not a message of the feed")])

    assert verdict.wrong["unexpected"] == 1
    (finding,) = verdict.findings
    assert (finding.line, finding.text) == (13, "not a message of the feed")


def test_neighbours_that_are_missing_are_one_finding() -> None:
    """They are counted one by one."""
    verdict = compared([1, 2, 9, 10])

    assert named(verdict) == [("missing", 3, 8, None), ("missing", 11, 12, None)]
    assert verdict.wrong["missing"] == 8


def test_whose_messages_are_missing_can_be_said() -> None:
    """A source of nothing is of somebody if that is said."""
    verdict = compared([], recipients=("KOR",))

    assert named(verdict) == [("missing", 1, 5, None)]


def test_messages_for_others_are_one_finding() -> None:
    """A source of everybody's messages that is said to be one country's is named once."""
    others = [Got(n, key(n, recipient="KOR")) for n in range(1, 6)]
    verdict = compared([*others, *EVERYTHING], recipients=("JPN",))

    (finding,) = verdict.findings
    assert finding.text == "5 for KOR in what JPN received"
    assert (finding.line, verdict.wrong["unexpected"]) == (1, 5)


def test_an_epoch_does_not_come_back() -> None:
    """What stands after the next epoch has begun is out of order."""
    expected = {Stream("JPN", 1): 2, Stream("JPN", 2): 2}
    order = [(1, 1), (2, 1), (1, 2), (2, 2)]
    lines = [Got(line, key(n, epoch)) for line, (epoch, n) in enumerate(order, 1)]

    verdict = compared(lines, expected=expected)

    assert [(each.kind, each.epoch, each.line) for each in verdict.findings] == [
        ("reordered", 1, 3)
    ]


def test_a_source_may_be_kept_by_number() -> None:
    """Then its order says nothing."""
    assert compared([2, 1, *range(3, COUNT + 1)], ordered=False).clean


def test_late_is_what_took_longer_than_the_limit() -> None:
    """The limit itself is in time; without a time of receiving nothing is judged."""
    lines = [
        Got(n, key(n), latency_us=latency)
        for n, latency in enumerate([0, 1_000, 1_001, None, *[5] * 8], 1)
    ]

    verdict = compared(lines, late_limit_us=1_000)

    assert named(verdict) == [("late", 3, 3, 3)]
    assert (verdict.timed, verdict.slowest_us) == (11, 1_001)
    assert compared(lines).clean


def test_received_and_not_acknowledged_is_found() -> None:
    """What was not even received is missing, and not told twice."""
    there = [1, 2, 3, 5, 6, 7, 8]
    verdict = compared(there, acknowledged={ONE: Spans([(1, 2), (6, 6)])})

    assert named(verdict) == [
        ("missing", 4, 4, None),
        ("missing", 9, 12, None),
        ("unacknowledged", 3, 3, None),
        ("unacknowledged", 5, 5, None),
        ("unacknowledged", 7, 8, None),
    ]


def test_faults_on_purpose_are_recognised() -> None:
    """What a fault explains is named with it, and leaves the verdict clean."""
    faults = {key(2): "drop", key(3): "drop", key(5): "duplicate", key(7): "stale", key(9): "delay"}
    lines: list[int | Got] = [1, 4, 5, 5, 6, Got(6, key(7), "altered"), 8, 10, 9, 11, 12]

    verdict = compared(lines, faults=faults)

    assert verdict.clean
    assert [(each.kind, each.first, each.fault) for each in verdict.findings] == [
        ("missing", 2, "drop"),
        ("missing", 3, "drop"),
        ("double", 5, "duplicate"),
        ("reordered", 9, "delay"),
        ("altered", 7, "stale"),
    ]
    assert sum(verdict.explained.values()) == 5


def test_another_fault_explains_nothing() -> None:
    """What was to be dropped and is there twice is double."""
    faults = {key(2): "drop", key(3): "stale"}
    verdict = compared([1, 2, 2, *range(4, COUNT + 1)], faults=faults)

    assert [(each.kind, each.first, each.fault) for each in verdict.findings] == [
        ("missing", 3, ""),
        ("double", 2, ""),
    ]


@given(
    st.sets(st.integers(1, COUNT)),
    st.dictionaries(st.integers(1, COUNT), st.sampled_from(["drop", "duplicate", "stale", "cut"])),
)
def test_only_the_right_fault_explains(gone: set[int], faulty: dict[int, str]) -> None:
    """Of what is missing, exactly what was dropped or cut is explained; nothing is lost in it."""
    faults = {key(n): fault for n, fault in faulty.items()}
    verdict = compared([n for n in EVERYTHING if n not in gone], recipients=("JPN",), faults=faults)

    explained = {n for n in gone if faulty.get(n) in EXPLAINED_BY["missing"]}
    assert verdict.explained["missing"] == len(explained)
    assert verdict.wrong["missing"] == len(gone - explained)
    told = [n for each in verdict.findings for n in range(each.first, each.last + 1)]
    assert sorted(told) == sorted(gone)


def test_what_is_named_is_limited_and_all_is_counted() -> None:
    """A source in which everything is wrong does not fill the memory."""
    many = MOST_NAMED + 50
    lines = [Got(n, key(n), "altered") for n in range(1, many + 1)]

    verdict = compared(lines, expected={ONE: many})

    assert verdict.wrong["altered"] == many
    assert len(verdict.findings) == MOST_NAMED


@given(st.sets(st.integers(1, 30)), st.integers(0, 30))
def test_what_is_absent_is_the_rest(there: set[int], count: int) -> None:
    """Spans and what is absent make the whole, also where spans overlap."""
    spans = sorted((n, n + 2) for n in there)
    covered = {n for first, last in spans for n in range(first, last + 1)}

    found = {n for first, last in absent(spans, count) for n in range(first, last + 1)}

    assert found == set(range(1, count + 1)) - covered


def test_differences_are_named_by_their_path() -> None:
    """Members that are gone, new or other; numbers are equal in whatever notation."""
    one = {"data": {"areas": [{"name": "A"}, {"name": "B"}], "n": 1, "b": True}, "gone": 1}
    other = {"data": {"areas": [{"name": "A"}, {"name": "C"}], "n": 1.0, "b": 1}, "new": 1}

    assert differences(one, other) == ["data.areas.1.name", "data.b", "gone", "new"]
    assert differences(1, 1.0) == []
    assert differences({"a": 1}, None) == ["all of it"]
    assert differences([1], [1, 2]) == ["all of it"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_JSON, _JSON)
def test_differences_are_there_when_values_differ(one: Any, other: Any) -> None:
    """Both ways alike; a value never differs from itself."""
    assert differences(one, one) == []
    assert bool(differences(one, other)) == bool(differences(other, one))
    if one != other:
        assert differences(one, other)
