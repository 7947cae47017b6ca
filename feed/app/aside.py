"""The second connection of a receiver: heads, clock and manifest in, reports and requests out.

What it learns goes into the reception; what is to be shown because of it waits until whoever reads
the feed takes it, so that messages are shown in one place.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from feed.app.gate import REPLAYED, Gate
from feed.app.last_word import LastWord
from feed.app.message import ReceivedMessage
from feed.clock import Clock
from feed.core.reception import Acknowledgement, Incoming, Reception
from feed.core.repair import Asking
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.answer import decode_answer
from feed.wire.clock import RunClock, decode_clock
from feed.wire.compact import compact
from feed.wire.envelope import moment_of
from feed.wire.head import Head, decode_head
from feed.wire.manifest import decode_manifest
from feed.wire.topics import Topics

__all__ = ["Aside"]

_REPORT_S = 1.0
_SILENT_AFTER_S = 5.0
_LAST_WORD_S = 5.0
_LAST_WORD_PAUSE_S = 0.1
"""Of one that leaves before the run is over: nobody waits for more."""

Held = list[Incoming[ReceivedMessage]]

log = structlog.get_logger()


class Aside:
    """What a receiver hears and says beside the feed.

    ``counted``: the player sees it and waits for it; who is not asks for what it misses, no more.
    ``wake`` lets whoever reads the feed look at what is new; ``left_out`` is told of payloads that
    are none of ours, ``answer`` of messages that were asked for.
    """

    def __init__(
        self,
        address: BrokerAddress,
        client: str,
        topics: Topics,
        country: str,
        name: str,
        *,
        reception: Reception[ReceivedMessage],
        clock: Clock,
        wake: Callable[[], None],
        gate: Gate,
        left_out: Callable[[str, str], None],
        answer: Callable[[Arrival], None],
        may_write: bool = True,
        counted: bool = True,
    ) -> None:
        self.playing: dict[str, Any] = {}
        """the clock as it was last received"""
        self.unreported = 0
        """what has changed since the player was told how far we are"""
        self._topics = topics
        self._country = country
        self._name = name
        self._reception = reception
        self._clock = clock
        self._wake = wake
        self._gate = gate
        self._left_out = left_out
        self._answer = answer
        self._down = topics.down(country, name)
        self._presence = topics.presence(country, name)
        self._may_write = may_write
        self._last_word = LastWord(name, clock)
        self._counted = may_write and counted
        self._heard = clock.now()
        self._heard_ever = False
        self._said_silent = False
        self._soon = asyncio.Event()
        self._held: Held = []
        self._shown: Held = []
        self.subscriber = Subscriber(
            address,
            client,
            [(topics.head(country), 1), (topics.clock, 1), (topics.manifest, 1), (self._down, 1)],
            clock=clock,
            hello=(self._presence, b"online") if self._counted else None,
            will=(self._presence, b"offline") if self._counted else None,
        )

    @property
    def waiting(self) -> bool:
        """Whether something waits to be shown."""
        return bool(self._held or self._shown)

    def take_waiting(self) -> tuple[Held, Held]:
        """Return what is to be taken in, and what is to be shown, since the last time."""
        waiting = self._held, self._shown
        self._held, self._shown = [], []
        return waiting

    async def listen(self) -> None:
        """Take in what comes, for as long as the receiver is used."""
        while True:
            for arrival in await self.subscriber.batch():
                if arrival.topic == self._down:
                    await self._heed_answer(arrival)
                elif arrival.payload:
                    self._heed(arrival)
                elif arrival.topic == self._topics.clock:
                    self._last_word.player_left()

    async def keep_account(self) -> None:
        """Say how far we are, and ask for what is missing, once a second."""
        while True:
            self._soon.clear()
            await self._clock.wait(self._soon, self._clock.now() + _REPORT_S)
            if self.unreported:
                await self.report()
            self._mind_silence()
            if self.subscriber.connected:
                await self._look()

    def hurry(self) -> None:
        """Say at once how far we are, and look at what is missing."""
        self._soon.set()

    def hurry_if_lacking(self) -> None:
        """Look at once if something is missing that does not come by itself."""
        if self._reception.in_a_hurry:
            self.hurry()

    async def report(self) -> None:
        """Tell the player how far we are."""
        said = self._reception.acknowledgement()
        if said is None or not self._counted:
            self.unreported = 0
            return
        self.unreported = 0
        told = {**said._asdict(), "missing": [list(gap) for gap in said.missing]}
        if self._gate.signed:
            told["refused"] = sum(self._gate.refused.values())
        topic = self._topics.acknowledgement(self._country, self._name)
        if not await self.subscriber.publish(topic, compact(told)):
            self.unreported = 1

    async def report_at_last(self) -> None:
        """Say how far we are until it is heard: a player may be waiting for nothing else."""
        if self._counted and self._reception.finished:
            await self._last_word.say(self._all_there, self._reported, self._request)
            return
        end = self._clock.now() + _LAST_WORD_S
        while not await self._reported() and self._clock.now() < end:
            await self._clock.sleep(_LAST_WORD_PAUSE_S)

    def _all_there(self) -> Acknowledgement | None:
        """Return how far we are, as long as that is the end and nothing waits to be taken in."""
        ended = self._reception.finished and not self.waiting
        return self._reception.acknowledgement() if ended else None

    async def _reported(self) -> bool:
        """Tell the player how far we are; False if the broker has not taken it."""
        await self.report()
        return not self.unreported

    def hasten(self) -> None:
        """Wait for nobody's word any longer."""
        self._last_word.hasten()

    async def leave(self, *, finished: bool) -> None:
        """Say that we are gone; who has everything leaves nothing behind."""
        if not self._counted:
            return
        payload = b"" if finished else b"offline"
        await self.subscriber.publish(self._presence, payload, retain=True)

    def _heed(self, arrival: Arrival) -> None:
        """Take in a head, the clock or the manifest."""
        topic, payload = arrival.topic, arrival.payload
        if not self._gate.admits(topic, payload):
            return
        try:
            if topic == self._topics.clock:
                self._heed_clock(topic, decode_clock(payload))
            elif topic == self._topics.manifest:
                manifest = decode_manifest(payload)
                if manifest.run is not None and self._gate.in_place(topic, manifest.topic):
                    self._held += self._reception.manifest(manifest.run)
            else:
                self._heed_head(topic, decode_head(payload))
        except ValueError:
            self._left_out(topic, "cannot be read")
            return
        self._wake()

    def _heed_head(self, topic: str, head: Head) -> None:
        if not self._gate.in_place(topic, head.topic):
            return
        before = self._reception.replayed
        self._reception.head(
            head.run, head.epoch, head.sequence, final=head.final, followed=head.followed
        )
        self._gate.refuse(REPLAYED, topic, self._reception.replayed - before)
        # A player may have missed that we are here: a broker can lose what is retained while
        # somebody is just subscribing to it.
        self.unreported = self.unreported or 1
        self.hurry_if_lacking()

    def _heed_clock(self, topic: str, clock: RunClock) -> None:
        if not (self._gate.in_place(topic, clock.topic) and self._gate.is_of_now(topic, clock)):
            return
        self.playing = clock.model_dump(exclude_none=True)
        self._heard_ever = True
        self._heard, self._said_silent = self._clock.now(), False
        self._last_word.player_heard()
        if clock.run is not None and clock.epoch is not None and clock.time is not None:
            moment = moment_of(clock.time)
            self._held += self._reception.clock(clock.run, clock.epoch, moment)

    async def _heed_answer(self, arrival: Arrival) -> None:
        """Hand an answer to a request for history on, or note that there is no more."""
        try:
            answer = decode_answer(arrival.payload)
        except ValueError:
            self._left_out(arrival.topic, "is no answer to a request")
            return
        if answer is None:
            self._answer(arrival)
        elif self._last_word.answered(answer.id):
            self._wake()
        elif answer.error is not None:
            log.warning("history refused", why=answer.why)
        else:
            for request in self._reception.answered(answer.id, answer.count):
                await self._ask(request)

    async def _look(self) -> None:
        """Have asked for what has been missing for a while; give up what nobody can give."""
        given_up = True
        while given_up:
            # The player may have refused several gaps in one go.
            before = self._reception.replayed
            todo = self._reception.look(self._clock.now(), heard=self._heard)
            for request in todo.requests:
                await self._ask(request)
            self._gate.refuse(REPLAYED, self._down, self._reception.replayed - before)
            given_up = todo.given_up is not None
            if todo.given_up is not None:
                first, last = todo.given_up
                log.warning("messages are lost", first=first, last=last, run=self._reception.run)
            self._shown += todo.shown
            if todo.shown or given_up:
                self._wake()

    async def _ask(self, request: Asking) -> None:
        if not self._may_write:
            return
        log.info(
            "asking for missed messages",
            run=self._reception.run,
            first=request.first,
            last=request.last,
        )
        await self._request(request)

    async def _request(self, request: Asking) -> None:
        asked = {
            "id": request.id,
            "client": self._name,
            "epoch": request.epoch,
            "from": request.first,
            "to": request.last,
        }
        topic = self._topics.history(self._country, self._name)
        await self.subscriber.publish(topic, compact(asked))

    def _mind_silence(self) -> None:
        """Say once why nothing comes: there is no player, and no end that was told."""
        silent = self._clock.now() - self._heard > _SILENT_AFTER_S
        if not silent or not self.subscriber.connected or self._said_silent:
            return
        self._said_silent = True
        if self._reception.tally is not None and not self._heard_ever:
            # The feed comes, and nothing beside it: some brokers serve what may not be read with
            # silence.  The feed alone is worth something, too.
            self._reception.trusting = True
            log.warning(
                "neither clock nor head comes with the feed: its user may not read them, or there "
                "is no player; without them nobody tells when the run is over",
                topics=f"{self._topics.clock}, {self._topics.head(self._country)}",
                remedy="feed doctor --user USER; feed broker --print-acl mosquitto",
            )
        else:
            log.info(
                "no player is heard; waiting until it goes on, or for the next run",
                exercise=self._topics.exercise,
                country=self._country,
                run=self._reception.run,
            )
