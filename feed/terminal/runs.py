"""The list of runs, as a table for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from feed.wording.times import Times

__all__ = ["runs_table"]

_STEP = 1024


def runs_table(rows: Sequence[Mapping[str, Any]], *, removed: bool = False) -> str:
    """Return runs as lines, newest first: id, begin, state, size, messages, exercise, scenario."""
    if not rows:
        return "no run was removed" if removed else "no runs are written down here"
    times = Times()
    cells = [
        (
            str(row["id"]),
            f"{times.day(row['started'])[:10]} {times.clock(row['started'])}Z"
            if row["started"]
            else "never begun",
            "removed" if removed else str(row["state"]),
            _size(int(row["size"])),
            "1 message" if row["published"] == 1 else f"{row['published']:,} messages",
            str(row["exercise"]),
            str(row["scenario"]),
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < _STEP:
            return f"{size:.0f} {unit}"
        size /= _STEP
    return f"{size:.1f} GiB"
