"""The screen: the five questions are answered on 24 rows of 80 columns, in every language."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from feed.terminal.views import LiveState
from tests.terminal.pictures import country, live_state, message_view
from tests.terminal.situations import state_at
from tests.terminal.test_live import drawn

EVE = "activation-eve-2023"
AOMORI = "over-aomori-2022"
FLIGHT = "2023-12-18T08:52:10+09:00"


@pytest.fixture(scope="module")
def flight() -> LiveState:
    """Give the middle of a flight of 73 minutes."""
    return state_at(EVE, FLIGHT)


def joined(rows: list[str]) -> str:
    """Return rows as one text, however they were wrapped."""
    return " ".join(" ".join(rows).split())


def test_the_five_questions_are_answered_on_a_small_terminal(flight: LiveState) -> None:
    """Band, launch with what is left, who knows since when and how, alerts, next, feed."""
    rows = drawn(flight, 80, 24)
    text = joined(rows)

    assert "EXERCISE EXERCISE EXERCISE MORNING CALM" in text
    for part in (
        "playing ×60 2023-12-18 Mon 08:52:10 +09:00 T+10:15:10",
        "▶ ICBM, solid from Samsok T+28:10 tracked, midcourse, 6,",
        "impact in 45:0",
        "(09:37:1",
        "north-west of Okushiri ±",
        "●JPN since 08:25:12 USA›JPN launch·track·impact fresh",
        "KOR’s word due 09:01:08",
        "▲KOR since 08:24:50 own launch·track·impact fresh",
        "■USA since 08:24:51 KOR›USA",
        "! public announcement on since 08:28:00, 24:10",
        "Next in 8:58 09:01:08 launch alert icbm-2023-12-18 → JPN",
        "Feed sent 552/4,311 received 552 missing 0 twice 0 late 3 ms (most 41)",
    ):
        assert part in text
    assert len(rows) == 22


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("ja", ("追尾中", "落下予測まで 45:", "奥尻島の北西", "自国", "KOR›USA", "発令中", "次")),
        ("ko", ("추적 중", "예상 낙하까지 45:", "오쿠시리섬 북서쪽", "자국", "발령 중", "다음")),
    ],
)
def test_they_are_answered_in_every_language(
    flight: LiveState, language: str, parts: tuple[str, ...]
) -> None:
    """Labels, phases and places are in the language; every row fits with wide letters."""
    rows = drawn(flight, 80, 24, language=language)

    assert all(part in joined(rows) for part in parts)
    assert {cell_len(row) for row in rows} == {80}


@pytest.mark.parametrize(("width", "height"), [(80, 24), (140, 40)])
def test_why_an_alert_is_over_in_a_part_is_whole(width: int, height: int) -> None:
    """What was withdrawn, why, and how long the alert has stood are not cut."""
    state = state_at(AOMORI, "2022-10-05T12:00:00+09:00")
    text = joined(drawn(state, width, height))

    assert "J-Alert withdrawn 11:00:00, because the area was wrong, had stood 1d 3:31:00" in text


def test_a_reason_is_never_cut() -> None:
    """However long a message is, why it changes what was said stands whole in the log."""
    long = message_view(
        3, "alert", "cancel", headline="word " * 200, text="word " * 200, reason="wrong area"
    )
    for width in (80, 140):
        rows = drawn(live_state(country("JPN", long)), width, 24)
        assert "because wrong area" in joined(rows)
        assert any(row.rstrip().endswith("word …") for row in rows)


def test_late_words_are_told_in_the_past_tense() -> None:
    """What came after the flight was over is among what is over, and counts as no launch."""
    state = state_at(EVE, "2023-12-17T23:50:00+09:00")
    text = joined(drawn(state, 80, 24))

    assert "Nothing is in the air." in text
    assert "SRBM from Sunan, Pyongyang 22:37:00 predicted impact has passed; JPN KOR had" in text


def test_a_long_silence_offers_a_jump() -> None:
    """A silence of hours says when it ends, and which key goes there; a short one does not."""
    state = replace(state_at(EVE, "2023-12-18T00:30:00+09:00"), rate=1.0)

    assert "(n goes there)" in joined(drawn(state, 80, 24))
    assert "(n goes there)" not in joined(drawn(replace(state, keys=False), 80, 24))
    fast = replace(state, rate=float("inf"))
    assert "(n goes there)" not in joined(drawn(fast, 80, 24))


def test_what_is_still_being_reckoned_says_so(flight: LiveState) -> None:
    """A situation of an earlier moment is not taken for that of now."""
    assert "still reckoning: the situation of 08:52:10" in joined(
        drawn(replace(flight, behind=True), 80, 24)
    )


def test_other_arrangements_are_named_on_a_small_terminal(flight: LiveState) -> None:
    """That the arrangements are those of another date is never left out."""
    rows = drawn(replace(flight, arrangements_us=0), 80, 24)

    assert rows[1].startswith("by the arrangements of 1970-01-01")


def test_countries_stand_side_by_side_in_a_wide_terminal(flight: LiveState) -> None:
    """At 140 columns each country has a column of the log, below the situation."""
    rows = drawn(flight, 140, 40)

    assert any(row.count("│") == 2 and "USA Land" in row for row in rows)


@pytest.mark.parametrize("height", [6, 8, 10, 14])
def test_what_finds_no_room_is_counted(flight: LiveState, height: int) -> None:
    """On very few rows the launch stays, in short, and the number of what is left out is said."""
    text = joined(drawn(flight, 100, height))

    assert "ICBM, solid from Samsok" in text or "… 2 more" in text
