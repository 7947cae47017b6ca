"""Lines that are wrapped and cut between words."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from feed.terminal.live_text import cut, ended, fitted, wrapped

CONSOLE = Console(file=io.StringIO(), width=80)
LETTERS = st.text(st.sampled_from("ab \t漢字カ한글é→\U0001f680"), max_size=80)


def test_a_line_is_cut_between_words() -> None:
    """No word is broken, and that it goes on is shown; what fits stays as it is."""
    assert cut(Text("one two three"), 10).plain == "one two …"
    assert cut(Text("one two three"), 13).plain == "one two three"
    assert ended(Text("one two"), 12).plain == "one two …"


def test_letters_without_spaces_are_cut_where_they_must_be() -> None:
    """Japanese has no spaces: it is cut after the last letter that fits."""
    assert cut(Text("漢字漢字漢字"), 9).plain == "漢字漢 …"


def test_a_long_line_goes_on_below_indented() -> None:
    """All its words are there, those below the first row indented."""
    rows = wrapped(Text("one two three four"), CONSOLE, 9, 2)

    assert [row.plain.rstrip() for row in rows] == ["one two", "  three", "  four"]


@given(words=LETTERS, width=st.integers(1, 40))
def test_whatever_it_is_it_fits(words: str, width: int) -> None:
    """A fitted line has exactly so many columns, a cut one no more."""
    line = Text(words.replace("\t", " "))

    assert fitted(line, width).cell_len == width
    assert cut(line, width).cell_len <= width
