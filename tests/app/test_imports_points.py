"""Points of a map become launches or incidents; what is neither is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from feed.app.imports_points import read_points
from feed.errors import ScenarioError
from feed.files.text import parse

FLIGHT = {"date": "2022-10-04", "time": "07:22", "Missile Type": "IRBM", "range": 4500}
SHOTS = {"date": "2022-10-05", "title": "Shots", "category": "artillery", "country": "KOR"}


def point(properties: Any, lon: Any = 126.426, lat: Any = 40.611) -> dict[str, Any]:
    """Return a feature at a place."""
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def written(folder: Path, *features: Any) -> Path:
    """Return a file with features, one in each line."""
    path = folder / "a.geojson"
    lines = ",\n".join(json.dumps(each) for each in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}')
    return path


def test_a_point_is_a_launch_or_an_incident(tmp_path: Path) -> None:
    """By its properties, which are called as the columns of a table are."""
    path = written(tmp_path, point({**FLIGHT, "apogee": "970 km"}), point(SHOTS))
    table = read_points(path, None)
    launch, incident = parse(table.events, "x.yaml").data
    assert (launch["at"], launch["flight"]["apogee_km"]) == ("2022-10-04T07:22", "970")
    assert (launch["site"]["lat"], launch["vehicle"]) == ("40.611", {"class": "irbm"})
    assert (incident["incident"], incident["category"]) == ("shots-2022-10-05", "artillery")
    assert incident["point"] == {"lat": "40.611", "lon": "126.426"}
    assert (table.taken, table.left_out, table.first_day) == (2, (), "2022-10-04")


def test_what_cannot_be_used_is_named_with_its_line(tmp_path: Path) -> None:
    """Each for its own reason, and the others are taken."""
    no_country = {key: value for key, value in SHOTS.items() if key != "country"}
    polygon = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}}
    path = written(
        tmp_path, point(SHOTS), point(SHOTS, 40, 126), polygon, point(no_country), None, 3,
        point({**SHOTS, "date": "soon"}), point({**SHOTS, "title": "Not a drill"}),
        point(SHOTS, "a"), point(SHOTS, None), point(FLIGHT),
    )  # fmt: skip
    table = read_points(path, None)
    reasons = [line.rpartition("/")[2] for line in table.left_out]
    assert [each.partition(": ")[0] for each in reasons] == [
        f"a.geojson:{line}" for line in range(3, 13)
    ]
    assert "[40, 126] is no longitude and latitude, in this order" in reasons[0]
    assert "only a Point can be used" in reasons[1]
    assert "name one with --country" in reasons[2]
    assert "is no date" in reasons[5]
    assert "no number in 'apogee_km'" in reasons[9]
    assert read_points(path, "JPN").taken == 2


@pytest.mark.parametrize(
    "text", ["[]", "3", "{}", '{"type": "FeatureCollection"}', "{", "x: [", ""]
)
def test_a_file_of_which_nothing_can_be_made(tmp_path: Path, text: str) -> None:
    """One sentence, whatever the file holds."""
    path = tmp_path / "a.geojson"
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read_points(path, "KOR")
    assert len(caught.value.problems) == 1
