"""Tracks as lines: each vertex with its time, none across the edge of the map."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.track_lines import lines
from feed.core.track_lines import place as place_of
from feed.model.time import SECOND, instant_of

PLACES = st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.floats(0, 1e7), st.integers(0, 600))


@given(track=st.lists(PLACES, min_size=1, max_size=30), offset_s=st.sampled_from([0, 32_400]))
def test_every_vertex_has_its_time_and_no_line_crosses_the_edge(
    track: list[tuple[float, float, float, int]], offset_s: int
) -> None:
    """The vertices of a track come again, in order, each with the second in which it was seen."""
    told = sorted(((*place, n * SECOND) for *place, n in track), key=lambda vertex: vertex[3])
    geometries, times = lines({"KOR": told}, offset_s)  # type: ignore[dict-item]

    again = []
    for geometry, line in zip(geometries, times, strict=True):
        point = geometry["type"] == "Point"
        places = [geometry["coordinates"]] if point else geometry["coordinates"]
        begins = instant_of(dt.datetime.fromisoformat(line["from"])).us / SECOND
        assert line["originator"] == "KOR"
        again += [(*place, begins + s) for place, s in zip(places, line["seconds"], strict=True)]
        for before, here in pairwise(places):
            assert abs(here[0] - before[0]) <= 180
    for *place, at in told:
        # Beyond the edge they are told in tenths of a second after a moment between two of them.
        near = [each for each in again if list(each[:3]) == place]
        assert any(abs(each[3] - at / SECOND) <= 0.1 for each in near)


@pytest.mark.parametrize("value", [None, 5, [1], [181, 0], [0, 91], [10**400, 0], [0, 1, 10**400]])
def test_what_is_no_place_is_none(value: object) -> None:
    """Too few numbers, what is off the earth, and numbers beyond all measure."""
    assert place_of(value) is None
    assert place_of([141.3, 43.1, 0, 7]) == [141.3, 43.1, 0]
