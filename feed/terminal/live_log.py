"""The log of the live view: the newest first, one below the other, or a column for each country.

What one message told several countries stands once, with all of them.  A message has its own line;
a long one goes on below it, cut by words, and why something was changed is never cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.text import Text

from feed.model.message import OWN, PUBLIC
from feed.model.time import SECOND
from feed.terminal.live_palette import badge
from feed.terminal.live_text import Paper, ended, fitted, wrapped
from feed.terminal.views import CountryView, MessageView
from feed.wording.headline import kind_and_act
from feed.wording.situation import word
from feed.wording.text import clean
from feed.wording.times import after

__all__ = ["COLUMN", "columns", "one_log"]

COLUMN = 38
"""A country needs so many columns to stand beside another."""
_GAP = " │ "
_LATE = 60 * SECOND
_LONGEST = 3
"""rows of one message"""
_INDENT = 10
_ACTS = {"alert": "bold red", "cancel": "bold magenta", "all-clear": "bold green"}


@dataclass
class _LoggedMessage:
    """One message, and everybody who got it."""

    message: MessageView
    ranks: dict[str, int] = field(default_factory=dict)


def one_log(countries: Sequence[CountryView], paper: Paper, room: int) -> Iterator[Text]:
    """Yield at most so many rows of what all countries got, the newest first."""
    left = room
    for entry in _entries(countries):
        if left < 1:
            return
        rows = _rows(entry, paper)
        yield from rows[:left]
        left -= len(rows)
    if left == room and room > 0:
        yield Text(word("nothing-yet", language=paper.language), style="dim")


def _entries(countries: Sequence[CountryView]) -> list[_LoggedMessage]:
    found: dict[tuple[object, ...], _LoggedMessage] = {}
    for country in countries:
        for message in country.recent:
            key = (
                message.event, message.originator, message.kind, message.act, message.time_us,
                message.headline,
            )  # fmt: skip
            entry = found.setdefault(key, _LoggedMessage(message))
            entry.ranks[country.country] = country.rank
            if message.due_us > entry.message.due_us:
                entry.message = message
    return sorted(found.values(), key=lambda each: each.message.due_us, reverse=True)


def _rows(entry: _LoggedMessage, paper: Paper) -> list[Text]:
    message = entry.message
    line = _when(message, paper)
    for country, rank in sorted(entry.ranks.items(), key=lambda each: each[1]):
        line.append_text(Text.assemble(" ", badge(country, rank)))
    if message.reason:
        line.append(f"  {word('because', clean(message.reason), language=paper.language)}", "bold")
    line.append(f"  {clean(message.text or message.headline)}")
    rows = wrapped(line, paper.console, paper.width, _INDENT)
    if len(rows) <= _LONGEST:
        return rows
    return [*rows[: _LONGEST - 1], ended(rows[_LONGEST - 1], paper.width)]


def columns(countries: Sequence[CountryView], paper: Paper, room: int) -> Iterator[Text]:
    """Yield so many rows with the countries beside each other."""
    if not countries or room < 1:
        return
    across = len(countries)
    column = (paper.width - (across - 1) * len(_GAP)) // across
    blocks = [_block(each, replace(paper, width=column), room) for each in countries]
    for cells in zip(*blocks, strict=True):
        line = Text()
        for index, cell in enumerate(cells):
            line.append(_GAP if index else "", style="dim")
            line.append_text(fitted(cell, column))
        yield line


def _block(country: CountryView, paper: Paper, rows: int) -> list[Text]:
    """Return what one country has got, in exactly so many rows: a heading, then the newest."""
    heading = Text.assemble(
        badge(country.country, country.rank), f" {clean(country.name)}  ", _account(country)
    )
    block = [heading]
    for message in reversed(country.recent):
        if len(block) >= rows:
            break
        block += _in_several(message, paper, rows - len(block))
    if not country.recent and len(block) < rows:
        block.append(Text(word("nothing-yet", language=paper.language), style="dim"))
    block = block[:rows]
    return block + [Text() for _ in range(rows - len(block))]


def _account(country: CountryView) -> Text:
    latency = "" if country.latency_ms is None else f"  {country.latency_ms:.0f} ms"
    planned = "" if country.planned is None else f"/{country.planned:,}"
    return Text(f"{country.received:,}{planned}{latency}", style="dim")


def _in_several(message: MessageView, paper: Paper, room: int) -> list[Text]:
    """Return a message with its text below it, in no more rows than there is room for."""
    lines = [_when(message, paper)]
    most = min(_LONGEST, room) - 1
    if most > 0:
        text = Text(f"{_way(message, paper)}  ", style="dim")
        if message.reason:
            why = word("because", clean(message.reason), language=paper.language)
            text.append(f"{why}  ", style="bold not dim")
        text.append(clean(message.text or message.headline), style="not dim")
        rows = list(text.wrap(paper.console, max(1, paper.width - 2)))
        shown = rows[:most]
        if len(rows) > most:
            shown[-1] = ended(shown[-1], max(1, paper.width - 2))
        lines += [Text.assemble("  ", line) for line in shown]
    return lines


def _when(message: MessageView, paper: Paper) -> Text:
    """Return when a country got a message, how long after the event, and what kind it is of."""
    late = round(message.delay_s * SECOND)
    style = "yellow" if late >= _LATE else "cyan"
    return Text.assemble(
        f"{paper.times.clock(message.due_us)} ",
        (f"{after(late) or '+0.0s':>7}", style if late else "dim"),
        "  ",
        (clean(kind_and_act(message.kind, message.act, paper.language)), _style(message)),
    )


def _style(message: MessageView) -> str:
    """Return how a message is told from others: red is for what people have to act on."""
    if message.act == "alert" and message.kind not in {"alert", "launch", "impact"}:
        return "bold"
    return _ACTS.get(message.act, "")


def _way(message: MessageView, paper: Paper) -> str:
    """Return the countries that a message passed; whose it is, if it came straight."""
    if message.arrangement in {OWN, PUBLIC} or not message.path:
        way = word(message.arrangement, language=paper.language) if message.arrangement else ""
        return clean(f"{message.originator} {way}")
    return clean(message.path)
