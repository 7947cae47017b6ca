"""The live view: every size, every letter, and a terminal that is given back."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions

from feed.errors import UsageError
from feed.model.marking import BANNER
from feed.terminal.live import LiveState, LiveView
from feed.terminal.log import Notes
from tests.terminal.pictures import country, live_state, message_view

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d)[;m]")
SHOW_CURSOR = "\x1b[?25h"
CLEAR = "\x1b[2J"

ALERT = message_view(
    7,
    "alert",
    event="warning",
    headline="ミサイル発射。建物の中、又は地下に避難してください。 – Hokkaido",
    originator="JPN",
    arrangement="own",
    path="JPN",
    delay_s=0.0,
)
TRACK = message_view(
    8, "track", "update", headline="40.61 N 126.42 E, 21.9 km up, 1.30 km/s, boost"
)
STATE = live_state(
    country("JPN", ALERT, TRACK),
    country("KOR", ALERT, connected=False, missing=3),
    country("USA"),
    note="the broker went away",
    keys=True,
)


def console_of(width: int, height: int, *, no_color: bool = False) -> Console:
    """Return a console of a size that writes into a text."""
    return Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        width=width,
        height=height,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
        no_color=no_color,
    )


def written(console: Console) -> str:
    """Return everything that went to a console."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def drawn(
    state: LiveState, width: int, height: int, zone: str | None = None, language: str = "en"
) -> list[str]:
    """Return the rows of a state on a terminal of a size, without their colours."""
    console = console_of(width, height)
    view = LiveView(console=console, zone=zone, language=language)
    console.print(view.render(state), end="")
    return ESCAPE.sub("", written(console)).splitlines()


LETTERS = st.text(st.sampled_from("ab\n\t\r\x1b[2J 漢字かなカナ한글é…×→\U0001f680"), max_size=60)


@given(
    width=st.integers(1, 200),
    height=st.integers(1, 60),
    codes=st.lists(st.sampled_from(["JPN", "KOR", "USA", "AUS", "PHL"]), max_size=30),
    words=LETTERS,
    most=st.integers(0, 12),
)
def test_every_row_fits_at_every_size(
    width: int, height: int, codes: list[str], words: str, most: int
) -> None:
    """Each row fills the width to the column, wide letters or not, and no row is too many."""
    messages = [message_view(1 + n, "alert", headline=words, path=words) for n in range(most)]
    some = [country(code, *messages, name=words) for code in codes]
    state = live_state(*some, title=words, note=words, exercise=words, keys=True)
    rows = drawn(state, width, height)

    assert len(rows) <= max(1, height - 2)
    assert {cell_len(row) for row in rows} == {width}


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (40, 10), (26, 3)])
def test_the_banner_is_always_there(width: int, height: int) -> None:
    """The first row says that it is an exercise, at any size that can hold the words."""
    first, *_ = drawn(STATE, width, height)

    assert BANNER in first


def test_other_arrangements_are_named_before_the_title() -> None:
    """A run that is shared by the arrangements of another date says so where nothing is cut off."""
    rows = drawn(replace(STATE, arrangements_us=0), 80, 24)

    assert rows[1].startswith("by the arrangements of 1970-01-01: A story")
    assert not any("arrangements" in row for row in drawn(STATE, 80, 24))


def test_countries_stand_side_by_side_where_there_is_room() -> None:
    """At 120 columns three countries share their rows."""
    rows = drawn(STATE, 120, 40)

    (names,) = [row for row in rows if "JPN Land" in row]
    assert "KOR Land" in names
    assert "USA Land" in names


def test_what_was_told_to_several_stands_once_in_a_narrow_terminal() -> None:
    """At 80 columns there is one log: each message once, with everybody who got it."""
    rows = drawn(STATE, 80, 24)

    (alert,) = [row for row in rows if " alert " in row]
    assert alert.index("JPN") < alert.index("KOR")


def test_thirty_countries_fit_into_a_small_terminal() -> None:
    """Who is not connected is said of all thirty, before the log has a row."""
    some = [country(f"C{n:02}", ALERT, connected=False) for n in range(30)]
    rows = drawn(live_state(*some), 120, 24)
    start = next(number for number, row in enumerate(rows) if row.startswith("not connected"))

    assert all(f"C{n:02}" in "".join(rows[start : start + 3]) for n in range(30))


def test_the_view_says_how_the_run_stands() -> None:
    """State, rate, both times, progress, totals, lateness and where to connect are on screen."""
    text = "\n".join(drawn(STATE, 120, 40))

    for part in (
        "playing ×60  2023-12-19 Tue 09:15:00 +09:00  T+0:15:00 of 1:00:00 25%",
        "sent 552/4,311  received 552  missing 3  twice 0  late 3 ms (most 41)",
        "mqtt://127.0.0.1:1883  ws://127.0.0.1:8083/mqtt",
        "wall 00:00:00 +00:00",
        "not connected  ■KOR",
        "■KOR missing 3",
        "! the broker went away",
        "space pause",
    ):
        assert part in text


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_the_page_is_said_beside_the_keys_or_below(language: str) -> None:
    """On 80 columns there is room for it; one that is not served is a hint, where it fits."""
    served = replace(STATE, page="http://127.0.0.1:8084/")
    long = replace(STATE, page="http://127.0.0.1:8084/?exercise=morning-calm")

    assert served.page in drawn(served, 80, 24, language=language)[-1]
    assert drawn(long, 80, 24, language=language)[-1].strip() == long.page
    assert "feed dashboard" in drawn(STATE, 100, 24, language=language)[-1]


def test_a_message_says_how_long_after_the_event_it_came() -> None:
    """The newest message stands first, with its delay, and who got it."""
    later = replace(ALERT, due_us=ALERT.due_us + 1_000_000)
    rows = drawn(live_state(country("JPN", TRACK, later)), 100, 24)
    start = next(number for number, row in enumerate(rows) if row.startswith("09:00"))

    assert rows[start].split()[:5] == [
        "09:00:03",
        "+0.0s",
        "alert",
        "■JPN",
        "ミサイル発射。建物の中、又は地下に避難してください。",
    ]
    assert rows[start + 1].split()[:6] == ["09:00:02", "+2.2s", "track", "update", "■JPN", "40.61"]


def test_after_a_jump_nothing_is_shown_of_before_it() -> None:
    """What was told of the future is not there once somebody sought back."""
    console = console_of(80, 24)
    with LiveView(console=console) as view:
        view.update(STATE)
        assert "Hokkaido" in written(console)
        before = len(written(console))
        jumped = replace(STATE, epoch=2, wall_us=STATE.wall_us + 1_000_000, countries=[])
        view.update(replace(jumped, countries=[country("JPN", ALERT)]))

    assert "Hokkaido" not in written(console)[before:]


def test_what_does_not_apply_is_not_shown() -> None:
    """A plan too long to count has no totals; what was not skipped or restarted is not said."""
    text = "\n".join(drawn(live_state(country("JPN", planned=None), planned=None), 120, 40))

    assert "sent 552  received" in text
    assert "skipped" not in text
    assert "restarts" not in text
    assert "faults" not in text
    assert "space pause" not in text


def test_a_phase_stands_in_place_of_the_state() -> None:
    """While a run waits, settles or lingers, that is what the view says."""
    waiting = replace(STATE, phase="waiting for receivers", state="loaded")
    ended = replace(
        STATE, state="ended", skipped_us=7_380_000_000, restarts=2, faults=("drop", "storm")
    )

    assert "waiting for receivers ×60" in drawn(waiting, 120, 40)[2]
    looking = replace(STATE, phase="looking for the place", looked=123_456)
    assert "looking for the place 123,456 ×60" in drawn(looking, 120, 40)[2]
    text = "\n".join(drawn(ended, 120, 40))
    assert "ended ×60" in text
    assert "skipped 2:03:00  broker restarts 2" in text
    assert "faults on purpose: drop, storm" in text
    assert "space pause" not in text


def test_the_staff_is_reminded_at_the_foot() -> None:
    """Of what its scenario says, with the moment; nothing of it speaks to the terminal."""
    reminders = [(STATE.position_us, "Call the liaison.\x1b[2J")]
    rows = drawn(replace(STATE, reminders=reminders), 120, 40)

    assert any(row.startswith("staff 09:15:00 Call the liaison.") for row in rows)
    assert "staff" not in "".join(drawn(STATE, 120, 40))


def test_times_are_shown_in_the_wanted_zone() -> None:
    """With a zone all times of the view are in it."""
    rows = drawn(STATE, 120, 40, zone="UTC")

    assert "2023-12-19 Tue 00:15:00 +00:00" in rows[2]
    with pytest.raises(UsageError):
        LiveView(zone="Nowhere/At-All")


def test_colours_are_left_out_where_nobody_wants_them() -> None:
    """With NO_COLOR no colour is sent, only bold and dim."""
    coloured, plain = console_of(120, 40), console_of(120, 40, no_color=True)
    for console in (coloured, plain):
        console.print(LiveView(console=console).render(STATE))

    assert COLOUR.search(written(coloured))
    assert not COLOUR.search(written(plain))


def test_the_last_picture_stays_and_the_cursor_comes_back() -> None:
    """After a normal end the last state stands on the terminal, also if it came too soon."""
    console = console_of(120, 40)
    with LiveView(console=console) as view:
        view.update(STATE)
        view.update(replace(STATE, sent=4311, wall_us=STATE.wall_us + 1000))
        assert "4,311/4,311" not in written(console)

    assert "sent 4,311/4,311" in written(console)
    assert written(console).count(SHOW_CURSOR) == 1


def test_the_terminal_is_given_back_after_an_error() -> None:
    """An exception leaves the last picture and the cursor behind."""
    console, notes = console_of(80, 24), Notes()

    def fail() -> None:
        with LiveView(console=console, notes=notes) as view:
            view.update(STATE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert SHOW_CURSOR in written(console)
    assert notes.above is None


def test_frames_are_not_drawn_more_often_than_eight_times_a_second() -> None:
    """Of a hundred states within a second of wall time nine are drawn at most."""
    console = console_of(80, 24)
    with LiveView(console=console) as view:
        for n in range(100):
            view.update(replace(STATE, sent=10_000 + n, wall_us=STATE.wall_us + n * 10_000))
        frames = len(re.findall(r"sent 10,0\d\d", written(console)))

    assert 5 <= frames <= 9


def test_a_wall_clock_that_goes_back_does_not_stop_the_view() -> None:
    """After the wall clock was set back the next state is drawn."""
    console = console_of(80, 24)
    with LiveView(console=console) as view:
        view.update(STATE)
        view.update(replace(STATE, sent=9999, wall_us=STATE.wall_us - 3_600_000_000))
        assert "9,999" in written(console)


def test_a_resized_terminal_is_drawn_anew() -> None:
    """When the size changes the screen is cleared, and the next frame has the new width."""
    console = console_of(120, 40)
    with LiveView(console=console) as view:
        view.update(STATE)
        assert CLEAR not in written(console)
        console.size = ConsoleDimensions(60, 20)
        view.update(replace(STATE, wall_us=STATE.wall_us + 1_000_000))
        last = written(console).rpartition(CLEAR)[2]

    rows = ESCAPE.sub("", last).splitlines()
    assert any(BANNER in row and cell_len(row) == 60 for row in rows)


def test_logs_stand_above_the_view() -> None:
    """A log line is written whole, and the picture is drawn below it again."""
    console, notes = console_of(80, 24), Notes()
    with LiveView(console=console, notes=notes) as view:
        view.update(STATE)
        assert notes.above is not None
        notes.above("the broker [bold]went[/] away")
        after = ESCAPE.sub("", written(console)).rpartition("the broker [bold]went[/] away")[2]

    assert BANNER in after


def test_nothing_is_drawn_of_a_run_that_never_began() -> None:
    """A view without a state leaves no more than the banner."""
    console = console_of(80, 24)
    with LiveView(console=console):
        pass

    assert ESCAPE.sub("", written(console)).split() == BANNER.split()
