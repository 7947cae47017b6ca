"""The panels that go by time."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from feed.model.time import Instant
from feed.terminal.drawing import Drawing, lines_of
from feed.terminal.plot_time import draw_altitudes, draw_coverage
from tests import make

BEGIN = Instant(make.START, 9 * 3600)
ARC: dict[str, object] = {"azimuth_deg": 75, "range_km": 900, "apogee_km": 700}


def drawing(*flights: dict[str, object] | None) -> Drawing:
    """Return a drawing of flights that Korea saw for half a minute."""
    launches = [make.launch(f"n-{n}", flight=flight) for n, flight in enumerate(flights, 1)]
    lines = tuple(lines_of(launches, BEGIN, make.arrangements(), 7))
    return Drawing(launches, lines, BEGIN, make.arrangements(), 7)


def texts(axes: Axes) -> list[str]:
    """Return the labels on a panel."""
    return [text.get_text() for text in axes.texts]


def test_each_flight_has_its_height() -> None:
    """The line goes up to the apogee, which is written there, and back to the ground."""
    axes = Figure().add_subplot()
    draw_altitudes(axes, drawing(ARC))
    heights = np.asarray(axes.lines[0].get_ydata(), dtype=np.float64)

    assert texts(axes) == ["1: 700 km"]
    assert heights.max() > 699
    assert heights[-1] < 1
    assert axes.get_yscale() == "linear"


def test_a_low_flight_beside_a_high_one_is_still_seen() -> None:
    """Apogees far apart are drawn by their square roots, and the axis says so."""
    axes = Figure().add_subplot()
    draw_altitudes(axes, drawing({**ARC, "apogee_km": 6500}, {**ARC, "apogee_km": 50}))

    assert axes.get_ylabel() == "altitude, km (square-root scale)"
    assert texts(axes) == ["1: 6,500 km", "2: 50 km"]


def test_many_flights_have_numbers_only() -> None:
    """Labels that would overlap are one."""
    axes = Figure().add_subplot()
    draw_altitudes(axes, drawing(*[ARC] * 5))

    assert texts(axes) == ["1-5"]


def test_without_figures_there_is_a_word() -> None:
    """A launch nobody has figures for leaves an empty panel that says why."""
    axes = Figure().add_subplot()
    draw_altitudes(axes, drawing(None))

    assert texts(axes) == ["no figures of a flight"]


def test_each_country_has_a_band_that_is_shaded_when_it_sees() -> None:
    """Korea's bar lies where its detection says; the others have none."""
    axes = Figure().add_subplot()
    draw_coverage(axes, drawing(ARC))
    rows = [label.get_text() for label in axes.get_yticklabels()]
    bars = [bar.get_paths() for bar in axes.collections]

    assert rows == list(make.arrangements().participants)
    seen = bars[rows.index("KOR")][0].get_extents()
    assert (seen.x0 * 60, seen.x1 * 60) == pytest.approx((1, 31))
    colours = {str(bar.get_facecolor()) for bar in axes.collections}
    assert len(colours) == len(rows)
    assert [len(paths) for paths in bars] == [1 if row == "KOR" else 0 for row in rows]


def test_bars_of_several_objects_are_named() -> None:
    """By number, or by the name of the piece where there is one flight."""
    axes = Figure().add_subplot()
    draw_coverage(axes, drawing(ARC, ARC))
    assert texts(axes) == ["1", "2"]

    broken = {**ARC, "break_up": {"at": "PT20S", "pieces": 2}}
    axes = Figure().add_subplot()
    draw_coverage(axes, drawing(broken))
    assert texts(axes) == ["1", "piece-1", "piece-2"]
