"""Times and durations, as people read them."""

from zoneinfo import ZoneInfo

import pytest

from feed.errors import UsageError
from feed.model.time import SECOND
from feed.wording.times import Times, after, named_zone, rate_text
from tests.make import START

SEOUL = Times(9 * 3600)
NEW_YORK = Times(9 * 3600, ZoneInfo("America/New_York"))


def test_without_a_zone_the_offset_holds() -> None:
    """A moment is shown with the scenario's own offset."""
    assert SEOUL.day(START) == "2023-12-19 Tue"
    assert SEOUL.clock(START + SECOND - 1) == "09:00:00"
    assert SEOUL.offset_text(START) == "+09:00"
    assert SEOUL.rfc3339(START) == "2023-12-19T09:00:00.000+09:00"


def test_a_zone_knows_its_summer() -> None:
    """With a zone the offset is the one of the moment itself."""
    half_a_year = 183 * 86_400 * SECOND

    assert NEW_YORK.rfc3339(START) == "2023-12-18T19:00:00.000-05:00"
    assert NEW_YORK.offset_text(START + half_a_year) == "-04:00"


def test_an_offset_of_seconds_is_cut_to_minutes() -> None:
    """What RFC 3339 cannot write is not shown: clock and offset stay consistent."""
    local_mean_time = Times(0, ZoneInfo("Asia/Seoul"))  # +8:27:52 until 1908-04-01
    before = -2_000_000_000 * SECOND

    assert local_mean_time.offset_at(before) == 8 * 3600 + 27 * 60
    assert local_mean_time.rfc3339(before).endswith("T04:53:40.000+08:27")


@pytest.mark.parametrize("name", ["Asia/Soul", "", "../UTC", "Asia", "/etc/passwd", "a\x00b"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    """A name that is no zone, or no name at all, is a mistake in the command line."""
    with pytest.raises(UsageError, match=r"--tz .* is no time zone; "):
        named_zone(name)


def test_a_zone_is_found_by_name() -> None:
    """A name gives its zone; no name gives none; a near miss is offered."""
    assert named_zone("Asia/Seoul") == ZoneInfo("Asia/Seoul")
    assert named_zone(None) is None
    with pytest.raises(UsageError, match="did you mean 'Asia/Seoul'"):
        named_zone("Asia/Soul")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, ""),
        (0.04, "+0.0s"),
        (2.214, "+2.2s"),
        (-1.5, "-1.5s"),
        (59.94, "+59.9s"),
        (59.96, "+1m00s"),
        (2553, "+42m33s"),
        (3599.6, "+1h00m"),
        (7500, "+2h05m"),
        (93_600, "+1d02h"),
    ],
)
def test_a_delay_has_the_unit_that_fits(seconds: float, text: str) -> None:
    """A delay is short enough for a column, and says its units."""
    assert after(round(seconds * SECOND)) == text


def test_a_rate_is_a_factor() -> None:
    """A rate is shown as a factor, and the highest as max."""
    assert [rate_text(rate) for rate in (1.0, 0.5, 3600.0, float("inf"))] == [
        "×1",
        "×0.5",
        "×3600",
        "max",
    ]
