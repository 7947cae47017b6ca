"""Drawings: as many bars as there is to tell, and words for who does not see them."""

from hypothesis import given
from hypothesis import strategies as st

from feed.web.report_svg import WarningBar, bars_of_warning, histogram, shape_of


def test_each_country_has_a_bar_from_its_warning_to_the_impact() -> None:
    """The bar begins where the warning came, leads to the message, and has the country's colour."""
    bars = [WarningBar("USA", 0, 60.0, "a.usa.1"), WarningBar("JPN", 1, None, "")]
    drawing = bars_of_warning(bars, 600.0, "impact T+10:00")

    assert 'href="#m-a_2e_usa_2e_1"' in drawing
    assert drawing.count("<a ") == 1
    assert 'fill="#0072B2"' in drawing
    assert "never" in drawing
    assert "USA 60 s; JPN never" in drawing
    assert "impact T+10:00" in drawing


def test_a_warning_after_the_impact_has_no_bar() -> None:
    """Who heard when it was over has a point behind the impact."""
    drawing = bars_of_warning([WarningBar("USA", 0, 900.0, "a")], 600.0, "impact")

    assert "<a " not in drawing
    assert "<circle" in drawing


@given(st.lists(st.integers(-5, 10**12), min_size=1, max_size=60))
def test_a_histogram_counts_every_value(values: list[int]) -> None:
    """The counts of all bars together are those of the values, unless they are all the same."""
    drawing = histogram(values, "x")
    if len(set(values)) == 1:
        assert drawing == "all the same"
        return
    counts = [
        int(part.split("</title>")[0].rpartition(": ")[2].replace(",", ""))
        for part in drawing.split("<title>")[1:]
    ]

    assert sum(counts) == len(values)


def test_units_fit_the_values() -> None:
    """Milliseconds, seconds and hours are named as such."""
    drawing = histogram([1_000, 1_000_000, 3_600_000_000], "x")

    assert "1 ms" in drawing
    assert "1 s" in drawing


def test_shapes_begin_again() -> None:
    """A tenth country has a shape, too."""
    assert shape_of(0) == shape_of(7) == "■"
