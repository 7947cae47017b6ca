"""CZML: what Cesium reads, marked on every object, sound whatever the bodies say."""

import datetime as dt
import json
import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from feed.export.czml import CZML
from feed.export.record import Exported
from feed.model.marking import BANNER
from tests import make
from tests.export.told import FEW, hostile, library, one, told


def packets(records: list[Exported]) -> list[dict[str, Any]]:
    """Return the packets of an export; the document and every object in it are marked."""
    whole: list[dict[str, Any]] = json.loads(one(CZML, records), parse_constant=pytest.fail)
    document, *found = whole
    assert document["id"] == "document"
    assert document["version"] == "1.0"
    assert document["name"].startswith("EXERCISE ")
    named = set()
    for packet in found:
        if packet["id"] not in named:
            assert packet["name"].startswith("EXERCISE ")
            assert packet["description"].startswith(BANNER)
            if "label" in packet:
                assert packet["label"]["text"].startswith("EXERCISE ")
        named.add(packet["id"])
        if "availability" in packet:
            first, last = map(dt.datetime.fromisoformat, packet["availability"].split("/"))
            assert first <= last
    return found


def positions(packet: dict[str, Any]) -> list[float]:
    """Return the position of a packet."""
    found: list[float] = packet["position"]["cartographicDegrees"]
    return found


def test_a_flight_is_samples_of_one_object() -> None:
    """Each position a packet of the same object, whose availability is from first to last."""
    records = list(library("over-aomori-2022"))
    mine = [each for each in packets(records) if each["id"] == "irbm-2022-10-04/usa"]
    *samples, end = mine
    tracks = [
        record.delivery.message
        for record in records
        if record.delivery.message.kind == "track" and record.delivery.message.originator == "USA"
    ]
    assert len(samples) == len(tracks) > 50
    assert [positions(each)[3] for each in samples] == [each.data["altitude_m"] for each in tracks]
    epochs = [each["position"]["epoch"] for each in samples]
    assert end["availability"] == f"{min(epochs)}/{max(epochs)}"
    assert "position" not in end


def test_the_error_of_a_position_is_a_size() -> None:
    """It changes with the sensor, so each sample has its own."""
    (sample,) = [
        each for each in packets(list(library("over-aomori-2022"))) if each["id"].endswith("/usa")
    ][:1]
    assert sample["ellipsoid"]["radii"]["cartesian"] == [0, 5000, 5000, 5000]


def test_an_impact_is_there_until_the_next_one() -> None:
    """Two circles of one originator are never there at the same time."""
    found = packets(list(library("over-aomori-2022")))
    spans = [
        each["availability"].split("/")
        for each in found
        if "ellipse" in each and each["name"].endswith("(USA)")
    ]
    assert len(spans) > 5
    for (_, ends), (begins, _) in pairwise(spans):
        assert ends == begins


def test_a_site_is_there_once() -> None:
    """However many report the launch."""
    launches = told(make.launch(seen=["JPN"]))
    sites = [each for each in packets(launches) if each["id"] == "rocket/site"]
    assert [positions(site) for site in sites] == [[125.7, 39.0, 0]]


@given(records=hostile(CZML.kinds))
@FEW
def test_hostile_bodies_stay_well_formed(records: list[Exported]) -> None:
    """Whatever stands in a body, the document is JSON, on the earth, and has no markup."""
    for packet in packets(records):
        if "position" in packet:
            *_, lon, lat, height = positions(packet)
            assert abs(lon) <= 180
            assert abs(lat) <= 90
            assert math.isfinite(height)
        assert "<" not in packet.get("description", "")
