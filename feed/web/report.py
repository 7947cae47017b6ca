"""The report of a run as one page: it needs no network and no script, and can be printed."""

from collections.abc import Iterator, Sequence

from feed.core.run_report import ReportRow, RunReport
from feed.model.marking import BANNER
from feed.web.report_facts import hot_wash
from feed.web.report_feed import FeedParts
from feed.web.report_html import Html, anchor, element, join, text
from feed.web.report_parts import ReportParts, milliseconds
from feed.web.report_story import StoryParts
from feed.web.report_style import STYLE
from feed.wording.headline import kind_and_act
from feed.wording.moments import full
from feed.wording.times import Times

__all__ = ["report_page"]

_CSP = "default-src 'none'; style-src 'unsafe-inline'"


def report_page(report: RunReport, times: Times, language: str = "en") -> Iterator[str]:
    """Yield the page, part by part, what matters first."""
    story = StoryParts(report, times, language)
    feed = FeedParts(report, times, language)
    end = _EndParts(report, times, language)
    title = f"EXERCISE {report.exercise} · {report.scenario}"
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head><body>\n"
    )
    yield element("div", f"{BANNER} · {report.exercise}", class_="band", role="banner")
    yield "\n<main>\n"
    yield story.top()
    yield story.played()
    yield story.warnings()
    yield story.timeline()
    for country in report.countries:
        yield story.country(country)
    yield story.alerts()
    yield feed.faults()
    yield feed.actions()
    yield feed.staff()
    yield feed.deliveries()
    yield feed.verify()
    yield end.hot_wash()
    yield from end.messages()
    yield "\n</main></body></html>\n"


class _EndParts(ReportParts):
    """Notes, and the messages that figures come from."""

    def hot_wash(self) -> Html:
        """Return what is worth talking about, and room to write."""
        points = [element("li", point) for point in hot_wash(self._report)]
        lines = [element("p", "", class_="line") for _ in range(6)]
        return element(
            "section", element("h2", "Notes for the hot wash"),
            element("ol", *points) if points else element("p", "Nothing stands out."),
            *lines, id="hot-wash",
        )  # fmt: skip

    def messages(self) -> Iterator[Html]:
        """Yield every message that a figure leads to, and to whom it was sent."""
        yield Html('<section id="messages">')
        yield element("h2", "Messages that the figures come from")
        ordered = sorted(
            self._report.messages.items(), key=lambda each: each[1][0].delivery.message.at
        )
        for key, rows in ordered:
            yield self._message(key, rows)
            yield Html("\n")
        yield Html("</section>")

    def _message(self, key: str, rows: Sequence[ReportRow]) -> Html:
        message = rows[0].delivery.message
        told = [
            join((
                element("b", row.delivery.recipient), f" {row.epoch}.{row.sequence}",
                f" due {self._scenario_clock(row.delivery.due)}",
                f" sent {self._wall_clock(row.sent)}",
                f" +{milliseconds(row.received - row.sent)}" if row.received else "",
                f" {row.delivery.arrangement} {'›'.join(row.delivery.path)}",
                f" fault: {row.effect}" if row.effect else "",
            ))
            for row in rows
        ]  # fmt: skip
        head = join((
            element("code", key), " ", kind_and_act(message.kind, message.type, self._language),
            f" of {message.originator} at {full(message.at, self._times)}: ",
            self._headline(rows[0]),
        ))  # fmt: skip
        return element("div", element("p", head), element("p", join(told, "; ")), class_="message",
                       id=anchor(key))  # fmt: skip
