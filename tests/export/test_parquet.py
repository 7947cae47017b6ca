"""Parquet: typed tables, read back by its own reader, marked in rows and metadata."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given

from feed.export import parquet
from feed.export.csv_tables import CSV
from feed.export.parquet import PARQUET
from feed.export.record import Exported
from tests import make
from tests.export.told import FEW, files, hostile, library, told


def tables(records: list[Exported]) -> dict[str, Any]:
    """Return both tables; every row and both files are marked."""
    found = {}
    for name, data in files(PARQUET, records).items():
        table = pq.read_table(io.BytesIO(data))
        assert table.schema.metadata[b"exercise"] == b"EXERCISE MORNING CALM"
        assert set(table["status"].to_pylist()) <= {"Exercise"}
        found[name] = table
    return found


def test_a_story_is_two_typed_tables() -> None:
    """Times are times, numbers are numbers."""
    records = list(library("over-aomori-2022"))
    found = tables(records)
    messages, tracks = found["messages.parquet"], found["tracks.parquet"]
    assert messages.num_rows == len(records)
    assert tracks.num_rows == 585
    assert messages.schema.field("due").type == pa.timestamp("us", tz="UTC")
    assert tracks.schema.field("altitude_m").type == pa.float64()
    assert max(tracks["altitude_m"].to_pylist()) > 900_000


def test_pandas_and_duckdb_open_it(tmp_path: Path) -> None:
    """Both read the same rows, the times as times; so does pandas of the CSV."""
    records = list(library("over-aomori-2022", "JPN", "KOR"))
    for name, data in {**files(PARQUET, records), **files(CSV, records)}.items():
        (tmp_path / name).write_bytes(data)
    frame = pd.read_parquet(tmp_path / "messages.parquet")
    assert len(frame) == len(records)
    assert str(frame["due"].dtype) == "datetime64[us, UTC]"
    table = tmp_path / "messages.parquet"
    query = f"SELECT recipient, count(*) FROM '{table}' GROUP BY ALL ORDER BY recipient"  # noqa: S608
    with duckdb.connect() as database:
        counts = database.execute(query).fetchall()
    assert counts == sorted(frame["recipient"].value_counts().items())
    tracks = pd.read_csv(tmp_path / "tracks.csv", parse_dates=["time", "due"])
    assert len(tracks) == len(pd.read_parquet(tmp_path / "tracks.parquet"))
    assert tracks["altitude_m"].max() > 900_000


def test_times_are_utc() -> None:
    """The moment is kept, not the offset in which it was written."""
    messages = tables(told(make.alert()))["messages.parquet"]
    (time,) = messages["time"].to_pylist()
    assert time == dt.datetime(2023, 12, 19, tzinfo=dt.UTC)
    assert messages["expires"].to_pylist() == [None]


def test_rows_are_written_in_groups(monkeypatch: Any) -> None:
    """What waits is no more than a group."""
    monkeypatch.setattr(parquet, "_AT_ONCE", 100)
    data = files(PARQUET, library("over-aomori-2022"))["messages.parquet"]
    groups = pq.ParquetFile(io.BytesIO(data)).metadata
    assert groups.num_row_groups == groups.num_rows // 100 + 1


@given(records=hostile())
@FEW
def test_hostile_bodies_are_rows(records: list[Exported]) -> None:
    """Whatever stands in a body, it can be read back."""
    assert tables(records)["messages.parquet"].num_rows == len(records)
