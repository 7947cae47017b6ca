"""GeoJSON: valid by its standard, marked on every feature, longitude first."""

import json
import math
from typing import Any

import pytest
from hypothesis import given

from feed.export.geojson import GEOJSON
from feed.export.record import Exported
from feed.model.marking import BANNER
from tests import make
from tests.export.told import CONTEXT, FEW, hostile, library, one, told

AREAS: dict[str, Any] = {
    "areas": [
        {"name": "North", "circle": {"lat": 43.1, "lon": 141.3, "radius_km": 80}},
        {"name": "South", "point": {"lat": 26.2, "lon": 127.7}},
    ]
}


def features(records: list[Exported]) -> list[dict[str, Any]]:
    """Return the features of an export, whose collection is sound and marked."""
    whole = json.loads(one(GEOJSON, records), parse_constant=pytest.fail)
    assert whole["type"] == "FeatureCollection"
    assert whole["status"] == "Exercise"
    found: list[dict[str, Any]] = whole["features"]
    for feature in found:
        assert feature["type"] == "Feature"
        assert feature["properties"]["status"] == "Exercise"
        assert feature["properties"]["exercise"] == "EXERCISE MORNING CALM"
        assert feature["properties"]["title"].startswith(BANNER)
        for point in positions(feature["geometry"]["coordinates"]):
            assert abs(point[0]) <= 180
            assert abs(point[1]) <= 90
            assert all(map(math.isfinite, point))
    return found


def positions(coordinates: Any) -> list[list[float]]:
    """Return the positions of any geometry."""
    if isinstance(coordinates[0], list):
        return [each for inner in coordinates for each in positions(inner)]
    return [coordinates]


def test_a_story_on_a_map() -> None:
    """Sites, positions, impact points and areas, and the tracks at the end of each launch."""
    found = features(list(library("over-aomori-2022")))
    assert len({feature["id"] for feature in found}) == len(found)
    kinds = {feature["properties"]["kind"] for feature in found}
    assert kinds == {"launch", "track", "impact", "alert"}
    tracks = [each for each in found if each["properties"]["of"] == "track"]
    assert tracks
    for track in tracks:
        for part in track["geometry"]["coordinates"]:
            longitudes = [position[0] for position in part]
            assert max(longitudes) - min(longitudes) < 180, "it crosses the 180th meridian"


def test_times_are_there_for_a_slider() -> None:
    """When it was, when its recipient got it, and until when it counts."""
    (found,) = features(told(make.alert(**AREAS, expires="PT1M")))[:1]
    assert found["properties"]["time"] == "2023-12-19T09:00:00.000+09:00"
    assert found["properties"]["due"] == "2023-12-19T09:00:00.000+09:00"
    assert found["properties"]["expires"] == "2023-12-19T09:01:00.000+09:00"


def test_longitude_comes_first_and_radius_is_in_metres() -> None:
    """GeoJSON has the order of x and y, and no circles."""
    north, south = features(told(make.alert(**AREAS)))
    assert north["geometry"]["coordinates"] == [141.3, 43.1]
    assert north["properties"]["radius_m"] == 80_000
    assert south["geometry"]["coordinates"] == [127.7, 26.2]
    assert "radius_m" not in south["properties"]


def test_what_ends_in_a_part_says_where_it_goes_on() -> None:
    """Both what has ended and what has not, told apart."""
    ended = make.correction(as_="all-clear", areas=AREAS["areas"][1:])
    records = told(make.alert(**AREAS), ended)
    found = features(records)[2:]
    said = {each["properties"]["name"]: each["properties"]["goes_on"] for each in found}
    assert said == {"South": False, "North": True}


def test_what_has_no_place_is_left_out_and_counted() -> None:
    """An area of which only the name is known cannot be drawn."""
    CONTEXT.left_out.clear()
    assert features(told(make.alert())) == []
    assert CONTEXT.left_out == {"it has no place": 1}


@given(records=hostile(GEOJSON.kinds))
@FEW
def test_hostile_bodies_stay_well_formed(records: list[Exported]) -> None:
    """Whatever stands in a body, the collection is JSON, and on the earth."""
    features(records)
