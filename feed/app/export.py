"""``feed export``: what a country was told, or would be, in a format of somebody else's.

A scenario is exported as it is planned, a run as its ledger has it, a file as it was received.  One
message is in memory at a time, but for what a format has to keep.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from feed.app.export_source import SourceOptions, export_source
from feed.errors import UsageError
from feed.export import FORMATS
from feed.export.record import Exported, ExportFormat
from feed.files.export_socket import SocketAddress, socket_address, socket_target
from feed.files.export_target import export_target
from feed.files.source import STDIN
from feed.model.quoting import did_you_mean, quoted
from feed.wire.schema import BODIES, message_schema

__all__ = [
    "ExportOptions",
    "ExportSummary",
    "export",
    "fitting",
    "format_named",
    "message_schemas",
    "nothing_said",
    "out_of",
    "refuse_language",
]


@dataclass(frozen=True)
class ExportOptions:
    """What a user asks of ``feed export``."""

    format: str
    out: str
    source: SourceOptions
    language: str = ""


@dataclass
class ExportSummary:
    """What was exported, and what was not."""

    out: str
    format: str
    exercise: str = ""
    part: str = ""
    """which epoch of a run with several"""
    messages: int = 0
    no_place: Counter[str] = field(default_factory=Counter)
    """messages of kinds that the format cannot say, by kind"""
    left_out: Counter[str] = field(default_factory=Counter)
    """messages that could not be said, by the reason"""

    def lines(self) -> list[str]:
        """Return what there is to say, for people."""
        written = self.messages - self.left_out.total()
        where = "standard output" if self.out == STDIN else self.out
        said = [f"{where}: {_messages(written)} of {self.exercise} as {self.format}"]
        if self.part:
            said.append(f"this is {self.part}")
        if self.no_place:
            kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.no_place.items()))
            said.append(f"no place in {self.format} for: {kinds}")
        said += [f"left out: {_messages(count)}, {why}" for why, count in self.left_out.items()]
        return said


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def format_named(name: str) -> ExportFormat:
    """Return a format that can be written here; UsageError with what to do if it cannot."""
    found = next((each for each in FORMATS if each.name == name.lower()), None)
    if found is None:
        # What others call it stands in what it is told to be: WIS2, iCalendar, Cursor on Target.
        meant = [each for each in FORMATS if f" {name.lower()}" in f" {each.what.lower()}"]
        names = [each.name for each in meant or FORMATS]
        offer = did_you_mean(name, names) if not meant else ""
        offer = offer or f"; {'that is' if meant else 'there are'} {', '.join(names)}"
        raise UsageError(f"--format {quoted(name)} is no format{offer}")
    for module in found.needs:
        if find_spec(module) is None:
            raise UsageError(
                f"--format {found.name} needs {module}, which is not installed: "
                "pip install 'alert-feed[export]'"
            )
    return found


def refuse_language(wanted: ExportFormat, language: str) -> None:
    """Refuse a language where nothing would come of it."""
    if language and not wanted.told:
        raise UsageError(
            f"--format {wanted.name} has every message as it was sent, in all its languages; leave "
            "--lang out"
        )


@cache
def message_schemas() -> Mapping[str, bytes]:
    """Return the JSON Schema of a whole message, by kind."""
    return {kind: json.dumps(message_schema(kind)).encode() for kind in BODIES}


def export(options: ExportOptions) -> ExportSummary:
    """Export; say in one sentence why it cannot be, and leave nothing behind then."""
    wanted = format_named(options.format)
    refuse_language(wanted, options.language)
    address = out_of(wanted, options.out)
    summary = ExportSummary(options.out, wanted.name)
    schemas = message_schemas()
    with export_source(options.source, schemas) as source:
        if wanted.one_country and len(source.countries) > 1:
            raise UsageError(
                f"--format {wanted.name} shows what one country knows; say which with --country: "
                + ", ".join(source.countries)
            )
        summary.exercise, summary.part = source.context.mark, source.part
        summary.left_out = source.context.left_out
        context = replace(source.context, language=options.language)
        if address is None:
            target = export_target(Path(options.out), folder=wanted.folder)
        else:
            context = replace(context, datagrams=address.scheme == "udp")
            target = socket_target(address)
        with target as put:
            for part in wanted.write(fitting(source.records(), wanted, summary), context):
                put(part)
            if summary.messages == summary.left_out.total():
                raise UsageError(nothing_said(source.shown, source.countries, wanted, summary))
    return summary


def out_of(wanted: ExportFormat, out: str) -> SocketAddress | None:
    """Return the program that ``--out`` names; UsageError if the format cannot go there."""
    if wanted.folder and out == STDIN:
        raise UsageError(
            f"--format {wanted.name} is several files; name a new folder for them with --out"
        )
    address = socket_address(out)
    if address is not None and not wanted.single:
        single = ", ".join(each.name for each in FORMATS if each.single)
        raise UsageError(
            f"--format {wanted.name} is a file as a whole; name one with --out, or take what can "
            f"be sent message by message: {single}"
        )
    return address


def fitting(
    records: Iterable[Exported], wanted: ExportFormat, summary: ExportSummary
) -> Iterator[Exported]:
    """Yield what the format has a place for, and count the rest."""
    for record in records:
        kind = record.delivery.message.kind
        if wanted.kinds and kind not in wanted.kinds:
            summary.no_place[kind] += 1
            continue
        summary.messages += 1
        yield record


def nothing_said(
    shown: str, countries: Sequence[str], wanted: ExportFormat, summary: ExportSummary
) -> str:
    """Return why there is nothing to export, and what could be."""
    why = _nothing_said(shown, countries, wanted, summary)
    return f"{why}; this is {summary.part}" if summary.part else why


def _nothing_said(
    shown: str, countries: Sequence[str], wanted: ExportFormat, summary: ExportSummary
) -> str:
    for_whom = f" for {countries[0]}" if len(countries) == 1 else ""
    if summary.left_out:
        why = next(iter(summary.left_out))
        return f"nothing{for_whom} can be written as {wanted.name}: of every message, {why}"
    if not summary.no_place:
        return f"there is no message{for_whom} in {shown}"
    there = ", ".join(sorted(summary.no_place))
    others = [
        each.name
        for each in FORMATS
        if not each.kinds or set(each.kinds).intersection(summary.no_place)
    ]
    return (
        f"{shown} has no {' and no '.join(wanted.kinds)}{for_whom}, and {wanted.name} has "
        f"nothing else; for {there} take --format {', '.join(others)}"
    )
