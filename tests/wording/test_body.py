"""A body is read member by member, whatever stands in it."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feed.wording.body import BodyWords


def words(data: dict[str, Any], language: str = "en", zone: str | None = None) -> BodyWords:
    """Return the words of a body."""
    return BodyWords(data, {}, language, None if zone is None else ZoneInfo(zone))


def test_texts_are_found_in_the_language() -> None:
    """The first member that has a text is read, in the language of the reader."""
    read = words({"text": {"en": "Talks", "ja": "会談"}, "inner": {"text": {"ja": "中"}}}, "ja")

    assert read.text("headline", "text") == "会談"
    assert read.inside("inner").text("text") == "中"
    assert read.inside("nothing").text("text") == ""


def test_lists_are_read_for_names_and_bodies() -> None:
    """What is no name or no body is passed over."""
    read = words({"areas": [{"name": "North"}, "South", 5, {"name": None}]})

    assert read.names("areas") == "North, South"
    assert [each.text("name") for each in read.each("areas")] == ["North", ""]
    assert read.names("nothing") == ""
    assert read.each("nothing") == []


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5.0), (1.5, 1.5), (True, None), ("5", None), (10**400, None), (float("nan"), None)],
)
def test_only_a_number_is_a_value(value: Any, number: float | None) -> None:
    """What cannot be reckoned with reads as nothing."""
    assert words({"n": value}).value("n") == number


def test_places_and_times_are_shown() -> None:
    """A point is shown in degrees, a moment in the zone of the reader."""
    data = {
        "point": {"type": "Point", "coordinates": [-126.42, -40.61]},
        "time": "2023-12-18T09:37:15.969+09:00",
    }

    assert words(data).place("point") == "40.61 S 126.42 W"
    assert words(data).clock("time") == "09:37:15"
    assert words(data, zone="UTC").day("time") == "2023-12-18 Mon 00:37"


@pytest.mark.parametrize(
    "value", [None, 5, "soon", "2023-12-18T09:37:15", "9999-12-31T23:59:59-23:00"]
)
def test_what_is_no_moment_reads_as_nothing(value: Any) -> None:
    """Neither a wrong type nor a moment beyond the calendar raises."""
    read = words({"time": value}, zone="Asia/Tokyo")

    assert (read.clock("time"), read.day("time")) == ("", "")
