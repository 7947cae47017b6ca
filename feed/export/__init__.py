"""Deliveries as other people's formats, one format a file.

To add a format: write its file, and name it here.
"""

from feed.export.cap import CAP
from feed.export.cot import COT
from feed.export.cot_protobuf import COT_PROTOBUF
from feed.export.csv_tables import CSV
from feed.export.czml import CZML
from feed.export.geojson import GEOJSON
from feed.export.ics import ICS
from feed.export.mcap_log import MCAP
from feed.export.parquet import PARQUET
from feed.export.record import ExportFormat
from feed.export.wnm import WNM

__all__ = ["FORMATS"]

FORMATS: tuple[ExportFormat, ...] = (
    CAP,
    GEOJSON,
    CSV,
    ICS,
    MCAP,
    CZML,
    COT,
    COT_PROTOBUF,
    WNM,
    PARQUET,
)
