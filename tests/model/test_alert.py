"""Tests of alerts: CAP's words, areas of three forms, the banner on every text."""

from typing import Any

import pytest
from pydantic import ValidationError

from feed.model.alert import AlertBody
from feed.model.marking import BANNER
from feed.model.time import Instant
from tests import make

START = Instant(make.START, 9 * 3600)
FULL: dict[str, Any] = {
    "about": "rocket",
    "headline": {"en": "Missile", "ja": "ミサイル"},
    "text": {"en": "Take shelter.", "ja": "避難。"},
    "areas": [
        "Hokkaido",
        {"name": "Aomori", "code": "02", "point": {"lat": 40.8, "lon": 140.7}},
        {"name": "Sea", "circle": {"lat": 41, "lon": 150, "radius_km": 100}},
    ],
}


def data_of(**members: Any) -> dict[str, Any]:
    """Return the body of an alert with these members."""
    (draft,) = make.alert(**members).drafts(START)
    return draft.data


def test_an_alert_fits_its_published_body() -> None:
    """What goes out is what the schema promises."""
    AlertBody.model_validate(data_of(**FULL))


def test_every_text_of_an_alert_is_marked() -> None:
    """Headline and text carry the banner in each language."""
    data = data_of(**FULL)
    for texts in (data["headline"], data["text"]):
        assert set(texts) == {"en", "ja"}
        assert all(text.startswith(BANNER) for text in texts.values())


def test_an_area_is_a_name_or_more() -> None:
    """A name alone is an area; code, point and circle go with it if they are known."""
    assert data_of(**FULL)["areas"] == [
        {"name": "Hokkaido"},
        {
            "name": "Aomori",
            "code": "02",
            "point": {"type": "Point", "coordinates": [140.7, 40.8]},
        },
        {
            "name": "Sea",
            "circle": {
                "center": {"type": "Point", "coordinates": [150.0, 41.0]},
                "radius_km": 100.0,
            },
        },
    ]


def test_the_issuer_reports_unless_another_is_named() -> None:
    """An alert is its issuer's, but somebody else may pass it on."""
    assert make.alert(country="JPN").reporter() == "JPN"
    assert make.alert(country="JPN", originator="USA").reporter() == "USA"


def test_an_alert_is_public_unless_it_says_otherwise() -> None:
    """Everybody may hear a public warning."""
    (draft,) = make.alert().drafts(START)
    assert (draft.kind, draft.type, draft.release) == ("alert", "alert", "public")


@pytest.mark.parametrize(
    "wrong",
    [
        {"urgency": "immediate"},
        {"areas": []},
        {"areas": [{"name": "A", "circle": {"lat": 0, "lon": 0, "radius_km": 0}}]},
        {"areas": [{"code": "02"}]},
        {"areas": [{"name": "A", "code": "not a drill"}]},
        {"text": {"en": "This is not a drill."}},
        {"text": {}},
    ],
    ids=repr,
)
def test_an_alert_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """CAP's words have capitals, an alert has an area, and its texts do not deny the exercise."""
    with pytest.raises(ValidationError):
        make.alert(**{**FULL, **wrong})
