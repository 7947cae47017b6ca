"""What faults on purpose do to the messages of one run: decided, written down, asked for.

Whoever waits for receivers, gives history or judges asks here, so that an intended absence is not
taken for a loss.  What was decided is in the ledger before the message is sent, and comes from
there when the run goes on after an interruption.
"""

import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter

from feed.core.faults import PASS, Effect, Faults
from feed.core.run import Numbered
from feed.core.verdict import DeliveryKey
from feed.errors import FilesError
from feed.files.ledger import PlayerLedger

__all__ = ["FaultRecord", "effects_of", "lacking"]

_EPOCHS = 4
"""Epochs whose effects are in memory; older ones are read when they are asked for."""
_LOST = frozenset({"drop", "cut", "corrupt"})
"""What may leave a recipient without a message."""
_REFUSED = frozenset({*_LOST, "stale"})
"""What history does not give again unless the fault says so."""
_LATE = frozenset({*_LOST, "delay", "reorder"})
"""What the others go on without."""

Effects = dict[tuple[str, int], Effect]
"""by (recipient, sequence)"""


class FaultRecord:
    """The effects of one run."""

    def __init__(self, ledger: PlayerLedger) -> None:
        self._ledger = ledger
        self._epochs: OrderedDict[int, Effects] = OrderedDict()
        self.held: set[tuple[int, str, int]] = set()
        """(epoch, recipient, sequence) of what is to be sent later, and was not yet"""

    def decide(self, handed: Sequence[Numbered], faults: Faults) -> None:
        """Decide what happens to messages that have just got their numbers, and write it down."""
        if not faults.rules:
            return
        rows = []
        for one in handed:
            effect = faults.effect(one.delivery, one.sequence)
            if effect != PASS:
                recipient = one.delivery.recipient
                self._epoch(one.epoch)[recipient, one.sequence] = effect
                rows.append((one.epoch, recipient, one.sequence, _written(effect)))
        if rows:
            self._ledger.note_effects(rows)

    def effect(self, epoch: int, recipient: str, sequence: int) -> Effect:
        """Return what happens to a message."""
        effects = self._epoch(epoch)
        return effects.get((recipient, sequence), PASS) if effects else PASS

    def refuses(self, epoch: int, recipient: str, sequence: int) -> bool:
        """Tell whether history does not give a message (now)."""
        if (epoch, recipient, sequence) in self.held:
            return True
        effect = self.effect(epoch, recipient, sequence)
        return effect.fault in _REFUSED and not effect.repair

    def lost(self, epoch: int, recipient: str, sequence: int) -> bool:
        """Tell whether a recipient may be without a message for good."""
        effect = self.effect(epoch, recipient, sequence)
        return effect.fault in _LOST and not effect.repair

    def lost_numbers(self, epoch: int, recipient: str) -> list[int]:
        """Return the numbers of an epoch that a recipient may be without for good, in order."""
        return sorted(
            number
            for (whose, number), effect in self._epoch(epoch).items()
            if whose == recipient and effect.fault in _LOST and not effect.repair
        )

    def late(self, epoch: int, recipient: str, sequence: int) -> bool:
        """Tell whether nobody waits for a message while the run goes on."""
        return self.effect(epoch, recipient, sequence).fault in _LATE

    def counts(self, epoch: int) -> dict[str, int]:
        """Return how many messages of an epoch each fault has hit."""
        counts = Counter(str(effect.fault) for effect in self._epoch(epoch).values())
        return dict(sorted(counts.items()))

    def hits(self, epoch: int) -> dict[str, int]:
        """Return how many messages of an epoch each fault has hit, by its own name."""
        return dict(Counter(effect.name for effect in self._epoch(epoch).values()))

    def _epoch(self, epoch: int) -> Effects:
        found = self._epochs.get(epoch)
        if found is None:
            self._epochs[epoch] = found = _read(self._ledger, epoch)
            if len(self._epochs) > _EPOCHS:
                self._epochs.popitem(last=False)
        return found


def effects_of(ledger: PlayerLedger) -> dict[DeliveryKey, str]:
    """Return the faults of a run by the messages that they hit, for a comparison."""
    return {
        DeliveryKey(recipient, epoch, sequence): effect.fault
        for epoch in ledger.epochs()
        for (recipient, sequence), effect in _read(ledger, epoch).items()
    }


def lacking(
    gaps: Iterable[tuple[int, int]],
    record: FaultRecord,
    epoch: int,
    recipient: str,
) -> int:
    """Return how many numbers of some gaps are missing, but not by a fault on purpose."""
    return sum(
        not record.lost(epoch, recipient, number)
        for first, last in gaps
        for number in range(first, last + 1)
    )


def _written(effect: Effect) -> str:
    said = effect._asdict()
    return json.dumps({name: said[name] for name in said if said[name] != _DEFAULTS.get(name)})


def _read(ledger: PlayerLedger, epoch: int) -> Effects:
    try:
        return {key: _EFFECT.validate_json(text) for key, text in ledger.effects(epoch).items()}
    except ValueError:
        text = "what faults did to the run cannot be read; begin a new run"
        raise FilesError(ledger.path, text) from None


_EFFECT = TypeAdapter(Effect)
_DEFAULTS = Effect._field_defaults
