"""Which fault happens to what: keyed draws, selections, damaged payloads."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.faults import PASS, Effect, Faults, altered, mistakes
from feed.core.verdict import EXPLAINED_BY
from feed.model.fault import CORRUPTIONS, FAULTS, Fault
from feed.model.message import Delivery
from feed.model.time import SECOND, Instant
from feed.wire.encoding import encode
from feed.wire.envelope import Played, decode
from tests.make import COUNTRIES, START, alert, delivery, launch, moment, plan

ZERO = Instant(START, 9 * 3600)
PLAN = tuple(plan(launch(seen=("KOR", "JPN")), alert(at=5)).deliveries())
PLAYED = Played("01jfm0", 1, "CALM", "calm")


def rule(fault: str = "drop", **members: Any) -> Fault:
    """Return a fault as an author writes it."""
    return Fault.model_validate({"fault": fault, **members}, by_alias=True, by_name=False)


def effect(*rules: Fault, of: Delivery | None = None, number: int = 1, seed: int = 3) -> Effect:
    """Return what happens to a delivery."""
    return Faults(rules, seed, ZERO).effect(of or delivery(10), number)


def some_faults() -> st.SearchStrategy[Fault]:
    """Return faults of every kind that an author may write."""
    return st.builds(
        lambda kind, country, share: rule(
            kind,
            country=country,
            probability=share,
            **{"delay": {"by": "PT5S"}, "stale": {"by": "PT9M"}}.get(kind, {}),
        ),
        st.sampled_from([kind for kind in FAULTS if kind != "cut"]),
        st.lists(st.sampled_from(COUNTRIES[:3]), max_size=2),
        st.floats(0, 1),
    )


def test_nothing_happens_without_a_fault() -> None:
    """Nor where none fits, nor where it is not likely at all."""
    assert effect() == PASS
    assert effect(rule(country="KOR"), rule(probability=0)) == PASS
    assert altered(b"{}", PASS) == b"{}"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (rule("drop"), {"copies": 0}),
        (rule("cut", **{"from": moment(0), "until": moment(99)}), {"copies": 0}),
        (rule("duplicate"), {"copies": 2}),
        (rule("duplicate", copies=5), {"copies": 5}),
        (rule("delay", by="PT5S"), {"delay_us": 5 * SECOND}),
        (rule("reorder"), {"behind": 1}),
        (rule("reorder", behind=3), {"behind": 3}),
        (rule("corrupt", how="truncate"), {"how": "truncate"}),
        (rule("stale", by="PT1M"), {"older_us": 60 * SECOND}),
    ],
)
def test_each_kind_has_its_effect(fault: Fault, expected: dict[str, Any]) -> None:
    """And no other; what is sent is sent once unless it says so."""
    found = effect(fault)

    assert found.fault == fault.fault
    plain = {"copies": 1, "delay_us": 0, "behind": 0, "how": "", "older_us": 0, "repair": False}
    assert {name: getattr(found, name) for name in plain} == {**plain, **expected}
    assert 0 <= found.at < 1


@pytest.mark.parametrize(
    ("members", "fits"),
    [
        ({"country": ["KOR", "JPN"]}, True),
        ({"country": "USA"}, False),
        ({"kinds": ["launch"]}, True),
        ({"kinds": "track"}, False),
        ({"events": "rocket"}, True),
        ({"events": "other"}, False),
        ({"messages": "rocket.kor.1"}, True),
        ({"messages": "rocket.kor.2"}, False),
        ({"sequence": [7, 8]}, True),
        ({"sequence": 8}, False),
        ({"from": moment(10)}, True),
        ({"from": moment(10.000001)}, False),
        ({"until": moment(10.000001)}, True),
        ({"until": moment(10)}, False),
        ({"kinds": "launch", "country": "USA"}, False),
    ],
)
def test_a_fault_happens_to_what_fits_everything(members: dict[str, Any], *, fits: bool) -> None:
    """From a moment on, and before another."""
    assert (effect(rule(**members), of=delivery(10), number=7) != PASS) is fits


def test_the_first_that_happens_counts() -> None:
    """In the order in which they are written."""
    assert effect(rule("drop", probability=0), rule("duplicate"), rule("drop")).fault == "duplicate"


@given(st.lists(some_faults(), max_size=4), st.integers(0, 2**63 - 1), st.randoms())
def test_effects_do_not_depend_on_order(rules: list[Fault], seed: int, random: Any) -> None:
    """Nor on who is asked about first, nor on the number, nor on the epoch."""
    faults = Faults(rules, seed, ZERO)
    once = {(each.number, each.recipient): faults.effect(each, 1) for each in PLAN}
    shuffled = list(PLAN)
    random.shuffle(shuffled)
    again = Faults(rules, seed, ZERO)

    assert {(each.number, each.recipient): again.effect(each, 99) for each in shuffled} == once


@given(some_faults(), st.integers(0, 2**32))
def test_more_likely_happens_to_more(fault: Fault, seed: int) -> None:
    """Whatever a fault hits, a likelier one with the same name hits too."""
    likelier = fault.model_copy(update={"probability": min(1.0, fault.probability + 0.2)})
    hit, more = (
        {n for n, each in enumerate(PLAN) if Faults([one], seed, ZERO).effect(each, 1) != PASS}
        for one in (fault, likelier)
    )

    assert hit <= more


def test_a_share_is_about_as_likely_as_it_says() -> None:
    """Over many messages; two names draw by themselves."""
    many = [delivery(n / 10, number=n) for n in range(2_000)]
    one, other = (
        [
            Faults([rule(probability=0.3, name=name)], 5, ZERO).effect(each, 1) != PASS
            for each in many
        ]
        for name in ("one", "other")
    )

    assert 500 < sum(one) < 700
    assert 100 < sum(a and b for a, b in zip(one, other, strict=True)) < 260


def test_what_happens_to_one_recipient_does_not_happen_to_all() -> None:
    """One message is drawn for each of those who get it."""
    faults = Faults([rule(probability=0.5)], 5, ZERO)
    both = [
        tuple(faults.effect(delivery(n, who, n), 1) == PASS for who in ("JPN", "USA"))
        for n in range(100)
    ]

    assert len(set(both)) == 4


PAYLOADS = st.sampled_from([encode(each, PLAYED, 7, 0) for each in PLAN])


@given(PAYLOADS, st.sampled_from(CORRUPTIONS), st.floats(0, 1, exclude_max=True))
def test_a_damaged_payload_is_another_and_the_same_each_time(
    payload: bytes, how: Any, at: float
) -> None:
    """It is never as it was; what marks it as an exercise is never taken out of it."""
    damage = Effect("corrupt", how=how, at=at)

    found = altered(payload, damage)

    assert found != payload
    assert found == altered(payload, damage)
    assert len(found) <= len(payload)
    if how in {"not-utf8", "no-json"}:
        with pytest.raises(ValueError, match="not a message of the feed"):
            decode(found)
    if how == "member":
        assert {"status", "exercise"} <= set(json.loads(found))


@given(st.binary(max_size=20), st.sampled_from(CORRUPTIONS), st.floats(0, 1, exclude_max=True))
def test_any_bytes_can_be_damaged(payload: bytes, how: Any, at: float) -> None:
    """Also what is no message, also nothing."""
    assert altered(payload, Effect("corrupt", how=how, at=at)) != payload or not payload
    assert isinstance(altered(payload, Effect("stale", older_us=5)), bytes)


@given(PAYLOADS, st.integers(1, 86_400))
def test_a_stale_message_says_it_is_older(payload: bytes, seconds: int) -> None:
    """Its times are, and nothing else."""
    found = json.loads(altered(payload, Effect("stale", older_us=seconds * SECOND)))
    before = json.loads(payload)

    assert found["time"] < before["time"]
    changed = {name for name in before if before[name] != found[name]}
    assert changed <= {"time", "expires", "data"}
    assert list(found) == list(before)
    decode(altered(payload, Effect("stale", older_us=seconds * SECOND)))


def test_the_time_of_a_position_is_older_too() -> None:
    """A track that was measured earlier than it was."""
    payload = (
        b'{"time":"2023-12-19T09:00:00.000+09:00","data":{"time":"2023-12-19T08:59:59.000+09:00"}}'
    )

    assert altered(payload, Effect("stale", older_us=60 * SECOND)) == payload.replace(
        b"09:00:00.000", b"08:59:00.000"
    ).replace(b"08:59:59.000", b"08:58:59.000")


def test_every_fault_explains_a_finding() -> None:
    """What is done on purpose is recognised by the comparison of what was received."""
    assert set().union(*EXPLAINED_BY.values()) == set(FAULTS)


@pytest.mark.parametrize(
    ("fault", "steps", "text"),
    [
        (
            rule("drop", by="PT1S"),
            ("by",),
            "'by' says nothing of a drop; it is for delay and stale",
        ),
        (rule("drop", copies=2), ("copies",), "it is for duplicate"),
        (rule("delay"), ("fault",), "a delay needs 'by'"),
        (rule("stale", by="PT0S"), ("fault",), "longer than nothing"),
        (rule("cut", until=moment(3)), ("fault",), "a cut needs 'from' and 'until'"),
        (
            rule("cut", probability=0.5, **{"from": moment(1), "until": moment(3)}),
            ("probability",),
            "use a drop",
        ),
        (rule(**{"from": moment(3), "until": moment(3)}), ("until",), "is not after 'from'"),
        (rule(country=["JPN", "KRO"]), ("country", 1), "did you mean 'KOR'?"),
    ],
)
def test_what_makes_no_sense_is_said(fault: Fault, steps: tuple[str, ...], text: str) -> None:
    """With the place in the rule, and what to do."""
    ((place, said),) = mistakes([rule(), fault], ZERO, COUNTRIES)

    assert place == (1, *steps)
    assert text in said


def test_rules_that_make_sense_are_left_alone() -> None:
    """Each kind with what belongs to it; moments and countries only where they are known."""
    rules = [
        rule("duplicate", copies=3),
        rule("delay", by="PT3S"),
        rule("reorder", behind=2),
        rule("corrupt", how="garble"),
        rule("cut", **{"from": moment(1), "until": moment(2)}),
        rule(country="XXX"),
    ]

    assert not list(mistakes(rules))
    assert not list(mistakes(rules[:-1], ZERO, COUNTRIES))
