"""What is drawn, before it is drawn."""

import numpy as np

from feed.model.time import Instant
from feed.terminal.drawing import (
    COLOURS,
    Drawing,
    colour_of,
    fitted,
    label_style,
    lines_of,
    marker_of,
    together,
)
from tests import make

BEGIN = Instant(make.START, 9 * 3600)
FAR_EAST = {"azimuth_deg": 85, "range_km": 4500, "apogee_km": 970}


def test_longitudes_do_not_jump_at_the_antimeridian() -> None:
    """A flight that crosses it goes on beyond 180."""
    launch = make.launch(flight=FAR_EAST, site={"name": "Site", "lat": 40, "lon": 160})
    (line,) = lines_of([launch], BEGIN, make.arrangements(), 7)

    assert line.lon[-1] > 180
    assert np.abs(np.diff(line.lon)).max() < 5


def test_all_flights_are_on_the_same_turn_of_the_globe() -> None:
    """A launch at 179 W stands beside one at 179 E."""
    near = [
        make.launch("a", flight=FAR_EAST, site={"name": "A", "lat": 40, "lon": 179}),
        make.launch("b", flight=FAR_EAST, site={"name": "B", "lat": 40, "lon": -179}),
    ]
    first, second = lines_of(near, BEGIN, make.arrangements(), 7)

    assert second.lon[0] - first.lon[0] == 2


def test_pieces_are_lines_of_their_own() -> None:
    """They start when the whole ends, under its number."""
    broken = {**FAR_EAST, "break_up": {"at": "PT600S", "pieces": 2}}
    lines = list(lines_of([make.launch(flight=broken)], BEGIN, make.arrangements(), 7))
    drawing = Drawing([lines[0].launch], lines, BEGIN, make.arrangements(), 7)

    assert [line.ordinal for line in lines] == [1, 1, 1]
    assert [line.main for line in lines] == [True, False, False]
    assert [float(line.minutes[0]) for line in lines] == [0, 10, 10]
    assert drawing.vehicles == lines[:1]


def test_a_picture_of_many_leaves_details_out() -> None:
    """Up to three flights are drawn in detail."""
    launches = [make.launch(f"n-{n}") for n in range(4)]
    assert Drawing(launches[:3], (), BEGIN, make.arrangements(), 7).detailed
    assert not Drawing(launches, (), BEGIN, make.arrangements(), 7).detailed


def test_labels_that_would_overlap_are_one() -> None:
    """Points too close to be told apart share a label that names them all."""
    points = [(1, (0.0, 0.0)), (2, (0.1, 0.1)), (3, (9.0, 9.0)), (4, (0.0, 0.2)), (5, (0.1, 0))]
    assert together(points, 1, 1) == [("1, 2, 4 …", (0.0, 0.0)), ("3", (9.0, 9.0))]
    assert together([(n, (0.0, 0.0)) for n in range(2, 8)], 1, 1) == [("2-7", (0.0, 0.0))]


def test_countries_look_different() -> None:
    """Six have colours and markers of their own; then they come again."""
    assert len({(colour_of(row), marker_of(row)) for row in range(6)}) == 6
    assert colour_of(6) == COLOURS[0]
    assert label_style("center")["va"] == "bottom"


def test_a_text_takes_no_more_columns_than_there_are() -> None:
    """A letter of Han takes two."""
    assert fitted("Aomori", 6) == "Aomori"
    assert fitted("Aomori", 5) == "Aomo…"
    assert fitted("青森上空", 6) == "青森…"
