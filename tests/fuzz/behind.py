"""What stands behind the doors: a player that is asked for things, and who hears what is sent.

A door reads one thing and forgets it.  Here it is believed, written down, shown and answered, and
then comes the next: each line of the input is one step.  What holds afterwards is asserted.
"""

import asyncio
import contextlib
import io
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

from feed.app.control import Controller
from feed.app.export import ExportOptions, export
from feed.app.export_source import SourceOptions, exported
from feed.app.fault_record import FaultRecord
from feed.app.message import ReceivedMessage
from feed.app.message_views import MessageViews
from feed.app.receiver import Receiver
from feed.app.receivers import Receivers
from feed.app.retained_topics import clock_of
from feed.app.situation_now import RunPlace, SituationNow
from feed.app.status import status
from feed.app.verify import VerifyOptions, verify
from feed.clock import VirtualClock
from feed.core.plan import Plan
from feed.core.situation import Situations
from feed.core.situation_json import situation_json
from feed.errors import FeedError
from feed.export import FORMATS
from feed.files.ledger import PlayerLedger, Published
from feed.files.received import read_received
from feed.files.receiver_ledger import ReceiverLedger
from feed.files.recording import Recording
from feed.mqtt.address import parse_address
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival
from feed.terminal.lines import Lines, message_line
from feed.wire.bodies import typed_body
from feed.wire.compact import compact
from feed.wire.encoding import encode_state
from feed.wire.manifest import decode_manifest
from feed.wire.topics import Topics
from feed.wording.times import Times
from tests.app.house import House
from tests.commands import STORY
from tests.core.test_run import COUNTRIES, story
from tests.make import CLOCK, START

__all__ = [
    "asked",
    "files",
    "heard",
    "requests",
    "said",
    "told_to_player",
    "told_to_receiver",
    "used",
]

_MOST_STEPS = 12
_NOWHERE = "mqtt://127.0.0.1:1"
"""an address that nobody connects to"""
_LONGEST_WAIT_S = 100.0
_COUNTRY = "JPN"
_TOPICS = Topics("morning-calm")
_FEED = _TOPICS.feed(_COUNTRY, "alert", "warning")
_PLACES = {
    "clock": _TOPICS.clock,
    "manifest": _TOPICS.manifest,
    "head": _TOPICS.head(_COUNTRY),
    "down": _TOPICS.down(_COUNTRY, _COUNTRY.lower()),
}
_MOST_SAID = 8_192
"""Bytes of what a country may write at a time."""


def _steps(data: bytes) -> Iterator[Any]:
    """Yield what the lines say, as JSON; a line that is none, as bytes."""
    for line in data.split(b"\n")[:_MOST_STEPS]:
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            yield line


def _lines(*values: object) -> bytes:
    return b"\n".join(json.dumps(value).encode() for value in values)


@cache
def _plan() -> Plan:
    return story()


def _payload(said: object) -> bytes:
    """Return bytes and a text that is no JSON as they are, and everything else as JSON."""
    if isinstance(said, str):
        return said.encode(errors="replace")
    return said if isinstance(said, bytes) else json.dumps(said).encode()


def _seconds(value: object) -> float | None:
    """Return for how long is to be waited, if that is what a step says."""
    waits = value.get("wait") if isinstance(value, dict) else None
    if isinstance(waits, int | float) and waits >= 0:
        return float(min(waits, _LONGEST_WAIT_S))
    return None


class _Unheard(Publisher):
    """A connection that takes everything and leads nowhere."""

    def __init__(self) -> None:
        super().__init__(parse_address(_NOWHERE), "nobody")
        self.published: list[tuple[str, bytes]] = []

    async def publish(self, topic: str, payload: bytes, **_: Any) -> None:
        """Take a message."""
        self.published.append((topic, payload))


# -- a player that is asked for things -------------------------------------------------------------


def requests() -> list[bytes]:
    """Return what operators ask for, a few things one after another."""
    event = next(_plan().deliveries()).message.event
    scripts: list[list[dict[str, object]]] = [
        [
            {"do": "play"},
            {"do": "seek", "to": "09:00:30"},
            {"do": "rate", "rate": "max"},
        ],
        [
            {"do": "rate", "rate": 2.5},
            {"do": "toggle"},
            {"do": "next"},
            {"do": "seek", "by": "-5s"},
        ],
        [
            {"do": "loop", "begin": "+1s", "end": "+20s"},
            {"do": "until", "to": event},
            {"do": "play"},
        ],
        [
            {"do": "step"},
            {"do": "burst", "count": 3},
            {"do": "hold", "target": event},
            {"do": "play"},
        ],
        [
            {"do": "inject", "events": [_TALKS], "at": "+9s"},
            {"do": "edit", "target": "more-talks", "data": {"title": {"en": "x"}}},
            {"do": "fire", "target": "more-talks"},
        ],
        [
            {"do": "inject", "events": [_SIREN, _OVER]},
            {"do": "play"},
            {"do": "skip", "target": "siren"},
        ],
        [
            {"do": "fault", "faults": [_DELAY, _DROP]},
            {"do": "play"},
            {"do": "heal", "names": ["late"]},
        ],
        [
            {"do": "play", "wall": "2023-12-19T09:00:04+09:00"},
            {"do": "status"},
            {"do": "reset"},
        ],
    ]
    return [
        _lines(
            *(
                step
                for number, request in enumerate(script)
                for step in ({"id": str(number), "client": "c", **request}, {"wait": 3})
            )
        )
        for script in scripts
    ]


_TALKS = {
    "meeting": "more-talks",
    "at": "+9s",
    "title": "Talks",
    "state": "held",
    "place": "A hall",
    "originator": "USA",
    "participants": [{"country": "USA", "name": "A. Person"}],
}
_SIREN = {
    "alert": "siren",
    "at": "+9s",
    "category": "Safety",
    "expires": "PT20S",
    "issuer": {"country": "JPN", "authority": "Agency", "channel": "Siren"},
    "headline": {"en": "Take cover"},
    "text": {"en": "Take cover now"},
    "areas": [{"name": "North"}],
}
_OVER = {"correction": "over", "of": "siren", "at": "+12s", "as": "all-clear", "text": "x"}
_DELAY = {"fault": "delay", "name": "late", "by": "PT3S", "country": "JPN"}
_DROP = {"fault": "drop", "name": "lost", "probability": 0.5}


def asked(folder: Path, data: bytes) -> None:
    """Ask a player for one thing after another; it answers each, and plays on to an end."""
    asyncio.run(_ask(folder, list(_steps(data))))


async def _ask(folder: Path, steps: Sequence[object]) -> None:
    house = House(folder, _plan())
    try:
        controller = _controller(house)
        for step in steps:
            waits = _seconds(step)
            if waits is not None:
                await house.do(("wait", waits))
            elif isinstance(step, dict) and "kill" in step:
                await house.kill()
                controller = _controller(house)
            else:
                await _ask_for(house, controller, _payload(step))
            _look_at(house)
            house.go_on()
        _situation(house)
        was = _stands(house)
        await house.kill()
        assert _stands(house)[:3] == was[:3], "it goes on as something else"
        for one in house.sink.sent:
            message = ReceivedMessage.read(one.topic, one.payload, 0)
            assert message.key[1:] == one.key
            typed_body(message.kind, message.data)
    finally:
        await house.close()


async def _ask_for(house: House, controller: Controller, payload: bytes) -> None:
    """Ask for one thing; the answer is one that can be sent."""
    unheard = controller._publisher
    assert isinstance(unheard, _Unheard)
    dropped, answers = controller.dropped, len(unheard.published)
    controller.take(Arrival("control", payload, retain=False, qos=1, mid=1, connection=1))
    serving = asyncio.create_task(controller.serve())
    try:
        for _ in range(200):
            await house.clock.sleep(0)
            if serving.done():
                serving.result()
            if controller.dropped > dropped or len(unheard.published) > answers:
                return
        raise AssertionError("it is not answered")
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def _controller(house: House) -> Controller:
    run, about = house.player.run, house.player.description

    def clock_now() -> dict[str, Any]:
        return clock_of(run, about, house.clock, late_ms=0)

    def stands() -> dict[str, Any]:
        position = run.position(house.clock.now())
        return status(run, about, house.player.progress, (), "playing", position=position)

    return Controller(
        house.player, about.topics, _Unheard(), house.clock, clock_now=clock_now, status=stands
    )


def _stands(house: House) -> tuple[object, ...]:
    run = house.player.run
    return run.epoch, dict(run.sequences), run.sent, run.cursor


def _look_at(house: House) -> None:
    """Everything that is told of a run can be told."""
    run, about, now = house.player.run, house.player.description, house.clock.now()
    compact(clock_of(run, about, house.clock, late_ms=house.player.progress.late_ms))
    decode_manifest(compact(about.manifest(None, run.ends)))
    run.expire(now)
    for country, picture in run.pictures.items():
        for shown in picture.shown.values():
            encode_state(shown, about.played(run.epoch), country, 1, house.clock.wall())
            compact(shown.feature({}))


def _situation(house: House) -> None:
    run, about, now = house.player.run, house.player.description, house.clock.now()
    place = RunPlace(run.plan, run.epoch, run.cursor, run.position(now), run.ends)
    situation, _ = SituationNow(about.countries).at(place)
    compact(situation_json(situation))


# -- who hears what is sent ------------------------------------------------------------------------


@cache
def _played() -> tuple[tuple[str, bytes], ...]:
    """Return the topics and payloads that a country is sent, from the first to the last."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_play(Path(folder)))


async def _play(folder: Path) -> tuple[tuple[str, bytes], ...]:
    house = House(folder, _plan())
    try:
        await house.finish()
        return tuple((one.topic, one.payload) for one in house.sink.sent if one.key[1] == _COUNTRY)
    finally:
        await house.close()


def told_to_receiver() -> list[bytes]:
    """Return what a receiver hears: messages and what is beside them."""
    feed = [{"on": topic, "say": json.loads(payload)} for topic, payload in _played()]
    run = feed[0]["say"]["run"]
    clock = {"on": "clock", "say": {**CLOCK, "run": run}}
    later = {"on": "clock", "say": {**CLOCK, "run": run, "epoch": 2}}
    manifest = {"on": "manifest", "say": {"run": run, "title": "T", "countries": [_COUNTRY]}}
    head = {"on": "head", "say": {"run": run, "epoch": 1, "sequence": len(feed), "final": True}}
    done = {"on": "down", "say": {"id": f"{_COUNTRY.lower()}-1", "done": True, "count": 3}}
    answer = {**feed[2], "on": "down"}
    return [
        _lines(clock, manifest, feed[0], head, {"wait": 3}, done, {"wait": 40}),
        _lines(*feed[:6], {"again": True}, head, feed[8], {"wait": 3}, answer),
        _lines(*feed[6:12], clock, *feed[:2], manifest, {"wait": 1}, later),
        _lines(*feed[12:], head),
    ]


def heard(folder: Path, data: bytes) -> None:
    """Let a receiver hear one thing after another; it shows each once, and goes on where it was."""
    asyncio.run(_hear(folder, list(_steps(data))))


class _Ear:
    """A receiver that is connected to nothing, and everything that it writes and shows."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "out.jsonl"
        self.clock = VirtualClock(wall=START, autojump=False)
        self._out = Recording.append_to(self.path)
        self._situations = Situations([_COUNTRY])
        self.receiver = self._anew()

    def _anew(self) -> Receiver:
        def ledger(run: str) -> ReceiverLedger:
            path = self.path.with_name(f"{run}.sqlite")
            assert path.parent == self.path.parent, "a run is no way out of a folder"
            return ReceiverLedger.at(path, {"country": _COUNTRY})

        return Receiver(
            parse_address(_NOWHERE),
            _COUNTRY,
            _TOPICS.exercise,
            clock=self.clock,
            ledger=ledger,
            out=self._out,
        )

    def end(self) -> None:
        """Close what is open."""
        memory = self.receiver._memory
        assert memory is not None, "it has a ledger"
        memory.close()
        self._out.close()

    def again(self) -> None:
        """End, and begin with what is written down."""
        self.end()
        self._out = Recording.append_to(self.path)
        self.receiver = self._anew()

    async def hear(self, topic: str, payload: bytes) -> None:
        """Take in what comes on a topic, and everything that is done because of it."""
        receiver, aside = self.receiver, self.receiver._aside
        arrival = Arrival(topic, payload, retain=False, qos=1, mid=1, connection=1)
        if topic == _TOPICS.down(_COUNTRY, receiver.name):
            await aside._heed_answer(arrival)
        elif topic in {_TOPICS.clock, _TOPICS.manifest, _TOPICS.head(_COUNTRY)}:
            aside._heed(arrival)
        else:
            receiver._main.take(arrival)
        await self.mind()

    async def mind(self) -> None:
        """Show what can be shown, and look at what is missing."""
        receiver = self.receiver
        arrived, receiver._main._arrived = receiver._main._arrived, []
        for message in await receiver._take(arrived):
            self._show(message)
        await receiver._aside._look()
        said = receiver.reception.acknowledgement()
        assert said is None or len(compact(said._asdict())) < _MOST_SAID
        compact(receiver.playing)

    def _show(self, message: ReceivedMessage) -> None:
        """Put a message into words and numbers, in every way in which a terminal has it."""
        line = message_line(_COUNTRY, MessageViews("ja").of(message), Times(0))
        assert "\n" not in line
        assert "\x1b" not in line
        shown = io.StringIO()
        Lines(shown).payload(message.topic, message.payload, retained=False, wall_us=START)
        assert shown.getvalue().count("\n") == 1
        for each in self.receiver.picture.shown.values():
            compact(each.feature({}))
        with contextlib.suppress(ValueError):
            delivery = exported(message.envelope, message.topic, message.payload).delivery
            self._situations.take(delivery)
            pictures = {_COUNTRY: self.receiver.picture}
            compact(situation_json(self._situations.at(delivery.due, pictures)))


async def _hear(folder: Path, steps: Sequence[object]) -> None:
    ear = _Ear(folder)
    try:
        for step in steps:
            waits = _seconds(step)
            if waits is not None:
                ear.clock.advance(waits)
                await ear.mind()
            elif isinstance(step, dict) and "again" in step:
                ear.again()
            elif isinstance(step, dict) and isinstance(topic := step.get("on"), str):
                await ear.hear(_PLACES.get(topic, topic), _payload(step.get("say")))
            else:
                await ear.hear(_FEED, _payload(step))
    finally:
        ear.end()
    keys = [(one.run, one.epoch, one.sequence) for one in read_received(ear.path, "out")]
    assert len(set(keys)) == len(keys), "one was shown twice"
    again = _Ear(folder)
    again.end()


# -- a player that hears its receivers -------------------------------------------------------------


def told_to_player() -> list[bytes]:
    """Return what receivers say to a player."""
    ack = {"run": "run", "epoch": 1, "sequence": 5, "missing": [[2, 3]], "final": False}
    ask = {"id": "1", "client": "one", "epoch": 1, "from": 2, "to": 3}
    up = "KOR one"
    return [
        _lines(
            {"up": f"{up} presence", "say": "online"},
            {"up": f"{up} ack", "say": ack},
            {"up": f"{up} history", "say": ask},
            {"up": f"{up} ack", "say": {**ack, "sequence": 9, "missing": [], "final": True}},
            {"up": f"{up} presence", "say": ""},
        ),
        _lines(
            {"up": "JPN two ack", "say": {**ack, "sequence": 9, "missing": [[1, 1], [4, 9]]}},
            {"up": "JPN two history", "say": {**ask, "client": "two", "to": 2**40}},
            {"up": "JPN two presence", "say": "offline"},
        ),
    ]


def said(folder: Path, data: bytes) -> None:
    """Let receivers say one thing after another; each is answered, and harms no other."""
    asyncio.run(_say(folder, list(_steps(data))))


async def _say(folder: Path, steps: Sequence[object]) -> None:
    clock, unheard = VirtualClock(wall=START, autojump=False), _Unheard()
    with PlayerLedger.at(folder / "player.sqlite", {"run": "run"}) as ledger:
        sent = dict.fromkeys(COUNTRIES, 9)
        for country in COUNTRIES:
            ledger.add(
                [Published(1, country, n, n, f"m.{n}", 0, 0, "t", b"{}") for n in range(1, 10)]
            )

        def anew() -> Receivers:
            return Receivers(
                *("run", _TOPICS, ledger, unheard, lambda: None),
                clock=clock,
                countries=COUNTRIES,
                faults=FaultRecord(ledger),
                epoch=lambda: 1,
            )

        receivers = anew()
        for step in steps:
            up = step.get("up") if isinstance(step, dict) else None
            country, client, what, *_ = [*(str(up).split(" ")), "KOR", "one", "ack"]
            topic = f"{_TOPICS.base}/up/{country.lower()}/{what}/{client}"
            words = step.get("say") if isinstance(step, dict) else step
            payload = _payload(words)
            receivers.take(Arrival(topic, payload, retain=False, qos=1, mid=1, connection=1), START)
            while receivers.history._asked:
                who, waiting = receivers.history._asked.popitem()
                for request in waiting:
                    await receivers.history._answer(*who, request)
            assert 0 <= receivers.behind(1, sent) <= max(sent.values())
            for lacks in receivers.lacking(1, sent).values():
                assert 0 < lacks <= max(sent.values())
            receivers.served(1, sent)
            receivers.settled(1, sent)
            receivers.write_down()
        for _, payload in unheard.published:
            json.loads(payload)
        again = anew()
        for key, one in again.listeners.items():
            known = receivers.listeners[key]
            assert (one.epoch, one.sequence, one.missing) == (
                known.epoch,
                known.sequence,
                known.missing,
            )


# -- what is made of a file that was received ------------------------------------------------------


def files() -> list[bytes]:
    """Return what a receiver wrote down, a few messages each; together all that it got."""
    lines = [payload + b"\n" for _, payload in _played()]
    return [b"".join(_numbered(lines[n : n + 4])) for n in range(0, len(lines), 4)]


def _numbered(lines: Sequence[bytes]) -> Iterator[bytes]:
    """Yield messages as if they were the first of their feed."""
    for number, line in enumerate(lines, 1):
        message = json.loads(line)
        run, epoch, country, _ = message["id"].split(".")
        yield (
            compact(
                {
                    **message,
                    "id": f"{run}.{epoch}.{country}.{number}",
                    "sequence": f"{number:08}",
                }
            )
            + b"\n"
        )


def used(folder: Path, data: bytes) -> None:
    """Compare what was received with its scenario, and write it in every format that there is."""
    source, scenario = folder / "received.jsonl", folder / "story.yaml"
    source.write_bytes(data)
    scenario.write_text(STORY, encoding="utf-8")
    with contextlib.suppress(FeedError):
        for each in verify(VerifyOptions(str(scenario), (str(source),))).sources:
            assert each.verdict.clean is not None
    for form in FORMATS:
        out = folder / form.name
        with contextlib.suppress(FeedError):
            export(ExportOptions(form.name, str(out), SourceOptions(str(source))))
        for made in [out, *out.rglob("*")]:
            if made.is_file():
                _read_again(made)


def _read_again(made: Path) -> None:
    """Read what was written as what its first letters say that it is."""
    data = made.read_bytes()
    if data.startswith(b"<?xml"):
        for each in data.split(b"<?xml ")[1:]:
            ET.fromstring(b"<?xml " + each)  # noqa: S314 - we wrote it
    elif data.startswith((b"{", b"[")):
        lines = data.splitlines() if data.startswith(b"{") else [data]
        for line in lines if lines[0].endswith(b"}") else [data]:
            json.loads(line, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
