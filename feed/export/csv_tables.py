"""CSV (RFC 4180): ``messages.csv`` and ``tracks.csv``, units in the names of the columns.

UTF-8 without a byte order mark; times are RFC 3339.  The mark: the first two columns of every row
are ``status`` and ``exercise``, and ``text`` begins with EXERCISE.  A text that a spreadsheet would
take for a formula has an apostrophe before it.

What CSV cannot say: which columns are numbers and which are text, and what is nested, which stands
as JSON in ``data``.  An empty cell is nothing, or an empty text.
"""

from collections.abc import Iterable, Iterator, Sequence

from feed.export.record import ExportContext, Exported, ExportFormat, Part
from feed.export.tables import MESSAGES, TRACKS, Cell, message_row, track_row
from feed.model.time import Instant, rfc3339

__all__ = ["CSV"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 1000
"""rows that are written together"""


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield rows of both tables."""
    waiting: dict[str, list[str]] = {}
    for table in (MESSAGES, TRACKS):
        waiting[f"{table.name}.csv"] = [_line([column.name for column in table.columns])]
    at_once = 1 if context.live else _AT_ONCE
    for record in records:
        waiting["messages.csv"].append(_line(message_row(record, context)))
        if (track := track_row(record, context)) is not None:
            waiting["tracks.csv"].append(_line(track))
        for name, lines in waiting.items():
            if len(lines) >= at_once:
                yield _part(name, lines)
                lines.clear()
    for name, lines in waiting.items():
        if lines:
            yield _part(name, lines)


CSV = ExportFormat(
    "csv",
    "CSV, a table of messages and one of tracks",
    write,
    folder=True,
    one_country=False,
)


def _part(name: str, lines: Sequence[str]) -> Part:
    return Part(name, "".join(lines).encode("utf-8", "replace"))


def _line(cells: Sequence[Cell]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Instant):
        return rfc3339(*value)
    if not isinstance(value, str):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    text = f"'{value}" if value.startswith(_FORMULA) else value
    if any(letter in text for letter in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
