"""What a chaos run left on disk, compared with the plan: nothing lost, double or out of order."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from feed.files.receiver_ledger import ReceiverLedger
from tests.chaos.parts import Receiving

__all__ = ["Verdict", "compare", "judge"]


class Verdict(NamedTuple):
    """What is wrong with one record of what a receiver got."""

    record: str
    expected: int
    found: int
    missing: int
    double: int
    foreign: int
    disordered: int

    @property
    def right(self) -> bool:
        """Tell whether it is exactly what was planned."""
        return self.found == self.expected and not any(self[3:])

    def __str__(self) -> str:
        return (
            f"{self.record:<14}{self.expected:>8} planned {self.found:>8} found "
            f"{self.missing:>6} missing {self.double:>6} double {self.foreign:>6} foreign "
            f"{self.disordered:>6} out of order"
        )


def compare(record: str, planned: Sequence[str], found: Sequence[str]) -> Verdict:
    """Compare the keys of messages in two orders."""
    want, have = Counter(planned), Counter(found)
    place = {key: index for index, key in enumerate(planned)}
    known = [place[key] for key in found if key in place]
    return Verdict(
        record=record,
        expected=len(planned),
        found=len(found),
        missing=(want - have).total(),
        double=sum(count - 1 for count in have.values()),
        foreign=sum(count for key, count in have.items() if key not in place),
        disordered=sum(later <= earlier for earlier, later in itertools.pairwise(known)),
    )


def judge(
    planned: Mapping[str, Sequence[str]], run: str, receivers: Sequence[Receiving]
) -> list[Verdict]:
    """Compare every receiver's ledger and file with the plan."""
    verdicts = []
    for one in receivers:
        keys = planned[one.country]
        verdicts.append(compare(f"{one.name} ledger", keys, _in_ledger(one.ledger(run), run)))
        verdicts.append(compare(f"{one.name} file", keys, _in_file(one.out)))
    return verdicts


def _in_ledger(path: Path, run: str) -> list[str]:
    if not path.exists():
        return []
    with ReceiverLedger.open(path, read_only=True) as ledger:
        return [row.message for row in ledger.rows(run)]


def _in_file(path: Path) -> list[str]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["message"]) for line in lines]
