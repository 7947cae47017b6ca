"""A table becomes launches; what a row does not say is not made up."""

from pathlib import Path

import pytest

from feed.app.scenarios_table import Table, read_table
from feed.errors import FilesError, ScenarioError
from feed.files.text import parse

OURS = """\
date,time,lat,lon,site,class,name,azimuth_deg,range_km,apogee_km,notes
2022-10-04,07:22,40.611,126.426,Mupyong-ni,irbm,,86,4500,970,JCS
2022-10-06,06:00,39.127,125.958,Samsok,srbm,KN-25,,350,100,
2022-10-06,,39.127,125.958,,srbm,,,"1,800","~ 450 km",
"""
PUBLIC = """\
F1,Date,Launch Time (UTC),Missile Name,Missile Type,Facility Name,Latitude,Longitude,Apogee,\
Distance Travelled,Source(s)
1,2022-10-03,22:22:00,Hwasong-12,IRBM,Mupyong-ni,40.611,126.426,970 km,\
4500 km,Kyodo – “over Japan”
"""


def read(
    tmp_path: Path, text: str, encoding: str = "utf-8"
) -> tuple[Table, list[dict[str, object]]]:
    """Return what is read of a table, and its launches."""
    path = tmp_path / "launches.csv"
    path.write_text(text, encoding=encoding)
    table = read_table(path)
    return table, parse(table.events, "x.yaml").data


def test_each_row_is_a_launch(tmp_path: Path) -> None:
    """With what it says: place, class, name, figures, and the time as far as it is known."""
    table, (first, second, third) = read(tmp_path, OURS)

    assert (table.taken, table.left_out, table.first_day) == (3, (), "2022-10-04")
    assert first["launch"] == "launch-2022-10-04-1"
    assert first["at"] == "2022-10-04T07:22"
    assert first["flight"] == {"azimuth_deg": "86", "range_km": "4500", "apogee_km": "970"}
    assert first["notes"] == "JCS"
    assert second["vehicle"] == {"class": "srbm", "name": "KN-25"}
    assert third["at"] == "2022-10-06"
    assert (second["launch"], third["launch"]) == ("launch-2022-10-06-1", "launch-2022-10-06-2")


def test_an_azimuth_that_a_table_does_not_have_is_marked_as_assumed(tmp_path: Path) -> None:
    """Nobody publishes one, and there is no flight without."""
    _, (_, second, third) = read(tmp_path, OURS)

    assert second["flight"] == {
        "azimuth_deg": "90", "range_km": "350", "apogee_km": "100", "assumed": ["azimuth_deg"]
    }  # fmt: skip
    flight = third["flight"]
    assert isinstance(flight, dict)
    assert (flight["range_km"], flight["apogee_km"]) == ("1800", "450")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_columns_of_public_databases_are_known(tmp_path: Path, encoding: str) -> None:
    """Their names, times in UTC, units behind numbers, and the encodings they come in."""
    _, (launch,) = read(tmp_path, PUBLIC, encoding)

    assert launch["at"] == "2022-10-03T22:22:00+00:00"
    assert launch["vehicle"] == {"class": "irbm", "name": "Hwasong-12"}
    assert launch["notes"] == "Kyodo – “over Japan”"
    flight = launch["flight"]
    assert isinstance(flight, dict)
    assert (flight["range_km"], flight["apogee_km"]) == ("4500", "970")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2022-10-04,,,126,irbm,4500,970", "no number in 'lat'"),
        ("2022-10-04,,95,126,irbm,4500,970", "site.lat: Input should be less than or equal to 90"),
        ("2022-10-04,,40,126,irbm,4500,Unknown", "no number in 'apogee_km'"),
        ("2022-10-04,,40,126,Unknown,4500,970", "'Unknown' in 'class' is none of srbm mrbm"),
        ("2022-10-04,,40,126,,4500,970", "nothing in 'class'; give one of srbm mrbm"),
        ("4 October,,40,126,irbm,4500,970", "'4 October' in 'date' is no date such as 2022-10-04"),
        ("2022-10-04,,40,126,slv,4500,970", "goes to orbit"),
    ],
)
def test_a_row_that_is_no_flight_is_left_out_and_named(tmp_path: Path, row: str, why: str) -> None:
    """With its line and the reason; the others are taken."""
    header = "date,time,lat,lon,class,range_km,apogee_km\n"
    table, launches = read(tmp_path, f"{header}2022-01-01,,40,126,irbm,4500,970\n\n{row}\n")

    assert len(launches) == 1
    assert len(table.left_out) == 1
    assert table.left_out[0].startswith(f"{tmp_path / 'launches.csv'}:4: ")
    assert why in table.left_out[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no column is called date, lat, lon"),
        ("day;lat\n", "no column is called lon"),
        ("date,lat,lon\n", "no event can be made of it: there is nothing in it"),
        ("date,lat,lon\n2022-01-01,40,126\n", "no number in 'range_km'"),
    ],
)
def test_a_table_without_a_launch_is_a_mistake(tmp_path: Path, text: str, why: str) -> None:
    """It says what is missing."""
    with pytest.raises(ScenarioError, match=why):
        read(tmp_path, text)


@pytest.mark.parametrize(
    "name", ["no", "1e3", "a: b", "{x}", "# y", '"', "null", "火星", " ", "- z"]
)
def test_whatever_a_table_says_is_written_as_a_text(tmp_path: Path, name: str) -> None:
    """YAML does not read a name as something else."""
    cell = name.replace('"', '""')
    rows = f'date,lat,lon,class,range_km,apogee_km,name\n2022-01-01,40,126,irbm,4500,970,"{cell}"\n'
    _, (launch,) = read(tmp_path, rows)

    assert launch["vehicle"] == (
        {"class": "irbm", "name": name} if name.strip() else {"class": "irbm"}
    )


def test_a_table_that_is_not_there_is_said(tmp_path: Path) -> None:
    """As of any other file."""
    with pytest.raises(FilesError, match="no such file"):
        read_table(tmp_path / "none.csv")
