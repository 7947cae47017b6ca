"""Parquet: ``messages.parquet`` and ``tracks.parquet``, typed, for pandas, DuckDB and the like.

The tables of the CSV export with types: times are UTC in microseconds, numbers are doubles.  The
mark: the first two columns of every row are ``status`` and ``exercise``, ``text`` begins with
EXERCISE, and the metadata of both files has the mark.

What Parquet cannot say: the offset in which a time was written; what is nested stands as JSON in
``data``.  Rows are written 5,000 at a time, which is what it holds in memory.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from feed.export.record import ByteQueue, ExportContext, Exported, ExportFormat, Part
from feed.export.tables import MESSAGES, TRACKS, Cell, ExportTable, message_row, track_row
from feed.model.time import Instant

__all__ = ["PARQUET"]

_AT_ONCE = 5000


def write(records: Iterable[Exported], context: ExportContext) -> Iterator[Part]:
    """Yield both files, group of rows by group of rows."""
    messages, tracks = _ParquetRows(MESSAGES, context), _ParquetRows(TRACKS, context)
    for record in records:
        messages.rows.append(message_row(record, context))
        if (track := track_row(record, context)) is not None:
            tracks.rows.append(track)
        for each in (messages, tracks):
            if len(each.rows) >= _AT_ONCE:
                yield each.group()
    for each in (messages, tracks):
        yield each.group()
        yield each.finish()


PARQUET = ExportFormat(
    "parquet",
    "Parquet, a table of messages and one of tracks",
    write,
    folder=True,
    one_country=False,
    needs=("pyarrow",),
)


class _ParquetRows:
    """One table that is being written."""

    def __init__(self, table: ExportTable, context: ExportContext) -> None:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 - an extra

        types = {
            "text": pa.string(),
            "count": pa.int64(),
            "number": pa.float64(),
            "flag": pa.bool_(),
            "time": pa.timestamp("us", tz="UTC"),
        }
        mark = {"status": "Exercise", "exercise": context.mark, "run": context.run}
        self.rows: list[tuple[Cell, ...]] = []
        self._name = f"{table.name}.parquet"
        self._schema = pa.schema(
            [(column.name, types[column.of]) for column in table.columns], metadata=mark
        )
        self._queue = ByteQueue()
        self._writer = ParquetWriter(pa.PythonFile(self._queue, mode="w"), self._schema)

    def group(self) -> Part:
        """Write the rows that wait, and return their bytes."""
        import pyarrow as pa  # noqa: PLC0415 - an extra

        columns = [
            pa.array([_value(row[n]) for row in self.rows], field.type)
            for n, field in enumerate(self._schema)
        ]
        if self.rows:
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self.rows.clear()
        return Part(self._name, self._queue.take())

    def finish(self) -> Part:
        """Return the end of the file."""
        self._writer.close()
        return Part(self._name, self._queue.take())


def _value(cell: Cell) -> Any:
    if isinstance(cell, Instant):
        return cell.us
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    return cell
