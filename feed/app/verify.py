"""``feed verify``: what receivers got, compared with what was planned and published."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from feed.app.expectation import Expectation, OfLedger, OfPlan
from feed.app.fault_record import effects_of
from feed.app.prepare import Prepared, prepare
from feed.app.refused import refused_notes
from feed.core.spans import Spans
from feed.core.verdict import DeliveryKey, Deviation, Got, Stream, Verdict
from feed.core.verify import Comparison
from feed.errors import FilesError, Problem, ScenarioError, UsageError
from feed.files.ledger import PlayerLedger
from feed.files.named import run_named
from feed.files.received import ReceivedRecord, read_received
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.runs import RunFolder
from feed.files.source import source_of
from feed.model.quoting import quoted
from feed.wire.envelope import moment_of

__all__ = ["PUBLISHED", "SourceVerdict", "Verified", "VerifyOptions", "verify"]

PUBLISHED = "published"
"""The name of the comparison of what a run published with what was planned."""
_NAMED_SOURCE = re.compile(r"([A-Z]{3}(?:,[A-Z]{3})*)=(.+)", re.DOTALL)
_PEEKED = 3
_OTHER_CONTENT = frozenset({
    "seek", "loop", "until", "stop", "reset", "inject", "edit", "hold", "skip", "fire"
})  # fmt: skip
"""What an operator may do after which a run is not its plan played once."""


@dataclass(frozen=True)
class VerifyOptions:
    """What a user asks of ``feed verify``."""

    what: str
    """a scenario, or a run on this machine"""
    received: tuple[str, ...] = ()
    late_limit_us: int | None = None
    arrangements: Path | None = None
    variables: tuple[str, ...] = ()
    """``name=value``, with which the scenario was played"""
    exercise: str | None = None
    as_of: str | None = None
    start_offset: str | None = None
    until: str | None = None
    faults: Mapping[DeliveryKey, str] = field(default_factory=dict)
    """what was done on purpose to which message"""
    faults_file: Path | None = None
    """the faults under which a scenario was played"""


class SourceVerdict(NamedTuple):
    """The verdict of one source."""

    source: str
    """a file, or the name of a ledger"""
    verdict: Verdict
    late_judged: bool
    """False: a limit was given, and the source does not say when anything was received"""


@dataclass(frozen=True)
class Verified:
    """What came of it all."""

    against: str
    """``scenario ID`` or ``run ID``"""
    run: str
    sources: tuple[SourceVerdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong, but for what faults on purpose explain."""
        return all(each.verdict.clean for each in self.sources)


class _ReceivedSource(NamedTuple):
    """One thing that a receiver wrote."""

    shown: str
    path: Path
    recipients: tuple[str, ...]


def verify(options: VerifyOptions) -> Verified:
    """Compare what was received with a scenario or with a run; nothing is changed."""
    run = run_named(options.what)
    if run is None:
        return _against_scenario(options)
    for given, option in (
        (options.arrangements, "--arrangements"),
        (options.exercise, "--exercise"),
        (options.as_of, "--as-of"),
        (options.start_offset, "--start-offset"),
        (options.until, "--until"),
        (options.faults_file, "--faults"),
        (options.variables or None, "--set"),
    ):
        if given is not None:
            own = "variables" if option == "--set" else option[2:]
            raise UsageError(f"a run has its own {own}; leave out {option}")
    return _against_run(options, run)


# -- against a scenario ----------------------------------------------------------------------------


def _against_scenario(options: VerifyOptions) -> Verified:
    prepared = prepare(
        options.what,
        arrangements=options.arrangements,
        exercise=options.exercise,
        as_of=options.as_of,
        variables=options.variables,
    )
    if not options.received:
        raise UsageError(
            "say what was received: a file of 'feed receive --out' or of mosquitto_sub -F '%J'"
        )
    sources = _sources(options.received)
    span = prepared.span(options.start_offset, options.until)
    run, epoch = _played_in(sources)
    header = prepared.loaded.header
    named = None if options.faults_file is None else source_of(options.faults_file)
    planned = OfPlan(
        prepared.plan(),
        run=run,
        epoch=epoch,
        begin=span.begin,
        until=span.until,
        faults=prepared.faults(named),
    )
    options = replace(options, faults={**planned.faults, **options.faults})
    verdicts = [_compared(source, planned, options) for source in sources]
    return Verified(f"scenario {header.id}", run, tuple(verdicts))


def _played_in(sources: Sequence[_ReceivedSource]) -> tuple[str, int]:
    """Return the run and the epoch that the first lines are of, whatever one of them says."""
    said: Counter[tuple[str, int]] = Counter()
    for source in sources:
        if source.path.is_fifo():
            raise FilesError(source.shown, "cannot be read twice; save it as a file first")
        records = read_received(source.path, source.shown)
        said.update(
            (record.run, record.epoch)
            for record in itertools.islice(records, _PEEKED)
            if not record.wrong
        )
    return said.most_common(1)[0][0] if said else ("none", 1)


# -- against a run ---------------------------------------------------------------------------------


def _against_run(options: VerifyOptions, folder: RunFolder) -> Verified:
    if not folder.player_ledger.exists():
        raise FilesError(
            folder.path,
            "the run was played elsewhere; verify it there, or name its scenario in place of it",
        )
    with ExitStack() as stack:
        ledger = stack.enter_context(PlayerLedger.open(folder.player_ledger, read_only=True))
        sent = OfLedger(ledger)
        options = replace(options, faults={**effects_of(ledger), **options.faults})
        verdicts, notes = _published(folder, ledger, sent)
        if options.received:
            verdicts += [_compared(source, sent, options) for source in _sources(options.received)]
        else:
            paths = sorted(folder.path.glob("receiver-*.sqlite"))
            verdicts += [_compared_ledger(path, sent, options) for path in paths]
            notes += refused_notes(paths)
            if not paths:
                raise UsageError(
                    f"run {folder.id} has no receiver on this machine; name what was received"
                )
    return Verified(f"run {folder.id}", sent.run, tuple(verdicts), tuple(notes))


def _published(
    folder: RunFolder, ledger: PlayerLedger, sent: OfLedger
) -> tuple[list[SourceVerdict], list[str]]:
    """Compare what was published with what was planned, where that is one plan played once."""
    about = ledger.about
    # That it stopped by itself at its end is nobody's doing.
    acted = {one.verb for one in ledger.actions() if not one.details.get("over")}
    done = sorted(acted & _OTHER_CONTENT)
    if ledger.last_epoch() != 1 or done:
        why = f"the operator did: {', '.join(done)}" if done else "it has several epochs"
        return [], [f"what was published is not compared with the plan, because {why}"]
    scenario = folder.scenario
    if scenario is None:
        return [], ["what was published is not compared with the plan: its scenario is gone"]
    prepared: Prepared = prepare(
        str(scenario),
        arrangements=folder.arrangements,
        exercise=about["exercise"],
        as_of=about["as_of"],
        countries=about["countries"],
    )
    planned = OfPlan(
        prepared.plan(), run=sent.run, epoch=1, begin=about["begin"], until=about["until"]
    )
    comparison = Comparison(planned.streams, recipients=prepared.recipients)
    for record in sent.published():
        comparison.take(Got(record.line, _key(record), planned.differs(record)))
    verdict = _named(comparison.finish(), planned)
    return [SourceVerdict(PUBLISHED, verdict, late_judged=True)], []


def _compared_ledger(path: Path, sent: OfLedger, options: VerifyOptions) -> SourceVerdict:
    """Compare what a receiver wrote down beside the run."""
    with ReceiverLedger.open(path, read_only=True) as ledger:
        about = ledger.about
        country, client = str(about["country"]), str(about["client"])
        comparison = Comparison(
            sent.streams,
            recipients=(country,),
            faults=options.faults,
            late_limit_us=options.late_limit_us,
            ordered=False,  # it is kept by number
        )
        for line, row in enumerate(ledger.rows(sent.run), 1):
            key = DeliveryKey(country, row.epoch, row.sequence)
            record = ReceivedRecord(
                line=line,
                received=row.received,
                topic=row.topic,
                run=row.run,
                epoch=row.epoch,
                recipient=country,
                sequence=row.sequence,
                sent="",
                payload=row.payload,
            )
            comparison.take(Got(line, key, sent.differs(record), row.received - row.sent))
    acknowledged = sent.acknowledged(country, client)
    return _verdict(path.name, comparison, sent, options, acknowledged)


# -- one source ------------------------------------------------------------------------------------


def _sources(received: Sequence[str]) -> list[_ReceivedSource]:
    sources = []
    for text in received:
        found = _NAMED_SOURCE.fullmatch(text)
        recipients = tuple(sorted(set(found[1].split(",")))) if found else ()
        name = found[2] if found else text
        sources.append(_ReceivedSource(name, Path(name), recipients))
    return sources


def _compared(source: _ReceivedSource, sent: Expectation, options: VerifyOptions) -> SourceVerdict:
    """Compare what somebody's client wrote."""
    comparison = Comparison(
        sent.streams,
        recipients=source.recipients,
        faults=options.faults,
        late_limit_us=options.late_limit_us,
    )
    count = 0
    for record in _of_run(source, sent.run):
        count += 1
        if record.wrong:
            comparison.take(Got(record.line, None, record.wrong))
        else:
            latency = _latency(record)
            comparison.take(Got(record.line, _key(record), sent.differs(record), latency))
    if not count and not source.recipients:
        text = f"there is no message of a feed in it; say whose it is: COUNTRY={source.shown}"
        raise ScenarioError([Problem(source.shown, 1, 1, text)])
    return _verdict(source.shown, comparison, sent, options)


def _of_run(source: _ReceivedSource, run: str) -> Iterator[ReceivedRecord]:
    for record in read_received(source.path, source.shown):
        if not record.wrong and record.run != run:
            text = f"of run {quoted(record.run)}, not of {run}; keep the lines of one run only"
            raise ScenarioError([Problem(source.shown, record.line, 1, text)])
        yield record


def _key(record: ReceivedRecord) -> DeliveryKey:
    return DeliveryKey(record.recipient, record.epoch, record.sequence)


def _latency(record: ReceivedRecord) -> int | None:
    if record.received is None:
        return None
    try:
        return record.received - moment_of(record.sent)
    except ValueError:
        return None  # it is altered, and that is said


def _verdict(
    shown: str,
    comparison: Comparison,
    sent: Expectation,
    options: VerifyOptions,
    acknowledged: Mapping[Stream, Spans] | None = None,
) -> SourceVerdict:
    verdict = _named(comparison.finish(acknowledged), sent)
    judged = options.late_limit_us is None or verdict.timed == verdict.records
    return SourceVerdict(shown, verdict, judged)


def _named(verdict: Verdict, sent: Expectation) -> Verdict:
    """Return a verdict whose findings say which messages they are about."""
    keys = {
        DeliveryKey(each.recipient, each.epoch, each.first)
        for each in verdict.findings
        if each.first
    }
    described, details = sent.describe(keys), sent.details()

    def named(finding: Deviation) -> Deviation:
        key = DeliveryKey(finding.recipient, finding.epoch, finding.first)
        text = finding.text
        if finding.kind == "altered" and finding.line is not None:
            text = details.get((key, finding.line), text)
        about = described.get(key)
        if about is None:
            return finding._replace(text=text)
        return finding._replace(text=f"{text} ({about.message}, due {about.due})")

    return Verdict(**{**vars(verdict), "findings": tuple(named(each) for each in verdict.findings)})
