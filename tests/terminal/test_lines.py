"""Lines for pipes: one each, marked, with columns that a program can count on."""

import io
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from feed.model.message import Delivery
from feed.terminal.lines import MARK, Lines, message_line, payload_line, summary_lines
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from feed.wording.times import Times
from tests.make import START, alert, arrangement, arrangements, launch, plan
from tests.terminal.pictures import country, live_state, message_view

SEOUL = Times(9 * 3600)
TOPIC = "exercise/v1/morning-calm/feed/jpn/launch/rocket"
PLAYED = Played("01jfm0", 2, "MORNING CALM", "morning-calm")
ACCORD = arrangement("accord", ["KOR", "JPN"], ["jpn-kor"], delay="PT10S")


def a_payload(recipient: str = "JPN") -> bytes:
    """Return the first message that a country gets of a launch, as it is published."""
    made = plan(launch(), alert(at=5), agreed=arrangements(ACCORD))
    delivery: Delivery = next(each for each in made.deliveries() if each.recipient == recipient)
    return encode(delivery, PLAYED, 184, START)


def test_a_message_is_one_line_of_columns() -> None:
    """Mark, due, recipient, number, delay, latency, kind, act, event, path, arrangement, words."""
    line = message_line("JPN", message_view(184), SEOUL, 11.7)

    assert line == (
        "EXERCISE 2023-12-19T09:00:02.214+09:00 JPN 184 +2.2s 12ms launch alert rocket "
        "KOR>USA>JPN realtime-2023 detected: a rocket from a site"
    )


def test_a_column_is_never_empty() -> None:
    """What a message does not have is a dash, so that the columns can be counted."""
    bare = message_view(1, path="", arrangement="", event="", delay_s=0.0, headline="")

    assert message_line("JPN", bare, SEOUL).split() == [
        "EXERCISE", "2023-12-19T09:00:02.214+09:00", "JPN", "1", "+0.0s", "-", "launch", "alert",
        "-", "KOR", "-",
    ]  # fmt: skip


def test_a_message_is_shown_in_its_own_offset_unless_a_zone_is_named() -> None:
    """A receiver does not know the scenario; its messages know their offset."""
    message = message_view(1, offset_s=9 * 3600)

    assert "09:00:02.214+09:00" in message_line("JPN", message, Times())
    assert "00:00:02.214+00:00" in message_line("JPN", message, Times(0, ZoneInfo("UTC")))


@given(words=st.text(), event=st.text(), arrangement=st.text(), path=st.text())
def test_whatever_stands_in_a_message_it_is_one_marked_line(
    words: str, event: str, arrangement: str, path: str
) -> None:
    """No text of a payload can break the line, hide its mark, or shift its columns."""
    message = message_view(7, headline=words, event=event, arrangement=arrangement, path=path)
    line = message_line("JPN", message, SEOUL)

    assert line.startswith(f"{MARK} 2023-")
    assert line.isprintable()
    columns = line.split()
    assert columns[2:4] == ["JPN", "7"]
    assert len(columns) >= 11


def test_lines_are_written_as_things_happen() -> None:
    """A stream gets the beginning and every message at once, each line marked."""
    out = io.StringIO()
    lines = Lines(out, offset_s=9 * 3600)
    lines.begin(live_state(country("JPN"), country("KOR")))
    lines.messages("JPN", [(message_view(1), 3.0)])

    written = out.getvalue().splitlines()
    assert all(line.startswith(f"{MARK} ") for line in written)
    assert written[:-1] == [
        "EXERCISE MORNING CALM: A story of an hour",
        (
            "EXERCISE run 01jfm0abcdefghjkmnpqrstvwx: 2023-12-19T09:00:00.000+09:00 to "
            "2023-12-19T10:00:00.000+09:00 (1:00:00), rate ×60"
        ),
        "EXERCISE to JPN, KOR; 4,311 messages are planned",
        "EXERCISE on the topics exercise/v1/morning-calm/#",
        "EXERCISE connect to mqtt://127.0.0.1:1883",
        "EXERCISE connect to ws://127.0.0.1:8083/mqtt",
        "EXERCISE in a browser: feed dashboard",
    ]


def test_the_beginning_says_where_a_browser_shows_it() -> None:
    """The address of the page if there is one."""
    out = io.StringIO()
    Lines(out).begin(live_state(page="http://127.0.0.1:8084/"))

    assert out.getvalue().splitlines()[-1] == "EXERCISE dashboard: http://127.0.0.1:8084/"


def test_the_beginning_names_the_date_of_other_arrangements() -> None:
    """Who plays by the arrangements of another date is told so; who does not, is not."""
    out, plain = io.StringIO(), io.StringIO()
    Lines(out).begin(live_state(arrangements_us=0))
    Lines(plain).begin(live_state())

    told = "EXERCISE by the arrangements of 1970-01-01T00:00:00.000+00:00\n"
    assert told in out.getvalue()
    assert out.getvalue().replace(told, "") == plain.getvalue()


def test_lines_can_be_in_any_zone() -> None:
    """A named zone holds for all times of a stream."""
    out = io.StringIO()
    Lines(out, zone="America/New_York").messages("JPN", [(message_view(1, offset_s=0), None)])

    assert "2023-12-18T19:00:02.214-05:00" in out.getvalue()


def test_a_summary_has_a_line_for_each_country_and_one_for_all() -> None:
    """What was received, missed and came twice; what was sent, and how late."""
    state = live_state(
        country("JPN", received=1437, missing=0, duplicates=59),
        country("KOR", planned=None, latency_ms=None, missing=3),
        state="ended",
        skipped_us=7_380_000_000,
        restarts=2,
    )

    assert list(summary_lines(state)) == [
        "EXERCISE JPN: 1,437 of 1,437 received, 0 missing, 59 twice, median latency 11.7 ms",
        "EXERCISE KOR: 184 received, 3 missing, 0 twice",
        (
            "EXERCISE ended: 552 of 4,311 sent, at most 41 ms late, 2:03:00 of silence skipped, "
            "broker restarted 2 times"
        ),
    ]
    assert list(summary_lines(replace(state, planned=None, skipped_us=0, restarts=0)))[-1] == (
        "EXERCISE ended: 552 sent, at most 41 ms late"
    )


def test_a_summary_after_a_jump_does_not_compare_with_what_was_planned() -> None:
    """Some was sent twice, or jumped over: neither is too much or missing."""
    state = live_state(country("JPN", received=20), state="ended", epoch=2, skipped_us=0)

    assert list(summary_lines(state)) == [
        "EXERCISE JPN: 20 received since the last jump, 0 missing, 0 twice, median latency 11.7 ms",
        "EXERCISE ended: 552 sent in all, at most 41 ms late",
    ]


def test_a_payload_of_a_feed_is_shown_in_words_with_both_clocks() -> None:
    """First the wall clock, then the topic, then the message in scenario time."""
    line = payload_line(TOPIC, a_payload(), Times(), START, retained=False)

    assert line == (
        f"EXERCISE 2023-12-19T00:00:00.000+00:00 {TOPIC} 2023-12-19T09:00:05.000+09:00 JPN 184 "
        "+0.0s alert alert warning JPN own Take shelter. – North [Agency]"
    )


def test_a_picture_is_told_from_a_message() -> None:
    """A retained picture of an event has no number of its own."""
    body = json.loads(a_payload())
    body["id"] = "01jfm0.2.jpn.state.rocket"
    line = payload_line(TOPIC, json.dumps(body).encode(), Times(), START, retained=True)

    assert f"{TOPIC} (retained) 2023-" in line
    assert " JPN state +0.0s " in line


def test_other_json_is_shown_as_names_and_values() -> None:
    """The clock and other small payloads are readable, whatever members they have."""
    payload = b'{"run":"01j","rate":60,"error":null,"words":"a b","deep":{"a":[1,2]}}'

    assert payload_line("exercise/v1/x/clock", payload, SEOUL, START, retained=False) == (
        "EXERCISE 2023-12-19T00:00:00.000+00:00 exercise/v1/x/clock run=01j rate=60 error=null "
        'words="a b" deep={"a":[1,2]}'
    )


def test_what_belongs_to_no_exercise_is_not_marked() -> None:
    """A foreign topic has a dash in place of the mark; an emptied topic says so."""
    assert payload_line("home/door", b"open", SEOUL, START, retained=False) == (
        "- 2023-12-19T00:00:00.000+00:00 home/door open"
    )
    assert payload_line("exercise/v1/x/clock", b"", SEOUL, START, retained=False).endswith(
        "exercise/v1/x/clock (empty: what was retained here is taken away)"
    )


@given(topic=st.text(max_size=30), payload=st.binary(max_size=200), retained=st.booleans())
def test_any_payload_is_one_line(topic: str, payload: bytes, retained: bool) -> None:
    """Bytes that are no text, no JSON or no message are shown on one harmless line."""
    out = io.StringIO()
    Lines(out).payload(topic, payload, retained=retained, wall_us=START)

    (line,) = out.getvalue().splitlines()
    assert line.isprintable()


def test_deep_json_is_shown_as_it_is() -> None:
    """A payload that is nested without end harms nobody."""
    deep = b"[" * 8000

    assert payload_line("home/door", deep, SEOUL, START, retained=False).endswith("[[[")
