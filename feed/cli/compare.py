"""``feed compare``: what each country would have known of each launch, at different dates."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from feed.cli.options import (
    NO_WORDS,
    ArrangementsFile,
    Json,
    Language,
    Scenario,
    Set,
    Zone,
    refuse_together,
)

__all__ = ["compare"]


def compare(
    scenario: Scenario,
    as_of: Annotated[
        list[str] | None,
        typer.Option(
            "--as-of",
            help="A date whose arrangements are looked at, such as 2015-06-01; give several. "
            "Without it: as they stand at each moment.",
            metavar="DATE",
        ),
    ] = None,
    arrangements: ArrangementsFile = None,
    set_: Set = None,
    json: Json = False,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", help="Draw it into this .svg or .png file.", metavar="FILE"),
    ] = None,
    lang: Language = "en",
    tz: Zone = None,
) -> None:
    """Compare what was known of launches at different dates.

    That is what each country knows under the arrangements of each date.

    First warning: seconds from the launch to the first report of it (launch, track or impact) that
    reaches the country.  Known: at how many of the flight's moments of track it has a position.
    Left: from then to the impact.  'feed explain' shows the reports behind every number.

    Example: feed compare activation-eve-2023 --as-of 2015-06-01 --as-of 2024-01-01
    """
    from rich.console import Console

    from feed.app.prepare import date_in, prepare
    from feed.cli.streams import print_json
    from feed.core.compare import compare as compared_by
    from feed.errors import UsageError
    from feed.terminal.compared import Column, compared_json, compared_tables
    from feed.wording.compared import compared_word
    from feed.wording.text import said
    from feed.wording.times import Times, named_zone

    if json and plot is None:
        refuse_together("--json", {"--lang": lang != "en"}, NO_WORDS)
    prepared = prepare(scenario, arrangements=arrangements, variables=set_ or ())
    header = prepared.loaded.header
    times = Times(header.starts.offset_s, named_zone(tz))
    columns = [Column(text, date_in(text, header.starts, "--as-of").us) for text in as_of or ()]
    as_written = compared_word("as-written", language="en" if json and plot is None else lang)
    columns = columns or [Column(as_written, prepared.as_of)]
    compared = compared_by([prepared.plan(as_of=column.as_of) for column in columns])
    if not compared:
        raise UsageError(
            f"'{header.id}' has no launch, so there is nothing to compare; "
            "choose one from 'feed scenarios' that has"
        )
    if plot is not None:
        import sys

        from feed.terminal.compare_plot import Lettering, plot_compared
        from feed.terminal.lettering import boxes_in

        labels = [column.label for column in columns]
        participants = list(prepared.arrangements.participants)
        title = said(header.title, lang)
        missing = plot_compared(plot, compared, Lettering(title, labels, participants, times, lang))
        if boxes := boxes_in(plot, missing):
            print(f"feed: {boxes}", file=sys.stderr)
    if json:
        print_json(compared_json(compared, columns, header), indent=2)
        return
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(f"EXERCISE {header.exercise}: {said(header.title, lang)}", style="bold")
    for each in compared_tables(compared, columns, times, console.width, lang):
        console.print(each)
    legend = compared_word("legend", language=lang)
    console.print(f"\n{legend}")
    date = f" --as-of {as_of[-1]}" if as_of else ""
    given = "".join(f" --set {shlex.quote(each)}" for each in set_ or ())
    follow = f"feed explain {scenario} {compared[0].subject.event}{given}{date}"
    console.print(compared_word("follow", follow, language=lang))
