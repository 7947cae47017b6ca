"""What passes from a hub to a site: each exercise's feed, in order, each message once.

A receiver of the site's own follows each exercise and writes down what it gets; only then it goes
to the site's broker.  What the line has swallowed it asks the player for, as every receiver does:
a hub keeps what it has sent into a dead line for minutes before it sends it again.  And what is
written down here a receiver of the site gets again from here, whether the line is cut or not.
"""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog
from pydantic import ValidationError

from feed.app.message import ReceivedMessage
from feed.app.receiver import Receiver
from feed.clock import Clock
from feed.core.allowance import Allowance
from feed.errors import BrokerError, FeedError
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.runs import RunFolder, receiver_folder, runs_folder
from feed.mqtt.address import BrokerAddress
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.compact import compact
from feed.wire.manifest import decode_manifest
from feed.wire.receipts import HistoryRequest
from feed.wire.topics import ROOT, Topics, client_id, exercise_of, own_end

__all__ = ["LeafFeed", "own_name"]

_MOST_EXERCISES = 20
_AGAIN_S = 2.0
_MOST = 1000
"""Messages that are given for one request."""
_PER_S, _SAVED = 500.0, 5000.0
"""What is given in all, as the player has it for a country."""
_TAIL = 50
"""Messages that may have been written down and not yet given on when this process was killed."""
_MOST_LACKING = 50
_UP_LEVELS = 7

log = structlog.get_logger()


def own_name(key: str) -> str:
    """Return as whom a site asks for what it misses; ``key`` is that of its home."""
    return f"site-{own_end(key, 'site')}"


class LeafFeed:
    """The feeds that a site follows, and what it gives again of them."""

    def __init__(
        self, country: str, own_key: str, hub: BrokerAddress, site: BrokerAddress, clock: Clock
    ) -> None:
        self._country = country.lower()
        self._own_key = own_key
        self._hub = hub
        self._site = site
        self._clock = clock
        self._followed: set[str] = set()
        """exercises"""
        self._runs: dict[str, str] = {}
        """what is played, by exercise, as it stands at the site"""
        self._lacking: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_MOST_LACKING)
        """requests that the player has to answer"""
        self._new: asyncio.Queue[str] = asyncio.Queue()
        self._allowance = Allowance(most=_SAVED, per_s=_PER_S)

    def met(self, topic: str) -> None:
        """Follow the exercise of a topic from now on, if there is room for another."""
        exercise = exercise_of(topic)
        if exercise is None or exercise in self._followed:
            return
        if len(self._followed) >= _MOST_EXERCISES:
            log.warning("this site follows no more exercises", left_out=exercise)
        else:
            self._new.put_nowait(exercise)
        self._followed.add(exercise)

    async def keep(self) -> None:
        """Follow every exercise that is met, for as long as the site's broker runs."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._keep(await self._new.get()))

    async def _keep(self, exercise: str) -> None:
        said = ""
        while True:
            try:
                await self._follow(exercise)
            except BrokerError:
                pass  # the other ways say that the hub is away, and why
            except FeedError as error:
                if str(error) != said:
                    said = str(error)
                    log.warning("this site cannot follow an exercise", name=exercise, why=said)
            await self._clock.sleep(_AGAIN_S)

    async def _follow(self, exercise: str) -> None:
        """Give on what one exercise sends to this country."""
        own = own_name(self._own_key)
        async with (
            Publisher(self._site, self._client(f"{exercise}-give"), clock=self._clock) as there,
            Receiver(
                self._hub,
                self._country.upper(),
                exercise,
                clock=self._clock,
                name=own,
                ledger=self._ledger,
                follow=True,
                counted=False,
                known=self._has,
                own_key=self._own_key,
            ) as stream,
        ):
            begun = False
            while (batch := await stream.batch()) is not None:
                if batch and not begun:
                    await self._give(there, self._tail(batch[0]))
                    begun = True
                await self._give(there, [(one.topic, one.payload) for one in batch])

    async def _give(self, there: Publisher, messages: Sequence[tuple[str, bytes]]) -> None:
        for topic, payload in messages:
            await there.publish(topic, payload)
        if messages:
            await there.flushed()

    def _tail(self, first: ReceivedMessage) -> list[tuple[str, bytes]]:
        """Return what an earlier life of this process may have written down and not given on."""
        key = first.key
        with ReceiverLedger.open(self._path(key.run), read_only=True, check=False) as ledger:
            rows = ledger.payloads(
                key.run, key.epoch, max(1, first.sequence - _TAIL), first.sequence - 1
            )
        return [(topic, payload) for _, topic, payload in rows]

    async def answer(self) -> None:
        """Give receivers of the site again what they ask for, if it is here."""
        filters = [f"{ROOT}/+/up/{self._country}/history/#", f"{ROOT}/+/manifest"]
        async with (
            Publisher(self._site, self._client("history-give"), clock=self._clock) as there,
            Subscriber(
                self._site,
                self._client("history-take"),
                [(each, 1) for each in filters],
                clock=self._clock,
            ) as here,
        ):
            while True:
                for arrival in await here.batch():
                    if arrival.topic.endswith("/manifest"):
                        self._note_run(arrival)
                    elif not await self._answered(arrival.topic, arrival.payload, there):
                        # Whoever gets no answer asks again.
                        with suppress(asyncio.QueueFull):
                            self._lacking.put_nowait((arrival.topic, arrival.payload))

    async def ask(self) -> None:
        """Ask the player for what is not here."""
        async with Publisher(self._hub, self._client("ask-give"), clock=self._clock) as there:
            while True:
                topic, payload = await self._lacking.get()
                await there.publish(topic, payload)

    def _note_run(self, arrival: Arrival) -> None:
        exercise = exercise_of(arrival.topic)
        with suppress(ValueError):
            run = decode_manifest(arrival.payload).run
            if exercise is not None and run is not None:
                self._runs[exercise] = run

    async def _answered(self, topic: str, payload: bytes, there: Publisher) -> bool:
        """Give what is written down of what was asked for; tell whether that is all."""
        levels = topic.split("/")
        exercise = exercise_of(topic)
        run = self._runs.get(exercise or "")
        try:
            said = HistoryRequest.model_validate_json(payload)
        except ValidationError:
            return False
        if run is None or exercise is None or len(levels) != _UP_LEVELS or levels[6] != said.client:
            return False
        down = Topics(exercise).down(self._country, said.client)
        last, next_one = min(said.last, said.first + _MOST - 1), said.first
        if self._allowance.left(self._country, self._clock.now()) <= 0 or not self._has(run):
            return False
        count, whole = 0, True
        with ReceiverLedger.open(self._path(run), read_only=True, check=False) as ledger:
            while rows := ledger.payloads(run, said.epoch, next_one, last):
                for number, _, message in rows:
                    whole = whole and number == said.first + count
                    count += 1
                    await there.publish(down, message)
                next_one = rows[-1][0] + 1
                await there.flushed()
        self._allowance.spend(self._country, count + 1, self._clock.now())
        if not whole or count < last - said.first + 1:
            return False
        done: dict[str, object] = {"id": said.id, "done": True, "count": count}
        if last < said.last:
            done["more"] = last + 1
        await there.publish(down, compact(done))
        return True

    def _has(self, run: str) -> bool:
        return self._path(run).exists()

    def _ledger(self, run: str) -> ReceiverLedger:
        receiver_folder(runs_folder(os.environ), run)
        about = {"country": self._country.upper(), "client": own_name(self._own_key)}
        return ReceiverLedger.at(self._path(run), about)

    def _path(self, run: str) -> Path:
        folder = RunFolder(runs_folder(os.environ) / run)
        return folder.receiver_ledger(self._country, own_name(self._own_key))

    def _client(self, end: str) -> str:
        return client_id("leaf", self._country, end, self._own_key)
