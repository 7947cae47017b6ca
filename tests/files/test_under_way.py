"""What the broker may not have is known exactly, in whatever order it acknowledges."""

from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from feed.files.ledger import PlayerLedger
from tests.files.test_ledger import message
from tests.memory import folder_in_memory


class Acknowledging(RuleBasedStateMachine):
    """What goes out and what is acknowledged, in any order, with the file closed in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = folder_in_memory()
        self.path = Path(self.folder.name) / "player.sqlite"
        self.ledger = PlayerLedger.create(self.path, {})
        self.under_way: set[int] = set()
        self.last = 0

    def safe(self, places: list[int]) -> list[tuple[int, str, int]]:
        """Return keys of what is under way, and note them."""
        found = [n for n in places if n in self.under_way]
        self.under_way -= set(found)
        return [(1, "JPN", n) for n in found]

    @rule(count=st.integers(0, 4), places=st.lists(st.integers(1, 20)))
    def add(self, count: int, places: list[int]) -> None:
        """Send some, and note others."""
        safe = self.safe(places)
        numbers = range(self.last + 1, self.last + count + 1)
        self.ledger.add([message(n) for n in numbers], safe=safe)
        self.under_way |= set(numbers)
        self.last += count

    @rule(places=st.lists(st.integers(1, 20)))
    def acknowledge(self, places: list[int]) -> None:
        """Note what has arrived."""
        self.ledger.acknowledged(self.safe(places))

    @rule()
    def go_on(self) -> None:
        """Close the file, and open it again as a run does that goes on."""
        self.ledger.close()
        self.ledger = PlayerLedger.open(self.path)

    @invariant()
    def what_is_under_way_is_known(self) -> None:
        """Exactly what was not acknowledged is sent again."""
        assert [one.sequence for one in self.ledger.unacknowledged(1)] == sorted(self.under_way)
        assert self.ledger.pending() == len(self.under_way)

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.ledger.close()
        self.folder.cleanup()


test_what_is_not_acknowledged_is_sent_again = Acknowledging.TestCase
