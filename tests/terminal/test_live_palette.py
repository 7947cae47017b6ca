"""Countries are told apart by colour, shape and code."""

from rich.style import Style

from feed.terminal.live_palette import COLOURS, SHAPES, badge, shape_of


def test_a_country_has_a_shape_a_code_and_a_colour() -> None:
    """The code is readable without colours, and stands on the country's own."""
    sign = badge("JPN", 1)

    assert sign.plain == "●JPN"
    styles = [Style.parse(str(span.style)) for span in sign.spans]
    assert [style.color and style.color.name.upper() for style in styles] == ["#D55E00", "#000000"]
    assert styles[1].bgcolor is not None


def test_letters_are_white_on_what_is_dark_and_black_on_what_is_light() -> None:
    """Every code can be read on its own colour."""
    inks = [str(badge("XXX", rank).spans[1].style).split()[1] for rank in range(len(COLOURS))]

    assert inks[0] == "#FFFFFF"
    assert set(inks[1:]) == {"#000000"}


def test_colours_and_shapes_begin_again_when_they_are_used_up() -> None:
    """Thirty countries have signs, too, told apart by their codes."""
    assert len(set(SHAPES)) == len(set(COLOURS)) == 7
    assert shape_of(7) == shape_of(0)
