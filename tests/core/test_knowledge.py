"""What a country has heard: since when, by which path, and the newest word by its own moment."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core import knowledge
from feed.core.knowledge import Knowledge, fresh_for, moment
from feed.model.message import Delivery
from feed.model.time import SECOND, rfc3339
from tests.make import START, message


def delivered(
    at: float = 0, due: float | None = None, originator: str = "KOR", **members: Any
) -> Delivery:
    """Return a delivery of a message that was made at a second and is due at another."""
    made = message(at, originator, **members)
    when = made.at if due is None else START + round(due * SECOND)
    path = (originator, "JPN")
    return Delivery(when, "JPN", 0, made, "accord", path, references=made.references)


def track(at: float, due: float | None = None, originator: str = "KOR") -> Delivery:
    """Return a position that was measured a second before it was reported."""
    data = {"time": rfc3339(START + round((at - 1) * SECOND))}
    return delivered(at, due, originator, kind="track", number=round(at), data=data)


def told(*deliveries: Delivery) -> Knowledge:
    """Return what is known after some deliveries."""
    found = Knowledge("JPN")
    for each in deliveries:
        found.take(each)
    return found


ROCKET = ("launch", "rocket")


def test_the_first_to_tell_stays_the_first() -> None:
    """When it was first heard, from whom, by which path; and of each originator the same."""
    known = told(delivered(5, 8, "USA"), delivered(1, 9, "KOR"), delivered(20, originator="USA"))

    rocket = known.known[ROCKET]
    assert rocket.first.due == START + 8 * SECOND
    assert rocket.first.path == ("USA", "JPN")
    assert [(each.originator, each.since) for each in rocket.heard.values()] == [
        ("USA", START + 8 * SECOND),
        ("KOR", START + 9 * SECOND),
    ]


@given(st.permutations(range(2, 9)))
def test_the_newest_word_is_the_one_that_was_measured_last(order: list[int]) -> None:
    """Whatever the order of arrival."""
    deliveries = [track(at, 100 + place) for place, at in enumerate(order)]

    heard = told(*deliveries).known[ROCKET].heard["KOR"]

    assert heard.track is not None
    assert heard.track.at == heard.newest == START + 7 * SECOND
    assert heard.track.message.at == START + 8 * SECOND


def test_how_long_a_word_is_fresh_follows_its_interval() -> None:
    """Three intervals between positions."""
    heard = told(track(10), track(15)).known[ROCKET].heard["KOR"]

    assert heard.interval == 5 * SECOND
    assert heard.fresh_for() == fresh_for(5 * SECOND) == 15 * SECOND


def test_an_event_is_over_when_nobody_sees_it_any_longer() -> None:
    """One all-clear is not enough while the word of another is fresh; a stale one holds nothing."""
    both = [track(10, originator="KOR"), track(12, originator="USA")]
    end = delivered(14, originator="KOR", type="all-clear", number=9, data={"reason": "x"})

    assert told(*both, end).known[ROCKET].end is None
    late = end._replace(message=end.message._replace(at=START + 900 * SECOND))
    over = told(*both, late).known[ROCKET].end
    assert over is not None
    assert (over.act, over.reason, over.at) == ("all-clear", "x", START + 900 * SECOND)


def test_what_comes_after_the_end_is_late_or_new() -> None:
    """By the moment at which it was said."""
    end = delivered(100, type="all-clear", number=9)
    known = told(track(10), end, track(50, 200, "USA")).known[ROCKET]
    assert known.end is not None
    assert known.late

    known = told(track(10), end, track(50, 200, "USA"), track(150, 201, "USA")).known[ROCKET]
    assert known.end is None
    assert not known.late


def test_an_end_by_reference_ends_the_word_of_another() -> None:
    """An issuer may end what somebody else reported."""
    first = delivered(1, originator="USA")
    end = delivered(2, originator="KOR", type="cancel", number=2, references=(first.message.key,))

    known = told(first, end).known[ROCKET]

    assert known.heard["USA"].ended == "cancel"
    assert known.end is not None


def test_an_end_of_nothing_is_nothing() -> None:
    """What is not known cannot be over; incidents and statements do not last."""
    assert told(delivered(1, type="cancel")).known == {}
    assert told(delivered(1, kind="incident"), delivered(1, kind="statement")).known == {}


def test_a_part_that_ends_leaves_the_rest() -> None:
    """It is noted with its areas and its reason."""
    alert = delivered(
        1, kind="alert", event="siren", data={"areas": [{"name": "A"}, {"name": "B"}]}
    )
    part = delivered(
        2, kind="alert", event="siren", number=2, type="cancel", partial=True,
        data={"areas": [{"name": "A"}, 7, {"name": 8}], "reason": "wrong-area"},
    )  # fmt: skip

    known = told(alert, part).known["alert", "siren"]

    assert known.end is None
    (correction,) = known.corrections
    assert correction[1:] == ("cancel", "wrong-area", ("A",), True)


@pytest.mark.parametrize(
    ("kind", "state"),
    [("meeting", "held"), ("meeting", "not-held"), ("agreement", "ended")],
)
def test_some_states_are_an_end(kind: Any, state: str) -> None:
    """A meeting that was held is over without an all-clear."""
    first = delivered(1, kind=kind, event="x", data={"state": "announced"})
    last = delivered(2, kind=kind, event="x", number=2, type="update", data={"state": state})

    known = told(first, last).known[kind, "x"]

    assert known.end is not None
    assert known.end.act == state


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over is forgotten first."""
    monkeypatch.setattr(knowledge, "_MOST_KNOWN", 3)
    first = [delivered(n, event=f"e-{n}") for n in range(3)]
    over = delivered(5, event="e-1", type="all-clear", number=2)

    known = told(*first, over, delivered(6, event="e-6"), delivered(7, event="e-7"))

    assert list(known.known) == [("launch", name) for name in ("e-2", "e-6", "e-7")]


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["time", "areas", "name", "state", "reason", "position", "coordinates"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(_JUNK, st.sampled_from(["launch", "track", "impact", "alert", "meeting"]))
def test_no_body_is_taken_for_granted(data: Any, kind: Any) -> None:
    """Receivers fold what others wrote."""
    body = data if isinstance(data, dict) else {"x": data}

    told(delivered(1, kind=kind, data=body), delivered(2, kind=kind, data=body, type="cancel"))


@given(_JUNK)
def test_a_moment_of_others_is_read_or_not(value: Any) -> None:
    """What is none is the other one."""
    assert isinstance(moment(value, 7), int)


def test_moments_have_an_offset() -> None:
    """A local time is no moment."""
    assert moment("1970-01-01T00:00:01Z", 7) == SECOND
    assert moment("1970-01-01T00:00:01", 7) == 7
