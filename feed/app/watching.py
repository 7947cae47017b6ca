"""What a run shows while it is played: receivers, player and broker as plain values."""

from collections.abc import Mapping, Sequence
from statistics import median
from zoneinfo import ZoneInfo

from feed.app.broker_in_use import BrokerInUse
from feed.app.message import ReceivedMessage
from feed.app.publication import Publication
from feed.app.receiver import Receiver
from feed.clock import Clock
from feed.files.recording import Key
from feed.terminal.live import CountryView, LiveState, MessageView
from feed.wording.headline import headline

__all__ = ["Watching", "message_view"]


def message_view(
    message: ReceivedMessage, language: str, zone: ZoneInfo | None = None
) -> MessageView:
    """Return a received message as the terminal shows it; times in a zone, or as written."""
    envelope = message.envelope
    return MessageView(
        sequence=message.sequence,
        kind=message.kind,
        act=message.act,
        event=message.event,
        originator=message.originator,
        headline=headline(message.kind, message.act, message.data, language, zone),
        time_us=message.time_us,
        due_us=message.due_us,
        arrangement=envelope.arrangement or "",
        path=envelope.path or "",
        delay_s=message.delay_s,
        offset_s=message.offset_s,
    )


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
    ) -> None:
        self._publication = publication
        self._receivers = receivers
        self._place = place
        self._clock = clock
        self._names = names
        self._language = language
        self._zone = zone
        self._views: dict[str, dict[Key, MessageView]] = {}

    def state(self, *, note: str, keys: bool) -> LiveState:
        """Return everything that the live view shows at this moment."""
        publication, embedded = self._publication, self._place.embedded
        run, progress, about = publication.run, publication.progress, publication.description
        now = self._clock.now()
        return LiveState(
            exercise=about.exercise,
            title=about.title,
            run=about.run,
            state=run.state.value,
            phase=publication.phase if _is_there(publication) else "the broker is away",
            rate=run.rate,
            position_us=run.position(now),
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
            restarts=0 if embedded is None else embedded.restarts,
            countries=[self._country(receiver) for receiver in self._receivers],
            note=note,
            keys=keys,
        )

    def _country(self, receiver: Receiver) -> CountryView:
        country, account = receiver.country, receiver.account
        tally = receiver.reception.tally
        planned = self._publication.progress.planned
        before = self._views.get(country, {})
        views = {
            one.key: before.get(one.key) or message_view(one, self._language, self._zone)
            for one in account.recent
        }
        self._views[country] = views
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
            recent=list(views.values()),
            active=receiver.picture.counts(),
        )


def _is_there(publication: Publication) -> bool:
    """Tell whether the broker is there; before the first connection nothing else is expected."""
    return publication.publisher.connected or publication.phase == "connecting"
