"""``feed check``: everything that is wrong with files, at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feed.cli.options import ArrangementsFile, Json

if TYPE_CHECKING:
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
    json: Json = False,
) -> None:
    """Report every mistake of scenario files at once.

    Each is a line: file:line:column: what is wrong; what to do.  Ends with 1 if there is a mistake.

    Example: feed check my-scenario.yaml
    """
    from feed.cli.streams import print_json
    from feed.files.arrangements import load_arrangements
    from feed.files.source import only_once

    only_once(*dict.fromkeys(files), arrangements)
    agreed = load_arrangements(arrangements)
    mistakes = wrong = 0
    for name in dict.fromkeys(files):
        problems = sorted(_problems(name, agreed))
        mistakes += len(problems)
        wrong += bool(problems)
        for problem in problems:
            if json:
                print_json(problem._asdict())
            else:
                print(problem)
    if not json:
        print(_verdict(len(dict.fromkeys(files)), wrong, mistakes))
    if mistakes:
        raise typer.Exit(1)


def _problems(name: str, agreed: "Arrangements") -> "list[Problem]":
    from feed.errors import FilesError, Problem, ScenarioError, UsageError
    from feed.files.arrangements import load_arrangements
    from feed.files.library import find
    from feed.files.scenario import problems_of

    try:
        path, shown = find(name)
        if _has_participants(path):
            load_arrangements(path, shown)
            return []
        return problems_of(path, agreed, shown=shown)
    except ScenarioError as error:
        return list(error.problems)
    except FilesError as error:
        return [Problem(error.path, 1, 1, error.text)]
    except UsageError as error:
        return [Problem(name, 1, 1, str(error))]


def _has_participants(path: Path) -> bool:
    """Tell whether a file is about participants, as arrangements are and scenarios never."""
    from feed.errors import ScenarioError
    from feed.files.text import decode, parse, read_bytes

    if path.suffix == ".jsonl":
        return False
    try:
        raw = read_bytes(path, str(path))
        if b"participants" not in raw:
            return False
        data = parse(decode(raw, str(path)), str(path)).data
    except ScenarioError:
        return False
    return isinstance(data, dict) and "participants" in data and "events" not in data


def _verdict(files: int, wrong: int, mistakes: int) -> str:
    if not mistakes:
        return "1 file, no mistake" if files == 1 else f"{files} files, no mistake"
    many = "1 mistake" if mistakes == 1 else f"{mistakes} mistakes"
    return many if files == 1 else f"{many} in {wrong} of {files} files"
