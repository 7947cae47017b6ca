"""CSV: read back by Python's own reader, marked in every row."""

import csv
import io

import pytest
from hypothesis import given

from feed.export.csv_tables import CSV
from feed.export.record import Exported
from feed.export.tables import MESSAGES, TRACKS
from feed.model.marking import BANNER
from tests import make
from tests.export.told import FEW, files, hostile, library, told


def tables(records: list[Exported]) -> dict[str, list[dict[str, str]]]:
    """Return both tables; every row is whole, and marked."""
    found = {}
    written = files(CSV, records)
    for table in (MESSAGES, TRACKS):
        text = written[f"{table.name}.csv"].decode()
        names, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert names == [column.name for column in table.columns]
        found[table.name] = [dict(zip(names, row, strict=True)) for row in rows]
        for row in found[table.name]:
            assert row["status"] == "Exercise"
            assert row["exercise"].startswith("EXERCISE ")
    return found


def test_a_story_is_two_tables() -> None:
    """Every message a row, every position another; more rows than are written at once."""
    records = list(library("over-aomori-2022", "JPN", "KOR", "USA"))
    found = tables(records)
    assert len(found["messages"]) == len(records) > 1000
    positions = sum(record.delivery.message.kind == "track" for record in records)
    assert len(found["tracks"]) == positions
    assert {row["recipient"] for row in found["messages"]} == {"JPN", "KOR", "USA"}


def test_a_text_begins_with_the_banner() -> None:
    """Whoever reads the words sees the mark first."""
    (row,) = tables(told(make.alert()))["messages"]
    assert row["text"].startswith(f"{BANNER}. Take shelter.")
    assert row["time"] == "2023-12-19T09:00:00.000+09:00"
    assert row["late"] == "false"
    assert row["expires"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_no_text_is_a_formula(text: str) -> None:
    """A spreadsheet that opens the file carries nothing out."""
    (record,) = told(make.alert())
    strange = record._replace(delivery=record.delivery._replace(arrangement=text))
    (row,) = tables([strange])["messages"]
    assert row["arrangement"] == f"'{text}"


@given(records=hostile())
@FEW
def test_hostile_bodies_stay_well_formed(records: list[Exported]) -> None:
    """Quotes, commas, line breaks and control characters break no row."""
    assert len(tables(records)["messages"]) == len(records)
