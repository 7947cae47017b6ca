"""The figures of a report in words: the verdict in a sentence, and the three numbers asked for."""

from collections.abc import Iterator, Sequence

from feed.core.after_action import LaunchOutcome, WarnedCountry
from feed.core.run_report import RunReport
from feed.core.verdict import KINDS
from feed.model.message import OWN
from feed.model.time import SECOND
from feed.web.report_html import Html, element, join, link, text
from feed.wording.moments import span
from feed.wording.situation import reason_words

__all__ = ["hot_wash", "least_left", "numbers", "verdict", "warned_words"]

_LATE_US = 300 * SECOND
_MOST = 8


def verdict(report: RunReport) -> Html:
    """Return what came of it, in one sentence."""
    launches = report.account.shown_launches()
    total = len(report.account.launches)
    exercise = report.exercise or "The run"
    began = f"{exercise}: {report.sent:,} messages to {len(report.countries)} countries"
    if not total:
        words = f"{began}, about no launch"
    else:
        warned = sum(_in_time(each, report.countries) for each in launches)
        of = f"{total} launch" if total == 1 else f"{total:,} launches"
        among = "" if total == len(launches) else f" (of the first {len(launches)})"
        how_many = "it" if total == 1 and warned else f"{warned} of them{among}"
        words = f"{began} about {of}; every country was warned of {how_many} in time"
        if total == 1 and not warned:
            words = f"{began} about {of}; not every country was warned of it in time"
        lefts = [
            left
            for launch in launches
            if _in_time(launch, report.countries)
            for country in report.countries
            if (left := launch.left_us(country)) is not None
        ]
        if lefts:
            words += f", at the latest {span(min(lefts))} before the impact"
    return join((words, ", and ", _lost_words(report), "."))


def _lost_words(report: RunReport) -> str:
    if report.lost is None:
        return "nobody here wrote down what was received"
    wrong = sum(sum(each.verdict.wrong.values()) for each in report.verdicts)
    because = f" ({report.explained:,} on purpose)" if report.explained else ""
    if report.lost:
        return f"{report.lost:,} messages were lost{because}"
    if wrong:
        return f"nothing was lost{because}, but {wrong:,} messages were not as they should be"
    return f"nothing was lost{because}"


def _in_time(launch: LaunchOutcome, countries: Sequence[str]) -> bool:
    """Tell whether every country was warned, and before the impact if there is one."""
    for country in countries:
        warned = launch.countries.get(country)
        if warned is None or warned.first is None:
            return False
        if launch.impact is not None and warned.first.due >= launch.impact:
            return False
    return True


def numbers(report: RunReport) -> Iterator[tuple[str, Html]]:
    """Yield the three numbers: who was warned when, how long before the impact, what was lost."""
    launches = report.account.shown_launches()
    if len(launches) == 1:
        (launch,) = launches
        rows = [
            element("li", element("b", country), " ", warned_words(launch, country))
            for country in report.countries
        ]
    else:
        rows = [_over_all(launches, country) for country in report.countries]
    yield "Who was warned, and how long after the launch", element("ul", *rows)
    lefts = [_left(report, country) for country in report.countries]
    yield "How long before the impact", element("ul", *lefts)
    lost = "not known" if report.lost is None else f"{report.lost:,}"
    more = [
        f"{kind} {count:,}"
        for kind in KINDS
        if kind != "missing"
        and (count := sum(each.verdict.wrong[kind] for each in report.verdicts))
    ]
    if report.explained:
        more.append(f"on purpose {report.explained:,}")
    shown = element("p", element("a", element("b", lost), href="#verify"), f" of {report.sent:,}")
    yield "Messages lost", join((shown, element("p", ", ".join(more)) if more else ""))


def warned_words(launch: LaunchOutcome, country: str) -> Html:
    """Return when a country was warned of a launch, and by which way, with a link."""
    warned = launch.countries.get(country)
    if warned is None or warned.first is None:
        return text("never")
    first = warned.first
    after = span(first.due - launch.launched)
    return join((link(first.message, f"+{after}"), " by ", way(warned)))


def way(warned: WarnedCountry) -> str:
    """Return by which arrangement and path a country was first warned."""
    first = warned.first
    if first is None:
        return ""
    if first.arrangement == OWN:
        return "its own reports"
    path = " › ".join(first.path)
    return first.arrangement if len(first.path) <= 1 else f"{first.arrangement} ({path})"


def _over_all(launches: Sequence[LaunchOutcome], country: str) -> Html:
    """Return when a country was warned of several launches: how many, and the slowest."""
    firsts = [
        (warned.first.due - launch.launched, warned.first.message)
        for launch in launches
        if (warned := launch.countries.get(country)) is not None and warned.first is not None
    ]
    told = f" {len(firsts)} of {len(launches)} launches"
    if not firsts:
        return element("li", element("b", country), told)
    delay, key = max(firsts)
    slowest = link(key, f"+{span(delay)}")
    return element("li", element("b", country), told, ", the slowest ", slowest)


def least_left(report: RunReport, country: str) -> tuple[int, str] | None:
    """Return the shortest time that a country had before an impact, and by which message."""
    lefts = [
        (left, warned.first.message)
        for launch in report.account.shown_launches()
        if (left := launch.left_us(country)) is not None
        and (warned := launch.countries.get(country)) is not None
        and warned.first is not None
    ]
    return min(lefts, default=None)


def _left(report: RunReport, country: str) -> Html:
    least = least_left(report, country)
    if least is None:
        return element("li", element("b", country), " no impact was announced to it")
    left, key = least
    several = "at least " if len(report.account.launches) > 1 else ""
    if left < 0:
        words = link(key, f"{span(-left)} after it")
    else:
        words = link(key, f"{several}{span(left)}")
    return element("li", element("b", country), " ", words)


def hot_wash(report: RunReport) -> Iterator[Html]:
    """Yield what is worth talking about right after, each with the message that it is about."""
    for launch in report.account.shown_launches()[:_MOST]:
        for country in report.countries:
            yield from _warned_late(launch, country)
    for alert in list(report.alerts.values())[:_MOST]:
        if alert.over_by == "cancel":
            stood = span(round(alert.stood_s * SECOND))
            why = reason_words(alert.reason, "en") or "no reason given"
            yield text(f"Alert {alert.event} was withdrawn after {stood}: {why}.")
    for (country, effect), count in list(report.effects.items())[:_MOST]:
        met = f"A fault on purpose ({effect}) met {count:,} messages of {country}"
        yield text(f"{met}: was it noticed, and how?")
    for stream, spans in list(report.repairs.items())[:_MOST]:
        count = sum(last - first + 1 for first, last in spans)
        late = f"{stream.recipient} got {count:,} messages late, after later ones"
        yield text(f"{late} (epoch {stream.epoch}).")
    if report.lost:
        yield text(f"{report.lost:,} messages were lost, and no fault on purpose explains it.")


def _warned_late(launch: LaunchOutcome, country: str) -> Iterator[Html]:
    warned = launch.countries.get(country)
    first = None if warned is None else warned.first
    if first is None:
        words = f"{country} was never told of {launch.event}"
        yield text(f"{words}: by which arrangement could it have been?")
        return
    left, delay = launch.left_us(country), first.due - launch.launched
    if left is not None and left < 0:
        late = link(first.message, f"{span(-left)} after the impact")
    elif delay > _LATE_US:
        late = link(first.message, f"{span(delay)} after the launch")
    else:
        return
    yield join((f"{country} heard of {launch.event} ", late, "."))
