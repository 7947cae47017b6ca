"""The library as a list: what each scenario is, how much it sends, and what it exercises.

How much a scenario sends is known only after planning it, which takes seconds for all of them. So
that is written down in ``feed/data/scenarios.json`` by ``make golden``, together with the page
``scenarios/README.md``; a test holds both to what the scenarios say.
"""

import importlib.resources
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from feed.app.prepare import prepare
from feed.app.scenarios_marks import marks
from feed.errors import FeedError, UsageError
from feed.files.library import Entry, entries
from feed.model.time import Instant, rfc3339
from feed.wording.text import said

__all__ = ["INDEX", "Described", "describe", "listed", "matching", "page", "written"]

INDEX = Path(str(importlib.resources.files("feed"))) / "data" / "scenarios.json"
PATTERN = "pattern-"


@dataclass(frozen=True, slots=True)
class Described:
    """One scenario, as a list shows it."""

    name: str
    title: str
    summary: str
    path: str
    starts: str = ""
    """the date of its first moment, in the story's zone; nothing if it cannot be read"""
    ends: str = ""
    """the date of its last message"""
    events: int = 0
    messages: tuple[tuple[str, int], ...] = ()
    """for each country, how many it gets"""
    exercises: tuple[str, ...] = ()

    @property
    def period(self) -> str:
        """Return the dates that it plays on."""
        return self.starts if self.starts == self.ends else f"{self.starts} to {self.ends}"

    @property
    def amount(self) -> str:
        """Return how many messages each country gets."""
        counts = {count for _, count in self.messages}
        if len(counts) == 1:
            return f"{counts.pop():,} each"
        return ", ".join(f"{country} {count:,}" for country, count in self.messages)


def describe(scenario: str, language: str = "en") -> Described:
    """Return all there is to say of a scenario, by planning it: a name, or a file."""
    prepared = prepare(scenario)
    header, event_stream = prepared.loaded.header, prepared.loaded.event_stream
    counts: Counter[str] = Counter()
    last = Instant(header.starts.us, header.starts.offset_s)
    for delivery in prepared.plan().deliveries():
        counts[delivery.recipient] += 1
        last = Instant(max(last.us, delivery.due), last.offset_s)
    events = tuple(event_stream.events(0))
    return Described(
        name=prepared.path.stem,
        title=said(header.title, language),
        summary=said(dict(header.summary or {}), language),
        path=str(prepared.path),
        starts=rfc3339(*header.starts)[:10],
        ends=rfc3339(*last)[:10],
        events=len(events),
        messages=tuple((country, counts[country]) for country in prepared.recipients),
        exercises=marks(events, header.starts),
    )


def listed(language: str = "en") -> list[Described]:
    """Return every scenario of the library; what is not written down is found out."""
    known = _index()
    return [_listed(entry, known.get(entry.name)) for entry in entries(language)]


def _listed(entry: Entry, known: Mapping[str, Any] | None) -> Described:
    bare = Described(entry.name, entry.title, " ".join(entry.summary.split()), str(entry.path))
    if known is None:
        try:
            return describe(str(entry.path))
        except FeedError:
            return bare
    return replace(
        bare,
        starts=known["starts"],
        ends=known["ends"],
        events=known["events"],
        messages=tuple(known["messages"].items()),
        exercises=tuple(known["exercises"]),
    )


def _index() -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(INDEX.read_text(encoding="utf-8"))
    except OSError:
        return {}
    return told


def written(described: Iterable[Described]) -> str:
    """Return the index as it is written down: what the headers of the files do not say."""
    told = {
        each.name: {
            "starts": each.starts,
            "ends": each.ends,
            "events": each.events,
            "messages": dict(each.messages),
            "exercises": list(each.exercises),
        }
        for each in described
    }
    lines = (f"  {json.dumps(name)}: {json.dumps(about)}" for name, about in told.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def matching(described: Sequence[Described], words: Sequence[str]) -> list[Described]:
    """Return the scenarios that have every word, anywhere; UsageError if there are none."""
    found = [each for each in described if all(_has(each, word) for word in words)]
    if not found:
        raise UsageError(
            f"no scenario has '{' '.join(words)}' in its name, title, summary or in what it "
            "exercises; 'feed scenarios' lists all"
        )
    return found


def _has(each: Described, word: str) -> bool:
    text = " ".join((each.name, each.title, each.summary, each.period, *each.exercises))
    return word.casefold() in text.casefold()


def page(described: Sequence[Described]) -> str:
    """Return ``scenarios/README.md``."""
    record = [each for each in described if not each.name.startswith(PATTERN)]
    patterns = [each for each in described if each.name.startswith(PATTERN)]
    return "\n".join(
        (
            *_HEAD,
            *_table(record),
            *_PATTERNS,
            *_table(patterns),
            *_FOOT,
        )
    )


def _table(described: Iterable[Described]) -> Iterable[str]:
    yield "| scenario | period | events | messages | exercises |"
    yield "| --- | --- | --: | --: | --- |"
    for each in described:
        name = f"[`{each.name}`]({Path(each.path).name})"
        told = ", ".join(each.exercises)
        yield (
            f"| {name}<br>{each.title} | {each.period} | {each.events:,} | {each.amount} | {told} |"
        )


_HEAD = (
    "# The scenarios",
    "",
    "*Written by `make golden` from the files; do not edit it here.*",
    "",
    "Each plays with `feed run NAME`; `feed scenarios WORD` searches this list, and",
    "`feed scenarios show NAME` tells more of one. Every figure has its source in the file, claims",
    "that differ stand side by side, and what is assumed says so. *Messages* are those that each",
    "country gets.",
    "",
    "## Stories",
    "",
)
_PATTERNS = (
    "",
    "## Patterns",
    "",
    "Small and invented: each is one thing that a client must get right. Play them as a checklist",
    "against a client of your own.",
    "",
)
_FOOT = (
    "",
    "[arrangements.yaml](arrangements.yaml) is no scenario: it says who takes part, and who may",
    "hear what from whom, since when ([docs/arrangements.md](../docs/arrangements.md)). To write a",
    "scenario: [docs/write-a-scenario.md](../docs/write-a-scenario.md).",
    "",
)
