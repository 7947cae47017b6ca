"""What receivers refused is told by 'feed verify'."""

from pathlib import Path

from feed.app.refused import refused_notes
from feed.files.receiver_ledger import REFUSED, ReceiverLedger


def test_it_is_said_of_whom_it_was_and_why(tmp_path: Path) -> None:
    """One sentence for each receiver that was sent something."""
    said = {
        "a": {"altered": 2, "unsigned": 1, "stale": 0},
        "b": {},
        "c": None,
    }
    paths = []
    for name, value in said.items():
        paths.append(tmp_path / f"receiver-{name}.sqlite")
        with ReceiverLedger.create(paths[-1], {"country": "JPN"}) as ledger:
            if value is not None:
                ledger.note(REFUSED, value)

    assert [*refused_notes(paths)] == [
        "receiver-a.sqlite: refused what is not the player's: 1 unsigned, 2 altered"
    ]
