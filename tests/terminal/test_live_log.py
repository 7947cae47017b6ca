"""The log of the live view: one below the other, or a column for each country."""

import io
from dataclasses import replace

from rich.console import Console

from feed.terminal.live_log import columns, one_log
from feed.terminal.live_text import Paper
from feed.wording.times import Times
from tests.terminal.pictures import country, message_view

PAPER = Paper(Console(file=io.StringIO(), width=80), 80, Times(9 * 3600), "en")


def test_one_message_to_several_stands_once() -> None:
    """With everybody who got it, by their rank, and the delay of the last."""
    first = message_view(1)
    later = replace(first, due_us=first.due_us + 1_000_000, delay_s=3.2)
    rows = [*one_log([country("JPN", first, rank=1), country("USA", later, rank=0)], PAPER, 9)]

    assert len(rows) == 1
    assert rows[0].plain.split()[:5] == ["09:00:03", "+3.2s", "launch", "alert", "■USA"]
    assert rows[0].plain.split()[5] == "●JPN"


def test_the_newest_stands_first_and_no_more_than_there_is_room_for() -> None:
    """Of fifty messages the last three are on three rows."""
    some = [message_view(n, event=f"e{n}", due_us=n * 1_000_000) for n in range(50)]
    rows = [*one_log([country("JPN", *some)], PAPER, 3)]

    assert [row.plain[:8] for row in rows] == ["09:00:49", "09:00:48", "09:00:47"]


def test_nothing_yet_is_said() -> None:
    """An empty log is no empty space; on no rows nothing is drawn."""
    assert [row.plain for row in one_log([country()], PAPER, 4)] == ["nothing yet"]
    assert not [*one_log([country()], PAPER, 0)]
    assert not [*columns([country()], PAPER, 0)]


def test_columns_have_all_rows_and_their_own_messages() -> None:
    """Each country has its heading and what it got; reasons stand before the words."""
    why = message_view(2, "alert", "cancel", headline="gone", text="gone", reason="wrong area")
    both = [country("JPN", why), country("USA")]
    rows = [row.plain for row in columns(both, PAPER, 5)]

    assert len(rows) == 5
    assert "■JPN Land of JPN" in rows[0]
    assert "■USA Land of USA" in rows[0]
    assert "because wrong area" in rows[2]
    assert rows[3].startswith("  gone")
    assert "nothing yet" in rows[1]


def test_who_sent_it_straight_is_named() -> None:
    """A country's own report names the country, another the path."""
    own = message_view(1, arrangement="own", path="JPN", originator="JPN")
    rows = [row.plain for row in columns([country("JPN", own)], PAPER, 4)]

    assert "JPN own" in rows[2]
