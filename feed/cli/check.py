"""``feed check``: everything that is wrong with files, at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feed.cli.options import ArrangementsFile, Json, Set, refuse_together
from feed.model.quoting import harmless

if TYPE_CHECKING:
    from feed.app.check import CheckedFile
    from feed.errors import Problem
    from feed.model.arrangement import Arrangements

__all__ = ["check"]


def check(
    files: Annotated[
        list[str],
        typer.Argument(
            help="Scenario files, arrangements files, names from 'feed scenarios', or - for "
            "standard input.",
            metavar="FILE...",
        ),
    ],
    arrangements: ArrangementsFile = None,
    set_: Set = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Take warnings as mistakes; look for them in JSON Lines too."
        ),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print also the timeline that comes of each scenario.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever a file is saved, until Ctrl-C.")
    ] = False,
    json: Json = False,
) -> None:
    """Report every mistake of scenario files at once.

    Each is a line: file:line:column: what is wrong; what to do.  Ends with 1 if there is a mistake.
    A line with 'warning:' is about what can be played, but is probably not what was meant; where it
    is, say so with 'accept: [NAME]' in the event.

    Example: feed check my-scenario.yaml --strict --explain
    """
    from feed.files.arrangements import load_arrangements
    from feed.files.source import only_once
    from feed.files.variables import assigned

    given = assigned(set_ or ())
    names = list(dict.fromkeys(files))
    only_once(*names, arrangements)
    if watch:
        refuse_together("--watch", {"--json": json}, "it prints for a person, again and again")
        _watch(names, arrangements, given, strict=strict, explain=explain)
        return
    agreed = load_arrangements(arrangements)
    if not _check(names, agreed, given, strict=strict, explain=explain, json=json):
        raise typer.Exit(1)


def _check(
    names: Sequence[str],
    agreed: "Arrangements",
    given: Mapping[str, Any],
    *,
    strict: bool,
    explain: bool,
    json: bool,
) -> bool:
    """Check files and print what is found; tell if all of them are right."""
    from feed.app.check import check_file

    mistakes = warnings = wrong = 0
    for name in names:
        checked = check_file(name, agreed, strict=strict, given=given)
        mistakes += len(checked.mistakes)
        warnings += len(checked.warnings)
        wrong += bool(checked.mistakes or checked.warnings)
        for problem in sorted(checked.mistakes):
            _print(problem, "mistake", json=json)
        for problem in checked.warnings:
            _print(problem, "warning", json=json)
        if explain and not json:
            _explain(checked, agreed)
    if not json:
        print(_verdict(len(names), wrong, mistakes, warnings))
    return not mistakes and not (strict and warnings)


def _print(problem: "Problem", kind: str, *, json: bool) -> None:
    from feed.cli.streams import print_json

    if json:
        print_json({**problem._asdict(), "kind": kind})
    elif kind == "warning":
        print(harmless(problem._replace(text=f"warning: {problem.text}")))
    else:
        print(harmless(problem))


def _explain(checked: "CheckedFile", agreed: "Arrangements") -> None:
    """Print who gets what, when, of a scenario that is right."""
    from feed.app.prepare import prepared_of
    from feed.cli.plan import print_table
    from feed.files.source import InputFile
    from feed.terminal.timeline import TimelineStyle
    from feed.wording.times import Times

    if checked.loaded is None:
        return
    header = checked.loaded.header
    plan = prepared_of(InputFile(Path(checked.name), checked.name), checked.loaded, agreed).plan()
    print_table(plan.deliveries(), TimelineStyle(header, Times(header.starts.offset_s, None)))


def _watch(
    names: Sequence[str],
    arrangements: Path | None,
    given: Mapping[str, Any],
    *,
    strict: bool,
    explain: bool,
) -> None:
    """Check files now and whenever one of them changes, until somebody ends it."""
    from feed.app.check import watched
    from feed.app.signals import run_until_signal
    from feed.errors import FeedError
    from feed.files.arrangements import load_arrangements

    def again() -> None:
        try:
            _check(
                names,
                load_arrangements(arrangements),
                given,
                strict=strict,
                explain=explain,
                json=False,
            )
        except FeedError as error:
            print(harmless(error))
        print("waiting for a change; Ctrl-C ends", flush=True)

    raise typer.Exit(run_until_signal(lambda: watched(names, arrangements, again)))


def _verdict(files: int, wrong: int, mistakes: int, warnings: int) -> str:
    count = "1 file" if files == 1 else f"{files} files"
    if not mistakes and not warnings:
        return f"{count}, no mistake"
    counted = [(mistakes, "mistake"), (warnings, "warning")]
    many = " and ".join(
        f"{number} {word}{'' if number == 1 else 's'}" for number, word in counted if number
    )
    if not mistakes:
        return f"{count}, no mistake, {many}"
    return many if files == 1 else f"{many} in {wrong} of {files} files"
