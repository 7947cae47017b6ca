"""The rows of the tables: each column has what its name says."""

from hypothesis import given

from feed.export.record import Exported
from feed.export.tables import MESSAGES, TRACKS, Cell, ExportTable, message_row, track_row
from feed.model.marking import BANNER
from feed.model.time import Instant
from tests import make
from tests.export.told import CONTEXT, FEW, hostile, library, told

TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "count": (int,),
    "number": (int, float),
    "flag": (bool,),
    "time": (Instant,),
}


def named(table: ExportTable, row: tuple[Cell, ...]) -> dict[str, Cell]:
    """Return a row by the names of its columns; each value is of the kind of its column."""
    assert len(row) == len(table.columns)
    for column, value in zip(table.columns, row, strict=True):
        assert value is None or isinstance(value, TYPES[column.of]), column
    return {column.name: value for column, value in zip(table.columns, row, strict=True)}


def test_a_message_is_a_row() -> None:
    """Who got it, when, how late, by what, and what it says."""
    (record,) = told(make.alert(country="KOR", expires="PT1M"))
    row = named(MESSAGES, message_row(record, CONTEXT))
    assert row["status"] == "Exercise"
    assert row["exercise"] == "EXERCISE MORNING CALM"
    assert (row["message"], row["recipient"], row["sequence"]) == ("warning.kor.1", "JPN", 1)
    assert row["time"] == row["due"] == Instant(make.START, 9 * 3600)
    assert row["delay_s"] == 0
    assert str(row["text"]).startswith(BANNER)
    assert '"authority":"Agency"' in str(row["data"])


def test_a_position_is_a_row_of_the_other_table() -> None:
    """With its velocity, its speed, and how good it is."""
    rows = [track_row(record, CONTEXT) for record in library("over-aomori-2022")]
    tracks = [named(TRACKS, row) for row in rows if row is not None]
    assert len(tracks) == 585
    for track in tracks:
        speed = track["speed_m_s"]
        assert isinstance(speed, float)
        assert 0 < speed < 8000
        assert track["error_m"]


@given(records=hostile())
@FEW
def test_hostile_bodies_have_rows_too(records: list[Exported]) -> None:
    """What makes no sense is an empty cell."""
    for record in records:
        assert named(MESSAGES, message_row(record, CONTEXT))["status"] == "Exercise"
        row = track_row(record, CONTEXT)
        assert row is None or named(TRACKS, row)["status"] == "Exercise"
