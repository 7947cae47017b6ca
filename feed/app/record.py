"""``feed record``: a run as it happened, written as a scenario that can be played."""

import os
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from feed.app.prepare import prepare
from feed.app.session import cut_off
from feed.core.faults import Faults
from feed.core.record import recording
from feed.core.recorded_faults import recorded_faults
from feed.errors import FilesError, UsageError
from feed.files.arrangements import load_arrangements
from feed.files.ledger import PlayerLedger
from feed.files.lines import LINES
from feed.files.recording import file_sentence
from feed.files.runs import RunFolder, find_run, runs_folder
from feed.files.scenario import load
from feed.files.source import source_of
from feed.files.text import decode, read_bytes

__all__ = ["RecordedRun", "record"]

_SUFFIXES = (".yaml", ".yml")
_COMMENT = """\
# What run {run} was, written by 'feed record': its scenario, what was injected (at the end of the
# events), and under 'amendments' what was held, fired, skipped and edited.
"""


class RecordedRun(NamedTuple):
    """What was written."""

    run: str
    path: Path
    events: int
    """events that were injected"""
    amendments: int
    span: tuple[int | None, int | None]
    """the part of the story that the run was told to play"""
    arrangements: Path | None
    """those that the run was played under"""


def record(prefix: str, path: Path) -> RecordedRun:
    """Write a run of this machine as a scenario; never over a file that is there.

    Played without a break it gives the messages of the run's plan as they were in the end.
    """
    if path.suffix not in _SUFFIXES:
        raise UsageError(f"'{path}' does not end in .yaml; write '{path.with_suffix('.yaml')}'")
    folder = find_run(runs_folder(os.environ), prefix)
    source = folder.scenario
    if not folder.player_ledger.exists() or source is None:
        raise FilesError(folder.path, "has no scenario; record it where it was played")
    if source.suffix == LINES:
        text = f"run {folder.id} was played from JSON Lines, which 'feed record' does not write"
        raise UsageError(f"{text}; play it from a .yaml file")
    with PlayerLedger.open(folder.player_ledger, read_only=True) as ledger:
        about = ledger.about
        recorded = cut_off(ledger).actions
    prepared = prepare(
        str(source),
        arrangements=folder.arrangements,
        exercise=about["exercise"],
        as_of=about["as_of"],
        countries=about["countries"],
    )
    start = prepared.loaded.header.starts
    made = recording([one.action for one in recorded], start)
    begun = prepared.faults(None if folder.faults is None else source_of(folder.faults))
    faults = recorded_faults(
        recorded, begun or Faults((), prepared.loaded.header.seed, start), prepared.recipients
    )
    file = _File(source)
    file.put("exercise", about["exercise"])
    file.put("countries", list(about["countries"]))
    if about["as_of"] is not None:
        file.put("sharing", about["as_of"])
    if folder.faults is not None:
        file.take("faults", _File(folder.faults))
    if faults is not None:
        file.put("faults", faults)
    file.add("amendments", made.amendments)
    file.add("events", made.events)
    _write(path, _COMMENT.format(run=folder.id) + file.text(), folder)
    return RecordedRun(
        folder.id,
        path,
        len(made.events),
        len(made.amendments),
        (about["begin"], about["until"]),
        folder.arrangements,
    )


class _File:
    """A file of YAML or JSON as its nodes, so that everything keeps the form in which it stands."""

    def __init__(self, path: Path) -> None:
        text = decode(read_bytes(path, str(path)), str(path))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        assert isinstance(root, yaml.MappingNode), "it was loaded before"
        root.flow_style = False
        self._root = root

    def get(self, name: str) -> yaml.Node | None:
        """Return the node of a member; None if there is none."""
        return next((node for key, node in self._root.value if key.value == name), None)

    def put(self, name: str, value: Any) -> None:
        """Give a member a value."""
        self._put(name, _node(value))

    def take(self, name: str, other: "_File") -> None:
        """Take a member from another file."""
        node = other.get(name)
        assert node is not None, "it was loaded before"
        self._put(name, node)

    def add(self, name: str, values: list[Any]) -> None:
        """Add values to a list, which is made if need be."""
        there = self.get(name)
        if isinstance(there, yaml.SequenceNode):
            there.flow_style = False
            there.value.extend(_node(values).value)
        elif values:
            self._put(name, _node(values))

    def text(self) -> str:
        """Return it as YAML, the events at the end."""
        self._root.value.sort(key=lambda member: member[0].value == "events")
        text = yaml.serialize(self._root, Dumper=yaml.SafeDumper, allow_unicode=True, width=100)
        assert isinstance(text, str), "no encoding was asked for"
        return text

    def _put(self, name: str, node: yaml.Node) -> None:
        others = [member for member in self._root.value if member[0].value != name]
        self._root.value = [*others, (_node(name), node)]


def _node(value: Any) -> Any:
    return yaml.representer.SafeRepresenter(sort_keys=False).represent_data(value)


def _write(path: Path, text: str, folder: RunFolder) -> None:
    """Write a scenario and check it; what is not right is not left behind."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise FilesError(path, "is there already; name another file") from error
    except OSError as error:
        raise FilesError(path, file_sentence(error)) from error
    try:
        own = folder.arrangements
        load(path, load_arrangements() if own is None else load_arrangements(own))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
