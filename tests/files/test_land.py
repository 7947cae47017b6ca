"""Land and sea, by the packaged coastlines."""

import pytest

from feed.files.land import on_land


@pytest.mark.parametrize(
    ("lon", "lat", "land"),
    [
        (127.0, 37.5, True),  # Seoul
        (139.3, 35.9, True),  # west of Tokyo
        (135.0, 38.0, False),  # Sea of Japan
        (-155.5, 19.6, True),  # Hawaii
        (-155.5 + 360, 19.6, True),  # the same place, written otherwise
        (0.0, 0.0, False),
        (51.0, 42.0, False),  # the Caspian Sea, a ring inside land
        (172.0, 66.0, True),  # Chukotka, on this side of the antimeridian
        (-175.0, 66.5, True),  # and on the other
        (-179.0, 60.0, False),
    ],
)
def test_a_place_is_on_land_or_at_sea(lon: float, lat: float, *, land: bool) -> None:
    """Rings inside rings are water; a ring across the antimeridian is one ring."""
    assert on_land(lon, lat) is land
