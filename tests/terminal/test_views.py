"""What is drawn: the last messages, and how far a run is."""

from dataclasses import replace

import pytest

from feed.terminal.views import MessageView, Recent
from tests.terminal.pictures import country, live_state, message_view


def told(recent: Recent) -> list[tuple[str, str, int]]:
    """Return what is shown as (kind, act, sequence)."""
    return [(row.kind, row.act, row.sequence) for row in recent.rows()]


def updates(first: int, count: int) -> list[MessageView]:
    """Return track updates with consecutive numbers."""
    return [message_view(first + n, "track", "update") for n in range(count)]


def test_updates_do_not_push_the_alert_away() -> None:
    """However many track updates come, the last of them is one row and the rest stays."""
    recent = Recent(most=3)
    recent.add([message_view(1, "launch", "alert"), *updates(2, 40)])
    recent.add([message_view(42, "alert", "alert"), message_view(43, "impact", "update")])

    assert told(recent) == [
        ("launch", "alert", 1),
        ("alert", "alert", 42),
        ("impact", "update", 43),
    ]


def test_only_what_is_new_is_taken_in() -> None:
    """The same last messages can be handed in again and again."""
    recent = Recent()
    first = [message_view(1, "launch", "alert"), message_view(2, "alert", "alert")]
    recent.add(first)
    recent.add([*first, message_view(3, "alert", "update")])
    recent.add([])

    assert [sequence for *_, sequence in told(recent)] == [1, 2, 3]


def test_a_new_epoch_begins_with_new_numbers() -> None:
    """After a jump the numbers count from one, and what was told before it is not shown."""
    recent = Recent()
    recent.add([message_view(900, "alert", "alert")])
    recent.add([message_view(1, "meeting", "alert", epoch=2)])
    recent.add([message_view(901, "alert", "alert")])

    assert told(recent) == [("meeting", "alert", 1)]
    recent.begin(3)
    recent.begin(2)
    recent.add([message_view(2, "meeting", "update", epoch=2)])
    assert told(recent) == []


def test_the_oldest_rows_are_dropped() -> None:
    """No more rows are kept than were asked for."""
    recent = Recent(most=2)
    recent.add([message_view(n, "statement", "alert") for n in range(1, 6)])

    assert [sequence for *_, sequence in told(recent)] == [4, 5]


@pytest.mark.parametrize(
    ("state", "phase", "doing"),
    [
        ("paused", "playing", "paused"),
        ("loaded", "waiting for receivers", "waiting for receivers"),
        ("ended", "settling", "settling"),
        ("ended", "lingering", "lingering"),
        ("ended", "the broker is away", "ended"),
    ],
)
def test_a_run_is_said_to_do_what_matters_now(state: str, phase: str, doing: str) -> None:
    """What the transport does, unless the run waits for something else."""
    assert live_state(state=state, phase=phase).doing == doing


def test_progress_stays_between_nothing_and_all() -> None:
    """Progress is a share of the scenario's time, whatever the position is."""
    state = live_state(country("JPN"), starts_us=100, ends_us=300, position_us=150)

    assert state.progress == 0.25
    assert replace(state, position_us=0).progress == 0
    assert replace(state, position_us=900).progress == 1
    assert replace(state, ends_us=100).progress == 0
    assert replace(state, ends_us=100, state="ended").progress == 1
