"""A run being played on a broker: the player, what stands retained, and who listens.

Finds out whether somebody plays the exercise already, waits for receivers, plays, waits until they
have everything, and takes away what stands.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from math import inf
from typing import Any

import structlog

from feed.app.awaited import Awaited
from feed.app.beside import beside
from feed.app.claimed import claimed
from feed.app.control import Controller
from feed.app.counting import Counting, beside_it
from feed.app.describing import Describing
from feed.app.fault_record import FaultRecord
from feed.app.left_behind import Ears, left_by_player
from feed.app.options import Options
from feed.app.planned_events import planned_events
from feed.app.player import Player, PlayerProgress
from feed.app.probe import read_back
from feed.app.receivers import Receivers
from feed.app.retained_topics import RetainedTopics
from feed.app.run_description import RunDescription
from feed.app.settling import farewell, settled
from feed.app.sink import MqttSink
from feed.app.stalled import mind_stall
from feed.app.status import status
from feed.app.trust import signer_of
from feed.clock import Clock
from feed.core.plan import Count
from feed.core.run import Run
from feed.errors import IncompleteError
from feed.files.ledger import PlayerLedger
from feed.mqtt.address import BrokerAddress
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.topics import client_id

__all__ = ["AHEAD", "Publication"]

AHEAD = 2000
"""At the highest rate, how far the player may be ahead of a receiver that it waits for."""

_LOOKED_AHEAD = 20_000
"""Deliveries of a plan that is read to its end early on, so that a seek anywhere is short."""
_REFRESH_S = 1.0

log = structlog.get_logger()


class Publication:
    """One run on one broker.

    ``counting`` counts what is planned, in slices, beside the run; ``counted`` is told the result.
    ``own_key`` is what its client ids are made with, so that nobody else knows them.
    """

    def __init__(
        self,
        run: Run,
        description: RunDescription,
        *,
        address: BrokerAddress,
        ledger: PlayerLedger,
        clock: Clock,
        options: Options,
        planned: dict[str, int] | None = None,
        counting: Counting | None = None,
        counted: Callable[[Count], None] = lambda _: None,
        own_key: str = "",
    ) -> None:
        self.run = run
        self.description = description
        self.options = options
        self.phase = "connecting"
        self.error: str | None = None
        """why the last request was refused"""
        self.faults = FaultRecord(ledger)
        """what faults on purpose did to messages"""
        self.begun: Callable[[], None] = lambda: None
        """called when the broker is there, and nobody else plays this exercise"""
        self._address, self._own_key = address, own_key
        self._ledger = ledger
        self._clock = clock
        self._counting = counting
        self._counted = counted
        self._topics = topics = description.topics
        self.publisher = Publisher(
            address,
            client_id("player", topics.exercise, "publisher", own_key),
            will=(topics.player_presence, b"offline"),
        )
        self.publisher.describe = Describing(description.exercise, topics)
        signer = signer_of(address)
        self.player = Player(
            run,
            description,
            ledger=ledger,
            clock=clock,
            sink=MqttSink(self.publisher),
            faults=self.faults,
            signer=signer,
        )
        self.player.progress.planned = planned
        self.player.reach = self._reach
        self._acted = asyncio.Event()
        self.player.on_change = self._acted.set
        self.publisher.on_change = self.player.changed.set
        self.receivers = Receivers(
            description.run,
            topics,
            ledger,
            self.publisher,
            self.player.changed.set,
            clock=clock,
            countries=description.countries,
            faults=self.faults,
            epoch=lambda: run.epoch,
        )
        self.receivers.patience.limit_s = options.settle_s
        self.awaited = Awaited(self._ears, self._listen, clock)
        self._retained = RetainedTopics(description, self.publisher, clock, signer)
        self.controller = Controller(
            self.player,
            topics,
            self.publisher,
            clock,
            clock_now=self.clock_now,
            status=self.status,
        )
        self._final = False
        """all that was sent is with the broker, and nothing will follow"""
        for country, picture in run.pictures.items():
            self._retained.changed(country, picture.shown)

    @property
    def progress(self) -> PlayerProgress:
        """What the player tells about itself."""
        return self.player.progress

    async def play(self) -> bool:
        """Play to the end; return whether every receiver that was waited for has everything."""
        about = self.description
        async with claimed(self._address, about.topics, about.run, self._clock) as found:
            return await self._play_alone(left=found.left)

    async def _play_alone(self, *, left: bool) -> bool:
        """Play, with what another player of this exercise may have left."""
        topics = self._topics
        if left:
            self._retained.adopt(await left_by_player(self._address, topics, self._clock))
        # Its own connection may be away in the end.
        self._retained.adopt([topics.claim])
        # Connections of their own, because a broker counts what is unacknowledged over all that one
        # subscribes to: no crowd of one country keeps another, or an operator, waiting.
        asked = {**self.receivers.filters, "control": [(topics.control, 1), (topics.probe, 1)]}
        ears = {name: self._ears(f"{name}-listener", filters) for name, filters in asked.items()}
        async with AsyncExitStack() as stack:
            for each in ears.values():
                await each.enter(stack)
            operators = ears["control"].subscriber
            await stack.enter_async_context(self.publisher)
            run = self.description.run
            await read_back(operators, self.publisher, topics, run, self._heed)
            self.begun()
            try:
                complete = await beside(
                    self._play(),
                    *(self._listen(each.subscriber) for each in ears.values()),
                    self.awaited.serve(),
                    self.receivers.answer(),
                    self.controller.serve(),
                    self._count(),
                    mind_stall(self.publisher, self._clock),
                )
            finally:
                try:
                    self.player.save()
                finally:
                    await farewell(self._retained, self.receivers, self.publisher, topics)
                # What the broker has by now need not be sent again if the run goes on.
                self.player.save()
        if complete:
            for each in ears.values():
                await each.subscriber.forget()
            await self.awaited.forget()
        return complete

    def _ears(self, name: str, filters: Sequence[tuple[str, int]]) -> Ears:
        identifier = client_id("player", self._topics.exercise, name, self._own_key)
        return Ears(self._address, self._topics, identifier, filters, self._clock)

    async def _play(self) -> bool:
        await self._announce()
        await self._refresh()
        # The clock beats from now on: it is how others see that somebody plays this exercise.
        return await beside(self._to_the_end(), self._keep_fresh(), self._say_changes())

    async def _to_the_end(self) -> bool:
        player, run, options = self.player, self.run, self.options
        await self._wait_for_receivers()
        await player.send_again()
        if not options.paused and run.state.value == "loaded":
            await self.controller.begin(options.start_at)
        while True:
            self.phase = "playing"
            await player.play()
            self.phase = "settling"
            await self.publisher.flushed()
            player.save()
            self._final = run.ended
            await self._refresh()
            complete = await settled(
                run,
                player,
                self.receivers,
                wanted=options.wait_for,
                limit_s=options.settle_s,
            )
            if run.ended:
                self._ledger.note("ended", self._clock.wall())
                self._ledger.note("complete", complete)
            if options.linger_s and run.ended:
                self.phase = "lingering"
                await player.holds(lambda: not run.ended, options.linger_s)
            if run.ended:
                return complete
            # Somebody has sought or reset it meanwhile.
            self._final = False
            self._ledger.note("complete", value=False)

    async def _listen(self, listener: Subscriber) -> None:
        while True:
            self._heed(listener, *await listener.batch())
            await self._clock.sleep(0)

    def _heed(self, listener: Subscriber, *arrivals: Arrival) -> None:
        """Take in what receivers said, and acknowledge it when it is written down."""
        for arrival in arrivals:
            if self.awaited.hears(arrival.topic, instead_of=listener):
                continue
            if arrival.topic == self._topics.control:
                self.controller.take(arrival)
            else:
                self.receivers.take(arrival, self._clock.wall())
        self.receivers.write_down()
        listener.acknowledge(arrivals)

    async def _count(self) -> None:
        """Count what is planned, and tell it when it is known."""
        if self._counting is None:
            return
        count = await beside_it(self._counting, self._clock)
        self.progress.planned = dict(count.deliveries)
        self.run.transport.lasts_until(count.last)
        self._counted(count)
        await self._announce()
        self.player.changed.set()
        if sum(count.deliveries.values()) <= _LOOKED_AHEAD:
            await beside_it(self.run.look_ahead(), self._clock)

    async def _wait_for_receivers(self) -> None:
        wanted = self.options.wait_for
        if not wanted or self.run.next_delivery is None:
            # Of a resumed run all may be sent already; who has everything has left, and stays away.
            return
        self.phase = "waiting for receivers"
        log.info("waiting for receivers", countries=",".join(wanted))
        present = await self.player.holds(
            lambda: self.receivers.present(wanted) or self.run.ended, self.options.wait_s
        )
        self.receivers.await_no_longer(wanted)
        self.awaited.choose(self.receivers.chosen)
        if not present:
            absent = [country for country in wanted if not self.receivers.of(country)]
            raise IncompleteError(
                f"no receiver of {', '.join(absent)} came within {self.options.wait_s:g} s; "
                f"start it with 'feed receive {absent[0]}'"
            )

    def _reach(self) -> int:
        """Return how many messages more may go out: at the highest rate, near the slowest."""
        if self.run.rate != inf or not self.options.wait_for:
            return AHEAD
        wanted = {country: self.run.sequences[country] for country in self.options.wait_for}
        return AHEAD - self.receivers.behind(self.run.epoch, wanted)

    async def _keep_fresh(self) -> None:
        beat = self._clock.now()
        lost = 0
        while True:
            # After a time without a broker there is one beat, not all those that were missed.
            beat = max(beat + _REFRESH_S, self._clock.now())
            await self._clock.sleep_until(beat)
            if self.publisher.lost > lost:
                # The broker may have forgotten what stands, and has told that we are gone.
                lost = self.publisher.lost
                await self._announce()
                self._retained.forget(self.run)
            await self._refresh()
            # Time alone decides for how long a country is waited for.
            self.player.changed.set()

    async def _say_changes(self) -> None:
        """Tell the clock at once when something was done to the run; after a jump, everything."""
        while True:
            await self._acted.wait()
            self._acted.clear()
            if self.progress.closed:
                await self._refresh()
            else:
                late_ms = self.progress.late_ms
                await self._retained.clock(self.run, late_ms=late_ms, error=self.error)

    def clock_now(self) -> dict[str, Any]:
        """Return how the run stands, as it is retained."""
        late_ms = self.progress.late_ms
        return self._retained.clock_now(self.run, late_ms=late_ms, error=self.error)

    def status(self) -> dict[str, Any]:
        """Return what plays, who listens and who is behind, and the events of the story."""
        position = self.run.position(self._clock.now())
        told = status(
            self.run,
            self.description,
            self.progress,
            self.receivers.listeners.values(),
            self.phase,
            position=position,
            hits=self.faults.hits(self.run.epoch),
            lost={c: self.faults.lost_numbers(self.run.epoch, c) for c in self.run.sequences},
        )
        events = planned_events(self.run, position, self.description.offset_s)
        return told | {"scheduled": self.controller.schedule.told(), "events": events}

    async def _announce(self) -> None:
        await self._retained.announce(self.progress.planned, self.run.ends)

    async def _refresh(self) -> None:
        # A head never tells of more than the ledger holds, or a player that is killed now and goes
        # on could not give what receivers ask for.
        self.player.save()
        final = self._final and self.run.ended
        await self._retained.refresh(self.run, self.progress, final=final, error=self.error)
