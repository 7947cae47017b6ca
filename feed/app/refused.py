"""What receivers refused because it was not the player's, from what they wrote down of a run."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from feed.app.gate import REFUSALS
from feed.files.receiver_ledger import REFUSED, ReceiverLedger

__all__ = ["refused_notes"]


def refused_notes(ledgers: Iterable[Path]) -> Iterator[str]:
    """Yield a sentence for each ledger of a receiver that was sent what is not the player's."""
    for path in ledgers:
        with ReceiverLedger.open(path, read_only=True) as ledger:
            counts = ledger.about.get(REFUSED, {})
        parts = [f"{counts[reason]} {reason}" for reason in REFUSALS if counts.get(reason)]
        if parts:
            yield f"{path.name}: refused what is not the player's: {', '.join(parts)}"
