"""The story in the report: verdict, time line, what each country knew and when, alerts."""

from collections.abc import Sequence

from feed.core.after_action import MOST_MOMENTS, LaunchOutcome
from feed.core.run_report import ReportRow
from feed.model.time import SECOND
from feed.web.report_facts import numbers, verdict, way
from feed.web.report_html import Html, cells, element, join, link, table
from feed.web.report_parts import ReportParts
from feed.web.report_svg import WarningBar, bars_of_warning, histogram, shape_of
from feed.wording.headline import kind_and_act
from feed.wording.moments import full, since_launch, span
from feed.wording.situation import reason_words
from feed.wording.text import said

__all__ = ["StoryParts"]


class StoryParts(ReportParts):
    """What happened, and who knew."""

    def top(self) -> Html:
        """Return the title, the verdict in one sentence, and the three numbers."""
        report = self._report
        boxes = [
            element("section", element("h2", label), figure) for label, figure in numbers(report)
        ]
        return element(
            "header",
            element("h1", said(report.titles, self._language) or report.scenario or report.run),
            element("p", verdict(report), class_="verdict"),
            element("div", *boxes, class_="numbers"),
        )

    def played(self) -> Html:
        """Return what was played, by both clocks."""
        report = self._report
        facts = [
            ("Scenario", report.scenario),
            ("Run", f"{report.run} ({report.state.replace('-', ' ')})"),
            ("Arrangements", "as they stood at each moment" if not report.as_of
             else f"as they stood at {report.as_of}"),
            ("Messages", ", ".join(f"{kind} {count:,}" for kind, count
                                   in sorted(report.account.kinds.items()))),
        ]  # fmt: skip
        rows = [
            cells(part.epoch, f"{part.sent:,}", full(part.first_due, self._times),
                  full(part.last_due, self._times), full(part.first_sent, self._wall),
                  full(part.last_sent, self._wall))
            for part in report.epochs
        ]  # fmt: skip
        listed = [join((element("dt", name), element("dd", value))) for name, value in facts]
        heads = ("Epoch", "Messages", "Scenario from", "to", "Wall clock from", "to")
        return element(
            "section", element("h2", "What was played"), element("dl", *listed),
            table(heads, rows), id="played",
        )  # fmt: skip

    def timeline(self) -> Html:
        """Return what happened, by both clocks."""
        account = self._report.account
        rows = [
            self._moment(key)
            for key, _ in sorted(account.moments.items(), key=lambda each: each[1])
        ]
        heads = ("Scenario", "Wall clock", "What", "Told to (after)")
        more = ""
        if account.left_out:
            left = f"The first {MOST_MOMENTS}; {account.left_out:,} more are not shown"
            more = element("p", f"{left}: 'feed report RUN --csv' lists all.")
        return element(
            "section", element("h2", "Time line"), table(heads, rows), more, id="timeline"
        )

    def _moment(self, key: str) -> Html:
        rows = self._report.messages.get(key, [])
        if not rows:
            return Html()
        message = rows[0].delivery.message
        told = ", ".join(
            f"{row.delivery.recipient} +{span(row.delivery.due - message.at)}"
            for row in _first_of_each(rows)
        )
        what = join((link(key, kind_and_act(message.kind, message.type, self._language)), " ",
                     self._headline(rows[0])))  # fmt: skip
        return cells(
            self._scenario_clock(message.at),
            self._wall_clock(min(row.sent for row in rows)),
            what,
            told,
        )

    def country(self, country: str) -> Html:
        """Return what one country knew, when, and what the arrangements were worth to it."""
        report, account = self._report, self._report.account
        rank = report.ranks.get(country, 0)
        launches = account.shown_launches()
        rows = [self._warned(launch, country) for launch in launches]
        heads = ("Launch", "First warned", "By", "Launch point", "Track", "Predicted impact",
                 "Before impact", "Own reports", "Shared", "Worth of sharing")  # fmt: skip
        more = ""
        if len(account.launches) > len(launches):
            more = element("p", f"The first {len(launches)} of {len(account.launches):,} launches.")
        delays = [
            cells(way[1], f"{spread.total:,}", span(spread.median), span(spread.most_of),
                  link(spread.greatest_message, span(spread.greatest)),
                  histogram(account.delays[way], f"Delay of {way[1]} to {country}", rank))
            for way in sorted(account.delays)
            if way[0] == country
            for spread in [account.delay_spread(*way)]
        ]  # fmt: skip
        return element(
            "section",
            element("h2", f"{shape_of(rank)} {country}: what it knew, and when"),
            table(heads, rows),
            more,
            element("h3", "How late it was told, in the scenario's time, by arrangement"),
            table(("Arrangement", "Messages", "Median", "95 of 100", "Slowest", "Spread"), delays),
            class_="country",
            id=f"country-{country}",
        )

    def _warned(self, launch: LaunchOutcome, country: str) -> Html:
        warned = launch.countries.get(country)
        site = said(launch.site_names, self._language) or launch.site
        name = join((element("b", launch.event), " ", launch.vehicle, " ", site))
        if warned is None or warned.first is None:
            return cells(name, "never", *[""] * 8)
        left = launch.left_us(country)
        before = "no impact" if left is None else span(left)
        if launch.impact_message and left is not None:
            before = link(launch.impact_message, before)
        elements = [
            link(word.message, since_launch(word.due - launch.launched)) if word else "never"
            for word in (warned.elements.get(kind) for kind in ("launch", "track", "impact"))
        ]
        first = link(warned.first.message, since_launch(warned.first.due - launch.launched))
        worth: object = "none: its own report came first"
        if warned.own is None:
            worth = "all: it had no report of its own"
        elif warned.shared is None:
            worth = "none: nothing was shared with it"
        elif (gained := warned.gained_us or 0) > 0:
            worth = join(("warned ", span(gained), " earlier than by ",
                          link(warned.own.message, "its own")))  # fmt: skip
        return cells(name, first, way(warned), *elements, before, f"{warned.own_reports:,}",
                     f"{warned.shared_reports:,}", worth)  # fmt: skip

    def alerts(self) -> Html:
        """Return what people were told, and what it came to."""
        rows = [
            cells(
                join((element("b", alert.channel or alert.issuer), " ", alert.event)),
                self._scenario_clock(alert.since),
                said(alert.headline, self._language) or said(alert.text, self._language),
                _alert_end(alert.over_by, alert.over_in),
                reason_words(alert.reason, self._language),
                span(round(alert.stood_s * 1_000_000)),
            )
            for alert in sorted(self._report.alerts.values(), key=lambda each: each.since)
        ]
        heads = ("Alert", "Issued", "What people were told", "How it ended", "Why", "Stood")
        return element("section", element("h2", "Alerts"), table(heads, rows), id="alerts")

    def warnings(self) -> Html:
        """Return a drawing for each launch: from each first warning to the impact."""
        blocks = []
        for launch in self._report.account.shown_launches():
            if launch.impact is None:
                continue
            bars = [self._bar(launch, country) for country in self._report.countries]
            how = "observed" if launch.observed else "predicted"
            after = since_launch(launch.impact - launch.launched)
            end = (launch.impact - launch.launched) / SECOND
            drawing = bars_of_warning(bars, end, f"{how} impact {after}")
            blocks.append(join((element("h3", launch.event), drawing)))
        if not blocks:
            return Html()
        return element("section", element("h2", "From the first warning to the impact"), *blocks,
                       id="warnings")  # fmt: skip

    def _bar(self, launch: LaunchOutcome, country: str) -> WarningBar:
        warned = launch.countries.get(country)
        first = None if warned is None else warned.first
        return WarningBar(
            country,
            self._report.ranks.get(country, 0),
            None if first is None else (first.due - launch.launched) / SECOND,
            "" if first is None else first.message,
        )


def _first_of_each(rows: Sequence[ReportRow]) -> list[ReportRow]:
    """Return the first of what each country was sent, however often the run was at that place."""
    found: dict[str, ReportRow] = {}
    for row in rows:
        found.setdefault(row.delivery.recipient, row)
    return sorted(found.values(), key=lambda row: (row.delivery.due, row.delivery.recipient))


def _alert_end(over_by: str, over_in: Sequence[str]) -> str:
    ends = {"cancel": "withdrawn", "all-clear": "over", "expired": "expired", "": "still on"}
    parts = f", over in {', '.join(over_in)}" if over_in and not over_by else ""
    return f"{ends.get(over_by, over_by)}{parts}"
