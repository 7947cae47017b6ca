"""A verdict in words, and as JSON."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from feed.core.verdict import KINDS, Deviation, FindingKind, Verdict

__all__ = ["SHOWN", "finding_words", "verdict_json", "verdict_words"]

SHOWN = 20
"""So many findings of a kind are shown; all that are named stand in the JSON."""

_WORDS: dict[FindingKind, str] = {
    "missing": "missing",
    "double": "double",
    "reordered": "out of order",
    "late": "late",
    "altered": "altered",
    "unexpected": "unexpected",
    "unacknowledged": "never acknowledged",
}


class Numbers(NamedTuple):
    """The numbers that a finding is about."""

    epoch: int
    first: int
    last: int

    def __str__(self) -> str:
        last = f"-{self.last}" if self.last > self.first else ""
        return f"{self.epoch}/{self.first}{last}"


def verdict_words(source: str, verdict: Verdict, *, late_judged: bool) -> Iterator[str]:
    """Yield the lines that tell of one source: the sum, then each finding with its place."""
    who = ", ".join(verdict.recipients) or "nobody"
    sums = [f"{count:,} {_WORDS[kind]}" for kind, count in verdict.wrong.items() if count]
    explained = sum(verdict.explained.values())
    if explained:
        sums.append(f"{explained:,} explained by faults on purpose")
    outcome = ", ".join(sums) or "each once, in order, unaltered"
    if verdict.slowest_us is not None:
        outcome += f"; at most {verdict.slowest_us / 1e6:.3f} s from sending to receiving"
    yield f"{who}  {source}: {verdict.matched:,} of {verdict.expected:,}; {outcome}"
    if not late_judged:
        yield "  not judged: lateness, because the file does not say when messages were received"
    for kind in KINDS:
        named = [each for each in verdict.findings if each.kind == kind]
        for finding in named[:SHOWN]:
            yield f"  {finding_words(source, finding)}"
        count = verdict.wrong[kind] + verdict.explained[kind]
        left = count - sum(each.size for each in named[:SHOWN])
        if left > 0 and len(named) >= SHOWN:
            yield f"  and {left:,} more {_WORDS[kind]}"


def finding_words(source: str, finding: Deviation) -> str:
    """Return one finding in words, with its place in its source."""
    place = source if finding.line is None else f"{source}:{finding.line}"
    about = ""
    if finding.first:
        numbers = Numbers(finding.epoch, finding.first, finding.last)
        about = f" {finding.recipient} {numbers}"
    fault = f" (a fault on purpose: {finding.fault})" if finding.fault else ""
    return f"{place}: {_WORDS[finding.kind]}{about}: {finding.text}{fault}"


def verdict_json(source: str, verdict: Verdict, *, late_judged: bool) -> dict[str, Any]:
    """Return a verdict for programs."""
    return {
        "source": source,
        "clean": verdict.clean,
        "recipients": list(verdict.recipients),
        "expected": verdict.expected,
        "matched": verdict.matched,
        "records": verdict.records,
        "wrong": dict(verdict.wrong),
        "explained": dict(verdict.explained),
        "late_judged": late_judged,
        "slowest_ms": None if verdict.slowest_us is None else verdict.slowest_us / 1000,
        "findings": [each._asdict() for each in verdict.findings],
    }
