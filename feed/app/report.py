"""``feed report``: what came of a run, gathered from what its participants wrote down."""

import os
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from feed.app.fault_record import effects_of
from feed.app.prepare import Prepared, prepare
from feed.app.session import cut_off
from feed.app.verify import PUBLISHED, Verified, VerifyOptions, verify
from feed.core.after_action import AfterAction, repaired
from feed.core.alerts_told import AlertsTold
from feed.core.faulted import told_faults
from feed.core.faults import Faults
from feed.core.recorded_faults import recorded_faults
from feed.core.run_report import (
    Acknowledged,
    EpochPart,
    OperatorAction,
    ReportRow,
    RunReport,
    VerifiedSource,
)
from feed.core.staff import StaffNotes
from feed.core.verdict import DeliveryKey, Stream
from feed.errors import FeedError, FilesError
from feed.files.ledger import PlayerLedger, Published
from feed.files.received import read_received
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.runs import RunFolder, find_run, runs_folder
from feed.files.source import source_of
from feed.model.message import Delivery
from feed.wire.envelope import decode, message_of

__all__ = ["report", "rows_of"]

_PAGE = 200
_MOST_EFFECTS = 200
_MOST_NOTES = 300
_SOURCE = re.compile(r"(?:[A-Z]{3}(?:,[A-Z]{3})*=)?(.+)", re.DOTALL)


class _RunRecords:
    """What is read, and what is known beside it."""

    def __init__(self, ledger: PlayerLedger, heads: Mapping[Stream, int]) -> None:
        self.ledger = ledger
        self.heads = heads
        self.received = {stream: array("q", bytes(8 * last)) for stream, last in heads.items()}
        self.effects = effects_of(ledger)

    def note(self, stream: Stream, sequence: int, when: int | None) -> None:
        """Note when something was received; the first time counts."""
        known = self.received.get(stream)
        if known is not None and when is not None and 1 <= sequence <= len(known):
            before = known[sequence - 1]
            known[sequence - 1] = when if not before else min(before, when)

    def begins(self, epoch: int) -> int:
        """Return when the first message of an epoch was due."""
        firsts = (
            self.ledger.history(stream.recipient, epoch, 1, 1, 1)
            for stream in self.heads
            if stream.epoch == epoch
        )
        return min(row.due for rows in firsts for row in rows)

    def published(self, stream: Stream) -> Iterator[Published]:
        """Walk over what was sent to a country in an epoch, in order."""
        last = self.heads[stream]
        for first in range(1, last + 1, _PAGE):
            yield from self.ledger.history(
                stream.recipient, stream.epoch, first, first + _PAGE - 1, _PAGE
            )

    def row(self, published: Published) -> ReportRow:
        """Return a message with what became of it."""
        stream = Stream(published.recipient, published.epoch)
        when = self.received[stream][published.sequence - 1]
        return ReportRow(
            _delivery(published),
            published.epoch,
            published.sequence,
            published.sent,
            when or None,
            self.effects.get(
                DeliveryKey(published.recipient, published.epoch, published.sequence), ""
            ),
        )


def report(what: str, received: Sequence[str] = ()) -> RunReport:
    """Return what came of a run on this machine; nothing is changed."""
    folder = _folder(what)
    with ExitStack() as stack:
        ledger = stack.enter_context(PlayerLedger.open(folder.player_ledger, read_only=True))
        source = _source(folder, ledger, received)
        return _gathered(folder, ledger, source, received)


def rows_of(what: str, received: Sequence[str] = ()) -> Iterator[ReportRow]:
    """Yield everything that a run sent, country by country, in order."""
    folder = _folder(what)
    with PlayerLedger.open(folder.player_ledger, read_only=True) as ledger:
        source = _source(folder, ledger, received)
        for stream in source.heads:
            for published in source.published(stream):
                yield source.row(published)


def _folder(what: str) -> RunFolder:
    folder = find_run(runs_folder(os.environ), what)
    if not folder.player_ledger.exists():
        raise FilesError(folder.path, "the run was played elsewhere; report on it there")
    return folder


def _source(folder: RunFolder, ledger: PlayerLedger, received: Sequence[str]) -> _RunRecords:
    heads = {
        Stream(recipient, epoch): last
        for epoch in ledger.epochs()
        for recipient, last in sorted(ledger.heads(epoch).items())
    }
    source, run = _RunRecords(ledger, heads), str(ledger.about["run"])
    for text in received:
        found = _SOURCE.fullmatch(text)
        path = found[1] if found else text
        for record in read_received(Path(path), path):
            if not record.wrong and record.run == run:
                stream = Stream(record.recipient, record.epoch)
                source.note(stream, record.sequence, record.received)
    for path in _receivers(folder) if not received else ():
        with ReceiverLedger.open(path, read_only=True) as got:
            country = str(got.about["country"])
            for row in got.rows(run):
                source.note(Stream(country, row.epoch), row.sequence, row.received)
    return source


def _receivers(folder: RunFolder) -> list[Path]:
    return sorted(folder.path.glob("receiver-*.sqlite"))


def _gathered(
    folder: RunFolder, ledger: PlayerLedger, source: _RunRecords, received: Sequence[str]
) -> RunReport:
    account = AfterAction()
    parts: dict[int, EpochPart] = {}
    effects: Counter[tuple[str, str]] = Counter()
    effect_rows: list[ReportRow] = []
    offset_s: int | None = None
    told = AlertsTold()
    epoch = 0
    for stream in source.heads:
        if stream.epoch > epoch:
            epoch = stream.epoch
            told.begin(source.begins(epoch))
        for published in source.published(stream):
            row = source.row(published)
            parts[stream.epoch] = _grown(parts.get(stream.epoch), row)
            late = None if row.received is None else row.received - row.sent
            account.take(row.delivery, late)
            told.take(row.delivery)
            if offset_s is None:
                offset_s = row.delivery.message.offset_s
            if row.effect:
                effects[stream.recipient, row.effect] += 1
                if len(effect_rows) < _MOST_EFFECTS:
                    effect_rows.append(row)
    account.finish()
    about, verified = ledger.about, _verified(folder, received)
    prepared = _prepared(folder, about)
    state = _state(folder, about)
    verdicts, notes = _judged(verified, state)
    result = RunReport(
        run=folder.id,
        exercise=str(about.get("exercise", "")),
        scenario=str(about.get("scenario", "")),
        titles={} if prepared is None else prepared.loaded.header.title,
        ranks=_ranks(prepared, source.heads),
        as_of=about.get("as_of"),
        started=about.get("started"),
        state=state,
        offset_s=offset_s or 0,
        account=account,
        epochs=[parts[epoch] for epoch in sorted(parts)],
        actions=[
            OperatorAction(each.wall, each.epoch, each.position, each.verb, each.details)
            for each in ledger.actions()
        ],
        acknowledged=[
            Acknowledged(
                each.recipient,
                each.client,
                each.epoch,
                each.sequence,
                sum(last - first + 1 for first, last in each.missing),
                each.wall,
            )
            for each in ledger.receipts()
        ],
        heads=source.heads,
        effects=effects,
        effect_rows=effect_rows,
        repairs={
            stream: spans for stream, times in source.received.items() if (spans := repaired(times))
        },
        alerts=told.found(),
        verdicts=verdicts,
        notes=notes,
        staff=_staff(prepared, parts),
        rules=_rules(prepared, folder, ledger),
    )
    _find_messages(result, source)
    return result


def _judged(verified: Verified | None, state: str) -> tuple[list[VerifiedSource], list[str]]:
    """Return the verdicts, and notes; what is not played yet is not missing."""
    if verified is None:
        return [], ["nobody on this machine received anything"]
    verdicts = [VerifiedSource(each.source, each.verdict) for each in verified.sources]
    notes = list(verified.notes)
    if state in {"running", "broken-off"}:
        for source in [each for each in verdicts if each.source == PUBLISHED]:
            verdicts.remove(source)
            left = source.verdict.expected - source.verdict.matched
            notes.append(f"the run has not come to its end: {left:,} messages are not sent yet")
    return verdicts, notes


def _state(folder: RunFolder, about: Mapping[str, Any]) -> str:
    if folder.is_running():
        return "running"
    if about.get("complete"):
        return "complete"
    return "ended" if about.get("ended") else "broken-off"


def _prepared(folder: RunFolder, about: Mapping[str, Any]) -> Prepared | None:
    """Return what was played, if its scenario is still there and can be read."""
    if folder.scenario is None:
        return None
    try:
        return prepare(
            str(folder.scenario),
            arrangements=folder.arrangements,
            exercise=about.get("exercise"),
            as_of=about.get("as_of"),
        )
    except FeedError:
        return None


def _staff(prepared: Prepared | None, parts: Mapping[int, EpochPart]) -> list[tuple[int, str]]:
    """Return the notes to the control staff up to where it was played, in order."""
    if prepared is None:
        return []
    last = max((part.last_due for part in parts.values()), default=0)
    return StaffNotes(prepared.loaded.header).latest(last, _MOST_NOTES)


def _rules(
    prepared: Prepared | None, folder: RunFolder, ledger: PlayerLedger
) -> list[dict[str, Any]]:
    """Return the faults on purpose of a run, with what an operator added or ended."""
    if prepared is None:
        return []
    start = prepared.loaded.header.starts
    try:
        given = None if folder.faults is None else source_of(folder.faults)
        begun = prepared.faults(given) or Faults((), prepared.loaded.header.seed, start)
        asked = recorded_faults(cut_off(ledger).actions, begun, prepared.recipients)
    except FeedError:
        return []
    return told_faults(begun.rules) if asked is None else asked


def _ranks(prepared: Prepared | None, heads: Mapping[Stream, int]) -> dict[str, int]:
    countries = sorted({stream.recipient for stream in heads})
    known = list(prepared.arrangements.participants) if prepared else countries
    return {country: rank for rank, country in enumerate(known)}


def _find_messages(result: RunReport, source: _RunRecords) -> None:
    """Read once more what figures come from: to whom each message was sent, and when."""
    wanted = set(result.account.referred())
    wanted |= {row.delivery.message.key for row in result.effect_rows}
    for stream in source.heads:
        for published in source.published(stream):
            if published.message in wanted:
                rows = result.messages.setdefault(published.message, [])
                rows.append(source.row(published))


def _grown(part: EpochPart | None, row: ReportRow) -> EpochPart:
    due, sent = row.delivery.due, row.sent
    if part is None:
        return EpochPart(row.epoch, 1, sent, sent, due, due)
    return EpochPart(
        row.epoch,
        part.sent + 1,
        min(part.first_sent, sent),
        max(part.last_sent, sent),
        min(part.first_due, due),
        max(part.last_due, due),
    )


def _verified(folder: RunFolder, received: Sequence[str]) -> Verified | None:
    """Return the verdict of ``feed verify``; None: nobody here received anything."""
    if not received and not _receivers(folder):
        return None
    return verify(VerifyOptions(folder.id, tuple(received)))


def _delivery(published: Published) -> Delivery:
    """Return what was sent as a delivery; FilesError if it is no message of this version."""
    try:
        envelope = decode(published.payload)
        message, due = message_of(envelope)
    except ValueError as error:
        where = f"epoch {published.epoch}, {published.recipient} {published.sequence}"
        raise FilesError(
            "the player's ledger", f"{where}: {error}; use the version that wrote it"
        ) from None
    return Delivery(
        due=due,
        recipient=published.recipient,
        number=published.origin,
        message=message,
        arrangement=envelope.arrangement or "",
        path=tuple((envelope.path or "").split(">")) if envelope.path else (),
        late=False,
        releasable=(),
        references=message.references,
    )
