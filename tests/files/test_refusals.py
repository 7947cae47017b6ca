"""Tests of refusals: each mistake at its place, in our words, and only once."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feed.errors import Problem
from feed.files.refusals import allowed_keys, refusals
from feed.files.text import Located, parse
from feed.files.wording import WORDING
from feed.model.arrangement import Arrangements
from feed.model.event import AnyEvent
from feed.model.scenario import Scenario

SCENARIO = """\
feed: 1
id: first-light
title: First light
summary: {en: A, ja: B}
exercise: MORNING CALM
starts: 2022-10-04T07:22:00+09:00
ends: +P1D
seed: 7
countries: [KOR, JPN]
sharing: as-of
sources: {a: {by: A, on: 2022-10-04, title: B, at: C, note: D}}
notes: none
events:
  - launch: rocket
    at: 07:22
    precision: minute
    assumed: true
    originator: KOR
    release: arrangement
    to: [JPN]
    expires: PT1H
    source: a
    claims:
      - {country: KOR, by: JCS, said: 07:40, text: x, launched: 07:22, fell: 07:44, range_km: 1,
         apogee_km: 1, flight_time: PT1S, count: 1, vehicle: y, approximate: true, source: [a]}
    repeat: {count: 2, until: 08:00, spread: even}
    notes: n
    site: {name: S, lat: 40, lon: 126, approximate: true}
    vehicle: {class: irbm, name: z}
    flight: {azimuth_deg: 80, range_km: 4500, apogee_km: 970, time: PT22M, lost: PT1H,
             break_up: {at: PT1M, pieces: 2, spread_km: 3},
             drop_zones: [{stage: s, at: PT1M, lat: 1, lon: 2}],
             orbit: {altitude_km: 500, after: PT9M}, assumed: [azimuth_deg]}
    track: {every: PT5S}
    detections: [{country: KOR, at: 07:23, until: 07:25, sensor_class: r, error_m: 5}]
    outcome: success
  - alert: warning
    at: 07:27
    about: rocket
    issuer: {country: JPN, authority: A, channel: B}
    category: Security
    urgency: Immediate
    severity: Extreme
    certainty: Likely
    response: Shelter
    headline: h
    text: {en: t}
    areas: [a, {name: b, code: c, point: {lat: 1, lon: 2},
                circle: {lat: 1, lon: 2, radius_km: 3}}]
  - correction: withdrawn
    at: 07:30
    of: warning
    as: cancel
    reason: wrong-area
    state: held
    outcome: o
    summary: s
    count: 1
    response: Monitor
    certainty: Likely
  - meeting: talks
    at: 08:00
    title: t
    state: held
    scheduled: 08:00
    mode: hybrid
    place: p
    participants: [{country: KOR, name: n, role: r, attends: by-video}]
    agenda: [a]
    outcome: o
  - agreement: accord
    at: 08:00
    title: t
    parties: [KOR]
    state: signed
    effect: e
    arrangement: {id: b, becomes: in-force}
  - incident: shots
    at: 08:00
    category: artillery
    title: t
    summary: s
    count: 1
    ends: 09:00
    place: p
    point: {lat: 1, lon: 2}
    parties: [PRK]
    synthetic: true
  - statement: words
    at: 08:00
    speaker: s
    role: r
    country: JPN
    occasion: o
    text: t
    summary: s
    about: rocket
  - {link: hub, at: 08:00, state: down}
"""
ARRANGEMENTS = """\
feed: 1
participants:
  KOR:
    name: K
    zone: Asia/Seoul
    language: ko
    sensors: [{name: s, class: c, lat: 1, lon: 2, height_m: 3, range_km: 4,
               minimum_elevation_deg: 5, delay: PT1S, error_m: 6, space_based: true, note: n,
               source: a}]
links:
  - {id: hub, title: t, between: [KOR, JPN], delay: PT1S, assumed: true, source: a}
  - {id: hub, title: t, at: KOR, delay: {at_least: PT1S, at_most: PT2S}}
arrangements:
  - {id: b, title: t, members: [KOR, JPN], links: [hub], kinds: [launch], needs: consent,
     delay: PT1S, third_party: true, assumed: true, source: a, notes: n,
     standing: [{from: 2020-01-01, state: in-force, title: t, event: signed, source: a, notes: n}]}
sources: {a: {by: A}}
"""
FILES: dict[str, tuple[str, Any]] = {
    "scenario": (SCENARIO, Scenario),
    "arrangements": (ARRANGEMENTS, Arrangements),
}
BAD: tuple[Any, ...] = (
    None, "", "x", "-1", "0", "nan", "1e999", "9" * 5000, "true", "not a drill", "\x1b", "愛",
    [], ["x"], [[]], ["x"] * 9, {}, {"x": "y"}, {"en": ""}, True,
)  # fmt: skip


def problems(text: str, kind: Any = Scenario) -> list[Problem]:
    """Return what is wrong with a text."""
    located = parse(text, "a.yaml")
    try:
        kind.model_validate(located.data, by_alias=True, by_name=False)
    except ValidationError as error:
        return refusals(error, located, kind)
    return list(located.problems)


def refused(data: Any, located: Located, kind: Any) -> list[Problem]:
    """Return what is wrong with data, and see that there are words for all of it."""
    try:
        kind.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        wordless = {detail["type"] for detail in error.errors()} - set(WORDING)
        if wordless:
            pytest.fail(f"no words for {wordless}")
        return refusals(error, located, kind)
    return []


def paths(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value inside a value."""
    if steps:
        yield steps
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for step, member in members if isinstance(value, dict | list) else ():
        yield from paths(member, (*steps, step))


PLACES = [
    (name, steps) for name, (text, _) in FILES.items() for steps in paths(parse(text, "").data)
]


@pytest.mark.parametrize("name", FILES)
def test_the_examples_are_right(name: str) -> None:
    """What the tests spoil is good before, and names every key there is."""
    text, kind = FILES[name]
    assert problems(text, kind) == []


@given(place=st.sampled_from(PLACES), bad=st.sampled_from(BAD))
def test_whatever_is_spoilt_is_said_in_our_words(
    place: tuple[str, tuple[str | int, ...]], bad: Any
) -> None:
    """For each value and each kind of nonsense there is a wording, at a place in the file."""
    name, steps = place
    text, kind = FILES[name]
    located = parse(text, "a.yaml")
    data = copy.deepcopy(located.data)
    group = data
    for step in steps[:-1]:
        group = group[step]
    group[steps[-1]] = bad
    for problem in refused(data, located, kind):
        assert problem.line >= 1
        assert str(problem).isprintable()


@given(place=st.sampled_from(PLACES))
def test_a_key_that_is_taken_out_is_missed_or_was_not_needed(
    place: tuple[str, tuple[str | int, ...]],
) -> None:
    """Leaving something out never ends in anything but our own words."""
    name, steps = place
    text, kind = FILES[name]
    located = parse(text, "a.yaml")
    data = copy.deepcopy(located.data)
    group = data
    for step in steps[:-1]:
        group = group[step]
    del group[steps[-1]]
    refused(data, located, kind)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (
            "scenario",
            "apogee_km: 970",
            "^apoge_km: 970",
            "'apoge_km' is not a key here; did you mean 'apogee_km'?",
        ),
        (
            "scenario",
            "lat: 40,",
            "lat: ^95,",
            "'site.lat' is '95'; it must be at most 90 degrees",
        ),
        (
            "scenario",
            "text: {en: t}",
            "text: {^eng: t}",
            "'eng' is no language; did you mean 'en'?",
        ),
        (
            "scenario",
            "place: p\n    participants",
            "^plaice: p\n    participants",
            "'plaice' is not a key here; did you mean 'place'?",
        ),
        (
            "scenario",
            "- meeting: talks",
            "- ^meating: talks",
            "'meating' is not an event kind; did you mean 'meeting'?",
        ),
        (
            "scenario",
            "as: cancel",
            "as: ^cancle",
            "as: 'cancle' is not one of update, cancel, all-clear; did you mean 'cancel'?",
        ),
        (
            "scenario",
            "correction: withdrawn\n    at: 07:30\n    of: warning",
            "^correction: withdrawn\n    at: 07:30",
            "'of' is missing; a correction needs it (the event that is updated, cancelled or over)",
        ),
        (
            "scenario",
            "radius_km: 3",
            "radius_km: ^0",
            "'areas.circle.radius_km' is '0'; it must be greater than 0 km",
        ),
        (
            "scenario",
            "sharing: as-of",
            "sharing: ^as-off",
            "sharing: 'as-off' has no date; write as-of, or one as 2015-06-01",
        ),
        (
            "arrangements",
            "  KOR:",
            "  ^kor:",
            "'kor': not a three-letter country code such as 'KOR' (ISO 3166); did you mean 'KOR'?",
        ),
        (
            "arrangements",
            "between: [KOR, JPN]",
            "between: ^[KOR]",
            "entry 2 is missing; 'between' needs it",
        ),
        (
            "arrangements",
            "between: [KOR, JPN]",
            "between: ^[KOR, JPN, USA]",
            "'links.between' has 3 entries; at most 2 fit",
        ),
        (
            "arrangements",
            "{at_least: PT1S, at_most: PT2S}",
            "^{at_least: PT3S, at_most: PT2S}",
            "links.delay: at_most is shorter than at_least; exchange them",
        ),
        (
            "arrangements",
            "zone: Asia/Seoul",
            "zone: ^Asia/Soul",
            "participants.KOR.zone: 'Asia/Soul': not an IANA time zone such as 'Asia/Seoul'",
        ),
        (
            "arrangements",
            "{id: hub, title: t, at: KOR,",
            "^{id: hub, title: t,",
            (
                "links: a link has either 'between: [A, B]' or, for a junction inside a country, "
                "'at: A'"
            ),
        ),
    ],
)
def test_a_mistake_is_said_once_at_its_place(name: str, old: str, new: str, sentence: str) -> None:
    """Line and column (here: of the caret) are those of the value, or of a key that is wrong."""
    text, kind = FILES[name]
    assert text.count(old) == 1
    before, _, after = text.replace(old, new).partition("^")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert problems(before + after, kind) == [Problem("a.yaml", line, column, sentence)]


EVENT = """\
feed: 1
id: a
title: A
exercise: MORNING CALM
starts: 2022-10-04T07:22:00+09:00
events:
  - launch: rocket
    at: 07:22
    site: {name: S, lat: 40, lon: 50}
    vehicle: {class: srbm}
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "lat: 40, lon: 50",
            "lat: 126, lon: 40",
            (
                "'site.lat' is '126'; it must be at most 90 degrees; 'lat' and 'lon' seem to be "
                "exchanged"
            ),
        ),
        (
            "    vehicle",
            "    areas: [North]\n    vehicle",
            "'areas' is not a key of a launch; an event of kind alert or correction can have it",
        ),
        (
            "    vehicle",
            "    meeting: talks\n    vehicle",
            "'meeting' begins an event of its own; write '- meeting: ...' for it",
        ),
        (
            "{class: srbm}",
            "[srbm]",
            "'vehicle' has keys: class, name; a list is none of them",
        ),
        (
            "    vehicle",
            "    track: {every: PT0S}\n    vehicle",
            "track.every: 'PT0S' is too short; write 100ms or longer",
        ),
    ],
    ids=str,
)
def test_a_mistake_is_said_with_its_remedy(old: str, new: str, sentence: str) -> None:
    """A key is judged by the kind of event it stands in, a value by what stands beside it."""
    (problem,) = problems(EVENT.replace(old, new, 1), Scenario)
    assert problem.text == sentence


@pytest.mark.parametrize("text", ["x", "[a]", "3", "~"])
def test_what_is_no_group_of_keys(text: str) -> None:
    """A file that is something else altogether is one problem."""
    (only,) = problems(text)
    assert "is not a group of keys; write 'key: value'" in only.text


@pytest.mark.parametrize(
    ("steps", "some"),
    [
        ((), {"feed", "id", "events"}),
        (("sources", "any"), {"by", "on", "note"}),
        (("events", 3, "<launch>"), {"launch", "at", "site", "claims"}),
        (("events", 3, "<launch>", "vehicle"), {"class", "name"}),
        (("events", 3, "<launch>", "claims", 0), {"country", "by", "said"}),
        (("events", 3, "<alert>", "areas", 0, "circle"), {"lat", "lon", "radius_km"}),
        (("events", 3, "<correction>"), {"as", "of"}),
    ],
)
def test_the_keys_that_are_known_at_a_place(steps: tuple[str | int, ...], some: set[str]) -> None:
    """A near match is looked for among the keys of that very place, as an author writes them."""
    keys = allowed_keys(Scenario, steps)
    assert some <= set(keys)
    assert not {"class_", "as_", "id_"} & set(keys)


def test_a_place_without_a_model_has_no_keys() -> None:
    """Nothing is offered where nothing is known."""
    assert allowed_keys(Scenario, ("title", "en")) == ()
    assert allowed_keys(AnyEvent, ("<statement>", "speaker")) == ()
