"""A run that a Python program plays, and what it can do with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from feed.api.story import LoadedScenario
from feed.app.asked import action_of
from feed.app.controls import request_of
from feed.app.message import ReceivedMessage
from feed.app.options import PlayOptions
from feed.app.player import Player
from feed.app.publication import Publication
from feed.app.retained_topics import clock_of
from feed.app.schedule import PutOff, Schedule
from feed.app.session import Session, new_session
from feed.app.sink import MemorySink, Sink
from feed.app.status import status
from feed.app.verbs import Clock as RunClock
from feed.app.verbs import Verbs
from feed.clock import Clock
from feed.core.actions import Pause, Play, TransportError
from feed.core.place import at_once
from feed.core.run import Run
from feed.errors import UsageError
from feed.mqtt.address import BrokerAddress
from feed.wire.control import StatusRequest

__all__ = ["AFTER_THE_END_S", "Playing", "played"]

_LOOK_S = 0.01
AFTER_THE_END_S = 1e8
"""A run stays until it is left, so that it can be sought or reset after its end."""
_MOST = 1_000_000

Roles = Callable[[str], BrokerAddress]


class Playing(Verbs):
    """A run that this program plays; made by ``feed.play``.

    The verbs are those of ``feed.control``; when one returns, everything that it sends is out.
    """

    def __init__(
        self,
        story: LoadedScenario,
        session: Session,
        player: Player,
        clock: Clock,
        *,
        publication: Publication | None,
        roles: Roles | None,
    ) -> None:
        self.story = story
        """what is played"""
        self._session = session
        self._player = player
        self._clock = clock
        self._publication = publication
        self._roles = roles
        self._task: asyncio.Task[Any] | None = None
        self._schedule = Schedule(clock)
        self._put_off = asyncio.Event()

    # -- what stands -------------------------------------------------------------------------------

    @property
    def run(self) -> str:
        """The id of the run."""
        return self._session.description.run

    @property
    def exercise(self) -> str:
        """The exercise as it stands in topics, such as ``morning-calm``."""
        return self._session.description.topics.exercise

    @property
    def state(self) -> str:
        """``loaded``, ``playing``, ``paused`` or ``ended``."""
        return self._run.state.value

    @property
    def position_us(self) -> int:
        """Scenario time now, in microseconds since 1970."""
        return self._run.position(self._clock.now())

    @property
    def epoch(self) -> int:
        """Grows by one at every jump in time."""
        return self._run.epoch

    @property
    def sequences(self) -> dict[str, int]:
        """The last number that each country was sent in this epoch."""
        return dict(self._run.sequences)

    def url(self, role: str) -> str:
        """Return the broker's address for a country, ``player`` or ``operator``, password and all.

        Raises:
            UsageError: it is played in memory.
        """
        if self._roles is None:
            raise UsageError("it is played in memory, without a broker; name one to feed.play")
        return ",".join(map(_url, self._roles(role.lower()).each))

    def feed_filter(self, country: str) -> str:
        """Return the one filter by which a country's feed is subscribed."""
        return self._session.description.topics.feed_filter(country)

    def messages(self, country: str, *, epoch: int | None = None) -> list[ReceivedMessage]:
        """Return what a country was sent so far, in order; of one epoch, or of all."""
        epochs = range(1, self.epoch + 1) if epoch is None else [epoch]
        return [
            ReceivedMessage.read(row.topic, row.payload, row.sent)
            for each in epochs
            for row in self._session.ledger.history(country.upper(), each, 1, _MOST, _MOST)
        ]

    def active(self, country: str, kind: str | None = None) -> dict[str, dict[str, Any]]:
        """Return what a country has to take as true now: the body of each active event, by its id.

        That is what a client should show: nothing that was cancelled, is over or has expired.
        ``kind`` is one of ``launch``, ``alert``, ``meeting`` and so on; None: all.
        """
        self._run.expire(self._clock.now())
        shown = self._run.pictures[country.upper()].shown
        return {each.event: each.body() for each in shown.values() if kind in {None, each.kind}}

    # -- what is done ------------------------------------------------------------------------------

    async def ask(self, do: str, **members: Any) -> dict[str, Any]:
        """Do something by its name, as on the topic ``control``; return the answer.

        Raises:
            UsageError: it is refused; the text says why.
            BrokerError: the broker went away for good.
        """
        _, request = request_of({"id": "1", "client": "python", "do": do, **members})
        self._raise_if_over()
        if isinstance(request, PutOff) and request.wall is not None:
            self._do_later(request)
        elif not isinstance(request, StatusRequest):
            try:
                action = at_once(action_of(request, self._run, self.position_us))
                await self._player.do(action)
            except (TransportError, ValueError, OverflowError) as error:
                raise UsageError(str(error) or f"'{do}' makes no sense now") from None
            await self._out()
        answer: dict[str, Any] = {"id": "1", "clock": self._clock_now()}
        if isinstance(request, StatusRequest):
            answer["status"] = self._status()
        return answer

    def _do_later(self, request: PutOff) -> None:
        """Do what is asked for at its wall time; UsageError if that is none, or over."""
        if self._publication is not None:
            error = self._publication.controller.put_off(request)
            if error is not None:
                raise UsageError(error)
            return
        try:
            self._schedule.add(request)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self._put_off.set()

    async def _keep_schedule(self) -> None:
        """Do what was put off when its time has come."""
        while True:
            self._put_off.clear()
            request = self._schedule.take()
            if request is None:
                await self._clock.wait(self._put_off, self._schedule.wake_at())
                continue
            with suppress(TransportError):
                await self._player.do(Play() if request.do == "play" else Pause())

    async def run_until(self, moment: str) -> RunClock:
        """Play to a moment or an event and pause there; return the clock when all is sent.

        Raises:
            UsageError: the text is no moment, or the run has ended.
            BrokerError: the broker went away for good.
        """
        await self.until(moment)
        if self.state != "paused" or self._run.transport.until is not None:
            await self.play()
        await self._unless_over(lambda: not self._run.playing)
        await self._out()
        return self._clock_now()

    async def finished(self) -> bool:
        """Wait until the run has ended; return whether everybody who was waited for has all of it.

        Raises:
            BrokerError: the broker went away for good.
        """
        await self._unless_over(lambda: self._run.ended)
        publication = self._publication
        if publication is None:
            return True
        while publication.phase != "lingering":
            self._raise_if_over()
            await self._clock.sleep(_LOOK_S)
        run = self._run
        wanted = {country: run.sequences[country] for country in publication.options.wait_for}
        return publication.receivers.served(run.epoch, wanted)

    def through(self, around: Callable[[Sink], Sink]) -> None:
        """Put a sink of your own around the one that messages go into, for tests."""
        self._player.through(around)

    @property
    def _run(self) -> Run:
        return self._player.run

    async def _out(self) -> None:
        """Wait until everything that may go out now, while no time passes, has gone out."""
        run = self._run
        await self._unless_over(lambda: run.playing or run.wake_at() is None)
        if self._publication is not None:
            await self._publication.publisher.flushed()

    async def _unless_over(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition of the run holds, or whoever plays it has failed."""
        assert self._task is not None, "it is being played"
        waiting = asyncio.create_task(self._player.holds(condition, None))
        try:
            await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not condition():
            self._raise_if_over()

    def _raise_if_over(self) -> None:
        if self._task is not None and self._task.done():
            self._task.result()
            raise UsageError("the run is over")

    def _clock_now(self) -> RunClock:
        late_ms = self._player.progress.late_ms
        return clock_of(self._run, self._session.description, self._clock, late_ms=late_ms)

    def _status(self) -> dict[str, Any]:
        if self._publication is not None:
            return self._publication.status()
        phase = "ended" if self._run.ended else "playing"
        hits = self._player.faults.hits(self._run.epoch)
        about, progress = self._session.description, self._player.progress
        told = status(self._run, about, progress, (), phase, position=self.position_us, hits=hits)
        return told | {"scheduled": self._schedule.told()}

    async def _play_in_memory(self) -> None:
        while True:
            await self._player.play()
            await self._player.holds(lambda: not self._run.ended, None)

    @asynccontextmanager
    async def _going_on(self) -> AsyncIterator[None]:
        """Play beside what the program does, and clear everything when it is done."""
        begun = asyncio.Event()
        if self._publication is None:
            self._task = asyncio.create_task(self._play_in_memory())
            begun.set()
        else:
            self._publication.begun = begun.set
            self._task = asyncio.create_task(self._publication.play())
            self._task.add_done_callback(lambda _: begun.set())
        self._task.add_done_callback(lambda _: self._player.changed.set())
        scheduled = asyncio.create_task(self._keep_schedule())
        try:
            await begun.wait()
            if self._task.done():
                self._task.result()
            yield
        finally:
            failed = self._task.done()
            scheduled.cancel()
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            assert failed or self._task.done(), "whoever plays has left"


@asynccontextmanager
async def played(
    story: LoadedScenario,
    options: PlayOptions,
    clock: Clock,
    *,
    roles: Roles | None,
    runs: Path | None = None,
) -> AsyncIterator[Playing]:
    """Play a story where ``roles`` says that the broker is; without it in memory.

    ``runs`` is the folder in which the run is written down; None: the usual one, in memory none.
    """
    async with AsyncExitStack() as stack:
        if runs is None and roles is None:
            runs = Path(stack.enter_context(TemporaryDirectory(prefix="feed-")))
        session = stack.enter_context(
            new_session(options, clock, prepared=story.prepared, runs=runs)
        )
        publication: Publication | None = None
        if roles is None:
            player = Player(
                session.run,
                session.description,
                ledger=session.ledger,
                clock=clock,
                sink=MemorySink(),
            )
            player.progress.planned = session.planned
        else:
            publication = session.publication(roles("player"), clock)
            player = publication.player
        playing = Playing(story, session, player, clock, publication=publication, roles=roles)
        await stack.enter_async_context(playing._going_on())  # noqa: SLF001 - its own constructor
        if roles is None and options.start_at is not None:
            await playing.play(wall=options.start_at)
        elif roles is None and not options.paused:
            await player.begin()
        yield playing


def _url(address: BrokerAddress) -> str:
    password = "" if address.password is None else f":{address.password}"
    user = "" if address.user is None else f"{address.user}{password}@"
    return f"mqtt{'s' if address.tls else ''}://{user}{address.shown}"
