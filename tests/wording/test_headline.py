"""One line for people out of any body, in their language."""

import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.model.event import KINDS
from feed.model.marking import marked
from feed.wording.headline import headline, kind_and_act

POINT = {"type": "Point", "coordinates": [126.42, 40.61]}
TITLE = {"en": marked("Talks"), "ja": marked("会談")}

LINES: list[tuple[str, dict[str, Any], str]] = [
    (
        "launch",
        {
            "vehicle": {"class": "irbm", "name": "Hwasong-12"},
            "site": {"name": "Mupyong-ni"},
            "state": "lost",
        },
        "lost from view: Hwasong-12 (irbm) from Mupyong-ni",
    ),
    (
        "launch",
        {"vehicle": {"class": "slv"}, "parent": "satellite", "state": "in-orbit"},
        "in orbit: slv, piece of satellite",
    ),
    (
        "track",
        {
            "position": POINT,
            "altitude_m": 21_851,
            "velocity": {"east_m_s": 300, "north_m_s": 400, "up_m_s": 1200},
            "phase": "boost",
        },
        "40.61 N 126.42 E, 21.9 km up, 1.30 km/s, boost",
    ),
    (
        "impact",
        {
            "state": "predicted",
            "point": {"type": "Point", "coordinates": [-174.5, -38.4]},
            "area": {"radius_m": 56_690},
            "time": "2022-10-04T07:44:03.000+09:00",
            "uncertainty_s": 12.8,
        },
        "predicted 38.40 S 174.50 W ±57 km, at 07:44:03 ±13 s",
    ),
    (
        "impact",
        {"state": "observed", "point": POINT, "area": {"radius_m": 1500}},
        "observed 40.61 N 126.42 E ±1.5 km",
    ),
    (
        "alert",
        {
            "issuer": {"authority": "Cabinet"},
            "headline": {"en": marked("Take shelter")},
            "text": {"en": marked("Long.")},
            "areas": [{"name": "Hokkaido"}, {"name": "Aomori"}],
            "remaining": [{"name": "Islands"}],
            "reason": "threat-passed",
        },
        "Take shelter – Hokkaido, Aomori; goes on in Islands (threat passed) [Cabinet]",
    ),
    (
        "meeting",
        {
            "title": TITLE,
            "state": "postponed",
            "place": "Seoul",
            "scheduled": "2023-11-13T09:00:00.000+09:00",
        },
        "Talks: postponed for 2023-11-13 Mon 09:00, Seoul",
    ),
    (
        "meeting",
        {"title": TITLE, "state": "not-held", "outcome": {"en": marked("Never held.")}},
        "Talks: not held; Never held.",
    ),
    (
        "agreement",
        {"title": TITLE, "state": "in-force", "parties": ["KOR", "JPN"], "effect": {"en": "More."}},
        "Talks: in force (KOR, JPN); More.",
    ),
    (
        "incident",
        {"category": "gun-port-opening", "count": 3400, "place": "The coast"},
        "gun port opening, 3,400 in number, The coast",
    ),
    ("incident", {"category": "other", "title": TITLE}, "Talks"),
    ("incident", {"category": "drone", "summary": TITLE}, "drone: Talks"),
    (
        "statement",
        {"speaker": "A. Person", "role": "spokesman", "summary": {"en": marked("It flew.")}},
        "A. Person, spokesman: It flew.",
    ),
    (
        "statement",
        {
            "speaker": "JCS",
            "about": "icbm",
            "claims": [
                {
                    "count": 1,
                    "range_km": 4500.0,
                    "apogee_km": 970.0,
                    "launched": "2022-10-04T07:23:00.000+09:00",
                    "flight_time_s": 1320.0,
                }
            ],
        },
        "JCS: 1 in number, range 4,500 km, apogee 970 km, launched 07:23, flight of 22 min",
    ),
    ("statement", {"speaker": "JCS", "about": "icbm"}, "JCS: about icbm"),
    ("weather", {"title": {"en": "Rain"}}, "Rain"),
    ("weather", {"wind": 3}, ""),
]

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
NAMES = [
    "vehicle",
    "class",
    "name",
    "site",
    "state",
    "parent",
    "position",
    "coordinates",
    "altitude_m",
    "velocity",
    "east_m_s",
    "north_m_s",
    "up_m_s",
    "point",
    "area",
    "radius_m",
    "time",
    "uncertainty_s",
    "headline",
    "text",
    "areas",
    "remaining",
    "issuer",
    "authority",
    "title",
    "scheduled",
    "place",
    "outcome",
    "parties",
    "effect",
    "category",
    "count",
    "summary",
    "speaker",
    "role",
    "claims",
    "launched",
    "flight_time_s",
    "reason",
    "about",
    "en",
]
TIMES = ("0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2023-13-01", "2023-11-13")
ODD = st.recursive(
    ANYTHING | st.sampled_from(TIMES) | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(("kind", "data", "line"), LINES, ids=lambda value: str(value)[:20])
def test_a_body_is_one_line(kind: str, data: dict[str, Any], line: str) -> None:
    """Each kind says what matters of it, the most important first, without the banner."""
    assert headline(kind, "update", data) == line


@given(kind=st.sampled_from((*KINDS, "weather")), data=ODD, language=st.text(max_size=5))
def test_any_payload_is_one_harmless_line(kind: str, data: Any, language: str) -> None:
    """Whatever a stranger sends, nothing is raised and the line has printable characters only."""
    line = headline(kind, "alert", data, language, ZoneInfo("Asia/Tokyo"))

    assert all(unicodedata.category(letter)[0] != "C" for letter in line)
    assert line.isprintable()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("launch", []),
        ("launch", {"vehicle": 5, "site": "x", "state": {"deep": 1}}),
        ("track", {"position": {"coordinates": [1]}, "altitude_m": True}),
        ("track", {"position": {"coordinates": ["1", 10**400]}, "altitude_m": 10**400}),
        ("track", {"position": 5, "velocity": {"east_m_s": float("nan")}}),
        ("impact", {"time": "2023-12-18T09:37:15", "uncertainty_s": "long"}),
        ("impact", {"time": "9999-12-31T23:59:59-23:00"}),
        ("impact", {"time": 5, "area": {"radius_m": None}}),
        ("meeting", {"state": "announced", "scheduled": "soon"}),
        ("alert", {"areas": "North", "remaining": [5, None], "issuer": []}),
        ("statement", {"claims": [5, {}], "about": 7}),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_left_out(kind: str, data: Any) -> None:
    """A value of the wrong kind is passed over; what is left is shown, or nothing."""
    assert headline(kind, "update", data, "en", ZoneInfo("Asia/Tokyo")) in {"", "announced"}


def test_times_are_shown_in_the_zone_that_is_asked_for() -> None:
    """The time in a body is written with its own offset, and shown in another zone."""
    data = {"state": "predicted", "time": "2023-12-18T09:37:15.969+09:00"}

    assert headline("impact", "update", data, "en") == "predicted, at 09:37:15"
    assert headline("impact", "update", data, "en", ZoneInfo("UTC")) == "predicted, at 00:37:15"


def test_an_alert_is_not_said_twice() -> None:
    """The first report of the kind alert is an alert, not an alert alert."""
    assert kind_and_act("alert", "alert") == "alert"
    assert kind_and_act("launch", "alert") == "launch alert"
    assert kind_and_act("alert", "cancel", "ko") == "경보 취소"
    assert kind_and_act("volcano", "update", "ja") == "volcano 更新"


@pytest.mark.parametrize(
    ("kind", "data", "language", "line"),
    [
        ("launch", {"state": "lost", "site": {"name": "平壌"}}, "ja", "消失: 平壌から"),
        ("impact", {"state": "predicted", "area": {"radius_m": 9000}}, "ko", "낙하 예측 ±9.0 km"),
        ("meeting", {"title": TITLE, "state": "held"}, "ja", "会談: 開催"),
        ("alert", {"text": {"ko": "대피"}, "reason": "wrong-area"}, "ko", "대피 (지역 오류)"),
        ("incident", {"category": "balloon", "count": 3}, "fr", "balloon, 3 in number"),
    ],
)
def test_fixed_words_are_in_the_language_too(
    kind: str, data: dict[str, Any], language: str, line: str
) -> None:
    """A line in Japanese or Korean is in that language, any other falls back to English."""
    assert headline(kind, "update", data, language) == line
