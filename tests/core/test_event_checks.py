"""Tests of what one event shows to be wrong beside the header and the arrangements."""

from typing import Any

import pytest

from feed.core.event_checks import EVENT_CHECKS
from feed.model.check_context import CheckContext, Finding
from feed.model.common import EventBase
from tests import make

AGREED = make.arrangements(make.arrangement("accord", ["KOR", "JPN"], ["jpn-kor"]))
HEADER: dict[str, Any] = {"sources": {"yonhap": {"by": "Yonhap"}}, "ends": "2023-12-19T10:00"}
FLIGHT = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 100}


def found(event: EventBase, **header: Any) -> list[Finding]:
    """Return what is wrong with an event."""
    context = CheckContext(make.scenario(**{**HEADER, **header}), AGREED)
    return [finding for each in EVENT_CHECKS for finding in each(event, context)]


@pytest.mark.parametrize(
    "event",
    [
        make.launch(source="yonhap"),
        make.launch(assumed=True),
        make.launch(site={"name": "S", "lat": 39, "lon": 126, "approximate": True}),
        make.launch(flight=FLIGHT, source="yonhap"),
        make.launch(
            flight={**FLIGHT, "assumed": list(FLIGHT)},
            site={"name": "S", "lat": 39, "lon": 126, "approximate": True},
        ),
        make.launch(source="yonhap", claims=[make.claim(), make.claim(source="yonhap")]),
        make.launch(
            source="yonhap",
            claims=[make.claim(range_km=400, apogee_km=900, flight_time="PT60S", disputed=True)],
        ),
        make.incident(count=3, source="yonhap"),
        make.incident(count=3, synthetic=True),
        make.alert(to=["KOR"]),
        make.alert(release="arrangement", country="KOR"),
        make.correction(to=["JPN"]),
        make.cut("jpn-kor", 0),
        make.agreement(changes="accord"),
        make.statement(country="PRK"),
        make.meeting(at=3600),
    ],
)
def test_nothing_is_wrong(event: EventBase) -> None:
    """Good events pass every check."""
    assert found(event) == []


SOURCE = "a figure needs its source: name one in 'source'"
EARLY = "is before the story starts (2023-12-19T09:00:00+09:00)"
LATE = "is after the story ends (2023-12-19T10:00:00+09:00)"
UNHEARD = "no country would ever hear of it: "


@pytest.mark.parametrize(
    ("event", "steps", "text"),
    [
        (
            make.alert(to=["KOR", "JPX"]),
            ("to", 1),
            "'JPX' is no participant of the arrangements; did you mean 'JPN'?",
        ),
        (
            make.launch(seen=["KOR", "PRK"], assumed=True),
            ("detections", 1, "country"),
            "'PRK' is no participant of the arrangements; they are JPN, KOR, USA",
        ),
        (
            make.alert().model_copy(update={"at": make.scenario(ends="08:59").ends}),
            ("at",),
            f"'08:59' {EARLY}; write the date with it",
        ),
        (
            make.alert().model_copy(update={"at": make.scenario(ends="2023-12-18").ends}),
            ("at",),
            f"'2023-12-18' {EARLY}; let the story start sooner",
        ),
        (
            make.alert(at=3601),
            ("at",),
            f"'+PT3601.000000S' {LATE}; let it end later",
        ),
        (
            make.alert(claims=[make.claim(said=3601, source="yonhap")]),
            ("claims", 0, "said"),
            f"'+PT3601.000000S' {LATE}; let it end later",
        ),
        (
            make.incident(at=60, repeat={"count": 3, "until": make.moment(59)}),
            ("repeat", "until"),
            "'+PT59.000000S' is before '+PT60.000000S'; exchange them",
        ),
        (
            make.incident(at=60, ends=make.moment(59)),
            ("ends",),
            "'+PT59.000000S' is before '+PT60.000000S'; exchange them",
        ),
        (
            make.launch(
                assumed=True,
                detections=[{"country": "KOR", "at": "09:02", "until": "09:01"}],
            ),
            ("detections", 0, "until"),
            "'09:01' is before '09:02'; exchange them",
        ),
        (
            make.launch(at=120, assumed=True, detections=[{"country": "KOR", "at": "09:01"}]),
            ("detections", 0, "at"),
            "'09:01' is before '+PT120.000000S'; exchange them",
        ),
        (
            make.launch(
                source="yonhap", claims=[make.claim(launched="09:02", fell="09:01", count=None)]
            ),
            ("claims", 0, "fell"),
            "'09:01' is before '09:02'; exchange them",
        ),
        (
            make.alert(source="yonhpa"),
            ("source", 0),
            "'yonhpa' is not among the sources; did you mean 'yonhap'?",
        ),
        (
            make.alert(claims=[make.claim(source=["yonhap", "kbs"])]),
            ("claims", 0, "source", 1),
            "'kbs' is not among the sources; add it to 'sources'",
        ),
        (make.alert(claims=[make.claim()]), ("claims", 0, "count"), SOURCE),
        (
            make.incident(count=3),
            ("count",),
            f"{SOURCE}, or say 'synthetic: true' or 'assumed: true'",
        ),
        (
            make.launch(flight=FLIGHT),
            ("flight", "azimuth_deg"),
            f"{SOURCE}, list it in 'assumed' of the flight, or say 'assumed: true'",
        ),
        (
            make.launch(flight={**FLIGHT, "assumed": ["azimuth_deg"]}),
            ("flight", "range_km"),
            f"{SOURCE}, list it in 'assumed' of the flight, or say 'assumed: true'",
        ),
        (make.launch(), ("site", "lat"), SOURCE),
        (
            make.cut("jpn-kr", 0),
            ("link",),
            "'jpn-kr' is no link of the arrangements; did you mean 'jpn-kor'?",
        ),
        (
            make.cut("jpn-kor", 0).model_copy(
                update={"repeat": make.incident(repeat={"count": 2, "until": "09:30"}).repeat}
            ),
            ("repeat",),
            "a link cannot repeat; write each change",
        ),
        (
            make.agreement(changes="acord"),
            ("arrangement", "id"),
            "'acord' is no arrangement; did you mean 'accord'?",
        ),
        (
            make.incident().model_copy(update={"originator": None}),
            ("incident",),
            "nobody reports it; name a country in 'originator'",
        ),
        (
            make.meeting(participants=[]),
            ("meeting",),
            "nobody reports it; name a country in 'participants' or 'originator'",
        ),
        (
            make.launch(
                flight={"azimuth_deg": 90, "range_km": 400, "apogee_km": 100, "time": "PT9S"},
                assumed=True,
            ),
            ("flight", "time"),
            "a flight time of 9 s is shorter than the drag-free arc to its own apogee",
        ),
        (
            make.launch(
                source="yonhap",
                claims=[make.claim(range_km=400, apogee_km=900, flight_time="PT60S")],
            ),
            ("claims", 0, "flight_time"),
            "a flight time of 60 s is shorter than the drag-free arc to its own apogee",
        ),
        (
            make.launch(seen=(), assumed=True),
            ("launch",),
            f"{UNHEARD}no sensor sees it; say in 'detections' who did",
        ),
        (
            make.launch(detections=None, assumed=True),
            ("launch",),
            f"{UNHEARD}give it a 'flight', or say in 'detections' who saw it",
        ),
        (
            make.launch(detections=None, flight=FLIGHT, assumed=True),
            ("launch",),
            f"{UNHEARD}no sensor sees it; say in 'detections' who did",
        ),
        (
            make.alert(to=[], country="PRK"),
            ("to",),
            f"{UNHEARD}no recipient may; see 'to', 'release', 'countries'",
        ),
        (
            make.incident(country="PRK", release="arrangement"),
            ("incident",),
            f"{UNHEARD}no recipient may; see 'to', 'release', 'countries'",
        ),
        (
            make.alert(claims=[make.claim(said=9, source="yonhap", text="x" * 8_000)]),
            ("claims", 0),
            "its message would have ",
        ),
    ],
)
def test_one_thing_is_wrong(event: EventBase, steps: tuple[str | int, ...], text: str) -> None:
    """Each mistake is found once, at its place, with what to do."""
    findings = found(event)
    assert [finding.steps for finding in findings] == [steps]
    assert findings[0].text.startswith(text)


def test_a_flight_that_cannot_be_flown_is_said() -> None:
    """A path that no vehicle can take has a sentence, and no other check stumbles over it."""
    event = make.launch(flight={"azimuth_deg": 90, "range_km": 400}, assumed=True)
    assert found(event) == [
        Finding(("flight",), "'rocket' cannot be flown without range_km and apogee_km")
    ]


def test_who_is_no_recipient_does_not_count() -> None:
    """With the recipients narrowed, a report for another is for nobody."""
    event = make.alert(to=["KOR"], country="JPN")
    assert found(event, countries=["KOR", "USA"]) == []
    assert [finding.steps for finding in found(event, countries=["USA"])] == [("to",)]


def test_a_claim_in_public_is_heard_by_all() -> None:
    """A launch that nobody saw is still told of by who claims it."""
    said = [make.claim(said=5, source="yonhap")]
    assert found(make.launch(seen=(), assumed=True, claims=said)) == []
