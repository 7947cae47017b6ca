"""``feed run``: broker, player, a receiver for each country, and what one sees of it."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Self

import structlog

from feed.app.beside import beside
from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use, home
from feed.app.dashboard import BesideOptions, dashboard_beside
from feed.app.fault_record import lacking as lacking_of
from feed.app.options import PlayOptions
from feed.app.publication import Publication
from feed.app.receiving import OwnReceivers, ToldSoFar, own_receivers
from feed.app.receiving_pipe import Assigned, Assignment
from feed.app.session import Session, new_session, resumed_session
from feed.app.transport import obey_keys
from feed.app.undisturbed import undisturbed
from feed.app.watching import Watching
from feed.clock import SystemClock
from feed.errors import BrokerError, IncompleteError
from feed.files.identity import identity
from feed.terminal.keys import Keys
from feed.terminal.lines import MARK, Lines, summary_lines
from feed.terminal.live import LiveState, LiveView
from feed.terminal.log import Notes

__all__ = ["RunOptions", "run"]

_FRAME_S = 0.125
_RESTS = 3
"""How many times longer than it takes to draw nothing is drawn after it, if that is more."""
_SWITCH_S = 0.0001

log = structlog.get_logger()


@dataclass(frozen=True)
class RunOptions:
    """What a user asks of ``feed run``."""

    play: PlayOptions
    broker: BrokerOptions
    resume: str | None = None
    language: str = "en"
    zone: str | None = None
    verbose: bool = False
    """whether the receivers log everything, too"""
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
    # The process of the receivers starts while the story is read and planned.
    async with own_receivers() as receivers:
        with opened as begun:
            countries = begun.description.countries
            session = replace(begun, options=replace(begun.options, wait_for=countries))
            store = session.folder.store
            async with broker_in_use(
                options.broker, countries=countries, clock=clock, store=store
            ) as place:
                complete = await _play(session, place, receivers, clock, options, notes=notes)
            if complete:
                # Everything arrived, so nothing will be asked of the broker's store again.
                session.folder.remove_store()
    return 0


async def _play(
    session: Session,
    place: BrokerInUse,
    receivers: OwnReceivers,
    clock: SystemClock,
    options: RunOptions,
    *,
    notes: Notes,
) -> bool:
    publication = session.publication(place.role("player"), clock)
    live = sys.stdout.isatty() if options.live is None else options.live
    keys = Keys(sys.stdin if live else None)
    over = ""
    async with AsyncExitStack() as stack:
        page = await stack.enter_async_context(dashboard_beside(options.dashboard, place))
        assignment = _assignment(session, place, options, lines=not live)
        await stack.enter_async_context(receivers.at_work(assignment))
        participants = session.prepared.arrangements.participants
        watching = Watching(
            publication,
            receivers.told,
            place,
            clock,
            names={country: entry.name for country, entry in participants.items()},
            language=options.language,
            page=page,
        )

        def state() -> LiveState:
            seen = watching.state(note=notes.last(), keys=keys.active)
            return replace(seen, state=over, phase="playing") if over else seen

        shown = _Live(state, watching, options, notes, clock) if live else _Piped(state, options)

        async def play() -> bool:
            nonlocal over
            complete = await publication.play()
            over = publication.run.state.value
            await receivers.leave()
            return complete

        try:
            with undisturbed(), shown:
                try:
                    complete = await beside(
                        play(),
                        obey_keys(publication, keys),
                        _mind_broker(place),
                        shown.keep(),
                        receivers.heed(shown.words),
                    )
                except BaseException as error:
                    # Before the last picture is drawn.
                    if isinstance(error, asyncio.CancelledError):
                        over = "interrupted"
                    await receivers.interrupt(shown.words)
                    raise
        finally:
            if publication.run.sent:
                hit = publication.faults.counts(publication.run.epoch)
                _sum_up(state(), hit, live=live)
    _judge(publication, receivers.told)
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


def _assignment(
    session: Session, place: BrokerInUse, options: RunOptions, *, lines: bool
) -> Assignment:
    """Return what the receivers of a run are to do: one for each country."""
    about = session.description
    return Assignment(
        exercise=about.topics.exercise,
        receivers=[
            Assigned(
                country,
                place.handed(country.lower()),
                session.folder.receiver_ledger(country, country.lower()),
            )
            for country in about.countries
        ],
        own_key=identity(home()),
        offset_s=about.offset_s,
        language=options.language,
        zone=options.zone,
        lines=lines,
        verbose=options.verbose,
    )


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

    def words(self, text: str) -> None:
        """Show nothing: a frame has what receivers got last."""


class _Piped:
    """The run as lines, one for each message."""

    def __init__(self, state: Callable[[], LiveState], options: RunOptions) -> None:
        self._state = state
        self._lines = Lines(sys.stdout, offset_s=state().offset_s, zone=options.zone)

    def __enter__(self) -> Self:
        """Say what is played."""
        self._lines.begin(self._state())
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing to be done."""

    async def keep(self) -> None:
        """Do nothing: lines stand where they were written."""

    def words(self, text: str) -> None:
        """Write lines of messages."""
        sys.stdout.write(text)
        # A person looks on, or a pipe that should not lag behind.
        sys.stdout.flush()


def _judge(publication: Publication, told: ToldSoFar) -> None:
    """Raise IncompleteError if a receiver lacks what was sent to its country."""
    lacking = {}
    epoch = publication.run.epoch
    for country, one in told.countries.items():
        sent = publication.run.sequences[country]
        gaps = [*one.gaps, (one.highest + 1, sent)]
        if count := lacking_of(gaps, publication.faults, epoch, country):
            lacking[country] = count
    if lacking:
        sent = sum(publication.run.sequences.values())
        parts = ", ".join(f"{country} {count}" for country, count in lacking.items())
        raise IncompleteError(
            f"{sum(lacking.values())} of {sent} messages did not arrive: {parts}; "
            f"go on with 'feed run --resume {publication.description.run}'"
        )
