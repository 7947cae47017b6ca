"""Lines of text in a number of columns: wrapped and cut between words, with wide letters, too."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from feed.wording.times import Times

__all__ = ["Paper", "cut", "ended", "fitted", "wrapped"]

_ELLIPSIS = " …"


@dataclass(frozen=True)
class Paper:
    """What lines are drawn on: so many columns, in whose time and language."""

    console: Console
    width: int
    times: Times
    language: str


def fitted(line: Text, width: int) -> Text:
    """Return a line in exactly so many columns, cut between words if it is longer."""
    fitting = cut(line, width)
    fitting.truncate(width, overflow="crop", pad=True)
    return fitting


def cut(line: Text, width: int) -> Text:
    """Return a line in no more than so many columns, cut between words."""
    shown = line.copy()
    shown.no_wrap = True
    if shown.cell_len <= width:
        return shown
    return ended(shown, width)


def ended(line: Text, width: int) -> Text:
    """Return a line with the sign that it goes on, in no more than so many columns."""
    shown = line.copy()
    shown.no_wrap = True
    room = width - len(_ELLIPSIS)
    if room < 1:
        shown.truncate(width, overflow="crop")
        return shown
    if shown.cell_len <= room:
        shown.append(_ELLIPSIS)
        return shown
    end = _fitting(shown.plain, room)
    space = shown.plain.rfind(" ", 0, end + 1)
    # Where there are no spaces, as in Japanese, every letter is a place to cut.
    if space > end // 2:
        end = space
    kept = shown[:end]
    kept.rstrip()
    kept.append(_ELLIPSIS)
    return kept


def wrapped(line: Text, console: Console, width: int, indent: int = 0) -> list[Text]:
    """Return a line as rows, broken between words, all but the first indented."""
    indent = min(indent, max(0, width - 1))
    if line.cell_len <= width:
        return [line]
    first = line.wrap(console, max(1, width))[0]
    rest = line[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    if not rest.plain:
        return [first]
    rows = rest.wrap(console, max(1, width - indent))
    return [first, *(Text.assemble(" " * indent, row) for row in rows)]


def _fitting(text: str, room: int) -> int:
    """Return how many letters of a text fit into so many columns."""
    cells = 0
    for count, letter in enumerate(text):
        cells += cell_len(letter)
        if cells > room:
            return count
    return len(text)
