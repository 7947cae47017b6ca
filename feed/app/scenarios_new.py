"""A scenario to start from: written once, commented, and right as it stands."""

import importlib.resources
import json
import re
from contextlib import suppress
from pathlib import Path

from feed.app.imports import read_source
from feed.app.scenarios_table import Table
from feed.errors import FilesError, ScenarioError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.scenario import load
from feed.model.base import SLUG_LENGTH, slug_of

__all__ = ["STARTS", "new_scenario"]

STARTS = "2024-06-03T09:00:00+09:00"
"""A day on which real-time sharing is in force; the same at every call."""
SUFFIXES = (".yaml", ".yml")
_GAP = re.compile(r"\{(schema|id|title|exercise|starts|what|source|notes)\}")
_INVENTED = {
    "what": "everything in it is invented",
    "source": 'my-source: {by: "name of a paper, an authority or a database", on: 2024-06-03, '
    'title: "what it is called there"}',
    "notes": "Invented, to start from.",
}


def new_scenario(
    path: Path,
    *,
    title: str | None = None,
    exercise: str | None = None,
    starts: str | None = None,
    table: Path | None = None,
    country: str | None = None,
) -> Table | None:
    """Write a scenario that can be played as it is; never over a file that is there.

    Its id comes from the file's name, and so do title and exercise unless they are given.  What
    cannot be said in a scenario is refused as ``feed check`` refuses it, and no file is left.
    With a ``table``, a calendar or points its events are those of it; what that gave is returned,
    and ``country`` reports what names no reporter.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(f"'{path}' does not end in .yaml; write '{path.with_suffix('.yaml')}'")
    name = slug_of(path.stem)[:SLUG_LENGTH].strip("-")
    if not name:
        raise UsageError(
            f"'{path.name}' has no letter or digit for an id; name it like my-scenario.yaml"
        )
    words = name.replace("-", " ")
    found = None if table is None else read_source(table, country)
    head, mark, events = _resource("data/new.yaml").read_text("utf-8").partition("\nevents:\n")
    filled = {
        "schema": str(_resource("schemas/scenario.json")),
        "id": _quoted(name) if name.isdigit() else name,
        "title": _quoted(title or words.capitalize()),
        "exercise": _quoted(exercise or words.upper()),
        **(_INVENTED if table is None else _of_table(table.name)),
    }
    begin = STARTS
    if found is not None:
        begin, events = f"{found.first_day}T00:00:00+09:00", found.events
    filled["starts"] = _quoted(starts or begin)
    # In one pass, so that nothing is filled in inside of what a user wrote.
    text = _GAP.sub(lambda gap: filled[gap[1]], head) + mark + events
    _write(path, text)
    try:
        load(path, load_arrangements(), shown=str(path))
    except ScenarioError:
        with suppress(OSError):
            path.unlink()
        raise
    return found


def _of_table(name: str) -> dict[str, str]:
    quoted = _quoted(name)
    return {
        "what": "its events are those of a file",
        "source": f'table: {{by: {quoted}, note: "say here where its figures come from"}}',
        "notes": '"Made from a file; azimuths that it does not have are assumed."',
    }


def _resource(name: str) -> Path:
    return Path(str(importlib.resources.files("feed"))) / name


def _quoted(text: str) -> str:
    """Return a text as YAML reads it, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"'{path}' is there already; name another file") from None
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise FilesError(path, f"cannot be written: {why}") from None
