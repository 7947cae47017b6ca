"""``feed run``: broker, player, a receiver for each country, and what one sees of it."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import structlog

from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use
from feed.app.player import Player
from feed.app.receiver import Receiver
from feed.app.session import PlayOptions, Session, new_session, resumed_session
from feed.app.transport import obey_keys
from feed.app.watching import live_state, message_view
from feed.clock import SystemClock
from feed.errors import BrokerError, IncompleteError
from feed.files.receiver_ledger import ReceiverLedger
from feed.terminal.keys import Keys
from feed.terminal.lines import MARK, Lines, summary_lines
from feed.terminal.live import LiveState, LiveView
from feed.terminal.log import Notes
from feed.wording.times import named_zone

__all__ = ["RunOptions", "run"]

_FRAME_S = 0.125

log = structlog.get_logger()


@dataclass(frozen=True)
class RunOptions:
    """What a user asks of ``feed run``."""

    play: PlayOptions
    broker: BrokerOptions
    resume: str | None = None
    language: str = "en"
    zone: str | None = None
    live: bool | None = None
    """a live view; None: if the output is a terminal"""


async def run(options: RunOptions, notes: Notes) -> int:
    """Play a scenario through a broker to receivers of every country, and show it."""
    clock = SystemClock()
    if options.resume is None:
        opened = new_session(options.play, clock)
    else:
        opened = resumed_session(options.resume, options.play)
    with opened as begun:
        countries = begun.about.countries
        session = replace(begun, options=replace(begun.options, wait_for=countries))
        store = session.folder.store
        async with broker_in_use(
            options.broker, countries=countries, clock=clock, store=store
        ) as place:
            complete = await _play(session, place, clock, options, notes)
        if complete:
            # Everything arrived, so nothing will be asked of the broker's store again.
            session.folder.remove_store()
    return 0


async def _play(
    session: Session, place: BrokerInUse, clock: SystemClock, options: RunOptions, notes: Notes
) -> bool:
    player = session.player(place.role("player"), clock)
    zone = named_zone(options.zone)
    async with AsyncExitStack() as stack:
        receivers = [
            await stack.enter_async_context(_receiver(session, place, country, clock))
            for country in session.about.countries
        ]

        over = ""

        def state() -> LiveState:
            participants = session.prepared.arrangements.participants
            seen = live_state(
                player,
                receivers,
                place,
                clock,
                names={country: entry.name for country, entry in participants.items()},
                language=options.language,
                zone=zone,
                note=notes.last,
                keys=keys.active,
            )
            return replace(seen, state=over, phase="playing") if over else seen

        live = sys.stdout.isatty() if options.live is None else options.live
        keys = Keys(sys.stdin if live else None)
        try:
            async with _shown(state, options, notes, clock, live=live) as lines:
                playing = asyncio.create_task(player.run())
                async with asyncio.TaskGroup() as group:
                    helpers = [
                        group.create_task(obey_keys(player, keys)),
                        group.create_task(_mind_broker(place)),
                    ]
                    for receiver in receivers:
                        group.create_task(_receive(receiver, lines, options.language, zone))
                    try:
                        complete = await playing
                    except asyncio.CancelledError:
                        over = "interrupted"
                        playing.cancel()
                        await asyncio.gather(playing, return_exceptions=True)
                        raise
                    over = player.playhead.state.value
                    for helper in helpers:
                        helper.cancel()
                    # What is complete has been received; who lacks something waits no longer.
                    for receiver in receivers:
                        receiver.leave()
        finally:
            if player.progress.sent:
                _sum_up(state(), live=live)
    _judge(player, receivers)
    return complete


def _sum_up(state: LiveState, *, live: bool) -> None:
    """Say how a run ended, and how to go on with one that was cut off."""
    lines = [*summary_lines(state)]
    if state.state == "interrupted":
        lines.append(f"{MARK} go on with: feed run --resume {state.run}")
    # Below the live view, with a line between them.
    sys.stdout.write("\n" * live + "\n".join(lines) + "\n")
    sys.stdout.flush()


def _receiver(session: Session, place: BrokerInUse, country: str, clock: SystemClock) -> Receiver:
    path = session.folder.receiver_ledger(country, country.lower())

    def ledger(run: str) -> ReceiverLedger:
        del run  # only this run can be meant: its exercise is played by one player
        return ReceiverLedger.at(path, {"country": country, "client": country.lower()})

    return Receiver(
        place.role(country.lower()),
        country,
        session.about.topics.exercise,
        clock=clock,
        ledger=ledger,
    )


async def _receive(
    receiver: Receiver, lines: Lines | None, language: str, zone: ZoneInfo | None
) -> None:
    while (batch := await receiver.batch()) is not None:
        for message in batch if lines else ():
            assert lines is not None
            view = message_view(message, language, zone)
            lines.message(receiver.country, view, message.latency_ms)


async def _mind_broker(place: BrokerInUse) -> None:
    """End with the broker's own words if it is given up."""
    if place.embedded is not None:
        error: BrokerError = await asyncio.shield(place.embedded.failed)
        raise error


@asynccontextmanager
async def _shown(
    state: Callable[[], LiveState],
    options: RunOptions,
    notes: Notes,
    clock: SystemClock,
    *,
    live: bool,
) -> AsyncIterator[Lines | None]:
    """Show the run while the context lasts: as a live view, or line by line."""
    first = state()
    if not live:
        lines = Lines(sys.stdout, offset_s=first.offset_s, zone=options.zone)
        lines.begin(first)
        yield lines
        return
    with LiveView(zone=options.zone, notes=notes) as view:

        async def frames() -> None:
            while True:
                view.update(state())
                await clock.sleep(_FRAME_S)

        task = asyncio.create_task(frames())
        try:
            yield None
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            view.update(state())


def _judge(player: Player, receivers: list[Receiver]) -> None:
    """Raise IncompleteError if a receiver lacks what was sent to its country."""
    lacking = {}
    for receiver in receivers:
        tally = receiver.tally()
        sent = player.position.sequences[receiver.country]
        got = 0 if tally is None else tally.received
        if got != sent:
            lacking[receiver.country] = sent - got
    if lacking:
        sent = sum(player.position.sequences.values())
        parts = ", ".join(f"{country} {count}" for country, count in lacking.items())
        raise IncompleteError(
            f"{sum(lacking.values())} of {sent} messages did not arrive: {parts}; "
            f"go on with 'feed run --resume {player.about.run}'"
        )
