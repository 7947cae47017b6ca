"""The live view of a run: what every country has just got, and how the run stands.

``Screen`` draws one state into a terminal of any size and knows nothing else; ``LiveView`` keeps
the terminal.  Every line is cut to the width of the terminal, so that a frame has as many rows as
it has lines, also with letters that are two columns wide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from feed.model.marking import BANNER
from feed.model.message import OWN, PUBLIC
from feed.model.time import SECOND, render_duration
from feed.terminal.log import Notes
from feed.terminal.views import CountryView, LiveState, MessageView, Recent
from feed.wording.headline import kind_and_act
from feed.wording.text import clean
from feed.wording.times import Times, after, named_zone, rate_text

__all__ = ["CountryView", "LiveState", "LiveView", "MessageView", "Screen"]

_FRAME_US = 120_000
"""Frames are no closer than this, by the wall clock."""
_SPARE_ROWS = 2
"""left below the view, so that its banner is not pushed off by the prompt that follows it"""
_COLUMN = 38
"""A country needs so many columns to stand beside another."""
_GAP = " │ "
_FEWEST = 3
"""Countries stand below each other while each has so many rows."""
_LATE = 60 * SECOND
_LONGEST = 3
"""rows of one message"""
_ACTS = {"alert": "bold red", "cancel": "bold magenta", "all-clear": "bold green"}
_STATES = {"playing": "bold green", "paused": "bold yellow", "ended": "bold cyan"}
_KEYS = (
    ("space", "pause"), ("+ -", "rate"), ("→", "step"), ("n", "next event"), ("q", "end"),
)  # fmt: skip


class LiveView:
    """A picture of a run that is kept up to date on a terminal; a context manager.

    However it is left, the last picture stays and the terminal is as it was.
    """

    def __init__(
        self,
        *,
        zone: str | None = None,
        notes: Notes | None = None,
        console: Console | None = None,
    ) -> None:
        """Show times in a named zone; logs of the same terminal appear above the view."""
        self._zone = named_zone(zone)
        self._notes = notes
        self._console = console or Console(highlight=False, emoji=False)
        self._recent: dict[str, Recent] = {}
        self._state: LiveState | None = None
        self._drawn_us: int | None = None
        self._size = self._console.size
        self._live = self._fresh()

    def render(self, state: LiveState) -> "Screen":
        """Return a state as something that the console can draw at any size."""
        return Screen(state, Times(state.offset_s, self._zone), Times(0, self._zone))

    def update(self, state: LiveState) -> None:
        """Show a state; one that comes too soon after the last is left for the next frame."""
        for country in state.countries:
            self._recent.setdefault(country.country, Recent()).add(country.recent)
        self._state = state
        if self._drawn_us is None or abs(state.wall_us - self._drawn_us) >= _FRAME_US:
            self._draw()

    def __enter__(self) -> Self:
        """Take over the terminal."""
        self._live.start()
        if self._notes is not None:
            self._notes.above = self._above
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last picture, and give the terminal back."""
        try:
            if self._notes is not None:
                self._notes.above = None
            self._draw()
        finally:
            self._live.stop()

    def _draw(self) -> None:
        if self._state is None:
            return
        self._drawn_us = self._state.wall_us
        if self._console.size != self._size:
            self._resize()
        countries = [
            replace(country, recent=self._recent[country.country].rows())
            for country in self._state.countries
        ]
        self._live.update(self.render(replace(self._state, countries=countries)), refresh=True)

    def _resize(self) -> None:
        """Start on a clean screen: what was drawn has been broken into other lines."""
        self._size = self._console.size
        self._live.transient = True
        self._live.stop()
        self._console.clear()
        self._live = self._fresh()
        self._live.start()

    def _fresh(self) -> Live:
        return Live(
            Text(BANNER),
            console=self._console,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )

    def _above(self, line: str) -> None:
        self._console.print(Text(line), overflow="fold")


@dataclass(frozen=True)
class Screen:
    """One state, ready to be drawn."""

    state: LiveState
    times: Times
    wall: Times

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as many rows as there are, each as wide as there is."""
        width = options.max_width
        height = max(1, (options.height or console.height) - _SPARE_ROWS)
        head, foot = self._head(width), self._foot()
        head, foot = head[:height], foot[: max(0, height - len(head))]
        room = height - len(head) - len(foot)
        body = _side_by_side(self.state.countries, self.times, console, width, room)
        for line in (*head, *body, *foot):
            yield _fitted(line, width)

    def _head(self, width: int) -> list[Text]:
        """Return the banner and how the run stands, the most important first."""
        state = self.state
        lines = [
            _banner(state.exercise, width),
            self._title(),
            self._where(),
            _bar(state, width),
            self._counts(),
            Text.assemble(("connect ", "dim"), "  ".join(map(clean, state.addresses)) or "…"),
        ]
        if width >= 2 * _COLUMN:
            run = (
                f"run {state.run}   wall {self.wall.rfc3339(state.wall_us)[:19].replace('T', ' ')}"
            )
            lines.append(Text(f"{run} {self.wall.offset_text(state.wall_us)}", style="dim"))
        return lines

    def _title(self) -> Text:
        """Return what is played, and whose arrangements hold if they are not those of the time."""
        title, fixed = Text(clean(self.state.title), style="bold"), self.state.arrangements_us
        if fixed is not None:
            # In front, where a narrow terminal does not cut it off.
            at = f"by the arrangements of {self.times.rfc3339(fixed)[:10]}: "
            title = Text.assemble((at, "bold yellow"), title)
        return title

    def _where(self) -> Text:
        state, here = self.state, self.state.position_us
        style = _STATES.get(state.doing, "bold")
        elapsed = _seconds(here - state.starts_us)
        return Text.assemble(
            (clean(state.doing), style),
            f" {rate_text(state.rate)}   ",
            (f"{self.times.day(here)} {self.times.clock(here)}", "bold cyan"),
            f" {self.times.offset_text(here)}   ",
            ("T+", "dim"),
            f"{elapsed} ",
            (f"of {_seconds(state.ends_us - state.starts_us)}", "dim"),
        )

    def _counts(self) -> Text:
        state = self.state
        missing = sum(country.missing for country in state.countries)
        twice = sum(country.duplicates for country in state.countries)
        received = sum(country.received for country in state.countries)
        parts = [
            Text(f"sent {state.sent:,}{_of(state.planned)}"),
            Text(f"received {received:,}"),
            Text(f"missing {missing:,}", style="bold red" if missing else ""),
            Text(f"twice {twice:,}"),
            Text(f"late {state.late_ms:,} ms (most {state.latest_ms:,})"),
        ]
        if state.skipped_us:
            parts.append(Text(f"skipped {_seconds(state.skipped_us)}"))
        if state.restarts:
            parts.append(Text(f"broker restarts {state.restarts}", style="yellow"))
        return Text("   ").join(parts)

    def _foot(self) -> list[Text]:
        lines = []
        if self.state.note:
            lines.append(Text(f"! {clean(self.state.note)}", style="yellow"))
        if self.state.keys and self.state.state != "ended":
            keys = [Text.assemble((key, "bold"), f" {does}") for key, does in _KEYS]
            lines.append(Text("   ").join(keys))
        return lines


def _banner(exercise: str, width: int) -> Text:
    name = f"{BANNER}   {clean(exercise)}"
    line = Text(name if len(name) <= width else BANNER, style="bold white on red")
    line.align("center", width)
    return line


def _bar(state: LiveState, width: int) -> Text:
    """Return how much of the scenario's time has passed."""
    percent = f" {int(state.progress * 100):3}%"
    cells = max(0, width - len(percent))
    done = round(cells * state.progress)
    return Text.assemble(("━" * done, "green"), ("─" * (cells - done), "dim"), percent)


def _side_by_side(
    countries: Sequence[CountryView], times: Times, console: Console, width: int, room: int
) -> Iterator[Text]:
    """Yield so many rows with the countries beside each other, or as far as there is room."""
    if not countries or room < 1:
        return
    across = max(1, min(len(countries), (width + len(_GAP)) // (_COLUMN + len(_GAP))))
    if across < len(countries) and room // len(countries) >= _FEWEST:
        across = 1  # one below the other they have whole lines to themselves
    column = (width - (across - 1) * len(_GAP)) // across
    bands = [countries[start : start + across] for start in range(0, len(countries), across)]
    left_out = 0
    if len(bands) > room:
        left_out = sum(map(len, bands[room - 1 :]))
        bands = bands[: room - 1]
    rows = (room - bool(left_out)) // len(bands) if bands else 0
    for band in bands:
        blocks = [_block(country, times, console, column, rows) for country in band]
        for cells in zip(*blocks, strict=True):
            line = Text()
            for index, cell in enumerate(cells):
                line.append(_GAP if index else "", style="dim")
                line.append_text(_fitted(cell, column))
            yield line
    if left_out:
        yield Text(f"… and {left_out} more", style="dim")


def _block(
    country: CountryView, times: Times, console: Console, width: int, rows: int
) -> list[Text]:
    """Return what one country has got, in exactly so many rows: a heading, then the newest."""
    block = [_heading(country, width)]
    stacked = width >= 2 * _COLUMN
    if not stacked and rows > len(block) + 1:
        block.append(_account(country))
    for message in reversed(country.recent):
        if len(block) >= rows:
            break
        if stacked:
            block.append(_in_one(message, times))
        else:
            block += _in_several(message, times, console, width, rows - len(block))
    if not country.recent and len(block) < rows:
        block.append(Text("nothing yet", style="dim"))
    block = block[:rows]
    return block + [Text() for _ in range(rows - len(block))]


def _heading(country: CountryView, width: int) -> Text:
    mark = ("● ", "green") if country.connected else ("○ ", "bold red")
    line = Text.assemble(mark, (country.country, "bold"), f" {clean(country.name)}  ")
    if not country.connected:
        line.append("not connected  ", style="bold red")
    if width >= 2 * _COLUMN:
        line.append_text(_account(country))
    return line


def _account(country: CountryView) -> Text:
    latency = "" if country.latency_ms is None else f"  {country.latency_ms:.0f} ms"
    line = Text(f"{country.received:,}{_of(country.planned)}{latency}", style="dim")
    if country.missing:
        line.append(f"  missing {country.missing:,}", style="bold red")
    if country.duplicates:
        line.append(f"  twice {country.duplicates:,}")
    line.append(f"  {_active(country.active)}", style="bold yellow")
    return line


def _active(active: Mapping[str, int]) -> str:
    return "  ".join(f"{kind} {count}" for kind, count in active.items() if count)


def _when(message: MessageView, times: Times) -> Text:
    """Return when a country got a message, how long after the event, and what kind it is of."""
    late = round(message.delay_s * SECOND)
    style = "yellow" if late >= _LATE else "cyan"
    kind = clean(kind_and_act(message.kind, message.act))
    return Text.assemble(
        f"{times.clock(message.due_us)} ",
        (f"{after(late) or '+0.0s':>7}", style if late else "dim"),
        "  ",
        (kind, _style(message)),
    )


def _style(message: MessageView) -> str:
    """Return how a message is told from others: red is for what people have to act on."""
    if message.act == "alert" and message.kind not in {"alert", "launch", "impact"}:
        return "bold"
    return _ACTS.get(message.act, "")


def _in_one(message: MessageView, times: Times) -> Text:
    line = _when(message, times)
    line.pad_right(max(0, 34 - line.cell_len))
    line.append(f" {_way(message)}  ", style="dim")
    line.append(clean(message.headline))
    return line


def _in_several(
    message: MessageView, times: Times, console: Console, width: int, room: int
) -> list[Text]:
    """Return a message with its text below it, in no more rows than there is room for."""
    lines = [_when(message, times)]
    most = min(_LONGEST, room) - 1
    if most > 0:
        text = Text.assemble((f"{_way(message)}  ", "dim"), clean(message.headline))
        wrapped = list(text.wrap(console, max(1, width - 2)))
        shown = wrapped[:most]
        if len(wrapped) > most:
            shown[-1] = Text.assemble(shown[-1], "…")
        lines += [Text.assemble("  ", line) for line in shown]
    return lines


def _way(message: MessageView) -> str:
    """Return the countries that a message passed; whose it is, if it came straight."""
    if message.arrangement in {OWN, PUBLIC} or not message.path:
        return clean(f"{message.originator} {message.arrangement}")
    return clean(message.path)


def _of(planned: int | None) -> str:
    return "" if planned is None else f"/{planned:,}"


def _seconds(us: int) -> str:
    return render_duration(max(0, us)).partition(".")[0]


def _fitted(line: Text, width: int) -> Text:
    """Return a line in exactly so many columns."""
    fitted = line.copy()
    fitted.no_wrap = True
    fitted.truncate(width, overflow="ellipsis", pad=True)
    return fitted
