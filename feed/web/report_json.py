"""The report of a run for programs: its figures as JSON, its messages as rows of a table."""

from typing import Any

from feed.core.after_action import FirstWord, LaunchOutcome, Spread, WarnedCountry
from feed.core.run_report import ReportRow, RunReport
from feed.core.verdict import Verdict
from feed.model.time import SECOND, rfc3339
from feed.wording.text import clean, said

__all__ = ["COLUMNS", "report_json", "report_row"]

COLUMNS = (
    "epoch", "recipient", "sequence", "message", "kind", "act", "event", "originator", "time",
    "due", "sent", "received", "latency_ms", "arrangement", "path", "fault",
)  # fmt: skip


def report_json(report: RunReport, sentence: str) -> dict[str, Any]:
    """Return the figures of a report; ``sentence`` is its verdict in words."""
    offset = report.offset_s
    account = report.account
    return {
        "run": report.run,
        "exercise": report.exercise,
        "scenario": report.scenario,
        "title": said(report.titles),
        "as_of": report.as_of,
        "started": None if report.started is None else rfc3339(report.started),
        "state": report.state,
        "verdict": sentence,
        "sent": report.sent,
        "lost": report.lost,
        "lost_on_purpose": report.explained,
        "countries": report.countries,
        "kinds": account.kinds,
        "epochs": [
            {
                "epoch": part.epoch,
                "sent": part.sent,
                "first_due": rfc3339(part.first_due, offset),
                "last_due": rfc3339(part.last_due, offset),
                "first_sent": rfc3339(part.first_sent),
                "last_sent": rfc3339(part.last_sent),
            }
            for part in report.epochs
        ],
        "launches": [
            _launch(launch, report.countries, offset) for launch in account.launches.values()
        ],
        "alerts": [
            {
                "event": alert.event,
                "issued": rfc3339(alert.since, offset),
                "over_by": alert.over_by,
                "reason": alert.reason,
                "stood_s": alert.stood_s,
                "on_in": list(alert.on_in),
                "over_in": list(alert.over_in),
            }
            for alert in report.alerts.values()
        ],
        "delays": [
            {"recipient": way[0], "arrangement": way[1], **_spread(account.delay_spread(*way))}
            for way in account.delays
        ],
        "latencies": [
            {"recipient": country, **_spread(account.latency_spread(country))}
            for country in account.latencies
        ],
        "repairs": [
            {"recipient": stream.recipient, "epoch": stream.epoch, "spans": list(map(list, spans))}
            for stream, spans in report.repairs.items()
        ],
        "faults": [
            {"recipient": recipient, "fault": effect, "messages": count}
            for (recipient, effect), count in report.effects.items()
        ],
        "actions": [
            {
                "wall": rfc3339(each.wall),
                "position": rfc3339(each.position, offset),
                "epoch": each.epoch,
                "action": each.verb,
                "details": dict(each.details),
            }
            for each in report.actions
        ],
        "acknowledged": [each._asdict() | {"wall": rfc3339(each.wall)}
                         for each in report.acknowledged],
        "verify": [_verdict(source, found) for source, found in report.verdicts],
        "notes": list(report.notes),
    }  # fmt: skip


def report_row(row: ReportRow) -> tuple[object, ...]:
    """Return one message as a row of ``COLUMNS``."""
    delivery, message = row.delivery, row.delivery.message
    offset = message.offset_s
    return (
        row.epoch,
        delivery.recipient,
        row.sequence,
        clean(message.key),
        clean(message.kind),
        clean(message.type),
        clean(message.event),
        clean(message.originator),
        rfc3339(message.at, offset),
        rfc3339(delivery.due, offset),
        rfc3339(row.sent),
        "" if row.received is None else rfc3339(row.received),
        "" if row.received is None else f"{(row.received - row.sent) / 1000:.3f}",
        clean(delivery.arrangement),
        clean(">".join(delivery.path)),
        clean(row.effect),
    )


def _launch(launch: LaunchOutcome, countries: list[str], offset_s: int) -> dict[str, Any]:
    impact = launch.impact
    return {
        "event": launch.event,
        "vehicle": launch.vehicle,
        "site": launch.site,
        "launched": rfc3339(launch.launched, offset_s),
        "impact": None if impact is None else rfc3339(impact, offset_s),
        "impact_observed": launch.observed,
        "impact_message": launch.impact_message or None,
        "countries": {
            country: _warned(launch, launch.countries.get(country), offset_s)
            for country in countries
        },
    }


def _warned(
    launch: LaunchOutcome, warned: WarnedCountry | None, offset_s: int
) -> dict[str, Any] | None:
    if warned is None or warned.first is None:
        return None
    left, gained = launch.left_us(warned.country), warned.gained_us
    return {
        "first": _word(launch, warned.first, offset_s),
        "left_before_impact_s": None if left is None else left / SECOND,
        "elements": {kind: _word(launch, word, offset_s) for kind, word in warned.elements.items()},
        "first_own": _word(launch, warned.own, offset_s),
        "first_shared": _word(launch, warned.shared, offset_s),
        "earlier_by_sharing_s": None if gained is None else gained / SECOND,
        "own_reports": warned.own_reports,
        "shared_reports": warned.shared_reports,
    }


def _word(launch: LaunchOutcome, word: FirstWord | None, offset_s: int) -> dict[str, Any] | None:
    if word is None:
        return None
    return {
        "message": word.message,
        "due": rfc3339(word.due, offset_s),
        "after_launch_s": (word.due - launch.launched) / SECOND,
        "originator": word.originator,
        "arrangement": word.arrangement,
        "path": list(word.path),
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "messages": spread.total,
        "median_s": spread.median / SECOND,
        "p95_s": spread.most_of / SECOND,
        "greatest_s": spread.greatest / SECOND,
        "greatest_message": spread.greatest_message,
    }


def _verdict(source: str, found: Verdict) -> dict[str, Any]:
    return {
        "source": source,
        "recipients": list(found.recipients),
        "expected": found.expected,
        "matched": found.matched,
        "clean": found.clean,
        "wrong": dict(found.wrong),
        "explained": dict(found.explained),
    }
