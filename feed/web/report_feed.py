"""The feed in the report: faults, operators, latencies, repairs, acknowledgements, the verdict."""

from collections.abc import Mapping
from typing import Any

from feed.core.verdict import KINDS
from feed.web.report_html import Html, cells, element, link, table
from feed.web.report_parts import ReportParts, milliseconds
from feed.web.report_svg import histogram
from feed.wording.moments import full

__all__ = ["FeedParts"]

_MOST_GAPS = 50
_MOST_ACTIONS = 300
_MOST_FINDINGS = 100
_MOMENTS = 10**14
"""From here on a number of an action is a moment, in microseconds since 1970."""


class FeedParts(ReportParts):
    """How the feed worked, and what was done to it."""

    def faults(self) -> Html:
        """Return what faults on purpose did."""
        report = self._report
        sums = [
            cells(country, effect, f"{count:,}")
            for (country, effect), count in sorted(report.effects.items())
        ]
        rows = [
            cells(row.delivery.recipient, row.epoch, row.sequence, row.effect,
                  link(row.delivery.message.key, row.delivery.message.key),
                  "no" if row.received is None else full(row.received, self._wall))
            for row in report.effect_rows
        ]  # fmt: skip
        shown = table(("Country", "Epoch", "Number", "Fault", "Message", "Received"), rows)
        rules = [
            cells(rule.get("name", ""), element("b", str(rule.get("fault", ""))),
                  _plain({n: v for n, v in rule.items() if n not in {"name", "fault"}})
                  or "every message")
            for rule in report.rules[:_MOST_ACTIONS]
        ]  # fmt: skip
        return element(
            "section", element("h2", "Faults on purpose"),
            table(("Name", "Fault", "What it happens to"), rules) if rules else "",
            table(("Country", "Fault", "Messages"), sums), shown if rows else "", id="faults",
        )  # fmt: skip

    def actions(self) -> Html:
        """Return what operators did."""
        report = self._report
        rows = [
            cells(full(each.wall, self._wall), full(each.position, self._times), each.epoch,
                  element("b", each.verb), self._details(each.details, each.epoch))
            for each in report.actions[:_MOST_ACTIONS]
        ]  # fmt: skip
        left = len(report.actions) - len(rows)
        return element(
            "section",
            element("h2", "Injects and operators"),
            table(("Wall clock", "Scenario", "Epoch", "Action", "Details"), rows),
            element("p", f"{left:,} more are not shown.") if left > 0 else "",
            id="actions",
        )

    def _details(self, details: Mapping[str, Any], epoch: int) -> str:
        """Return what an action was told, with moments as such."""
        shown = []
        for name, value in details.items():
            if value in ({}, [], None, "", False) or (name == "into" and value == epoch):
                continue
            if value is True:  # "over", of an end that nobody asked for
                shown.append("by itself" if name == "over" else name)
                continue
            label = "epoch" if name == "into" else name
            moment = isinstance(value, int) and not isinstance(value, bool) and value > _MOMENTS
            if isinstance(value, list | dict):
                shown.append(f"{label}: {_plain(value)}")
            else:
                shown.append(f"{label} {full(value, self._times) if moment else value}")
        return ", ".join(shown)

    def staff(self) -> Html:
        """Return what the control staff was reminded of; nothing if there were no notes."""
        rows = [cells(full(at, self._times), note) for at, note in self._report.staff]
        if not rows:
            return Html("")
        head = element("h2", "Notes to the control staff")
        return element("section", head, table(("Scenario", "Note"), rows), id="staff")

    def deliveries(self) -> Html:
        """Return latencies, repairs and acknowledgements."""
        report, account = self._report, self._report.account
        spreads = [
            (country, account.latency_spread(country)) for country in sorted(account.latencies)
        ]
        latencies = [
            cells(country, f"{spread.total:,}", milliseconds(spread.median),
                  milliseconds(spread.most_of),
                  link(spread.greatest_message, milliseconds(spread.greatest)),
                  histogram(account.latencies[country], f"Latency to {country}",
                            report.ranks.get(country, 0)))
            for country, spread in spreads
        ]  # fmt: skip
        repairs = [
            cells(stream.recipient, stream.epoch, f"{first:,} to {last:,}", f"{last - first + 1:,}")
            for stream, spans in report.repairs.items()
            for first, last in spans[:_MOST_GAPS]
        ]
        heads = ("Country", "Client", "Epoch", "Has up to", "Of", "Lacks", "Said at")
        receipts = [
            cells(each.recipient, each.client, each.epoch, f"{each.sequence:,}",
                  f"{self._head(each.recipient, each.epoch):,}", f"{each.missing:,}",
                  full(each.wall, self._wall))
            for each in report.acknowledged
        ]  # fmt: skip
        return element(
            "section",
            element("h2", "Deliveries"),
            element("h3", "Latency: from sending to receiving, by the wall clock"),
            table(("Country", "Messages", "Median", "95 of 100", "Slowest", "Spread"), latencies),
            element("h3", "Repaired: came after a later number, from history or sent again"),
            table(("Country", "Epoch", "Numbers", "Messages"), repairs),
            element("h3", "Acknowledged and present: the last word of each receiver"),
            table(heads, receipts),
            id="deliveries",
        )

    def _head(self, country: str, epoch: int) -> int:
        return next(
            (last for stream, last in self._report.heads.items() if stream == (country, epoch)), 0
        )

    def verify(self) -> Html:
        """Return the verdict of ``feed verify``."""
        report = self._report
        rows = [
            cells(source, ", ".join(verdict.recipients), f"{verdict.expected:,}",
                  f"{verdict.matched:,}", *(_counted(verdict.wrong[kind], verdict.explained[kind])
                                            for kind in KINDS))
            for source, verdict in report.verdicts
        ]  # fmt: skip
        named = [
            cells(source, finding.kind, finding.recipient, finding.epoch, _numbers(finding.first,
                  finding.last), finding.text, finding.fault)
            for source, verdict in report.verdicts
            for finding in verdict.findings[:_MOST_FINDINGS]
        ]  # fmt: skip
        clean = all(verdict.clean for _, verdict in report.verdicts)
        words = "Clean." if clean else "Not clean."
        return element(
            "section",
            element("h2", "Verdict of feed verify"),
            element("p", words if report.verdicts else "Not compared.", class_="verdict"),
            table(("Source", "Of", "Expected", "There", *KINDS), rows),
            element("p", "In brackets: what faults on purpose explain.") if report.effects else "",
            table(("Source", "Finding", "Country", "Epoch", "Numbers", "What", "Fault"), named)
            if named else "",
            *(element("p", note) for note in report.notes),
            id="verify",
        )  # fmt: skip


def _counted(wrong: int, explained: int) -> str:
    return f"{wrong:,} ({explained:,})" if explained else f"{wrong:,}"


def _numbers(first: int, last: int) -> str:
    return "" if not first else f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _plain(value: Any) -> str:
    """Return a value of JSON in words: members with their names, texts in one language."""
    if isinstance(value, dict):
        if value and all(len(name) == 2 and isinstance(v, str) for name, v in value.items()):  # noqa: PLR2004 - codes of languages
            return str(value.get("en") or next(iter(value.values())))
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        simple = all(not isinstance(each, dict | list) for each in value)
        return (", " if simple else "; ").join(_plain(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
