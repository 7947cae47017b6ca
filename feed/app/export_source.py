"""Where an export comes from: a scenario's plan, a run's ledger, or a file of what was received.

Whatever it is, it gives deliveries of one epoch, in order and without a gap, or says why not.
"""

import heapq
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from feed.app.prepare import prepare
from feed.core.tally import Tally
from feed.errors import FilesError, IncompleteError, Problem, ScenarioError, UsageError
from feed.export.reading import FIRST, LAST
from feed.export.record import ExportContext, Exported
from feed.files.arrangements import load_arrangements
from feed.files.ledger import PlayerLedger
from feed.files.named import run_named
from feed.files.received import ReceivedRecord, read_received
from feed.files.runs import RunFolder
from feed.files.source import STDIN
from feed.model.base import one_name
from feed.model.message import Delivery
from feed.model.quoting import quoted
from feed.model.scenario import exercise_slug
from feed.wire.encoding import encode
from feed.wire.envelope import Envelope, Played, decode, message_of, moment_of
from feed.wire.topics import Topics

__all__ = ["ExportSource", "SourceOptions", "export_source", "exported", "zone_of"]

_PLANNED = "plan"
"""the id of a run for what was never played"""
_PAGE = 500
_CAPTURES = (".mcap", ".csv")
_PEEKED = 1 << 20


@dataclass(frozen=True)
class SourceOptions:
    """What a user says of the source."""

    what: str
    countries: tuple[str, ...] | None = None
    exercise: str | None = None
    as_of: str | None = None
    arrangements: Path | None = None
    epoch: int | None = None
    variables: tuple[str, ...] = ()
    """``name=value``, in place of the defaults"""


class ExportSource(NamedTuple):
    """What is exported: from what, for whom, and what was delivered."""

    shown: str
    countries: tuple[str, ...]
    context: ExportContext
    records: Callable[[], Iterator[Exported]]
    part: str = ""
    """which epoch it is, where there are several"""


Schemas = Mapping[str, bytes]


@contextmanager
def export_source(options: SourceOptions, schemas: Schemas) -> Iterator[ExportSource]:
    """Give the source that a user means; it is open inside."""
    path = Path(options.what)
    if _is_recording(path):
        _refuse(options, "a file of what was received")
        yield _of_file(options, path, schemas)
        return
    run = None
    if options.what != STDIN and not Path(options.what).exists():  # a pipe can be read once
        run = run_named(options.what, "no scenario, no run and no file")
    if run is None:
        if options.epoch is not None:
            raise UsageError("--epoch is of a run; a scenario has none, leave it out")
        yield _of_scenario(options, schemas)
        return
    _refuse(options, "a run")
    with _ledger(run) as ledger:
        yield _of_run(options, run, ledger, schemas)


def _refuse(options: SourceOptions, what: str) -> None:
    for given, option in (
        (options.arrangements, "--arrangements"),
        (options.exercise, "--exercise"),
        (options.as_of, "--as-of"),
        (options.variables or None, "--set"),
    ):
        if given is not None:
            own = "variables" if option == "--set" else option[2:]
            raise UsageError(f"{what} has its own {own}; leave out {option}")


def _is_recording(path: Path) -> bool:
    """Tell a file of messages from a scenario, which may be JSON Lines as well."""
    if not path.is_file():
        return False
    if path.suffix in _CAPTURES:
        return True
    try:
        with path.open("rb") as file:
            lines = (line for line in iter(lambda: file.readline(_PEEKED), b"") if line.strip())
            first = json.loads(next(lines, b"null"))
    except OSError:
        return False  # whoever reads it says why
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and ("specversion" in first or "topic" in first)


def _wanted(options: SourceOptions, there: tuple[str, ...], shown: str) -> tuple[str, ...]:
    """Return the countries to export; refuse one that is not there."""
    for country in options.countries or ():
        if country not in there:
            raise UsageError(f"{shown} has no messages for {country}; it has {', '.join(there)}")
    return options.countries or there


def zone_of(countries: tuple[str, ...], arrangements: Path | None = None) -> str:
    """Return the time zone of the one country that it is for."""
    if len(countries) != 1:
        return ""
    agreed = load_arrangements() if arrangements is None else load_arrangements(arrangements)
    participant = agreed.participants.get(countries[0])
    return "" if participant is None else participant.zone


# -- a plan ----------------------------------------------------------------------------------------


def _of_scenario(options: SourceOptions, schemas: Schemas) -> ExportSource:
    prepared = prepare(
        options.what,
        arrangements=options.arrangements,
        exercise=options.exercise,
        as_of=options.as_of,
        variables=options.variables,
    )
    header = prepared.loaded.header
    shown = f"scenario {header.id}"
    countries = _wanted(options, prepared.recipients, shown)
    slug = exercise_slug(header.exercise)
    played = Played(_PLANNED, 1, header.exercise, slug)
    topics = Topics(slug)

    def records() -> Iterator[Exported]:
        sequences = dict.fromkeys(prepared.recipients, 0)
        for delivery in prepared.plan().deliveries():
            sequences[delivery.recipient] += 1
            if delivery.recipient not in countries:
                continue
            sequence, message = sequences[delivery.recipient], delivery.message
            yield Exported(
                delivery,
                sequence,
                delivery.due,
                topics.feed(delivery.recipient, message.kind, message.event),
                encode(delivery, played, sequence, delivery.due),
            )

    zone = ""
    if len(countries) == 1:
        zone = prepared.arrangements.participants[countries[0]].zone
    context = ExportContext(
        header.exercise, slug, _PLANNED, 1, one_name(header.title), zone=zone, schemas=schemas
    )
    return ExportSource(shown, countries, context, records)


# -- a run -----------------------------------------------------------------------------------------


@contextmanager
def _ledger(run: RunFolder) -> Iterator[PlayerLedger]:
    if not run.player_ledger.exists():
        raise FilesError(
            run.path, "the run was played elsewhere; export it there, or what was received here"
        )
    with PlayerLedger.open(run.player_ledger, read_only=True) as ledger:
        yield ledger


def _of_run(
    options: SourceOptions, run: RunFolder, ledger: PlayerLedger, schemas: Schemas
) -> ExportSource:
    shown = f"run {run.id}"
    if run.is_running():
        raise UsageError(f"{shown} is being played; export it when it has ended")
    if "ended" not in ledger.about:
        raise IncompleteError(
            f"{shown} was cut off before its end; go on with it (feed run --resume {run.id}), "
            "then export it"
        )
    epoch = options.epoch or ledger.last_epoch()
    heads = ledger.heads(epoch)
    if not heads:
        raise UsageError(f"{shown} has nothing in epoch {epoch}; its last is {ledger.last_epoch()}")
    countries = _wanted(options, tuple(sorted(heads)), shown)

    def published(country: str) -> Iterator[Exported]:
        for first in range(1, heads[country] + 1, _PAGE):
            for row in ledger.history(country, epoch, first, first + _PAGE - 1, _PAGE):
                try:
                    yield exported(decode(row.payload), row.topic, row.payload)
                except ValueError as error:
                    raise FilesError(ledger.path, f"{row.message}: {error}") from error

    def records() -> Iterator[Exported]:
        # By the moment of sending: the due times of a feed are in order, but for what was injected.
        yield from heapq.merge(*map(published, countries), key=lambda record: record.sent)

    exercise = str(ledger.about["exercise"])
    context = ExportContext(
        exercise,
        exercise_slug(exercise),
        run.id,
        epoch,
        zone=zone_of(countries, run.arrangements),
        schemas=schemas,
    )
    return ExportSource(shown, countries, context, records, _part(epoch, ledger.last_epoch()))


# -- a file ----------------------------------------------------------------------------------------


def _of_file(options: SourceOptions, path: Path, schemas: Schemas) -> ExportSource:
    shown = str(path)
    run, epoch, last, countries, exercise = _looked_through(path, options.epoch)
    wanted = _wanted(options, countries, shown)

    def records() -> Iterator[Exported]:
        tallies: dict[str, Tally[Exported]] = {country: Tally() for country in wanted}
        for record in read_received(path, shown):
            if record.recipient in tallies and record.epoch == epoch and not record.wrong:
                yield from tallies[record.recipient].push(record.sequence, _read(record, shown))
        for country, tally in tallies.items():
            if missing := tally.missing():
                first, last = missing[0]
                gap = f"message {first}" if first == last else f"messages {first} to {last}"
                raise IncompleteError(
                    f"{shown}: {gap} of {country} {'is' if first == last else 'are'} missing; "
                    "export the run itself, or what another receiver got"
                )

    name = exercise.removeprefix("EXERCISE ")
    context = ExportContext(
        name, exercise_slug(name), run, epoch, zone=zone_of(wanted), schemas=schemas
    )
    return ExportSource(shown, wanted, context, records, _part(epoch, last))


def _part(epoch: int, last: int) -> str:
    return f"epoch {epoch} of {last}; --epoch takes another" if last > 1 else ""


def _looked_through(path: Path, epoch: int | None) -> tuple[str, int, int, tuple[str, ...], str]:
    """Return the run, the epoch, the last one, the recipients and the exercise of a file."""
    run, exercise, countries = "", "", dict[int, set[str]]()
    for record in read_received(path, str(path)):
        if record.wrong:
            _complain(path, record, f"{record.wrong}; remove this line")
        if run and record.run != run:
            why = f"of run {quoted(record.run)}, not of {run}; keep the messages of one run only"
            _complain(path, record, why)
        if not run:
            run, exercise = record.run, _envelope(record, str(path)).exercise
        countries.setdefault(record.epoch, set()).add(record.recipient)
    if not run:
        text = "there is no message of a feed in it; name what 'feed receive --out' wrote"
        raise ScenarioError([Problem(str(path), 1, 1, text)])
    chosen = epoch or max(countries)
    if chosen not in countries:
        epochs = ", ".join(map(str, sorted(countries)))
        raise UsageError(f"{path} has nothing of epoch {chosen}; it has {epochs}")
    return run, chosen, max(countries), tuple(sorted(countries[chosen])), exercise


def _complain(path: Path, record: ReceivedRecord, why: str) -> None:
    raise ScenarioError([Problem(str(path), record.line, 1, why)])


def _envelope(record: ReceivedRecord, shown: str) -> Envelope:
    try:
        return decode(record.payload)
    except ValueError as error:
        raise ScenarioError([Problem(shown, record.line, 1, str(error))]) from error


def _read(record: ReceivedRecord, shown: str) -> Exported:
    envelope = _envelope(record, shown)
    topic = record.topic or Topics(envelope.source.split("/")[2]).feed(
        envelope.recipient, envelope.kind, envelope.subject
    )
    try:
        return exported(envelope, topic, record.payload)
    except ValueError as error:
        raise ScenarioError([Problem(shown, record.line, 1, str(error))]) from error


def exported(envelope: Envelope, topic: str, payload: bytes) -> Exported:
    """Return a message from the wire; ``ValueError`` with one sentence if it cannot be told."""
    message, due = message_of(envelope)
    sent = moment_of(envelope.sent)
    for moment in (message.at, due, sent, *([message.expires] if message.expires else [])):
        if not FIRST <= moment <= LAST:
            raise ValueError("a time of it is not between 1900 and 2200")
    released = (each.strip() for each in (envelope.releasableto or "").split(","))
    delivery = Delivery(
        due=due,
        recipient=envelope.recipient,
        number=envelope.number,
        message=message,
        arrangement=envelope.arrangement or "",
        path=tuple((envelope.path or "").split(">")),
        late=bool(envelope.late),
        releasable=tuple(filter(None, released)),
        references=message.references,
    )
    return Exported(delivery, envelope.number, sent, topic, payload)
