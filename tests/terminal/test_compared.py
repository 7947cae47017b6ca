"""What countries knew, as tables and as JSON."""

import io
import itertools
import json
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, RenderableType

from feed.core.compare import Compared, compare
from feed.core.plan import Plan
from feed.model.common import EventBase
from feed.model.launch import Launch
from feed.model.time import SECOND
from feed.terminal.compared import Column, compared_json, compared_tables, sentences
from feed.wording.times import Times
from tests.make import (
    START,
    arrangement,
    arrangements,
    cut,
    event_stream,
    launch,
    moment,
    restore,
    scenario,
    sharing,
)

SEOUL = Times(9 * 3600)
ACCORD = arrangement("accord", ["KOR", "JPN"], ["jpn-kor"], delay="PT10S")
ARC = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 100}
COLUMNS = [Column("as written", None), Column("1999-01-01", 0)]


def flight(**members: Any) -> Launch:
    """Return a launch that Korea tracks from its 20th second until it comes down."""
    seen = [{"country": "KOR", "at": moment(20), "until": moment(900)}]
    others = {"detections": seen, "flight": ARC, "track": {"every": "PT10S"}, **members}
    return launch("rocket", **others)


def compared(*events: EventBase) -> tuple[Compared, ...]:
    """Return the comparison of a story, as it is and before anything was agreed."""
    told, agreed = event_stream(*events), arrangements(ACCORD)
    return compare([Plan(told, sharing(agreed, *events, as_of=each.as_of)) for each in COLUMNS])


def printed(renderables: Iterable[RenderableType], width: int = 80) -> list[str]:
    """Return what is printed, line by line, without the blanks at the ends."""
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    for each in renderables:
        console.print(each)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def table(lines: Sequence[str], country: str) -> dict[str, list[str]]:
    """Return the table of a country: the words of both columns, by label."""
    begin = next(n for n, line in enumerate(lines) if line.startswith(f"{country} "))
    rows = itertools.takewhile(bool, lines[begin:])
    return {row[:24].strip(): [row[24:38].strip(), row[38:].strip()] for row in rows}


def test_a_table_has_a_column_for_each_date() -> None:
    """Every number of a country stands in its line, under the date it belongs to."""
    lines = printed(compared_tables(compared(flight()), COLUMNS, SEOUL, 80))
    rows = table(lines, "JPN")

    assert rows["JPN"] == ["as written", "1999-01-01"]
    assert rows["first warning"] == ["T+0:30.0", "never"]
    assert rows["from"] == ["KOR", "-"]
    assert rows["report"] == ["kor.1", "-"]
    assert rows["contained"] == ["launch point,", "-"]
    assert rows["by own reports"] == ["0.0 %", "0.0 %"]
    assert rows["at all"][1] == "0.0 %"
    assert rows["from first warning"][1] == "-"
    assert max(map(len, lines)) <= 80


def test_the_heading_says_how_the_flight_ends() -> None:
    """When it was launched, by the clock of the zone, and when it comes down or what else."""
    broken = {**ARC, "break_up": {"at": "PT200S", "pieces": 2}}
    orbit = {"azimuth_deg": 180, "orbit": {"altitude_km": 500, "after": "PT700S"}}

    def heading(**members: Any) -> str:
        lines = printed(compared_tables(compared(flight(**members)), COLUMNS, SEOUL, 300), 300)
        return next(line for line in lines if line.startswith("launched"))

    assert heading().startswith("launched 2023-12-19 09:00:00.0 +09:00; Site; SRBM; comes down 09:")
    assert "breaks up 09:03:20.0 (T+3:20.0); what is left comes down 09:0" in heading(flight=broken)
    assert "is lost from view 09:01:40.0" in heading(flight={**ARC, "lost": "PT100S"})
    assert "is in orbit" in heading(flight=orbit, vehicle={"class": "slv"})
    assert heading(flight=None).endswith("no flight is given")


def test_nothing_is_cut_off_where_there_is_little_room() -> None:
    """Many dates go below each other in several tables, and a long one is folded."""
    columns = [Column(f"20{n}-01-01T00:00:00+09:00", 0) for n in range(10, 19)]
    (one,) = compared(flight())
    many = [one._replace(answers=one.answers[:1] * len(columns))]
    lines = printed(compared_tables(many, columns, SEOUL, 80))

    assert max(map(len, lines)) <= 80
    assert all(any(column.label in line for line in lines) for column in columns)
    assert not any("…" in line for line in lines)


def test_what_came_after_the_impact_is_negative() -> None:
    """A warning that was held until long after the impact leaves less than nothing."""
    late = compared(flight(), cut("jpn-kor", 0), restore("jpn-kor", 5000))
    lines = printed(compared_tables(late, COLUMNS, SEOUL, 80))
    (one,) = late

    assert table(lines, "JPN")["from first warning"][0].startswith("-1:")
    told = compared_json(late, COLUMNS, scenario())
    answer = told["launches"][0]["answers"][0]
    assert one.subject.impact is not None
    assert answer["left_from_first_warning_s"] == (one.subject.impact - START) / SECOND - 5000 < 0
    assert answer["known_before_impact"] == 0


def test_json_has_the_same_numbers_and_says_that_it_is_an_exercise() -> None:
    """Units are in the names; what does not apply is null; it is plain JSON."""
    told = compared_json(compared(flight()), COLUMNS, scenario())
    (found,) = told["launches"]
    japan = [answer for answer in found["answers"] if answer["country"] == "JPN"]

    assert json.loads(json.dumps(told)) == told
    assert (told["status"], told["exercise"]) == ("Exercise", "EXERCISE MORNING CALM")
    assert (found["launch"], found["ends"], found["track_every_s"]) == ("rocket", "impact", 10)
    assert [answer["as_of"] for answer in japan] == ["as written", "1999-01-01"]
    assert [answer["arrangements_at"] for answer in japan] == [
        None,
        "1970-01-01T09:00:00.000+09:00",
    ]
    assert japan[0]["first_warning"] == {
        "after_launch_s": 30.0,
        "due": "2023-12-19T09:00:30.000+09:00",
        "message": "rocket.kor.1",
        "originator": "KOR",
        "arrangement": "accord",
        "path": ["KOR", "JPN"],
    }
    assert japan[1]["first_warning"] is None
    assert japan[1]["left_from_first_warning_s"] is None
    assert japan[0]["left_from_first_warning_s"] == found["impact_s"] - 30


def test_without_a_flight_json_has_nulls() -> None:
    """No path, no impact, no shares."""
    (found,) = compared_json(compared(launch(seen=["KOR"])), COLUMNS, scenario())["launches"]

    assert (found["ends"], found["flight_s"], found["impact"], found["impact_s"]) == (None,) * 4
    assert {answer["known_at_all"] for answer in found["answers"]} == {None}


def test_a_sentence_says_what_the_last_arrangements_are_worth() -> None:
    """For each country, the last column beside the first; nothing beside itself."""
    (both,) = compared(flight())
    jpn, kor, _ = sentences(both)
    other = both._replace(answers=both.answers[::-1])
    late = [
        answer._replace(first=answer.first._replace(due=answer.first.due + 2 * SECOND))
        if answer.first
        else answer
        for answer in both.answers[0]
    ]

    assert jpn.startswith("JPN: never warned then; ")
    assert jpn.endswith("% → 0.0 % of the flight known")
    assert kor == "KOR: nothing is different"
    assert next(sentences(other)).startswith("JPN: warned only then; 0.0 % → ")
    told = sentences(both._replace(answers=(tuple(late), both.answers[0])))
    assert next(told) == "JPN: warned 2.0 s earlier"


def test_a_sentence_and_the_table_say_one_share() -> None:
    """To the same tenth, so that a small change is not told as "79 % → 79 %"."""
    (both,) = compared(flight())
    subject = both.subject._replace(first=1, last=1000)
    some = next(each for each in both.answers[0] if each.country == "KOR")
    answers = tuple((some._replace(before_impact=known),) for known in (793, 796))
    changed = both._replace(subject=subject, answers=answers)
    rows = table(printed(compared_tables([changed], COLUMNS, SEOUL, 80)), "KOR")

    assert list(sentences(changed)) == ["KOR: 79.3 % → 79.6 % of the flight known"]
    assert ["79.3 %", "79.6 %"] in rows.values()


def test_one_date_alone_is_told_in_a_sentence_for_each_country() -> None:
    """How soon it was warned, by which way, how long before the impact; in three languages."""
    (both,) = compared(flight())
    alone = both._replace(answers=both.answers[:1])
    jpn, kor, usa = sentences(alone)

    assert jpn.startswith("JPN: warned 30.0 s after the launch, by accord, ")
    assert " before the impact; " in jpn
    assert jpn.endswith(" % of the flight known")
    assert "by its own reports" in kor
    assert usa == "USA: never warned"
    assert next(sentences(alone, "ja")).startswith("JPN: 発射から30.0 s後に警報（accord）, 落下の")
    assert next(sentences(alone, "ko")).startswith("JPN: 발사 30.0 s 후 경보(accord), 낙하 ")
