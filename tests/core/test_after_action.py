"""What a report reckons from deliveries."""

from array import array
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feed.core.after_action import MOST_MOMENTS, AfterAction, repaired, spread_of
from feed.model.message import Delivery, Type
from feed.model.time import SECOND, rfc3339
from tests.make import START, message


def report_of(
    due: float,
    *,
    recipient: str = "JPN",
    originator: str = "KOR",
    arrangement: str = "realtime",
    kind: str = "launch",
    act: Type = "alert",
    at: float = 0,
    key: str = "",
    **data: Any,
) -> Delivery:
    """Return one report of a launch, due so many seconds after it."""
    told = message()._replace(
        key=key or f"rocket.{originator.lower()}.{kind}.{due}",
        event="rocket",
        kind=kind,
        type=act,
        originator=originator,
        at=START + round(at * SECOND),
        data=dict(data),
    )
    path = (originator, recipient)
    return Delivery(START + round(due * SECOND), recipient, 0, told, arrangement, path)


def account_of(*deliveries: Delivery) -> AfterAction:
    """Return the account of deliveries."""
    account = AfterAction()
    for each in deliveries:
        account.take(each, 5)
    account.finish()
    return account


def test_the_earliest_report_warns_in_whatever_order_it_is_told() -> None:
    """A country is warned by what is due first; by its own, and by others, each for itself."""
    own = report_of(30, originator="JPN", arrangement="own")
    shared = report_of(10)
    track = report_of(20, kind="track")
    launch = account_of(own, track, shared).launches["rocket"]
    japan = launch.countries["JPN"]

    assert japan.first is not None
    assert japan.first.due == shared.due
    assert (japan.own_reports, japan.shared_reports) == (1, 2)
    assert japan.gained_us == 20 * SECOND
    assert japan.elements["track"].due == track.due


def test_what_is_public_or_withdrawn_warns_nobody() -> None:
    """A public word, a cancel and an all-clear are no warnings."""
    launch = account_of(
        report_of(1, arrangement="public"),
        report_of(2, act="cancel"),
        report_of(3, act="all-clear"),
    ).launches["rocket"]

    assert all(each.first is None for each in launch.countries.values())
    assert launch.left_us("JPN") is None


def test_an_observed_impact_goes_before_a_predicted_one() -> None:
    """How long was left is reckoned to where it came down; else to the last that was said."""
    predicted = [
        report_of(n, kind="impact", act="update", at=n, state="predicted",
                  time=rfc3339(START + (600 + n) * SECOND))
        for n in (10, 20)
    ]  # fmt: skip
    observed = report_of(
        700, kind="impact", act="update", at=15, state="observed",
        time=rfc3339(START + 650 * SECOND),
    )  # fmt: skip

    assert account_of(*predicted).launches["rocket"].impact == START + 620 * SECOND
    launch = account_of(observed, *predicted).launches["rocket"]
    assert (launch.observed, launch.left_us("JPN")) == (True, 640 * SECOND)


def test_bodies_of_others_are_not_believed() -> None:
    """A body of any shape is taken in; nothing in it raises."""
    odd = report_of(1, vehicle=[1], site="x", when=3)
    impact = report_of(2, kind="impact", state=7, time={"a": 1})
    launch = account_of(odd, impact).launches["rocket"]

    assert (launch.vehicle, launch.site) == ("", "")
    assert launch.impact == START


def test_the_time_line_is_bounded_and_counts_the_rest() -> None:
    """The first three hundred stay, whatever the order; each message counts once."""
    deliveries = [
        report_of(n, at=n, kind="statement", key=f"s{n}", recipient=who)
        for who in ("JPN", "KOR")
        for n in reversed(range(1000))
    ]
    account = account_of(*deliveries)

    assert sorted(account.moments, key=lambda key: int(key[1:])) == [
        f"s{n}" for n in range(MOST_MOMENTS)
    ]
    assert account.left_out == 1000 - MOST_MOMENTS


def test_a_spread_names_its_greatest() -> None:
    """Median, 95 of 100, and the message that took longest."""
    account = AfterAction()
    for n in range(1, 101):
        account.take(report_of(0, key=f"k{n}"), n)

    assert account.latency_spread("JPN") == (100, 50, 95, 100, "k100")
    assert spread_of(array("q", [7]), "x") == (1, 7, 7, 7, "x")


@given(st.lists(st.integers(0, 9), max_size=12))
def test_what_came_after_a_later_number_was_repaired(times: list[int]) -> None:
    """Exactly those numbers, each in one span, in order; what never came is none of them."""
    spans = repaired(array("q", times))
    numbers = [n for first, last in spans for n in range(first, last + 1)]
    late = [
        n
        for n, when in enumerate(times, 1)
        if when and any(0 < other < when for other in times[n:])
    ]

    assert [n for n in numbers if times[n - 1]] == late
    assert numbers == sorted(set(numbers))
