"""``feed explain``: who gets each report of an event, by which way, or why not."""

from typing import Annotated

import typer

from feed.cli.options import (
    NO_WORDS,
    ArrangementsFile,
    AsOf,
    Json,
    Language,
    Scenario,
    Set,
    Zone,
    complete_countries,
    refuse_together,
)

__all__ = ["explain"]


def explain(
    scenario: Scenario,
    event: Annotated[
        str,
        typer.Argument(
            help="The id of an event, or of a stage or piece of a launch.", metavar="EVENT"
        ),
    ],
    country: Annotated[
        str | None,
        typer.Argument(
            help="Only what this country gets.",
            metavar="COUNTRY",
            autocompletion=complete_countries,
        ),
    ] = None,
    arrangements: ArrangementsFile = None,
    set_: Set = None,
    as_of: AsOf = None,
    one_by_one: Annotated[
        bool, typer.Option("--all", help="Tell each report alone, also those that go the same way.")
    ] = False,
    json: Json = False,
    lang: Language = "en",
    tz: Zone = None,
) -> None:
    """Say who gets each report of an event, how, or why not.

    For a launch also how much of the flight each country has seen, and knows by being told.

    Example: feed explain hub-down icbm-hub-down JPN
    """
    from rich.console import Console

    from feed.app.prepare import prepare
    from feed.cli.streams import print_json
    from feed.core.explain import explain as explained_by
    from feed.terminal.explained import explained_json, explained_words
    from feed.wording.moments import full
    from feed.wording.text import said
    from feed.wording.times import Times, named_zone

    if json:
        refuse_together("--json", {"--lang": lang != "en"}, NO_WORDS)
    prepared = prepare(
        scenario,
        arrangements=arrangements,
        variables=set_ or (),
        as_of=as_of,
        countries=None if country is None else [country.upper()],
    )
    header = prepared.loaded.header
    times = Times(header.starts.offset_s, named_zone(tz))
    explained = explained_by(prepared.plan(), event, one_by_one=one_by_one)
    if json:
        print_json(explained_json(explained, header, prepared.as_of), indent=2)
        return
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(f"EXERCISE {header.exercise}: {said(header.title, lang)}", style="bold")
    fixed = prepared.as_of
    at = "as they stand at each moment" if fixed is None else f"of {full(fixed, times)}"
    console.print(f"{explained.event}, by the arrangements {at}")
    for each in explained_words(explained, times, lang):
        console.print(each)
