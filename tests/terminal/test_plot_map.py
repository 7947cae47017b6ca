"""The map of a drawing."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from feed.model.arrangement import Arrangements, SensorOf
from feed.model.time import Instant
from feed.terminal.drawing import Drawing, lines_of
from feed.terminal.plot_map import SHAPE, draw_map, reach_km, window_of
from tests import make

BEGIN = Instant(make.START, 9 * 3600)
WATCHED = Arrangements.model_validate(
    {
        "participants": {
            "JPN": {
                "name": "Japan",
                "zone": "Asia/Tokyo",
                "sensors": [
                    {"name": "R", "class": "land-radar", "lat": 38, "lon": 140, "range_km": 3000},
                    {
                        "name": "S", "class": "early-warning-satellite", "lat": 0, "lon": 130,
                        "range_km": 40_000, "space_based": True,
                    },
                ],
            },
            "USA": {"name": "United States", "zone": "UTC"},
        }
    }
)  # fmt: skip


def drawing(*flights: dict[str, object], arrangements: Arrangements = WATCHED) -> Drawing:
    """Return a drawing of flights from one site, all of them seen by the sensors alone."""
    launches = [
        make.launch(f"n-{number}", flight=flight, detections=None, vehicle={"class": "irbm"})
        for number, flight in enumerate(flights, 1)
    ]
    lines = tuple(lines_of(launches, BEGIN, arrangements, 7))
    return Drawing(launches, lines, BEGIN, arrangements, 7)


ARC: dict[str, object] = {"azimuth_deg": 75, "range_km": 2500, "apogee_km": 700}


def legend(drawn: Drawing) -> list[str]:
    """Return what the legend of a map explains."""
    axes = Figure().add_subplot()
    draw_map(axes, drawn)
    box = axes.get_legend()
    assert box is not None
    return [text.get_text() for text in box.get_texts()]


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(azimuth=st.floats(0, 360), range_km=st.floats(100, 9000))
def test_everything_that_flies_is_on_the_map(azimuth: float, range_km: float) -> None:
    """The window holds every track whole, in one shape, and never more than the globe."""
    drawn = drawing({"azimuth_deg": azimuth, "range_km": range_km, "apogee_km": range_km / 4})
    west, south, east, north = window_of(drawn)
    (line,) = drawn.lines

    assert line.states.lat_deg.min() > south or south == -85
    assert line.states.lat_deg.max() < north or north == 85
    assert east - west <= 360
    if east - west < 360:
        assert west < line.lon.min()
        assert line.lon.max() < east


def test_a_map_has_the_shape_of_its_page() -> None:
    """A degree of longitude is drawn as long as it is."""
    west, south, east, north = window_of(drawing(ARC))
    shrink = math.cos(math.radians((south + north) / 2))

    assert (east - west) * shrink / (north - south) == pytest.approx(SHAPE, rel=0.02)


def test_sensors_near_the_flight_are_on_the_map() -> None:
    """A radar on the way widens the window; a satellite's formal place does not."""
    west, south, east, _ = window_of(drawing({**ARC, "range_km": 300}))

    assert west < 140 < east
    assert south > 20


@pytest.mark.parametrize(
    ("lowest", "range_km", "reach"), [(0, 9000, 1122), (2, 9000, 925), (0, 100, 100)]
)
def test_the_reach_of_a_sensor_is_geometry(lowest: float, range_km: float, reach: float) -> None:
    """To the horizon of something 100 km high, less with a lowest elevation or a shorter range."""
    sensor = SensorOf.model_validate(
        {
            "name": "R", "class": "land-radar", "lat": 0, "lon": 0,
            "range_km": range_km, "minimum_elevation_deg": lowest,
        }
    )  # fmt: skip
    assert reach_km(sensor) == pytest.approx(reach, rel=0.02)


def test_the_legend_explains_what_is_drawn() -> None:
    """Sensors only of who has some, ends and predictions only where there are any."""
    words = legend(drawing(ARC))
    assert words[0].startswith("JPN sensors")
    assert len([word for word in words if "sensors" in word]) == 1
    assert not any("USA" in word for word in words)
    assert {"launch", "impact", "first predicted area", "minutes after launch"} <= set(words)
    assert "lost or broken" in legend(drawing({**ARC, "lost": "PT400S"}))


def test_a_sensor_beyond_the_antimeridian_is_near() -> None:
    """A radar at 172 W stands to the east of a site at 175 E, not on the other side of the map."""
    radar = {"name": "R", "class": "land-radar", "lat": 40, "lon": -172, "range_km": 3000}
    alone = Arrangements.model_validate(
        {"participants": {"USA": {"name": "U", "zone": "UTC", "sensors": [radar]}}}
    )
    site = {"name": "Site", "lat": 40, "lon": 175}
    launch = make.launch(flight={**ARC, "range_km": 100, "azimuth_deg": 270}, site=site)
    lines = tuple(lines_of([launch], BEGIN, alone, 7))
    west, _, east, _ = window_of(Drawing([launch], lines, BEGIN, alone, 7))

    assert west < 175
    assert east > 188
    assert east - west < 40


def test_a_satellite_is_nowhere_on_the_map() -> None:
    """Its formal place would say something that is not so: one marker, that of the radar."""
    axes = Figure().add_subplot()
    draw_map(axes, drawing(ARC))
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    places = [np.asarray(square.get_xydata()).tolist() for square in squares]
    assert places == [[[140.0, 38.0]]]


def test_many_flights_are_drawn_without_details() -> None:
    """No predicted areas and minutes where they would hide each other."""
    words = legend(drawing(*[{**ARC, "azimuth_deg": 70 + n} for n in range(5)]))
    assert "first predicted area" not in words
    assert "minutes after launch" not in words


def test_a_predicted_area_is_on_the_map_as_a_whole() -> None:
    """However near the edge it lies, and however little of the flight is there."""
    drawn = drawing({**ARC, "range_km": 4500})
    west, south, east, north = window_of(drawn)
    axes = Figure().add_subplot()
    draw_map(axes, drawn)
    dashed = [line for line in axes.lines if line.is_dashed() and np.size(line.get_xdata())]

    assert dashed
    for line in dashed:
        lons, lats = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        assert west <= lons.min() <= lons.max() <= east
        assert south <= lats.min() <= lats.max() <= north


def test_towns_are_named_where_there_is_room() -> None:
    """On a map of one country; not on one of half the world."""

    def words(range_km: float) -> set[str]:
        axes = Figure().add_subplot()
        draw_map(axes, drawing({**ARC, "range_km": range_km}))
        return {text.get_text() for text in axes.texts}

    assert "Tokyo" in words(600)
    assert "Tokyo" not in words(9000)
