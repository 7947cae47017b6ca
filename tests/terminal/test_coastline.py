"""The packaged coastlines."""

import importlib.resources

import numpy as np
import pytest

from feed.terminal.coastline import Ring, Window, coasts, land

JAPAN = (125.0, 25.0, 147.0, 47.0)
PACIFIC = (150.0, 40.0, 215.0, 72.0)


def inside(rings: list[Ring], lon: float, lat: float) -> bool:
    """Return whether a place lies on land: an odd number of rings winds around it."""
    crossings = 0
    for ring in rings:
        (x, y), (next_x, next_y) = ring[:-1].T, ring[1:].T
        between = (y > lat) != (next_y > lat)
        with np.errstate(divide="ignore", invalid="ignore"):
            where = x + (lat - y) / (next_y - y) * (next_x - x)
        crossings += int(np.count_nonzero(between & (lon < where)))
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("lon", "lat", "dry"),
    [(138.0, 36.0, True), (142.5, 43.3, True), (128.0, 37.0, True), (134.0, 40.0, False)],
    ids=["Honshu", "Hokkaido", "Korea", "Sea of Japan"],
)
def test_land_is_where_it_is(lon: float, lat: float, *, dry: bool) -> None:
    """Islands, peninsulas and seas are told apart."""
    assert inside(land(JAPAN), lon, lat) is dry


@pytest.mark.parametrize(("lon", "dry"), [(170.0, True), (200.0, True), (191.0, False)])
def test_the_pacific_can_be_in_the_middle(lon: float, *, dry: bool) -> None:
    """Siberia and Alaska (200 E is 160 W) stand on both sides of the antimeridian."""
    assert inside(land(PACIFIC), lon, 65.5) is dry


@pytest.mark.parametrize("window", [JAPAN, PACIFIC, (-180.0, -85.0, 180.0, 85.0)])
def test_coasts_stay_near_their_window(window: Window) -> None:
    """No line leaves the window by more than a degree, and none is a single point."""
    west, south, east, north = window
    lines = coasts(window)

    assert lines
    for line in lines:
        assert len(line) > 1
        assert line[:, 0].min() >= west - 1
        assert line[:, 0].max() <= east + 1
        assert line[:, 1].min() >= south - 1
        assert line[:, 1].max() <= north + 1


def test_the_cut_along_the_antimeridian_is_no_coast() -> None:
    """No line runs along 180 degrees."""
    for line in coasts(PACIFIC):
        seam = np.abs(line[:, 0] - 180) < 0.005
        assert not (seam[1:] & seam[:-1]).any()


def test_the_data_are_small_and_name_their_source() -> None:
    """The file fits a package, and a note beside it says whose it is."""
    folder = importlib.resources.files("feed") / "data"

    assert len((folder / "coastline.npz").read_bytes()) < 400_000
    assert "Natural Earth" in (folder / "README.md").read_text(encoding="utf-8")
