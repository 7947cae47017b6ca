"""``feed scenarios``: the library that comes with the program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import Json, Language

if TYPE_CHECKING:
    from feed.app.scenarios import Described

__all__ = ["scenarios"]

SHOW = "show"


def scenarios(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Only those that have every word; or 'show' and a name, to see more of one.",
            metavar="[WORD…] | show NAME",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """List the scenarios that come with feed, or show one.

    Any of the names can be played; 'show' also takes a file of yours.

    Examples: feed scenarios hokkaido;  feed scenarios show over-aomori-2022
    """
    from feed.app.scenarios import listed, matching

    if words and words[0] == SHOW:
        _show(words[1:], as_json=json, language=lang)
        return
    found = matching(listed(lang), words or ())
    if json:
        _as_json(found)
    else:
        _table(found)


def _show(names: Sequence[str], *, as_json: bool, language: str) -> None:
    from feed.app.scenarios import describe
    from feed.errors import UsageError

    if len(names) != 1:
        raise UsageError(
            "name one scenario, as in 'feed scenarios show over-aomori-2022'; "
            "'feed scenarios' lists them"
        )
    described = describe(names[0], language)
    if as_json:
        _as_json([described])
    else:
        _one(described)


def _as_json(found: Sequence["Described"]) -> None:
    from dataclasses import asdict

    from feed.cli.streams import print_json

    for each in found:
        print_json({**asdict(each), "messages": dict(each.messages)})


def _table(found: Sequence["Described"]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        rows = [(each.name, each.period, f"{each.events:,}", each.amount) for each in found]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row, each in zip(rows, found, strict=True):
            name, period, events, amount = row
            print(
                f"{name:{widths[0]}}  {period:{widths[1]}}  {events:>{widths[2]}}  "
                f"{amount:>{widths[3]}}  {each.title}"
            )
        return
    for each in found:
        console.print(Text.assemble((each.name, "bold cyan"), "  ", (each.title, "bold")))
        console.print(Padding(Text(_facts(each), style="dim"), (0, 0, 0, 4)))
        if each.summary:
            console.print(Padding(Text(each.summary), (0, 0, 0, 4)))


def _facts(each: "Described") -> str:
    if not each.starts:
        return each.path
    events = "1 event" if each.events == 1 else f"{each.events:,} events"
    return f"{each.period} · {events} · messages: {each.amount}"


def _one(each: "Described") -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(Text.assemble((each.name, "bold cyan"), "  ", (each.title, "bold")))
    console.print(_facts(each))
    if each.summary:
        console.print()
        console.print(each.summary)
    console.print()
    for mark in each.exercises:
        console.print(f"· {mark}")
    console.print()
    print(f"file: {each.path}")
    print(f"play it: feed run {_playable(each)} --rate 60")


def _playable(each: "Described") -> str:
    """Return what plays it: a name of the library, else the path."""
    from pathlib import Path
    from shlex import quote

    from feed.files.library import library_folder

    return each.name if Path(each.path).parent == library_folder() else quote(each.path)
