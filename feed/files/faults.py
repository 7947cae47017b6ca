"""A file of faults on purpose: read, and checked with the place of each mistake."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from feed.core.faults import mistakes
from feed.errors import Problem, ScenarioError
from feed.files.refusals import refusals
from feed.files.text import decode, parse, read_bytes
from feed.model.fault import Fault, FaultsFile
from feed.model.time import Instant

__all__ = ["load_faults"]


def load_faults(
    path: Path,
    *,
    start: Instant | None = None,
    countries: Sequence[str] | None = None,
    shown: str | None = None,
) -> tuple[Fault, ...]:
    """Return the faults of a file; ScenarioError with every mistake, each with its place.

    ``start`` and ``countries`` are those of the scenario that they are for.
    """
    shown = shown or str(path)
    located = parse(decode(read_bytes(path, shown), shown), shown)
    try:
        faults = FaultsFile.model_validate(located.data, by_alias=True, by_name=False).faults
    except ValidationError as error:
        raise ScenarioError(refusals(error, located, FaultsFile)) from error
    problems = list(located.problems)
    for steps, text in mistakes(faults, start, countries):
        problems.append(Problem(shown, *located.place(("faults", *steps)), text))
    if problems:
        raise ScenarioError(problems)
    return faults
