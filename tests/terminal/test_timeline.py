"""The plan as a table and as records."""

import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from feed.model.message import Delivery
from feed.model.time import SECOND
from feed.terminal.timeline import TimelineRow, TimelineStyle, Totals, folded, record, table
from feed.wording.times import Times
from tests.make import START, alert, arrangement, arrangements, launch, message, plan, scenario

SEOUL = Times(9 * 3600)
SHOWN = TimelineStyle(scenario(), SEOUL)
ACCORD = arrangement("accord", ["KOR", "JPN"], ["jpn-kor"], delay="PT10S")


def update(
    at: float, kind: str = "track", recipient: str = "JPN", delay: float = 1, **members: object
) -> Delivery:
    """Return an update of a rocket that Korea reported and a country gets a second later."""
    data = {"state": "predicted"} if kind == "impact" else {"phase": "boost"}
    said = message(at, kind=kind, type="update", **{"data": data, **members})  # type: ignore[arg-type]
    path = ("KOR", recipient)
    return Delivery(said.at + round(delay * SECOND), recipient, 0, said, "accord", path)


def first(at: float, kind: str = "launch", recipient: str = "JPN") -> Delivery:
    """Return the first report of a rocket."""
    return update(at, kind, recipient)._replace(message=message(at, kind=kind))


def told(rows: Iterable[TimelineRow]) -> list[tuple[float, str, str, int]]:
    """Return rows as (due after the start, recipient, kinds, how many)."""
    return [
        ((row.first.due - START) / SECOND, row.first.recipient, "+".join(row.kinds), row.deliveries)
        for row in rows
    ]


def text_of(lines: Iterable[object], width: int | None = None) -> list[str]:
    """Return what is printed, row by row."""
    console = Console(file=io.StringIO(), width=width or 1000, highlight=False, markup=False)
    for line in lines:
        console.print(line, soft_wrap=width is None)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_updates_between_two_events_are_one_row() -> None:
    """Updates of one path fold for each recipient, until something else is delivered."""
    deliveries = [
        first(0),
        update(1),
        update(1, recipient="USA"),
        update(2),
        update(3, "impact"),
        first(4, "alert"),
        update(5),
    ]

    assert told(folded(deliveries)) == [
        (1, "JPN", "launch", 1),
        (2, "JPN", "track+impact", 3),
        (2, "USA", "track", 1),
        (5, "JPN", "alert", 1),
        (6, "JPN", "track", 1),
    ]


def test_an_observed_impact_is_news() -> None:
    """Where it fell stands in a row of its own, though the message is an update."""
    fell = update(2, "impact", data={"state": "observed"})

    assert told(folded([update(1, "impact"), fell, update(3, "impact")])) == [
        (2, "JPN", "impact", 1),
        (3, "JPN", "impact", 1),
        (4, "JPN", "impact", 1),
    ]


def test_what_came_another_way_is_another_row() -> None:
    """The same object by another arrangement or from another originator is not folded in."""
    other_way = update(2)._replace(path=("KOR", "USA", "JPN"))
    other = update(3, originator="USA")._replace(path=("USA", "JPN"))

    rows = list(folded([update(1), other_way, other, update(4, delay=3)]))
    assert [row.deliveries for row in rows] == [2, 1, 1]
    assert rows[0].longest == 3 * SECOND


STEPS = st.tuples(
    st.sampled_from(["launch", "track", "impact"]),
    st.sampled_from(["JPN", "USA"]),
    st.booleans(),
)


@given(steps=st.lists(STEPS, max_size=40))
def test_folding_loses_nothing(steps: Sequence[tuple[str, str, bool]]) -> None:
    """Rows count every delivery once and stand in order of their first."""
    deliveries = [
        update(n, kind, recipient) if again and kind != "launch" else first(n, kind, recipient)
        for n, (kind, recipient, again) in enumerate(steps)
    ]
    rows = list(folded(deliveries))

    assert sum(row.deliveries for row in rows) == len(deliveries)
    dues = [row.first.due for row in rows]
    assert dues == sorted(dues)
    assert all(row.first.due <= row.last.due for row in rows)


def test_a_table_begins_before_its_plan_ends() -> None:
    """The first rows of a plan without end are there at once."""
    endless = (first(n) for n in itertools.count())
    lines = text_of(itertools.islice(table(endless, SHOWN), 6))

    assert lines[0] == "EXERCISE EXERCISE EXERCISE  MORNING CALM"
    assert lines[1] == "Made"
    assert lines[3] == "── 2023-12-19 Tue +09:00"
    assert lines[5].startswith("09:00:02")


def test_a_row_through_a_pipe_is_a_line() -> None:
    """Due time, delay, recipient, kind, path, arrangement, event and words stand in one line."""
    *_, row = text_of(table([first(0)], SHOWN))

    assert row.split() == ["09:00:01", "+1.0s", "JPN", "launch", "alert", "KOR>JPN", "accord",
                           "rocket"]  # fmt: skip


def test_a_folded_row_says_until_when_and_how_late_at_most() -> None:
    """The row of several updates has their number, the longest delay, and the last of them."""
    *_, row = text_of(table([update(1), update(2, delay=2.5), update(3, "impact")], SHOWN))

    assert row.split() == ["09:00:02", "≤2.5s", "JPN", "track+impact", "×3", "KOR>JPN", "accord",
                           "rocket", "until", "09:00:04:", "predicted"]  # fmt: skip


def test_every_update_has_a_row_when_asked_for() -> None:
    """With ``every`` nothing is folded."""
    shown = TimelineStyle(scenario(), SEOUL, every=True)
    rows = text_of(table([update(n) for n in range(5)], shown))

    assert sum("track update" in row for row in rows) == 5


def test_own_and_public_reports_have_no_path() -> None:
    """What a country reported itself, or everybody may know, came no special way."""
    made = plan(alert(country="JPN"), agreed=arrangements(ACCORD))
    rows = text_of(table(made.deliveries(), SHOWN))[-3:]

    assert [row.split()[1:5] for row in rows] == [
        ["JPN", "alert", "JPN", "own"],
        ["KOR", "alert", "JPN", "public"],
        ["USA", "alert", "JPN", "public"],
    ]


def test_what_waited_for_a_link_is_marked() -> None:
    """A delivery that was held says so."""
    *_, row = text_of(table([first(0)._replace(late=True)], SHOWN))

    assert "accord (held)" in row


def test_each_day_has_a_heading_in_the_wanted_zone() -> None:
    """Dates stand once, above the rows of their day."""
    shown = TimelineStyle(scenario(), Times(0, ZoneInfo("America/New_York")))
    rows = text_of(table([first(0), first(3600), first(6 * 3600)], shown))

    assert [row for row in rows if row.startswith("──")] == [
        "── 2023-12-18 Mon -05:00",
        "── 2023-12-19 Tue -05:00",
    ]


@pytest.mark.parametrize("width", [80, 100, 140, 200])
def test_a_row_fits_the_terminal_and_hides_nothing(width: int) -> None:
    """On a narrow terminal the words stand below, wrapped; all of them are there."""
    words = "ミサイル発射。建物の中、又は地下に避難してください。" * 4
    made = plan(alert(headline={"en": words}), agreed=arrangements(ACCORD))
    shown = TimelineStyle(scenario(), SEOUL, width=width)
    rows = text_of(table(itertools.islice(made.deliveries(), 1), shown), width)

    assert all(cell_len(row) <= width for row in rows)
    assert any("warning" in row for row in rows)
    assert words in "".join(row.strip() for row in rows)


def test_totals_count_what_passes() -> None:
    """After the last delivery the totals say how many there were, of what, for whom."""
    totals = Totals()
    some = [first(0), update(1), update(7200, "impact", recipient="USA")]
    assert list(totals.counted(some)) == some

    assert [line.plain for line in totals.lines(SEOUL)] == [
        "3 deliveries about 1 event: JPN 2, USA 1",
        "of these impact 1, launch 1, track 1",
        "from 2023-12-19 Tue 09:00:01 to 2023-12-19 Tue 11:00:01 +09:00, 2:00:00 of scenario time",
    ]


def test_nothing_at_all_is_said_to_be_nothing() -> None:
    """A plan that delivers nothing has totals, too."""
    totals = Totals()
    assert list(totals.counted(iter(()))) == []

    assert [line.plain for line in totals.lines(SEOUL)] == ["nothing is delivered"]


KEYS = [
    "status",
    "exercise",
    "due",
    "time",
    "offset_s",
    "delay_s",
    "recipient",
    "kind",
    "act",
    "event",
    "originator",
    "message",
    "arrangement",
    "path",
    "late",
    "releasable_to",
    "references",
    "expires",
    "headline",
    "data",
]


def deliveries() -> Iterator[Delivery]:
    """Return a plan with all that a record can have."""
    made = plan(launch(), alert(at=5, expires="PT60S"), agreed=arrangements(ACCORD))
    return made.deliveries()


def test_a_record_has_always_the_same_keys() -> None:
    """Programs find every key in every record, and each record is JSON."""
    records = [record(delivery, SHOWN) for delivery in deliveries()]

    assert {tuple(each) for each in records} == {tuple(KEYS)}
    assert json.loads(json.dumps(records)) == records


def test_a_record_says_what_a_delivery_is() -> None:
    """Times are RFC 3339, spans have their unit in the name, and it is marked as an exercise."""
    warning = next(each for each in deliveries() if each.message.kind == "alert")
    told_ = record(warning, SHOWN)

    assert told_.pop("data") == warning.message.data
    assert told_ == {
        "status": "Exercise",
        "exercise": "EXERCISE MORNING CALM",
        "due": "2023-12-19T09:00:05.000+09:00",
        "time": "2023-12-19T09:00:05.000+09:00",
        "offset_s": 5.0,
        "delay_s": 0.0,
        "recipient": "JPN",
        "kind": "alert",
        "act": "alert",
        "event": "warning",
        "originator": "JPN",
        "message": "warning.jpn.1",
        "arrangement": "own",
        "path": ["JPN"],
        "late": False,
        "releasable_to": ["KOR", "JPN", "USA"],
        "references": [],
        "expires": "2023-12-19T09:01:05.000+09:00",
        "headline": "Take shelter. – North [Agency]",
    }
