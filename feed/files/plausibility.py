"""The warnings of a scenario file, each with its line and column."""

from pathlib import Path

from pydantic import TypeAdapter

from feed.core.plausible import warnings_of
from feed.errors import Problem
from feed.files.land import on_land
from feed.files.lines import LINES
from feed.files.scenario import Loaded
from feed.files.text import decode, parse
from feed.model.common import EventBase
from feed.model.event import AnyEvent
from feed.model.plausibility import Unlikely

__all__ = ["unlikely"]

_EVENT: TypeAdapter[EventBase] = TypeAdapter(AnyEvent)


def unlikely(path: Path, loaded: Loaded) -> list[Problem]:
    """Return what a scenario that is right has in it that is probably not meant.

    All events are held in memory, also those of JSON Lines.
    """
    if path.suffix == LINES:
        return _of_lines(path, loaded)
    warned = warnings_of(loaded.header, loaded.written, on_land)
    if not warned:
        return []
    composed = loaded.composed
    assert composed is not None, "a file that is no JSON Lines has places"
    return [composed.problem(each.steps, f"{each.text} ({each.code})") for each in warned]


def _of_lines(path: Path, loaded: Loaded) -> list[Problem]:
    with path.open("rb") as file:
        numbered = [(line, raw) for line, raw in enumerate(file, 1) if raw.strip()][1:]
    events = [_EVENT.validate_json(raw, by_alias=True, by_name=False) for _, raw in numbered]
    problems = []
    for each in warnings_of(loaded.header, events, on_land):
        line, raw = numbered[int(each.steps[1])]
        _, column = parse(decode(raw, loaded.shown), loaded.shown).place(each.steps[2:])
        problems.append(_problem(loaded.shown, (line, column), each))
    return problems


def _problem(shown: str, place: tuple[int, int], warned: Unlikely) -> Problem:
    return Problem(shown, *place, f"{warned.text} ({warned.code})")
