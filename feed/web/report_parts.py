"""What all parts of the report share: the figures, and the times and language they are told in."""

from feed.core.run_report import ReportRow, RunReport
from feed.wording.headline import headline
from feed.wording.moments import clock
from feed.wording.times import Times

__all__ = ["ReportParts", "milliseconds"]


class ReportParts:
    """Some parts of the page of one report."""

    def __init__(self, report: RunReport, times: Times, language: str) -> None:
        self._report = report
        self._times = times
        self._wall = Times(0, times.zone)
        self._language = language
        epochs = report.epochs
        self._near, self._near_wall = (
            (epochs[0].first_due, epochs[0].first_sent) if epochs else (0, 0)
        )

    def _scenario_clock(self, us: int) -> str:
        return clock(us, self._near, self._times)

    def _wall_clock(self, us: int) -> str:
        return clock(us, self._near_wall, self._wall)

    def _headline(self, row: ReportRow) -> str:
        message = row.delivery.message
        return headline(message.kind, message.type, message.data, self._language, self._times.zone)


def milliseconds(us: int) -> str:
    """Return a short duration."""
    return f"{us / 1000:,.1f} ms"
