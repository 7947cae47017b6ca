"""What a run shows while it is played: receivers, player and broker as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from feed.app.broker_in_use import BrokerInUse
from feed.app.message import ReceivedMessage
from feed.app.publication import Publication
from feed.app.receiver import Receiver
from feed.app.situation_now import RunPlace, SituationNow
from feed.clock import Clock
from feed.core.staff import StaffNotes
from feed.files.recording import Key
from feed.terminal.live import CountryView, LiveState, MessageView
from feed.wording.headline import headline
from feed.wording.terms import COMMON, term
from feed.wording.text import clean, said

__all__ = ["MessageViews", "Watching"]

_REMINDERS = 2
_MOST_WORDS = 512
"""Messages whose words are kept: those that are on their way to several at one time."""


class MessageViews:
    """Puts received messages into words, in one language; what several are told, only once."""

    def __init__(self, language: str, zone: ZoneInfo | None = None) -> None:
        """Show times in a zone, or as they are written."""
        self._language = language
        self._zone = zone
        self._words: dict[str, tuple[Mapping[str, Any], str, str, str]] = {}
        """by message: its body, its headline, and the reason and the rest of a correction"""

    def of(self, message: ReceivedMessage) -> MessageView:
        """Return a received message as the terminal shows it."""
        envelope, report = message.envelope, message.report
        key, data = f"{report.key}.{report.kind}", report.data
        words = self._words.get(key)
        # Somebody may be told less: the same message with another body.
        if words is None or words[0] != data:
            line = headline(report.kind, report.type, data, self._language, self._zone)
            words = self._words[key] = (data, line, *self._reason(message))
            if len(self._words) > _MOST_WORDS:
                del self._words[next(iter(self._words))]
        _, line, reason, text = words
        return MessageView(
            sequence=message.sequence,
            kind=report.kind,
            act=report.type,
            event=report.event,
            originator=report.originator,
            headline=line,
            time_us=report.at,
            due_us=message.due_us,
            arrangement=envelope.arrangement or "",
            path=envelope.path or "",
            delay_s=message.delay_s,
            offset_s=report.offset_s,
            reason=reason,
            text=text,
            epoch=envelope.epoch,
        )

    def _reason(self, message: ReceivedMessage) -> tuple[str, str]:
        """Return why a message changes what was said before, and the rest of what it says."""
        reason = message.data.get("reason")
        if not isinstance(reason, str) or not reason:
            return "", ""
        data = {name: value for name, value in message.data.items() if name != "reason"}
        words = term(clean(reason), language=self._language, tables=(COMMON,))
        return words, headline(message.kind, message.act, data, self._language, self._zone)


class Watching:
    """What there is to see of a run; views of messages are made once."""

    def __init__(
        self,
        publication: Publication,
        receivers: Sequence[Receiver],
        place: BrokerInUse,
        clock: Clock,
        *,
        names: Mapping[str, str],
        language: str,
        zone: ZoneInfo | None = None,
        page: str = "",
    ) -> None:
        self._page = page
        self._publication = publication
        self._receivers = receivers
        self._place = place
        self._clock = clock
        self._names = names
        self._language = language
        self._in_words_of = MessageViews(language, zone).of
        self._views: dict[str, dict[Key, MessageView]] = {}
        self._got: dict[str, list[ReceivedMessage]] = {}
        self._ranks = {country: rank for rank, country in enumerate(names)}
        self._situation = SituationNow(publication.description.countries)
        self._place_of_run: RunPlace | None = None

    def state(self, *, note: str, keys: bool) -> LiveState:
        """Return everything that the live view shows at this moment."""
        publication, embedded = self._publication, self._place.embedded
        run, progress, about = publication.run, publication.progress, publication.description
        now = self._clock.now()
        position = run.position(now)
        self._place_of_run = RunPlace(run.plan, run.epoch, run.cursor, position, run.ends)
        return LiveState(
            exercise=about.exercise,
            title=said(about.titles, self._language),
            run=about.run,
            epoch=run.epoch,
            state=run.state.value,
            phase=_phase(publication),
            looked=progress.looked,
            rate=run.rate,
            position_us=position,
            starts_us=about.starts,
            ends_us=run.ends,
            offset_s=about.offset_s,
            arrangements_us=about.arrangements_at,
            wall_us=self._clock.wall(),
            late_ms=progress.late_ms,
            latest_ms=progress.latest_ms,
            sent=run.sent,
            planned=None if progress.planned is None else sum(progress.planned.values()),
            skipped_us=run.transport.skipped_us,
            addresses=self._place.shown,
            page=self._page,
            restarts=0 if embedded is None else embedded.restarts,
            countries=[self._country(receiver) for receiver in self._receivers],
            reminders=StaffNotes(run.plan.event_stream.header).latest(position, _REMINDERS),
            faults=tuple(dict.fromkeys(run.faults.names)),
            note=note,
            keys=keys,
        )

    def completed(self, state: LiveState, *, whole: bool = False) -> LiveState:
        """Return a state with its messages in words and the situation of that moment.

        For a thread beside the event loop, which this would hold up for some milliseconds.
        ``whole``: take as long as it takes, so that nothing is missing in the situation.
        """
        place = self._place_of_run
        if place is None:
            return state
        situation, complete = self._situation.at(place)
        while whole and not complete:
            situation, complete = self._situation.at(place)
        countries = [replace(each, recent=self._in_words(each.country)) for each in state.countries]
        return replace(state, situation=situation, behind=not complete, countries=countries)

    def _in_words(self, country: str) -> list[MessageView]:
        before = self._views.get(country, {})
        views = {
            one.key: before.get(one.key) or self._in_words_of(one)
            for one in self._got.get(country, ())
        }
        self._views[country] = views
        return list(views.values())

    def _country(self, receiver: Receiver) -> CountryView:
        country, account = receiver.country, receiver.account
        tally = receiver.reception.tally
        planned = self._publication.progress.planned
        self._got[country] = list(account.recent)
        return CountryView(
            country=country,
            name=self._names.get(country, country),
            planned=None if planned is None else planned.get(country, 0),
            sent=self._publication.run.sequences[country],
            received=0 if tally is None else tally.received,
            duplicates=account.duplicates,
            missing=0 if tally is None else sum(b - a + 1 for a, b in tally.gaps()),
            connected=receiver.connected,
            latency_ms=median(account.latencies_ms) if account.latencies_ms else None,
            active=receiver.picture.counts(),
            rank=self._ranks.get(country, len(self._ranks)),
        )


def _is_there(publication: Publication) -> bool:
    """Tell whether the broker is there; before the first connection nothing else is expected."""
    return publication.publisher.connected or publication.phase == "connecting"


def _phase(publication: Publication) -> str:
    if publication.progress.looked:
        return "looking for the place"
    return publication.phase if _is_there(publication) else "the broker is away"
