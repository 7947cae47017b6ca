"""What others have, as events of a scenario: a table of launches, points of a map, a calendar.

Nothing is made up: what a row, a point or an entry does not say leaves it out, with the reason.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from feed.app.imports_calendar import read_calendar
from feed.app.imports_points import read_points
from feed.app.scenarios_table import Table, read_table
from feed.errors import UsageError
from feed.model.quoting import quoted

__all__ = ["READERS", "read_source"]

READERS: Mapping[str, Callable[[Path, str | None], Table]] = {
    ".csv": lambda path, _: read_table(path),
    ".tsv": lambda path, _: read_table(path),
    ".geojson": read_points,
    ".json": read_points,
    ".ics": read_calendar,
    ".ical": read_calendar,
}
"""by suffix; the country is the reporter of what does not name one"""
_COUNTRY = re.compile("[A-Z]{3}")


def read_source(path: Path, country: str | None = None) -> Table:
    """Return the events of a file; ScenarioError if there is none in it."""
    if country is not None and not _COUNTRY.fullmatch(country):
        raise UsageError(
            f"--country {quoted(country)} is not a country code of three capital letters"
        )
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UsageError(f"{quoted(path)} has none of the suffixes that can be read: {known}")
    return reader(path, country)
