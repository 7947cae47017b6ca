"""One state of a run, drawn on a terminal of any size: what matters first is there at any of them.

The band comes first, then what is in the air and who knows, what people were told, what is next,
how the feed works; the log has the rest.  A frame has as many rows as it has lines, each of the
width of the terminal, also with letters that are two columns wide.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from feed.model.marking import BANNER
from feed.model.time import render_duration
from feed.terminal.live_log import COLUMN, columns, one_log
from feed.terminal.live_palette import badge
from feed.terminal.live_situation import Block, SituationLines
from feed.terminal.live_text import Paper, fitted, wrapped
from feed.terminal.views import CountryView, LiveState
from feed.wording.situation import word
from feed.wording.text import clean
from feed.wording.times import Times, rate_text

__all__ = ["Screen"]

_SPARE_ROWS = 2
"""left below the view, so that its banner is not pushed off by the prompt that follows it"""
_TALL = 30
"""From so many rows on there is room for what is not needed at every moment."""
_LOG_ROWS = 2
"""that the log has at least, unless launches and alerts need them"""
_STATES = {"playing": "bold green", "paused": "bold yellow", "ended": "bold cyan"}
_KEYS = (("space", "pause"), ("+ -", "rate"), ("→", "step"), ("n", "next-event"), ("q", "end"))
_INDENT = 8
_BEHIND = 20
"""So many messages are under way without anything being wrong."""


@dataclass(frozen=True)
class Screen:
    """One state, ready to be drawn."""

    state: LiveState
    times: Times
    wall: Times
    language: str = "en"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as many rows as there are, each as wide as there is."""
        width = options.max_width
        height = max(1, (options.height or console.height) - _SPARE_ROWS)
        paper = Paper(console, width, self.times, self.language)
        head, foot = self._head(width, height), self._foot(width)
        head = [row for line in head for row in wrapped(line, console, width)][:height]
        feed = [row for line in self._feed() for row in wrapped(line, console, width, _INDENT)]
        # On very few rows half of them are for the situation.
        left = max(0, height - len(head))
        foot = [*feed, *foot][: left if self.state.situation is None else left // 2]
        room = height - len(head) - len(foot)
        body = [*self._situation(paper, room, tall=height >= _TALL)]
        log = self._log(paper, room - len(body))
        for line in (*head, *body, *foot[: len(feed)], *log, *foot[len(feed) :]):
            yield fitted(line, width)

    def _head(self, width: int, height: int) -> list[Text]:
        """Return the banner and how the run stands, the most important first."""
        state = self.state
        lines = [_banner(state.exercise, width)]
        title = self._title()
        if height >= _TALL or state.arrangements_us is not None or state.situation is None:
            lines.append(fitted(title, width))
        lines.append(self._where(width))
        if height >= _TALL or state.situation is None:
            lines.append(_bar(state, width))
            addresses = "  ".join(map(clean, state.addresses)) or "…"
            lines.append(
                fitted(Text.assemble((f"{self._word('connect')} ", "dim"), addresses), width)
            )
        return lines

    def _title(self) -> Text:
        """Return what is played, and whose arrangements hold if they are not those of the time."""
        title, fixed = Text(clean(self.state.title), style="bold"), self.state.arrangements_us
        if fixed is not None:
            # In front, where a narrow terminal does not cut it off.
            at = self._word("arrangements-of", self.times.rfc3339(fixed)[:10])
            title = Text.assemble((at, "bold yellow"), title)
        return title

    def _where(self, width: int) -> Text:
        state, here = self.state, self.state.position_us
        elapsed, whole = _seconds(here - state.starts_us), _seconds(state.ends_us - state.starts_us)
        doing = word(clean(state.doing), language=self.language)
        doing += f" {state.looked:,}" if state.looked else ""
        wall = self.wall.clock(state.wall_us)
        shares = [
            (
                f"{self._word('of', whole)} {int(state.progress * 100)}%  ",
                self.wall.offset_text(state.wall_us),
            ),
            (f"{int(state.progress * 100)}%  ", ""),
            ("", ""),
        ]
        lines = [
            Text.assemble(
                (doing, _STATES.get(state.doing, "bold")),
                f" {rate_text(state.rate)}  ",
                (f"{self.times.day(here)} {self.times.clock(here)}", "bold cyan"),
                f" {self.times.offset_text(here)}  T+{elapsed} ",
                (f"{share} {self._word('wall', f'{wall} {zone}'.strip())}", "dim"),
            )
            for share, zone in shares
        ]
        return next((line for line in lines if line.cell_len <= width), lines[-1])

    def _situation(self, paper: Paper, room: int, *, tall: bool) -> Iterator[Text]:
        """Yield what is known now, in as many rows as there are at most."""
        state = self.state
        if state.situation is None:
            return
        lines = SituationLines(state, state.situation, self.times, self.language)
        following = [
            row
            for line in lines.next(3 if tall else 1)
            for row in wrapped(line, paper.console, paper.width, _INDENT)
        ]
        following = following[: max(0, room - 2)]
        yielded = 0
        room -= len(following)
        most_urgent = [*lines.launches(), *lines.alerts()]
        rest = [*lines.earlier(), *lines.standing()]
        for block_rows in _placed(most_urgent, rest, paper, room, self._more):
            for row in block_rows:
                yield row
                yielded += 1
        yield from following[: max(0, room + len(following) - yielded)]

    def _more(self, count: int) -> Text:
        return Text(f"… {self._word('more', f'{count:,}')}", style="bold yellow")

    def _feed(self) -> list[Text]:
        """Return how the feed works: what was sent and received, how late, who lacks what."""
        state = self.state
        missing = sum(country.missing for country in state.countries)
        twice = sum(country.duplicates for country in state.countries)
        received = sum(country.received for country in state.countries)
        sent = f"{state.sent:,}" + ("" if state.planned is None else f"/{state.planned:,}")
        if state.epoch > 1:
            # What was received is counted since the last jump.
            sent = f"{sum(country.sent for country in state.countries):,}"
        late = self._word("late-by", f"{state.late_ms:,}", f"{state.latest_ms:,}")
        parts = [
            Text.assemble((f"{self._word('feed')}  ", "bold"), self._word("sent", sent)),
            Text(self._word("received", f"{received:,}")),
            Text(self._word("missing", f"{missing:,}"), style="bold red" if missing else ""),
            Text(self._word("twice", f"{twice:,}")),
            Text(late),
        ]
        if state.skipped_us:
            parts.append(Text(self._word("skipped", _seconds(state.skipped_us))))
        if state.restarts:
            parts.append(Text(self._word("restarts", f"{state.restarts}"), style="yellow"))
        lines = [Text("  ").join(parts)]
        if state.faults:
            names = ", ".join(map(clean, state.faults))
            lines.append(Text(self._word("faults", names), style="yellow"))
        away = [each for each in state.countries if not each.connected]
        if away:
            label = self._word("away", "").strip()
            lines.append(Text.assemble((f"{label}  ", "bold red"), _badges(away)))
        lacking = [self._lacking(each) for each in state.countries if _lacks(each)]
        if lacking:
            lines.append(Text("  ").join(lacking))
        return lines

    def _lacking(self, country: CountryView) -> Text:
        line = badge(country.country, country.rank)
        if country.missing:
            line.append(f" {self._word('missing', f'{country.missing:,}')}", style="bold red")
        behind = country.sent - country.received - country.missing
        if behind > 0:
            line.append(f" {self._word('behind', f'{behind:,}')}", style="yellow")
        return line

    def _log(self, paper: Paper, room: int) -> Iterator[Text]:
        """Yield the rows of the log: exactly as many as are left."""
        countries = self.state.countries
        if room < 1:
            return
        wide = len(countries) > 1 and paper.width >= (COLUMN + 3) * len(countries) - 3
        draw = columns if wide else one_log
        rows = [*draw(countries, paper, room)]
        yield from rows
        yield from [Text()] * (room - len(rows))

    def _foot(self, width: int) -> list[Text]:
        lines = [
            Text.assemble(
                (f"{self._word('reminder', self.times.clock(at))} ", "bold magenta"), clean(text)
            )
            for at, text in self.state.reminders
        ]
        if self.state.note:
            lines.append(Text(f"! {clean(self.state.note)}", style="yellow"))
        if self.state.keys and self.state.state != "ended":
            keys = [Text.assemble((key, "bold"), f" {self._word(does)}") for key, does in _KEYS]
            page = Text(clean(self.state.page) or self._word("browser", "feed dashboard"), "cyan")
            line, wide = Text("   ").join(keys), Text("   ").join([*keys, page])
            # Where there is no room, only a page that is served is worth a row of its own.
            narrow = [line, page] if self.state.page else [line]
            lines += [wide] if wide.cell_len <= width else narrow
        return lines

    def _word(self, name: str, *values: str) -> str:
        return word(name, *values, language=self.language)


def _placed(
    urgent: Sequence[Block],
    rest: Sequence[Block],
    paper: Paper,
    room: int,
    more: Callable[[int], Text],
) -> Iterator[list[Text]]:
    """Yield the rows of blocks: whole, else in short, else counted; then of the rest what fits."""
    blocks = [[*_rows(block.lines, paper)] for block in urgent]
    shorts = [[*_rows(block.short or block.lines, paper)] for block in urgent]
    chosen = list(blocks)
    # What is least urgent is told in short first.
    for index in range(len(urgent) - 1, -1, -1):
        if sum(map(len, chosen)) <= room - _LOG_ROWS:
            break
        chosen[index] = shorts[index]
    total = sum(map(len, chosen))
    left_out = 0
    while chosen and total + bool(left_out) > room:
        total -= len(chosen.pop())
        left_out += 1
    yield from chosen
    if left_out and room > total:
        yield [more(left_out)]
        return
    for block in rest:
        rows = [*_rows(block.lines, paper)]
        if total + len(rows) > room - _LOG_ROWS * 2:
            return
        total += len(rows)
        yield rows


def _rows(lines: Sequence[Text], paper: Paper) -> Iterator[Text]:
    for line in lines:
        yield from wrapped(line, paper.console, paper.width, _INDENT)


def _banner(exercise: str, width: int) -> Text:
    name = f"{BANNER}   {clean(exercise)}"
    line = Text(name if len(name) <= width else BANNER, style="bold white on red")
    line = fitted(line, width) if line.cell_len > width else line
    line.align("center", width)
    return line


def _bar(state: LiveState, width: int) -> Text:
    """Return how much of the scenario's time has passed."""
    done = round(width * state.progress)
    return Text.assemble(("━" * done, "green"), ("─" * (width - done), "dim"))


def _badges(countries: Sequence[CountryView]) -> Text:
    return Text(" ").join(badge(each.country, each.rank) for each in countries)


def _lacks(country: CountryView) -> bool:
    return country.sent > country.received + _BEHIND or country.missing > 0


def _seconds(us: int) -> str:
    return render_duration(max(0, us)).partition(".")[0]
