"""The situation in lines of the live view: launches, who knows, alerts, what is next.

A line is wrapped where it is too long, and never cut: what is left out for want of room is whole
blocks, and their number is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from feed.core.situation import AlertNow, Knows, LaunchNow, Situation, Upcoming
from feed.model.time import SECOND
from feed.terminal.live_palette import badge
from feed.terminal.views import LiveState
from feed.wording import situation as words
from feed.wording.headline import kind_and_act
from feed.wording.places import place_words
from feed.wording.text import clean, said
from feed.wording.times import Times

__all__ = ["Block", "SituationLines"]

_DIM = {"stale": "dim", "late": "dim", "fresh": ""}
_WAIT_S = 60.0
"""A silence that lasts longer than this, by the wall clock, is worth a jump."""
_EARLIER = 3
_LATE_S = 300.0
"""What was first heard of so long after it began was heard late."""


@dataclass(frozen=True)
class Block:
    """Lines that belong together: they are shown together, or the shorter form is."""

    lines: tuple[Text, ...]
    short: tuple[Text, ...] = ()


class SituationLines:
    """One situation, as lines."""

    def __init__(self, state: LiveState, situation: Situation, times: Times, language: str) -> None:
        self._state = state
        self._situation = situation
        self._times = times
        self._language = language
        self._ranks = {each.country: each.rank for each in state.countries}

    def launches(self) -> list[Block]:
        """Return a block for each launch that is in the air for somebody, the most urgent first."""
        found = sorted(_launches(self._situation).values(), key=_urgency)
        if not found:
            return [Block((Text(self._word("nothing"), style="dim"),))]
        return [self._launch(launch) for launch in found]

    def alerts(self) -> list[Block]:
        """Return a block for each alert that is on, the latest first."""
        alerts: dict[str, AlertNow] = {}
        for country in self._situation.countries:
            for alert in country.alerts:
                alerts.setdefault(alert.event, alert)
        if not alerts:
            return [Block((Text(self._word("no-alert"), style="dim"),))]
        latest = sorted(alerts.values(), key=lambda each: each.since, reverse=True)
        return [self._alert(alert, "bold red") for alert in latest]

    def earlier(self) -> list[Block]:
        """Return what is over, in the past tense: alerts with how long they stood, launches."""
        active = {launch for each in self._situation.countries for launch in _active(each.launches)}
        over: dict[str, tuple[int, Block]] = {}
        for country in self._situation.countries:
            on = {each.event for each in country.alerts}
            for alert in country.alerts_over[:_EARLIER]:
                if alert.event not in on:
                    ended = alert.over or alert.since
                    over.setdefault(f"alert {alert.event}", (ended, self._alert(alert, "dim")))
        for event, past in self._over_launches().items():
            if event not in active:
                ended = max(launch.over or launch.since for _, launch in past)
                over[f"launch {event}"] = (ended, self._past(past))
        latest = sorted(over.values(), key=lambda each: each[0], reverse=True)
        return [block for _, block in latest[:_EARLIER]]

    def standing(self) -> list[Block]:
        """Return meetings that are to come or are being held, and agreements in force."""
        found: dict[str, Text] = {}
        for country in self._situation.countries:
            for meeting in country.meetings:
                title = said(meeting.title, self._language) or clean(meeting.event)
                found.setdefault(meeting.event, Text(self._word("meeting", title)))
            for agreement in country.agreements:
                if agreement.in_force:
                    title = said(agreement.title, self._language) or clean(agreement.event)
                    found.setdefault(agreement.event, Text(self._word("in-force", title)))
        return [Block((line,)) for line in list(found.values())[-2:]]

    def next(self, most: int) -> list[Text]:
        """Return what is next: so many lines at most, one at least."""
        upcoming = self._situation.next[:most]
        label = Text(f"{self._word('next')}  ", style="bold")
        if self._state.behind or not upcoming:
            # Only so much of the plan is looked at ahead.
            over = self._state.position_us >= self._state.ends_us
            name = "nothing-next" if over else "positions-next"
            name = "working" if self._state.behind else name
            shown = self._word(name, self._moment(self._situation.now))
            return [Text.assemble(label, (shown, "dim"))]
        lines = [self._upcoming(each) for each in upcoming]
        indent = Text(" " * label.cell_len)
        return [Text.assemble(indent if n else label, line) for n, line in enumerate(lines)]

    def _upcoming(self, upcoming: Upcoming) -> Text:
        what = kind_and_act(upcoming.kind, upcoming.act, self._language)
        line = Text.assemble(
            (self._word("in", words.words_of_span(upcoming.in_s)), "bold"),
            f"  {self._moment(upcoming.due)}  {clean(what)} {clean(upcoming.event)} → ",
            " ".join(upcoming.recipients),
        )
        state = self._state
        if state.keys and state.state == "playing" and upcoming.in_s > _WAIT_S * state.rate:
            line.append(f"  ({self._word('jump')})", style="bold yellow")
        return line

    # -- a launch ----------------------------------------------------------------------------------

    def _launch(self, launch: LaunchNow) -> Block:
        knows = self._situation.knows.get(launch.event, ())
        head = Text.assemble(
            ("▶ ", "bold"),
            (words.vehicle(launch, self._language), "bold"),
            f"  T+{words.words_of_span(launch.t_plus_s)}  ",
            (words.phase(launch, self._language), _DIM[launch.freshness]),
        )
        position = launch.position
        if position is not None and launch.phase in {"detected", "tracked"}:
            age = words.words_of_span(position.age_s)
            seen = self._word("measured", age, clean(position.originator))
            head.append(f"  {seen}", style=_DIM[position.freshness] or "dim")
        impact = Text.assemble("  ", self._impact(launch))
        rows = [self._knows(launch.event, each) for each in knows]
        short = Text.assemble(
            head, "  ", (words.left(launch, self._language, self._fell(launch)), "bold"), "  "
        )
        for each in knows:
            if each.since is not None:
                short.append_text(Text.assemble(badge(each.country, self._rank(each.country)), " "))
        unaware = " ".join(each.country for each in knows if each.since is None)
        if unaware:
            short.append(f" {self._word('knows-not')}: {unaware}", style="bold yellow")
        return Block((head, impact, *rows), (short,))

    def _impact(self, launch: LaunchNow) -> Text:
        impact = launch.impact
        line = Text(words.left(launch, self._language, self._fell(launch)), style="bold")
        if impact is None:
            line.stylize("not bold")
            return line
        if impact.state != "observed":
            line.append(f" ({self._moment(impact.at)})", style="not bold")
        where = place_words(impact.lon, impact.lat, self._language)
        line.append(f"  {where}", style="not bold")
        if impact.radius_m is not None:
            radius = impact.radius_m / 1000
            line.append(f" ±{radius:,.0f} km" if radius >= 10 else f" ±{radius:.1f} km")  # noqa: PLR2004
        line.append(f"  {self._word('by', clean(impact.originator))}", style="not bold dim")
        return line

    def _fell(self, launch: LaunchNow) -> str:
        return "" if launch.impact is None else self._moment(launch.impact.at)

    def _knows(self, event: str, knows: Knows) -> Text:
        line = Text.assemble("  ", badge(knows.country, self._rank(knows.country)), "  ")
        if knows.since is None:
            line.append(self._word("knows-not"), style="bold yellow")
        else:
            style = _DIM[knows.freshness]
            line.append(self._word("knows", self._moment(knows.since)), style=style)
            line.append(f"  {words.how(knows, self._language)}", style=style)
            has = "·".join(self._has(event, knows.country))
            line.append(f"  {has}" if has else "", style=style)
            fresh = self._word(knows.freshness)
            age = "" if knows.age_s is None else f" {words.words_of_span(knows.age_s)}"
            line.append(f"  {fresh}{age}", style="green" if knows.freshness == "fresh" else "dim")
        for untold in knows.untold:
            who = clean(untold.originator)
            if untold.expected is None:
                text = self._word("without", who)
                why = clean(untold.why)
                text += f" ({why})" if why else ""
            else:
                text = self._word("comes", who, self._moment(untold.expected))
            line.append(f"; {text}", style="yellow" if knows.since is None else "dim")
        return line

    def _has(self, event: str, country: str) -> Iterator[str]:
        """Yield what a country knows of a launch: that it was, a track, a predicted impact."""
        known = (each for each in self._situation.countries if each.country == country)
        launches = (launch for each in known for launch in each.launches)
        launch = next((each for each in launches if each.event == event), None)
        if launch is None:
            return
        if any(each.state for each in launch.words):
            yield self._word("has-launch")
        if launch.position is not None:
            yield self._word("has-track")
        if launch.impact is not None:
            yield self._word("has-impact")

    def _over_launches(self) -> dict[str, list[tuple[str, LaunchNow]]]:
        """Return who knows which launch as one that is over, by event."""
        found: dict[str, list[tuple[str, LaunchNow]]] = {}
        for country in self._situation.countries:
            for launch in country.over[:_EARLIER]:
                found.setdefault(launch.event, []).append((country.country, launch))
        return found

    def _past(self, past: list[tuple[str, LaunchNow]]) -> Block:
        launch = max((each for _, each in past), key=_knowledge)
        line = Text(words.vehicle(launch, self._language))
        line.append(f"  {self._moment(launch.launched)}  {words.phase(launch, self._language)}")
        after = [c for c, known in past if known.late and not _heard_late(known)]
        if after:
            line.append(f"; {self._word('late-word', ' '.join(after))}")
        for country, known in past:
            if _heard_late(known):
                heard = self._word("heard", country, self._moment(known.since))
                line.append(f"; {heard}, {self._word('late')}")
        line.stylize("dim")
        return Block((line,))

    # -- an alert ----------------------------------------------------------------------------------

    def _alert(self, alert: AlertNow, style: str) -> Block:
        name = clean(alert.channel) or clean(alert.issuer) or clean(alert.event)
        since = self._moment(alert.since)
        over = "" if alert.over is None else self._moment(alert.over)
        state = words.alert_state(alert, self._language, since, over)
        head = Text.assemble((f"! {name}", style), "  ", state)
        if style == "dim":
            head.stylize("dim")
            return Block((head,))
        where = "" if alert.over_in else ", ".join(clean(each) for each in alert.on_in)
        text = words.alert_words(alert, self._language)
        said_there = Text(f"  {where}{': ' if where and text else ''}{text}")
        return Block((head, said_there), (head,))

    # -- words -------------------------------------------------------------------------------------

    def _rank(self, country: str) -> int:
        return self._ranks.get(country, len(self._ranks))

    def _word(self, name: str, *values: str) -> str:
        return words.word(name, *values, language=self._language)

    def _moment(self, us: int) -> str:
        """Return a time of day; with its date if it is of another day than now."""
        day, clock = self._times.day(us), self._times.clock(us)
        return clock if day == self._times.day(self._situation.now) else f"{day[:10]} {clock}"


def _launches(situation: Situation) -> Mapping[str, LaunchNow]:
    """Return each launch as the country knows it that has the freshest position of it."""
    found: dict[str, LaunchNow] = {}
    for country in situation.countries:
        for launch in country.launches:
            known = found.get(launch.event)
            if known is None or _knowledge(launch) > _knowledge(known):
                found[launch.event] = launch
    return found


def _heard_late(launch: LaunchNow) -> bool:
    """Tell whether a country first heard of a launch when all of it was in the past."""
    return launch.late and (launch.since - launch.launched) / SECOND > _LATE_S


def _active(launches: Sequence[LaunchNow]) -> set[str]:
    return {launch.event for launch in launches}


def _knowledge(launch: LaunchNow) -> tuple[int, int, int]:
    impact = launch.impact
    return (
        0 if launch.position is None else launch.position.measured,
        0 if impact is None else impact.said,
        bool(launch.site),
    )


def _urgency(launch: LaunchNow) -> tuple[bool, float]:
    """Order launches: an impact that is ahead first, the sooner the first; then the latest."""
    impact = launch.impact
    ahead = impact is not None and impact.state == "predicted" and impact.left_s > 0
    return (not ahead, impact.left_s if ahead and impact is not None else -launch.launched)
