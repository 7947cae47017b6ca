"""Warnings: each is raised by what it is about, by nothing near it, and can be accepted."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from feed.core.plausible import WARNED_OF, warnings_of
from feed.core.plausible_texts import WARNED_OF_TEXTS
from feed.model.event import AnyEvent
from feed.model.plausibility import WARNINGS
from feed.model.scenario import Header

_EVENTS: TypeAdapter[list[Any]] = TypeAdapter(list[AnyEvent])
SITE = {"name": "Sunan", "lat": 39.2, "lon": 125.67}
ISSUER = {"country": "JPN", "authority": "Agency", "channel": "Siren"}


def launch(kind: str, range_km: float, apogee_km: float, **more: Any) -> dict[str, Any]:
    """Return a launch to the east-north-east, which comes down in the sea or beyond."""
    flight = {"azimuth_deg": 80, "range_km": range_km, "apogee_km": apogee_km, **more}
    return {
        "launch": "shot", "at": "09:00", "assumed": True, "site": SITE, "vehicle": {"class": kind},
        "flight": flight,
    }  # fmt: skip


def alert(**more: Any) -> dict[str, Any]:
    """Return an alert about it that ends by itself."""
    return {
        "alert": "siren", "at": "09:02", "about": "shot", "issuer": ISSUER, "expires": "PT1H",
        "areas": ["North"], "text": {"en": "Take cover."}, **more,
    }  # fmt: skip


def all_clear(at: str, reason: str = "threat-ended") -> dict[str, Any]:
    """Return the all-clear of the alert."""
    return {"correction": "over", "of": "siren", "as": "all-clear", "at": at, "reason": reason}


def said(text: str, language: str = "en") -> dict[str, Any]:
    """Return what somebody says about the launch."""
    return {
        "statement": "word", "at": "10:00", "country": "JPN", "speaker": "MOD", "about": "shot",
        "summary": {language: text},
    }  # fmt: skip


SEOUL = {"name": "North", "point": {"lat": 37.5, "lon": 127.0}}
HAWAII = {"name": "North", "point": {"lat": 21.0, "lon": -157.0}}
INLAND = launch("srbm", 900, 200, azimuth_deg=290)
AT_SEA = launch("srbm", 600, 100)

CASES: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    ("an irbm too flat", [launch("irbm", 4500, 30)], ["flight-of-class"]),
    ("too high for anything", [launch("icbm", 1100, 30_000)], ["flight-of-class"]),
    ("an srbm as fast as an icbm", [launch("srbm", 900, 4000)], ["flight-of-class"]),
    ("an irbm as announced", [launch("irbm", 4500, 970)], []),
    ("a lofted icbm as announced", [launch("icbm", 1000, 6000)], []),
    ("an srbm that pulls up", [launch("srbm", 600, 50)], []),
    ("a glider", [launch("hgv", 1000, 60)], []),
    ("sea said of land", [INLAND, said("It fell into the Yellow Sea.")], ["impact-on-land"]),
    ("the same in Korean", [INLAND, said("서해상에 낙하했다.", "ko")], ["impact-on-land"]),
    ("land said of land", [INLAND, said("It fell on land, short of the sea.")], []),
    ("sea said of sea", [AT_SEA, said("It fell into the Sea of Japan.")], []),
    ("an area across the ocean", [AT_SEA, alert(areas=[HAWAII])], ["far-area"]),
    ("an area nearby", [AT_SEA, alert(areas=[SEOUL])], []),
    ("an area without a place", [AT_SEA, alert()], []),
    ("over while it flies", [AT_SEA, alert(), all_clear("09:03")], ["early-all-clear"]),
    ("over when it is down", [AT_SEA, alert(), all_clear("09:30")], []),
    ("passed the areas", [AT_SEA, alert(areas=[SEOUL]), all_clear("09:03", "threat-passed")], []),
    ("passed, nobody knows what", [AT_SEA, alert(), all_clear("09:03", "threat-passed")], []),
    ("no end", [AT_SEA, alert(expires=None)], ["no-end"]),
    ("ended by an all-clear", [AT_SEA, alert(expires=None), all_clear("09:30")], []),
    ("Korean called Kanuri", [AT_SEA, said("발사했다", "kr")], ["language"]),
    ("Japanese called English", [AT_SEA, said("ミサイル発射", "en")], ["language"]),
    ("Japanese in Chinese characters alone", [AT_SEA, said("発射情報", "ja")], []),
    ("an English name in Korean", [AT_SEA, said("북한이 KN-23 발사", "ko")], []),
    ("a Cyrillic letter", [AT_SEA, said("Lаunched from Sunan")], ["mixed-scripts"]),
    ("a Russian word", [AT_SEA, said("Пуск ракеты", "ru")], []),
    ("Greek beside Latin", [AT_SEA, said("The α site at Sunan")], []),
]


def on_land(lon: float, lat: float) -> bool:
    """Take everything to the west of Sunan as land."""
    del lat
    return lon < 125.0


def codes(events: list[dict[str, Any]]) -> list[str]:
    """Return which warnings there are."""
    header = Header.model_validate(
        {
            "feed": 1, "id": "small", "title": "Small", "exercise": "SMALL",
            "starts": "2023-12-19T09:00:00+09:00",
        }
    )  # fmt: skip
    written = [
        {key: value for key, value in event.items() if value is not None} for event in events
    ]
    parsed = _EVENTS.validate_python(written, by_alias=True, by_name=False)
    return [warned.code for warned in warnings_of(header, parsed, on_land)]


@pytest.mark.parametrize(
    ("events", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_is_unlikely_is_warned_of_and_nothing_else(
    events: list[dict[str, Any]], expected: list[str]
) -> None:
    """One warning for one thing; what is near it, and right, passes."""
    assert codes(events) == expected


def _accepted(events: list[dict[str, Any]], code: str) -> Iterator[dict[str, Any]]:
    for event in events:
        yield {**event, "accept": [code]}


@pytest.mark.parametrize(("events", "expected"), [case[1:] for case in CASES if case[2]])
def test_an_author_can_accept_each(events: list[dict[str, Any]], expected: list[str]) -> None:
    """``accept`` of the event takes that warning away."""
    assert codes(list(_accepted(events, expected[0]))) == []


def test_every_warning_has_a_case() -> None:
    """What the model names is what is found here, and the other way round."""
    assert {code for case in CASES for code in case[2]} == set(WARNINGS)
    assert len(WARNED_OF) + len(WARNED_OF_TEXTS) == len(WARNINGS)
