"""Reports made in memory, for tests of the page that is made of them."""

from collections import Counter
from functools import cache
from typing import Any

from feed.core.after_action import AfterAction
from feed.core.run_report import EpochPart, ReportRow, RunReport
from feed.core.verdict import KINDS, Deviation, FindingKind, Stream, Verdict
from feed.model.message import Delivery
from feed.wording.times import Times
from tests.make import START
from tests.scenarios import library

__all__ = ["TIMES", "report_of", "story", "verdict_of"]

TIMES = Times(9 * 3600)
SENT = 1_700_000_000_000_000


def verdict_of(recipient: str = "JPN", /, **wrong: int) -> Verdict:
    """Return a verdict; what is wrong is given by kind, ``explained`` by faults."""
    explained = {kind: wrong.pop(f"{kind}_explained", 0) for kind in KINDS}
    found: dict[FindingKind, int] = {kind: wrong.get(kind, 0) for kind in KINDS}
    findings = tuple(
        Deviation(kind, recipient, 1, 3, 3, 9, f"<b>{kind}</b>") for kind in KINDS if found[kind]
    )
    return Verdict((recipient,), 10, 9, 9, found, explained, findings, 9, 7)


def report_of(*deliveries: Delivery, **members: Any) -> RunReport:
    """Return the report of a run that sent these, each received after two milliseconds."""
    account = AfterAction()
    messages: dict[str, list[ReportRow]] = {}
    numbers: Counter[str] = Counter()
    for each in deliveries:
        numbers[each.recipient] += 1
        account.take(each, 2_000)
        row = ReportRow(each, 1, numbers[each.recipient], SENT, SENT + 2_000, "")
        messages.setdefault(each.message.key, []).append(row)
    account.finish()
    wanted = set(account.referred())
    dues = [each.due for each in deliveries] or [START]
    given: dict[str, Any] = {
        "run": "01jfm0", "exercise": "MORNING CALM", "scenario": "a-story",
        "titles": {"en": "A story"},
        "as_of": None, "started": SENT, "state": "complete", "offset_s": 9 * 3600,
        "account": account,
        "epochs": [EpochPart(1, len(deliveries), SENT, SENT, min(dues), max(dues))],
        "actions": [], "acknowledged": [],
        "heads": {Stream(country, 1): count for country, count in numbers.items()},
        "effects": {}, "effect_rows": [], "repairs": {}, "alerts": {}, "verdicts": [],
        "ranks": {"USA": 0, "JPN": 1, "KOR": 2},
        "messages": {key: rows for key, rows in messages.items() if key in wanted},
    }  # fmt: skip
    return RunReport(**(given | members))


@cache
def story(name: str = "over-aomori-2022") -> RunReport:
    """Return the report of a story of the library."""
    return report_of(*library.deliveries(name))
