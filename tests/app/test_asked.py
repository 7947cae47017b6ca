"""From a request to an action: moments, events, and what makes no sense."""

from typing import Any

import pytest

from feed.app.asked import action_of, moment
from feed.core.actions import (
    Burst,
    Edit,
    Fire,
    Hold,
    Inject,
    Loop,
    Pause,
    Play,
    Rate,
    Seek,
    Skip,
    TransportError,
    Until,
    Verb,
)
from feed.core.place import at_once
from feed.core.run import Run
from feed.model.time import SECOND
from feed.wire.control import REQUEST
from tests import make
from tests.make import START

HERE = START + 10 * SECOND


def run() -> Run:
    """Return a run of an alert and its end."""
    plan = make.plan(make.alert(at=4), make.correction(at=50), recipients=("KOR", "JPN"))
    return Run(plan)


def action(do: str, **members: Any) -> Verb:
    """Return the action of a request, asked for ten seconds after the start."""
    request = REQUEST.validate_python({"id": "1", "client": "op", "do": do, **members})
    return at_once(action_of(request, run(), HERE))


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"do": "play"}, Play()),
        ({"do": "rate", "rate": "max"}, Rate(rate=float("inf"))),
        ({"do": "burst", "count": 2}, Burst(count=2)),
        ({"do": "seek", "to": "+20s"}, Seek(to=START + 20 * SECOND)),
        ({"do": "seek", "to": "09:01"}, Seek(to=START + 60 * SECOND)),
        ({"do": "seek", "to": "2023-12-19T09:00:05+09:00"}, Seek(to=START + 5 * SECOND)),
        ({"do": "seek", "to": "warning"}, Seek(to=START + 4 * SECOND)),
        ({"do": "seek", "to": "warning.jpn.2"}, Seek(to=START + 50 * SECOND)),
        ({"do": "seek", "by": "+1m"}, Seek(to=HERE + 60 * SECOND)),
        ({"do": "seek", "by": "5s"}, Seek(to=HERE + 5 * SECOND)),
        ({"do": "seek", "by": "-PT5S"}, Seek(to=HERE - 5 * SECOND)),
        ({"do": "loop"}, Loop()),
        ({"do": "loop", "begin": "warning"}, Loop(begin=START + 4 * SECOND)),
        ({"do": "until"}, Until()),
        ({"do": "until", "to": "+1m"}, Until(to=START + 60 * SECOND)),
        ({"do": "hold", "target": "warning"}, Hold(target="warning")),
        ({"do": "skip", "target": "warning"}, Skip(target="warning")),
        ({"do": "fire", "target": "warning.jpn.1"}, Fire(target="warning.jpn.1")),
        ({"do": "edit", "target": "a", "data": {"b": 1}}, Edit(target="a", data={"b": 1})),
    ],
)
def test_what_is_asked_becomes_an_action(members: dict[str, Any], expected: Verb) -> None:
    """With its moments in microseconds."""
    assert action(**members) == expected


def test_a_time_is_for_the_events_that_have_none() -> None:
    """One that says when it is keeps that."""
    kept = {"incident": "b", "category": "other", "originator": "KOR", "at": "+PT1M"}
    timeless = {"incident": "a", "category": "other", "originator": "KOR"}

    assert action("inject", events=[timeless, kept], at="09:01") == Inject(
        events=({"at": "09:01", **timeless}, kept)
    )


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"do": "inject", "events": [{"incident": "x", "category": "other", "at": "99:99"}]},
         "event 1, 'x' ('at'): '99:99': no time of day, those end at 23:59; write 07:22"),
        ({"do": "inject", "events": [{"at": "09:00"}]}, "event 1: 'at' is not an event kind"),
        ({"do": "fault", "faults": [{"fault": "drop"}, {"fault": "delay", "by": "forever"}]},
         "fault 2 ('by'): 'forever': not a duration; write 90s"),
        ({"do": "fault", "faults": [{"fault": "drop", "contry": "KOR"}]},
         "fault 1 ('contry'): 'contry' is not a key here; did you mean 'country'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_the_words_of_a_file(
    members: dict[str, object], why: str
) -> None:
    """Whoever asks over MQTT or from Python is told as well as the author of a file."""
    do = str(members.pop("do"))
    with pytest.raises(TransportError) as refused:
        action(do, **members)
    assert str(refused.value).startswith(why)


def test_one_key_plays_and_pauses() -> None:
    """By what the run does now."""
    playing = run()
    request = REQUEST.validate_python({"id": "1", "client": "op", "do": "toggle"})
    assert at_once(action_of(request, playing, HERE)) == Play()
    playing.apply(Play(), 0.0)
    assert at_once(action_of(request, playing, HERE)) == Pause()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"do": "seek"}, "'seek' needs either 'to' or 'by'"),
        ({"do": "seek", "to": "09:00", "by": "1s"}, "'seek' needs either 'to' or 'by'"),
        ({"do": "seek", "by": "+-5s"}, r"'\+-5s' is no way to go; write \+10m, -90s or -PT1M"),
        ({"do": "seek", "by": "+"}, "is no way to go"),
        ({"do": "seek", "by": "+" + "9" * 60 + "h"}, "is no way to go"),
        ({"do": "seek", "to": "warnin"}, "'warnin' is neither a time nor an event"),
        ({"do": "seek", "to": "99999999-01-01"}, "is neither a time nor an event"),
    ],
)
def test_what_makes_no_sense_is_refused(members: dict[str, Any], said: str) -> None:
    """In one sentence that says what to write."""
    with pytest.raises(TransportError, match=said):
        action(**members)


def test_an_event_is_looked_for_in_slices() -> None:
    """So that a long scenario goes on meanwhile."""
    repeat = {"count": 300, "until": make.moment(3600), "spread": "seeded"}
    long = Run(make.plan(make.incident(repeat=repeat), recipients=("KOR",)))
    looking = moment(long, "nobody")
    assert [next(looking) for _ in range(3)] == [25, 50, 75]
    with pytest.raises(TransportError):
        at_once(looking)
