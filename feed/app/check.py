"""Checks files: what is wrong, what is probably not meant, and what would come of it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from feed.clock import Clock, SystemClock
from feed.errors import FilesError, Problem, ScenarioError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.library import find
from feed.files.lines import LINES
from feed.files.plausibility import unlikely
from feed.files.scenario import Loaded, load
from feed.files.source import STDIN, source_of
from feed.files.text import decode, parse, read_bytes
from feed.model.arrangement import Arrangements

__all__ = ["CheckedFile", "check_file", "watched"]

_PATIENCE_S = 0.3
"""How long a save may go unnoticed."""


class CheckedFile(NamedTuple):
    """What was found in one file."""

    name: str
    """as the user wrote it"""
    mistakes: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    loaded: Loaded | None = None
    """the scenario; None of arrangements, and of what has a mistake"""


def check_file(
    name: str,
    arrangements: Arrangements,
    *,
    strict: bool = False,
    given: Mapping[str, Any] | None = None,
) -> CheckedFile:
    """Check a scenario or an arrangements file; nothing is raised for what is wrong with it.

    Warnings need the whole story in memory: those of JSON Lines are looked for if ``strict``.
    """
    try:
        path, shown = find(name)
        path, shown = source_of(path, shown)
        if _has_participants(path):
            load_arrangements(path, shown)
            return CheckedFile(name)
        loaded = load(path, arrangements, shown=shown, given=given)
    except ScenarioError as error:
        return CheckedFile(name, tuple(error.problems))
    except FilesError as error:
        return CheckedFile(name, (Problem(error.path, 1, 1, error.text),))
    except UsageError as error:
        return CheckedFile(name, (Problem(name, 1, 1, str(error)),))
    looked = strict or path.suffix != LINES
    warnings = tuple(sorted(unlikely(path, loaded))) if looked else ()
    return CheckedFile(name, (), warnings, loaded)


def _has_participants(path: Path) -> bool:
    """Tell whether a file is about participants, as arrangements are and scenarios never."""
    if path.suffix == LINES:
        return False
    try:
        raw = read_bytes(path, str(path))
        if b"participants" not in raw:
            return False
        data = parse(decode(raw, str(path)), str(path)).data
    except ScenarioError:
        return False
    return isinstance(data, dict) and "participants" in data and "events" not in data


async def watched(
    names: Sequence[str],
    arrangements: Path | None,
    check: Callable[[], None],
    clock: Clock | None = None,
) -> int:
    """Check now, and whenever one of the files has changed; UsageError for what cannot change."""
    clock = clock or SystemClock()
    if STDIN in (*names, str(arrangements)):
        raise UsageError("--watch: standard input is read once; name a file")
    paths = [find(name).path for name in names]
    paths += [] if arrangements is None else [arrangements]
    before: list[tuple[int, int] | None] | None = None
    while True:
        now = [_stamp(path) for path in paths]
        if now != before:
            before = now
            check()
        await clock.sleep(_PATIENCE_S)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file is saved; None while it is not there."""
    try:
        stat = path.stat()
    except OSError:  # many editors replace a file
        return None
    return stat.st_mtime_ns, stat.st_size
