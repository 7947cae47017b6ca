"""What a run shows while it is played: receivers, player and broker as plain values."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from zoneinfo import ZoneInfo

from feed.app.broker_in_use import BrokerInUse
from feed.app.message import ReceivedMessage
from feed.app.player import Player
from feed.app.receiver import Receiver
from feed.clock import Clock
from feed.terminal.live import CountryView, LiveState, MessageView
from feed.wording.headline import headline

__all__ = ["live_state", "message_view"]


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


def live_state(
    player: Player,
    receivers: Sequence[Receiver],
    broker_in_use: BrokerInUse,
    clock: Clock,
    *,
    names: Mapping[str, str],
    language: str,
    zone: ZoneInfo | None = None,
    note: Callable[[], str],
    keys: bool,
) -> LiveState:
    """Return everything that the live view shows at this moment."""
    now = clock.now()
    playhead, progress, about = player.playhead, player.progress, player.about
    embedded = broker_in_use.embedded
    return LiveState(
        exercise=about.exercise,
        title=about.title,
        run=about.run,
        state=playhead.state.value,
        phase=progress.phase if _is_there(player) else "the broker is away",
        rate=playhead.rate,
        position_us=playhead.position(now),
        starts_us=about.starts,
        ends_us=playhead.ends,
        offset_s=about.offset_s,
        arrangements_us=about.arrangements_at,
        wall_us=clock.wall(),
        late_ms=progress.late_ms,
        latest_ms=progress.latest_ms,
        sent=progress.sent,
        planned=None if progress.planned is None else sum(progress.planned.values()),
        skipped_us=playhead.skipped_us,
        addresses=broker_in_use.shown,
        restarts=0 if embedded is None else embedded.restarts,
        countries=[_country(receiver, player, names, language, zone) for receiver in receivers],
        note=note(),
        keys=keys,
    )


def _is_there(player: Player) -> bool:
    """Tell whether the broker is there; before the first connection nothing else is expected."""
    return player.publisher.connected or player.progress.phase == "connecting"


def _country(
    receiver: Receiver,
    player: Player,
    names: Mapping[str, str],
    language: str,
    zone: ZoneInfo | None,
) -> CountryView:
    country, account = receiver.country, receiver.account
    tally = receiver.tally()
    planned = player.progress.planned
    return CountryView(
        country=country,
        name=names.get(country, country),
        planned=None if planned is None else planned.get(country, 0),
        sent=player.position.sequences[country],
        received=0 if tally is None else tally.received,
        duplicates=account.duplicates,
        missing=0 if tally is None else sum(b - a + 1 for a, b in tally.gaps()),
        connected=receiver.connected,
        latency_ms=median(account.latencies_ms) if account.latencies_ms else None,
        recent=[message_view(message, language, zone) for message in account.recent],
        active=receiver.picture.counts(),
    )
