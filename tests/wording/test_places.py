"""Places in words."""

import pytest

from feed.wording.places import SPOTS, place_words


@pytest.mark.parametrize(
    ("lon", "lat", "language", "words"),
    [
        (139.5, 42.2, "en", "near Okushiri"),
        (138.0, 41.0, "en", "183 km south-west of Okushiri"),
        (138.0, 41.0, "ja", "奥尻島の南西 183 km"),
        (138.0, 41.0, "ko-KR", "오쿠시리섬 남서쪽 183 km"),
        (182.6, 28.2, "en", "near Midway"),
    ],
)
def test_a_place_is_told_from_the_nearest_that_people_know(
    lon: float, lat: float, language: str, words: str
) -> None:
    """So many kilometres in a direction, also across the antimeridian."""
    assert place_words(lon, lat, language) == words


def test_every_place_is_near_itself() -> None:
    """No two places are so close that one hides the other."""
    assert all(place_words(each.lon, each.lat, "en") == f"near {each.en}" for each in SPOTS)
