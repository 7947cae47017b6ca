"""``feed run``: broker, player, a receiver for each country, and what one sees of it."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from math import inf
from typing import Self
from zoneinfo import ZoneInfo

import structlog

from feed.app.beside import beside
from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use, home
from feed.app.dashboard import BesideOptions, dashboard_beside
from feed.app.fault_record import lacking as lacking_of
from feed.app.message import ReceivedMessage
from feed.app.options import PlayOptions
from feed.app.publication import Publication
from feed.app.receiver import Receiver
from feed.app.session import Session, new_session, resumed_session
from feed.app.transport import obey_keys
from feed.app.undisturbed import undisturbed
from feed.app.watching import MessageViews, Watching
from feed.clock import SystemClock
from feed.core.run import Run
from feed.errors import BrokerError, IncompleteError
from feed.files.identity import identity
from feed.files.receiver_ledger import ReceiverLedger
from feed.terminal.keys import Keys
from feed.terminal.lines import MARK, Lines, summary_lines
from feed.terminal.live import LiveState, LiveView
from feed.terminal.log import Notes
from feed.wording.times import named_zone

__all__ = ["RunOptions", "run"]

_FRAME_S = 0.125
_RESTS = 3
"""How many times longer than it takes to draw nothing is drawn after it, if that is more."""
_SWITCH_S = 0.0001
_BATCH = 100
"""Messages that a receiver takes in one turn of the loop at the highest rate."""
_PACED_BATCH = 20
"""The same while the run is paced, when the player is not to be held up: about 1 ms."""

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
    dashboard: BesideOptions | None = None


async def run(options: RunOptions, notes: Notes) -> int:
    """Play a scenario through a broker to receivers of every country, and show it."""
    clock = SystemClock()
    if options.resume is None:
        opened = new_session(options.play, clock)
    else:
        opened = resumed_session(options.resume, options.play, clock)
    with opened as begun:
        countries = begun.description.countries
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
    publication = session.publication(place.role("player"), clock)
    zone = named_zone(options.zone)
    live = sys.stdout.isatty() if options.live is None else options.live
    keys = Keys(sys.stdin if live else None)
    over = ""
    async with AsyncExitStack() as stack:
        page = await stack.enter_async_context(dashboard_beside(options.dashboard, place))
        receivers = [
            await stack.enter_async_context(_receiver(session, place, country, clock))
            for country in session.description.countries
        ]
        participants = session.prepared.arrangements.participants
        watching = Watching(
            publication,
            receivers,
            place,
            clock,
            names={country: entry.name for country, entry in participants.items()},
            language=options.language,
            zone=zone,
            page=page,
        )

        def state() -> LiveState:
            seen = watching.state(note=notes.last(), keys=keys.active)
            return replace(seen, state=over, phase="playing") if over else seen

        shown = (
            _Live(state, watching, options, notes, clock) if live else _Piped(state, options, zone)
        )
        received = [asyncio.Event() for _ in receivers]

        async def play() -> bool:
            nonlocal over
            complete = await publication.play()
            over = publication.run.state.value
            # What is complete has been received; who lacks something waits no longer.
            for receiver, done in zip(receivers, received, strict=True):
                receiver.leave()
                await done.wait()
            return complete

        try:
            with undisturbed(), shown:
                try:
                    complete = await beside(
                        play(),
                        obey_keys(publication, keys),
                        _mind_broker(place),
                        shown.keep(),
                        *(
                            _receive(receiver, publication.run, shown, done)
                            for receiver, done in zip(receivers, received, strict=True)
                        ),
                    )
                except asyncio.CancelledError:
                    # Before the last picture is drawn.
                    over = "interrupted"
                    raise
        finally:
            if publication.run.sent:
                hit = publication.faults.counts(publication.run.epoch)
                _sum_up(state(), hit, live=live)
    _judge(publication, receivers)
    return complete


def _sum_up(state: LiveState, faults: Mapping[str, int], *, live: bool) -> None:
    """Say how a run ended, and how to go on with one that was cut off."""
    lines = [*summary_lines(state)]
    if faults:
        hit = ", ".join(f"{count:,} {name}" for name, count in faults.items())
        lines.append(f"{MARK} faults on purpose: {hit}")
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
        session.description.topics.exercise,
        clock=clock,
        ledger=ledger,
        own_id=f"-{identity(home())}",
    )


async def _receive(
    receiver: Receiver, run: Run, shown: "_Live | _Piped", done: asyncio.Event
) -> None:
    try:
        while True:
            most = _BATCH if run.rate == inf else _PACED_BATCH
            batch = await receiver.batch(most)
            if batch is None:
                return
            shown.messages(receiver.country, batch)
    finally:
        done.set()


async def _mind_broker(place: BrokerInUse) -> None:
    """End with the broker's own words if it is given up."""
    if place.embedded is not None:
        error: BrokerError = await asyncio.shield(place.embedded.failed)
        raise error


class _Live:
    """The run as a live view, drawn beside the event loop: what is due does not wait for it."""

    def __init__(
        self,
        state: Callable[[], LiveState],
        watching: Watching,
        options: RunOptions,
        notes: Notes,
        clock: SystemClock,
    ) -> None:
        self._state = state
        self._watching = watching
        self._clock = clock
        self._view = LiveView(zone=options.zone, language=options.language, notes=notes)
        self._before = sys.getswitchinterval()

    def __enter__(self) -> Self:
        """Take over the terminal."""
        # The event loop gets the interpreter back from the drawing thread after so long, each
        # time it has waited for the system: some five times for a message.
        sys.setswitchinterval(_SWITCH_S)
        self._view.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Draw the last picture, and give the terminal back."""
        try:
            self._view.update(self._watching.completed(self._state(), whole=True))
        finally:
            self._view.__exit__(*error)
            sys.setswitchinterval(self._before)

    async def keep(self) -> None:
        """Draw again and again; less often where that takes long."""
        while True:
            began = self._clock.now()
            await asyncio.to_thread(self._draw, self._state())
            took = self._clock.now() - began
            await self._clock.sleep(max(_FRAME_S, _RESTS * took))

    def _draw(self, state: LiveState) -> None:
        self._view.update(self._watching.completed(state))

    def messages(self, country: str, messages: Sequence[ReceivedMessage]) -> None:
        """Show nothing: a frame has what receivers got last."""


class _Piped:
    """The run as lines, one for each message."""

    def __init__(
        self, state: Callable[[], LiveState], options: RunOptions, zone: ZoneInfo | None
    ) -> None:
        self._state = state
        self._in_words = MessageViews(options.language, zone).of
        self._lines = Lines(sys.stdout, offset_s=state().offset_s, zone=options.zone)

    def __enter__(self) -> Self:
        """Say what is played."""
        self._lines.begin(self._state())
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing to be done."""

    async def keep(self) -> None:
        """Do nothing: lines stand where they were written."""

    def messages(self, country: str, messages: Sequence[ReceivedMessage]) -> None:
        """Write a line for each message."""
        views = ((self._in_words(each), each.latency_ms) for each in messages)
        self._lines.messages(country, views)


def _judge(publication: Publication, receivers: list[Receiver]) -> None:
    """Raise IncompleteError if a receiver lacks what was sent to its country."""
    lacking = {}
    for receiver in receivers:
        tally = receiver.reception.tally
        country, epoch = receiver.country, publication.run.epoch
        sent = publication.run.sequences[country]
        highest = 0 if tally is None else tally.highest
        gaps = [*([] if tally is None else tally.gaps()), (highest + 1, sent)]
        if count := lacking_of(gaps, publication.faults, epoch, country):
            lacking[country] = count
    if lacking:
        sent = sum(publication.run.sequences.values())
        parts = ", ".join(f"{country} {count}" for country, count in lacking.items())
        raise IncompleteError(
            f"{sum(lacking.values())} of {sent} messages did not arrive: {parts}; "
            f"go on with 'feed run --resume {publication.description.run}'"
        )
