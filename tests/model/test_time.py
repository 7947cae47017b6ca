"""Tests of moments and durations: what an author may write, and that nothing is guessed."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from feed.model.time import (
    SECOND,
    Duration,
    Instant,
    Moment,
    Start,
    When,
    instant_of,
    parse_duration,
    parse_moment,
    render_duration,
    rfc3339,
)

SEOUL = 9 * 3600
START = Instant(1_664_835_720 * SECOND, SEOUL)
"""2022-10-04T07:22:00+09:00"""

WHOLE_DAYS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2199, 12, 31))  # noqa: DTZ001 - zones are drawn apart
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: minutes * 60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("07:22", "2022-10-04T07:22:00.000+09:00"),
        ("07:22:05.5", "2022-10-04T07:22:05.500+09:00"),
        ("00:00", "2022-10-04T00:00:00.000+09:00"),
        ("+PT90S", "2022-10-04T07:23:30.000+09:00"),
        ("+P1D", "2022-10-05T07:22:00.000+09:00"),
        ("+P1DT1H", "2022-10-05T08:22:00.000+09:00"),
        ("+01:30", "2022-10-04T08:52:00.000+09:00"),
        ("+100:00", "2022-10-08T11:22:00.000+09:00"),
        ("+1m30s", "2022-10-04T07:23:30.000+09:00"),
        ("1m30s", "2022-10-04T07:23:30.000+09:00"),
        ("PT90S", "2022-10-04T07:23:30.000+09:00"),
        ("+00:01:30", "2022-10-04T07:23:30.000+09:00"),
        ("07:22:05.123456789", "2022-10-04T07:22:05.123+09:00"),
        ("2023-12-18T08:24:00.123456789+09:00", "2023-12-18T08:24:00.123+09:00"),
        ("2023-12-17t23:24:00.5z", "2023-12-17T23:24:00.500+00:00"),
        ("2018-09-20", "2018-09-20T09:00:00.000+09:00"),
        ("2023-12-18T08:24", "2023-12-18T08:24:00.000+09:00"),
        ("2023-12-18 08:24:30", "2023-12-18T08:24:30.000+09:00"),
        ("2023-12-17T23:24:00Z", "2023-12-17T23:24:00.000+00:00"),
        ("2023-12-18T08:24:00+09:00", "2023-12-18T08:24:00.000+09:00"),
        ("2023-12-17T18:54:00-04:30", "2023-12-17T18:54:00.000-04:30"),
    ],
)
def test_every_form_of_a_moment(text: str, expected: str) -> None:
    """Each form stands for one instant, in the offset it was written for."""
    assert rfc3339(*parse_moment(text).resolve(START)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7:22",
        "24:00",
        "07:60",
        "0722",
        "90",
        "+90",
        "-PT90S",
        "+",
        "2022-13-01",
        "2022-02-30",
        "2022-10-04T25:00",
        "1899-12-31",
        "9999-12-31T23:59:59+00:00",
        "0001-01-01",
        "2022-10-04T07:22:00+99:00",
        "2022-W40-2",
        "０７:２２",
        "٠٧:٢٢",
        "+P99999999999999999999D",
        "+P" + "9" * 400 + "D",
        "noon",
        "07:22\n",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    """Whatever has no unit, no day or no meaning is refused."""
    with pytest.raises((ValueError, OverflowError)):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT90S", 90),
        ("PT1.5S", 1.5),
        ("PT0.000001S", 0.000001),
        ("P1D", 86_400),
        ("PT1H1M1S", 3661),
        ("P1DT12H", 129_600),
        ("+00:01:30", 90),
        ("+01:30", 5400),
        ("1m30s", 90),
        ("+1m30s", 90),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("2d", 172_800),
        ("PT0S", 0),
    ],
)
def test_every_form_of_a_duration(text: str, seconds: float) -> None:
    """Each form is a whole number of microseconds."""
    assert parse_duration(text) == round(seconds * SECOND)


@pytest.mark.parametrize(
    "text",
    [
        *("", "90", "P", "PT", "P1DT", "1:30", "-PT1S", "PT1S ", "s", "1 minute", "P1Y", "PT１S"),
        *("00:01:30", "01:30", "2022-10-04", "++PT1S"),
    ],
)
def test_what_is_no_duration(text: str) -> None:
    """A number without a unit is refused, and so is half a duration."""
    with pytest.raises((ValueError, OverflowError)):
        parse_duration(text)


@given(moment=WHOLE_DAYS, offset=OFFSETS)
def test_a_full_date_time_survives(moment: dt.datetime, offset: int) -> None:
    """What is written with an offset is read as the same instant and shown in the same offset."""
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(seconds=offset)))
    instant = instant_of(aware)
    assert parse_moment(aware.isoformat()).resolve(START) == instant
    assert dt.datetime.fromisoformat(rfc3339(*instant)) == aware.replace(
        microsecond=aware.microsecond // 1000 * 1000
    )


@given(us=st.integers(0, 200 * 366 * 86_400 * SECOND))
def test_an_offset_survives(us: int) -> None:
    """A duration of whole microseconds is not rounded."""
    seconds, rest = divmod(us, SECOND)
    assert parse_moment(f"+PT{seconds}.{rest:06}S").resolve(START).us == START.us + us


@given(us=st.integers(0, 99 * 3600 * SECOND))
def test_a_shown_duration_can_be_read_again(us: int) -> None:
    """What is shown in hours, minutes and seconds means what it was, to the millisecond."""
    shown = render_duration(us)
    days, _, clock = shown.rpartition("d ")
    assert parse_duration(f"+{clock}") + int(days or 0) * 86_400 * SECOND == us // 1000 * 1000


@pytest.mark.parametrize(
    ("us", "shown"),
    [
        (0, "0:00:00"),
        (90 * SECOND, "0:01:30"),
        (-90 * SECOND, "-0:01:30"),
        (SECOND // 4, "0:00:00.250"),
        (999, "0:00:00"),
        (25 * 3600 * SECOND, "1d 1:00:00"),
    ],
)
def test_a_duration_is_shown(us: int, shown: str) -> None:
    """Days and milliseconds are shown only if there are any."""
    assert render_duration(us) == shown


def clock_text(us: int) -> str:
    """Return a time of day as people write it: to the minute, the second or the microsecond."""
    seconds, rest = divmod(us, SECOND)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    if seconds % 60 or rest:
        text += f":{seconds % 60:02}"
    return f"{text}.{rest:06}" if rest else text


@given(us=st.integers(0, 86_400 * SECOND - 1) | st.integers(0, 1439).map(lambda m: m * 60 * SECOND))
def test_a_clock_time_is_never_a_duration(us: int) -> None:
    """However exactly it is written, it is a time of day; with a plus it is a duration."""
    text = clock_text(us)
    assert parse_moment(text) == Moment("clock", us, 0, text)
    with pytest.raises(ValueError, match=text):
        parse_duration(text)
    assert parse_duration(f"+{text}") == us


@given(us=st.integers(0, 86_400 * SECOND - 1), start=st.integers(0, 10**15))
def test_a_clock_time_is_the_first_from_the_start_on(us: int, start: int) -> None:
    """It is within a day of the start, not before it, and shows what was written."""
    begins = Instant(start, SEOUL)
    found = parse_moment(clock_text(us)).resolve_from(begins)
    assert 0 <= found.us - start < 86_400 * SECOND
    assert (found.us + SEOUL * SECOND) % (86_400 * SECOND) == us


@pytest.mark.parametrize("text", ["+P1D", "PT1S", "1s", "+00:00:01", "2022-10-04T07:22:01+09:00"])
def test_other_moments_are_the_same_from_the_start_on(text: str) -> None:
    """Only a clock time can be on more than one day."""
    assert parse_moment(text).resolve_from(START) == parse_moment(text).resolve(START)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    """Whatever is written, it is read within the calendar or refused in one way."""
    try:
        moment = parse_moment(text)
    except (ValueError, OverflowError):
        return
    assert rfc3339(*moment.resolve(START))


def test_the_far_ends_of_the_calendar_can_be_shown() -> None:
    """The latest moment and the longest offset together stay within what can be written."""
    last = parse_moment("2200-12-31T23:59:59-14:00").resolve(START)
    assert rfc3339(last.us + parse_duration("P73200D"), 14 * 3600).startswith("2401")
    assert rfc3339(*parse_moment("1900-01-01T00:00+14:00").resolve(START)).startswith("1900")


@pytest.mark.parametrize(
    ("kind", "bad", "error"),
    [(When, "soon", "moment"), (Duration, "90", "duration"), (Start, "2022-10-04", "start")],
)
def test_what_is_refused_has_a_name(kind: Any, bad: str, error: str) -> None:
    """Each kind of time is refused under a name of its own, for which there are words."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(bad)
    assert [detail["type"] for detail in caught.value.errors()] == [error]


@pytest.mark.parametrize(
    ("kind", "text", "written"),
    [
        (When, "+P1D", "+P1D"),
        (Duration, "+00:01:30", "PT90S"),
        (Start, "2022-10-04T07:22+09:00", "2022-10-04T07:22:00.000+09:00"),
    ],
)
def test_what_was_read_can_be_written_and_read_again(kind: Any, text: str, written: str) -> None:
    """Times go out as text that comes in as the same time."""
    adapter = TypeAdapter(kind)
    value = adapter.validate_python(text)
    assert adapter.dump_python(value) == written
    assert adapter.validate_python(value) == value
    assert isinstance(adapter.validate_python(written), Moment | Instant | int)


def test_a_negative_duration_is_refused() -> None:
    """Time does not run backwards, also not from code."""
    with pytest.raises(ValidationError):
        TypeAdapter[object](Duration).validate_python(-1)
