"""One launch as one country knows it: the words for states, and what each is told by."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.knowledge import Knowledge, KnownReport
from feed.core.launch_situation import LaunchNow, launch_now
from feed.model.message import Delivery
from feed.model.time import SECOND, rfc3339
from tests.make import START, message

BODY = {
    "when": rfc3339(START),
    "vehicle": {"class": "srbm", "name": "N"},
    "site": {"name": "Site", "point": {"type": "Point", "coordinates": [125.0, 39.0]}},
    "state": "detected",
}


def said(
    at: float,
    kind: Any = "launch",
    originator: str = "KOR",
    late: float = 0,
    arrangement: str = "accord",
    **members: Any,
) -> Delivery:
    """Return a report that was made at a second; its body is the launch's unless it is given."""
    data = members.pop("data", dict(BODY) if kind == "launch" else {})
    made = message(at, originator, kind, data=data, number=round(at * 10), **members)
    due = made.at + round(late * SECOND)
    path = (originator, "JPN")
    return Delivery(due, "JPN", 0, made, arrangement, path, references=made.references)


def state(name: str) -> dict[str, Any]:
    """Return the body of a launch in a state."""
    return {**BODY, "state": name}


def position(
    at: float,
    lon: float = 126.0,
    originator: str = "KOR",
    late: float = 0,
    error_m: float = 300.0,
) -> Delivery:
    """Return a position that was measured when it was reported."""
    data = {
        "time": rfc3339(START + round(at * SECOND)),
        "position": {"type": "Point", "coordinates": [lon, 40.0]},
        "altitude_m": 1000 * at,
        "phase": "boost",
        "quality": {"error_m": error_m},
    }
    return said(at, "track", originator, late, data=data)


def impact(
    at: float,
    when: float,
    kind: str = "predicted",
    originator: str = "KOR",
    radius_m: float = 9000,
) -> Delivery:
    """Return where and when it comes down."""
    data = {
        "state": kind,
        "time": rfc3339(START + round(when * SECOND)),
        "uncertainty_s": 5.0,
        "point": {"type": "Point", "coordinates": [130.0, 41.0]},
        "area": {"radius_m": radius_m},
    }
    return said(at, "impact", originator, data=data)


def now(seconds: float, *deliveries: Delivery) -> LaunchNow:
    """Return the launch as it is known so many seconds after the start."""
    return launch_now(known(deliveries), START + round(seconds * SECOND))


def known(deliveries: Iterable[Delivery]) -> KnownReport:
    """Return what is known of the launch."""
    knowledge = Knowledge("JPN")
    for each in deliveries:
        knowledge.take(each)
    return knowledge.known["launch", "rocket"]


def test_a_launch_says_what_it_is() -> None:
    """Vehicle, site, T+, since when and how it is known."""
    found = now(65, said(3, late=2))

    assert (found.vehicle, found.name, found.site) == ("srbm", "N", "Site")
    assert (found.site_lon, found.site_lat) == (125.0, 39.0)
    assert (found.t_plus_s, found.age_s) == (65, 62)
    assert (found.since, found.how, found.path) == (START + 5 * SECOND, "shared", ("KOR", "JPN"))
    assert (found.phase, found.position, found.impact) == ("detected", None, None)
    assert now(5, said(3, arrangement="own")).how == "own"
    assert now(5, said(3, arrangement="public")).how == "public"


@pytest.mark.parametrize(
    ("deliveries", "phase"),
    [
        ([said(1)], "detected"),
        ([said(1), position(2)], "tracked"),
        ([said(1, data=state("tracked"))], "tracked"),
        ([said(1), position(2), said(3, data=state("lost"))], "lost"),
        ([said(1), said(2, originator="USA"), said(3, data=state("lost"))], "detected"),
        ([said(1), said(3, data=state("down")), said(4, "launch", "USA")], "down"),
        ([said(1), impact(2, 9, "observed")], "down"),
        ([said(1), impact(2, 4)], "passed"),
        ([said(1), impact(2, 6)], "detected"),
        ([said(1), impact(2, 4), impact(3, 60)], "detected"),
        ([said(1, data=state("in-orbit")), impact(2, 4)], "in-orbit"),
    ],
)
def test_the_words_for_phases(deliveries: list[Delivery], phase: str) -> None:
    """Ten seconds after the start; the uncertainty of an impact belongs to it."""
    assert now(10, *deliveries).phase == phase


@given(st.permutations(range(6)), st.sampled_from([0, 1260]))
def test_the_freshest_position_is_the_last_that_was_measured(order: list[int], late: float) -> None:
    """Whoever measured it and whenever it arrived."""
    measured = [
        position(2 * n + 1, 120 + n, "KOR" if n % 2 else "USA", late if n < 5 else 0) for n in order
    ]

    found = now(2_000, *measured, said(1))

    assert found.position is not None
    assert (found.position.lon, found.position.originator) == (125.0, "KOR")
    assert found.position.age_s == 2_000 - 11
    assert found.words[0].originator == "KOR"


def test_a_newer_word_of_another_kind_moves_nothing() -> None:
    """Who said last that it was lost need not have seen it last."""
    found = now(30, said(1), position(5), position(10, 140.0, "USA"), said(20, data=state("lost")))

    assert found.words[0].originator == "KOR"
    assert found.position is not None
    assert found.position.originator == "USA"


def test_of_what_was_measured_at_one_moment_the_surest_counts() -> None:
    """Whoever was heard first; and the prediction is that of who saw it."""
    seen = [position(5, error_m=900), position(5, 130.0, "USA", error_m=200)]
    told = [impact(6, 600, radius_m=8000), impact(6, 605, originator="USA", radius_m=9000)]

    for order in (1, -1):
        found = now(10, *seen[::order], *told[::order])
        assert found.position is not None
        assert found.impact is not None
        assert (found.position.originator, found.impact.originator) == ("USA", "USA")
        unseen = now(10, said(1), *told[::order]).impact
        assert unseen is not None
        assert unseen.originator == "KOR", "the surest"


def test_a_word_is_stale_after_three_intervals() -> None:
    """Of its own originator; the age is told from the measurement."""
    track = [said(1), position(5), position(10), position(15)]

    assert [now(at, *track).freshness for at in (15, 29.9, 30)] == ["fresh", "fresh", "stale"]
    stale = now(40, *track).position
    assert stale is not None
    assert (stale.age_s, stale.freshness) == (25, "stale")


def test_what_tells_of_the_past_is_late() -> None:
    """Heard twenty minutes after it was made; but not while an impact is still ahead."""
    old = said(1, late=1260)

    assert now(1262, old).late
    assert now(1262, old).freshness == "late"
    assert not now(1262, old, impact(1200, 3600)).late
    assert not now(1262, old, said(1200, originator="USA")).late


def test_what_comes_after_the_end_is_late() -> None:
    """The originator's own row says so too."""
    ended = [said(1), said(100, type="all-clear", data=state("lost"))]
    found = now(1400, *ended, said(2, originator="USA", late=1300))

    assert found.late
    assert (found.over, found.over_by) == (START + 100 * SECOND, "all-clear")
    assert {word.originator: word.freshness for word in found.words}["USA"] == "late"
    assert not now(200, *ended).late


def test_what_was_withdrawn_tells_of_nothing() -> None:
    """As long as somebody else's word stands."""
    wrong = [said(1), position(2, 100.0), impact(3, 900)]
    right = [said(4, originator="USA"), position(2.5, 130.0, "USA")]
    found = now(10, *wrong, *right, said(5, type="cancel"))

    assert found.position is not None
    assert found.position.originator == "USA"
    assert found.impact is None
    assert {word.originator: word.ended for word in found.words} == {"KOR": "cancel", "USA": ""}


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["time", "position", "point", "area", "uncertainty_s", "site", "vehicle",
                         "when", "state", "altitude_m", "quality", "phase", "parent"]),
        _JUNK | st.fixed_dictionaries({"coordinates": _JUNK, "class": _JUNK, "point": _JUNK}),
    )
)  # fmt: skip
def test_no_body_is_taken_for_granted(data: dict[str, Any]) -> None:
    """A position or a point that is none is left out, and so is a number."""
    found = now(
        9, *(said(n, kind, data=data) for n, kind in enumerate(("launch", "track", "impact")))
    )

    for place in (found.position, found.impact):
        assert place is None or (abs(place.lon) <= 180 and abs(place.lat) <= 90)
