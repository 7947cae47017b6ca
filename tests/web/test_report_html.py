"""Pieces of the page: escaped once, everywhere."""

from hypothesis import given
from hypothesis import strategies as st

from feed.web.report_html import Html, anchor, cells, element, join, link, table, text


def test_texts_are_escaped_and_pieces_are_not() -> None:
    """A text is escaped exactly once, however deep it stands."""
    assert element("p", "<b>", element("b", "&")) == "<p>&lt;b&gt;<b>&amp;</b></p>"
    assert text(Html("<b>")) == "<b>"


def test_spaces_between_parts_stay() -> None:
    """One space at the edge of a text is kept; all other blank space is one."""
    assert join(("a ", Html("<i>"), "  b\n c ")) == "a <i> b c "
    assert text("\x1b[2J\t") == "[2J "


def test_a_long_text_is_cut() -> None:
    """A text of a megabyte does not make the page large."""
    assert len(text("x" * 1_000_000)) < 700


def test_attributes_are_escaped_and_empty_ones_left_out() -> None:
    """A quote ends no attribute."""
    assert element("a", "x", href='"><b>', class_="", id=None) == (
        '<a href="&quot;&gt;&lt;b&gt;">x</a>'
    )


def test_a_table_has_heads_and_rows_or_says_that_it_has_none() -> None:
    """Nothing to show is no empty table."""
    assert "None." in table(("A",), [])
    shown = table(("A",), [cells("<")], "what")
    assert "<td>&lt;</td>" in shown
    assert "<caption>what</caption>" in shown
    assert '<th scope="col">A</th>' in shown


@given(st.text(max_size=40), st.text(max_size=40))
def test_every_message_has_a_name_of_its_own(one: str, other: str) -> None:
    """Two keys never lead to the same place, and a name needs no escaping."""
    assert (anchor(one) == anchor(other)) is (one == other)
    assert text(anchor(one)) == anchor(one)
    assert f'href="#{anchor(one)}"' in link(one, "x")
