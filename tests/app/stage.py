"""What a test of playing needs: a story, a player and receivers on a real broker."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from feed.app.message import ReceivedMessage
from feed.app.options import Options
from feed.app.publication import Publication
from feed.app.receiver import Receiver
from feed.app.run_description import RunDescription, new_run_id
from feed.app.session import cut_off
from feed.clock import Clock, SystemClock
from feed.core.actions import Step
from feed.core.place import at_once
from feed.core.plan import Plan
from feed.core.run import Run
from feed.files.ledger import PlayerLedger
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.recording import Recording
from feed.model.common import EventBase
from feed.model.message import Delivery
from feed.mqtt.address import BrokerAddress, parse_address
from feed.wire.encoding import encode
from feed.wire.topics import Topics
from tests import make
from tests.brokers import RunningBroker

__all__ = [
    "COUNTRIES",
    "PATIENCE_S",
    "Client",
    "Stage",
    "eventful",
    "everything",
    "fast",
    "many",
    "numbers",
    "planned",
    "step",
]

COUNTRIES = ("KOR", "JPN", "USA")
PATIENCE_S = 15.0
"""how long a test waits for what should be there in a moment"""
_LOOK_S = 0.02
"""how often a condition is looked at that may change without a message"""


def eventful() -> Plan:
    """Return a minute of all sorts, of which each country gets a part of its own."""
    agreed = make.arrangements(
        make.arrangement("accord", ["KOR", "USA"], ["kor-usa"]), countries=COUNTRIES
    )
    flight = {"azimuth_deg": 90, "range_km": 300, "apogee_km": 50}
    events: list[EventBase] = [
        make.launch(at=1, seen=("KOR", "JPN"), flight=flight, track={"every": "PT5S"}),
        make.alert(at=4),
        make.incident(at=6),
        make.meeting(at=8),
        make.correction(at=50, as_="all-clear"),
        make.statement(at=55, to=["KOR", "JPN"]),
    ]
    return make.plan(*events, agreed=agreed)


def many(count: int, *recipients: str) -> Plan:
    """Return so many public reports within an hour."""
    repeat = {"count": count, "until": make.moment(3600), "spread": "seeded"}
    return make.plan(make.incident(repeat=repeat), recipients=recipients or COUNTRIES)


def fast(**options: Any) -> Options:
    """Return options to play as fast as can be."""
    return Options(**{"rate": inf, "settle_s": PATIENCE_S, "wait_s": PATIENCE_S, **options})


def planned(plan: Plan, country: str) -> list[Delivery]:
    """Return the deliveries of a plan to a country."""
    return [delivery for delivery in plan.deliveries() if delivery.recipient == country]


def numbers(messages: Sequence[ReceivedMessage]) -> list[int]:
    """Return the numbers of messages."""
    return [message.sequence for message in messages]


async def step(publication: Publication) -> None:
    """Send the next message, and wait until it has gone out."""
    sent = publication.run.sent
    await publication.player.do(Step())
    clock = SystemClock()
    async with asyncio.timeout(PATIENCE_S):
        while publication.run.sent == sent and not publication.run.ended:
            await clock.sleep(0)


async def everything(receiver: Receiver) -> list[ReceivedMessage]:
    """Return all messages until the run is over."""
    async with receiver:
        return [message async for message in receiver]


class Client:
    """Somebody else's client, which remembers what it heard."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._something = asyncio.Event()
        self.heard: list[tuple[str, bytes]] = []
        """every (topic, payload), in order"""
        self.standing: dict[str, bytes] = {}
        """the last payload of each topic that is not empty"""

    async def say(
        self, topic: str, payload: bytes | dict[str, Any], *, retain: bool = False
    ) -> None:
        """Publish, and wait for the acknowledgement."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        await self._client.publish(topic, raw, qos=1, retain=retain)

    async def listen(self) -> None:
        """Remember what comes for as long as the connection lasts."""
        async for message in self._client.messages:
            payload = message.payload
            assert isinstance(payload, bytes)
            topic = str(message.topic)
            self.heard.append((topic, payload))
            self.standing[topic] = payload
            if not payload:
                del self.standing[topic]
            self._something.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds, about what is heard or anything else."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    self._something.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._something.wait(), _LOOK_S)
                return
        pytest.fail(f"in vain; the last that was heard: {self.heard[-5:]}")

    def on(self, topic: str) -> list[bytes]:
        """Return what was heard on a topic, in order."""
        return [payload for name, payload in self.heard if name == topic]

    def said(self, topic: str) -> dict[str, Any]:
        """Return the JSON that stands on a topic; empty if none does."""
        value = json.loads(self.standing.get(topic, b"{}"))
        assert isinstance(value, dict)
        return value


@dataclass
class Stage:
    """A broker, an exercise, and a folder for what is written down."""

    broker: RunningBroker
    exercise: str
    folder: Path
    clock: Clock = field(default_factory=SystemClock)

    @property
    def topics(self) -> Topics:
        """The topics of the exercise."""
        return Topics(self.exercise)

    def address(self, role: str) -> BrokerAddress:
        """Return the broker's address for a role."""
        return parse_address(self.broker.url_for(role))

    def about(self, plan: Plan, run: str = "") -> RunDescription:
        """Return what is said of a plan."""
        run = run or new_run_id(SystemClock().wall())
        return replace(RunDescription.of(run, plan, "0" * 64), exercise=self.exercise)

    def ledger(self, run: str) -> PlayerLedger:
        """Open the ledger of a run, or make it."""
        return PlayerLedger.at(self.folder / f"{run}.sqlite", {"run": run})

    def publication(
        self,
        plan: Plan,
        options: Options | None = None,
        *,
        run: str = "",
        role: str = "player",
        clock: Clock | None = None,
    ) -> Publication:
        """Return a run to be played; one whose ledger is there goes on where it was cut off."""
        about, options = self.about(plan, run), options or fast()
        ledger = self.ledger(about.run)
        value = Run(
            plan,
            options.span,
            rate=options.rate,
            max_gap_s=options.max_gap_s,
            cut_off=cut_off(ledger),
        )
        count = at_once(plan.counting(begin=options.span.begin, until=options.span.until))
        value.transport.lasts_until(count.last)
        return Publication(
            value,
            about,
            address=self.address(role),
            ledger=ledger,
            clock=clock or self.clock,
            options=options,
            planned=dict(count.deliveries),
        )

    def receiver(
        self,
        country: str,
        *,
        name: str = "",
        ledger: bool = True,
        clock: Clock | None = None,
        out: Recording | None = None,
        follow: bool = False,
    ) -> Receiver:
        """Return a receiver of a country."""
        name = name or country.lower()
        return Receiver(
            self.address(country.lower()),
            country,
            self.exercise,
            clock=clock or self.clock,
            name=name,
            ledger=(lambda run: self.receiver_ledger(run, country, name)) if ledger else None,
            out=out,
            follow=follow,
        )

    def receiver_ledger(self, run: str, country: str, name: str = "") -> ReceiverLedger:
        """Open the ledger of a receiver, or make it."""
        path = self.folder / f"{run}-{country}-{name or country.lower()}.sqlite"
        return ReceiverLedger.at(path, {"country": country})

    def messages(
        self, plan: Plan, country: str, run: str, epoch: int = 1
    ) -> list[tuple[str, bytes]]:
        """Return (topic, payload) of everything that a player would send to a country."""
        played = self.about(plan, run).played(epoch)
        return [
            (
                self.topics.feed(country, delivery.message.kind, delivery.message.event),
                encode(delivery, played, number, delivery.due),
            )
            for number, delivery in enumerate(planned(plan, country), 1)
        ]

    @asynccontextmanager
    async def client(self, role: str, *filters: str, **options: Any) -> AsyncIterator[Client]:
        """Connect as other people's clients do."""
        async with aiomqtt.Client(**self.broker.login(role), **options) as client:
            heard = Client(client)
            listening = asyncio.create_task(heard.listen())
            for name in filters:
                await client.subscribe(name, qos=1)
            try:
                yield heard
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def retained(self) -> dict[str, bytes]:
        """Return what stands of the exercise on the broker."""
        marker = self.topics.presence("none", "marker")
        async with self.client("player", f"{self.topics.base}/#") as client:
            # What stands comes before what is published now.
            await client.say(marker, b"marker")
            await client.until(lambda: client.on(marker))
        return {topic: raw for topic, raw in client.standing.items() if topic != marker}

    @asynccontextmanager
    async def playing(self, player: Publication) -> AsyncIterator["asyncio.Task[bool]"]:
        """Let a player run beside a test; it is stopped with the context."""
        task = asyncio.create_task(player.play())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def together(self, *works: Awaitable[Any]) -> list[Any]:
        """Do several things at once; return what each returned."""
        async with asyncio.timeout(PATIENCE_S):
            return list(await asyncio.gather(*works))

    async def play(
        self, player: Publication, *receivers: Receiver
    ) -> dict[str, list[ReceivedMessage]]:
        """Play to the end; return what each receiver got, by its name."""
        try:
            async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
                tasks = {one.name: group.create_task(everything(one)) for one in receivers}
                complete = group.create_task(player.play())
        except TimeoutError:
            known = list(player.receivers.listeners.values())
            accounts = [(one.name, one.account, one.reception, one.playing) for one in receivers]
            pytest.fail(
                f"in vain: {player.phase} {player.progress} {player.run.state} {known} {accounts}"
            )
        assert complete.result()
        return {name: task.result() for name, task in tasks.items()}
