"""Events that are added: with a time, right by themselves, and right in the story."""

from typing import Any

import pytest

from feed.core.actions import TransportError
from feed.core.added import events_of, settled_events
from feed.core.place import at_once
from feed.core.plan import Plan
from feed.model.time import SECOND
from tests import make
from tests.make import START

AT = START + 10 * SECOND


def story() -> Plan:
    """Return an alert, a launch that breaks up, and three shots."""
    flight = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 50}
    return make.plan(
        make.alert(at=1),
        make.launch(at=2, flight=flight),
        make.correction(at=30, as_="all-clear"),
        make.incident(at=3, repeat={"count": 3, "until": make.moment(60), "spread": "even"}),
        recipients=("KOR", "JPN"),
        agreed=make.arrangements(countries=("KOR", "JPN")),
    )


PLAN = story()
SHOT: dict[str, Any] = {"incident": "surprise", "category": "other", "originator": "KOR"}
OVER: dict[str, Any] = {
    "correction": "over",
    "of": "warning",
    "as": "cancel",
    "reason": "issued-in-error",
}


def settled(*values: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return events as they are added ten seconds after the start."""
    return at_once(settled_events(values, PLAN, AT))


def test_what_has_no_time_is_now() -> None:
    """In the clock of the story; what has one keeps it as it was written."""
    now, later = settled(SHOT, {**SHOT, "incident": "second", "at": "+PT30S"})

    assert now == {**SHOT, "at": "2023-12-19T09:00:10.000+09:00"}
    assert later["at"] == "+PT30S"
    assert events_of([now])[0].at.resolve(PLAN.event_stream.start).us == AT


def test_what_belongs_to_the_story_can_be_corrected() -> None:
    """An event, one of its repetitions, and what is added with it."""
    settled(OVER)
    settled(
        {"correction": "fewer", "of": "shots-2", "as": "update", "count": 3, "at": "+PT59S"}
        | {"source": [], "assumed": True},
    )
    settled(SHOT, {"correction": "no", "of": "surprise", "as": "cancel", "at": "+PT20S"})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([{}], "event 1 is no event"),
        (
            [SHOT, {"incident": "x"}],
            r"event 2, 'x', is no event \('incident.category'\)|'category'",
        ),
        ([{**SHOT, "colour": "red"}], r"event 1, 'surprise', is no event \('.*colour'\): extra"),
        ([{**SHOT, "at": "yesterday"}], r"event 1, 'surprise', is no event \('.*at'\)"),
        ([{**SHOT, "at": "+PT5S"}], r"event 1, 'surprise', is at \+PT5S, which is over; leave"),
        ([{**SHOT, "to": ["AUS"]}], r"\(to.0\): 'AUS' is no participant"),
        ([{**SHOT, "source": ["nowhere"]}], r"\(source.0\): 'nowhere' is not among the sources"),
        ([SHOT, SHOT], r"event 2, 'surprise', cannot be added \(incident\): 'surprise' is the id"),
        ([{**SHOT, "incident": "warning"}], r"'warning' is the id of another event \(alert\)"),
        ([{**SHOT, "incident": "shots-2"}], r"'shots-2' is the id of another event"),
        ([{**OVER, "of": "warnin"}], r"\(of\): no event is called 'warnin'"),
        ([{**OVER, "of": "surprise", "at": "+PT12S"}, {**SHOT, "at": "+PT15S"}], r"\(at\):.*after"),
        ([{**OVER, "at": "+PT40S"}], r"event 1, 'over', cannot be added \(at\)|\(of\)|\(as\)"),
        ([{**SHOT, "summary": "x" * 9000}], r"\(incident\): .*bytes"),
    ],
)
def test_what_is_wrong_names_the_event(values: list[dict[str, Any]], said: str) -> None:
    """In one sentence, before anything is changed."""
    with pytest.raises(TransportError, match=said) as refused:
        settled(*values)
    assert "\n" not in str(refused.value)


def test_the_story_is_looked_through_in_slices() -> None:
    """However long it is."""
    repeat = {"count": 350, "until": make.moment(3600), "spread": "seeded"}
    long = make.plan(make.incident(repeat=repeat), recipients=("KOR",))

    assert list(settled_events([SHOT], long, AT)) == list(range(25, 351, 25))
