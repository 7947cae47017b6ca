"""A replay whose processes are killed at random, and whose connections break if asked.

The seed decides who is hit, in which order and after how long; the replay goes on meanwhile.
"""

import asyncio
import contextlib
import getpass
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from feed.broker.engines import chosen_engine
from feed.clock import Clock, SystemClock
from feed.files.credentials import find_credentials
from tests.brokers import HOST, free_port, need
from tests.chaos.nodes import Node, nodes_in, whole
from tests.chaos.parts import FEED, Part, Player, Receiving, Supervised, complaints
from tests.chaos.story import COUNTRIES, EXERCISE, SPAN_S, planned, write_story
from tests.chaos.verdict import Verdict, judge
from tests.proxy import Proxy, proxy

__all__ = ["CLUSTER", "NODES", "Battle", "Outcome", "Scene", "fight", "scene_of"]

CLUSTER = "cluster"
NODES = ("node-1", "node-2", "node-3")
FAULTS = ("cut", "half-open", "delay", "stall")
_TICK_S = 0.05
_LAST = 0.8
"""no place in the replay behind this one is struck"""
_FOLLOWING = 0.25
"""the share of strikes that do not wait for the replay to go on"""
_REPORT_S = 5.0
_STUCK_S = 150.0
"""without a message, a kill or a start; a player waits for its receivers for a minute"""
_EMPTIED = 0.3
"""the share of nodes that come back without what they kept"""


@dataclass(frozen=True)
class Battle:
    """What is to be broken, and how much."""

    broker: str = "embedded"
    """``cluster``: three nodes, of which one at a time is killed"""
    seed: int = 1
    kills: int = 100
    messages: int = 7000
    linger_s: int = 10
    """how long the player goes on answering after the end"""
    duration_s: float = 240.0
    """how long the replay would last if nothing were killed"""
    fastest: bool = False
    """play as fast as can be instead"""
    proxies: bool = False
    """break connections too"""
    faults: tuple[str, ...] = FAULTS
    wait_for: tuple[str, ...] = COUNTRIES
    patience_s: float = 240.0
    """how long to wait beyond four times the duration"""
    victims: tuple[str, ...] = ("broker", "server", *NODES, "player", "kor", "jpn", "usa")
    folder: Path | None = None
    """where to work; None: a temporary folder, which is removed"""
    keep: bool = False
    """leave the folder there"""


@dataclass
class Outcome:
    """How it ended."""

    verdicts: list[Verdict] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    messages: int = 0

    @property
    def right(self) -> bool:
        """Tell whether nothing was lost, nothing came twice, and nobody complained."""
        return not self.problems and bool(self.verdicts) and all(v.right for v in self.verdicts)


class Server(Part):
    """The broker's own process inside ``feed broker``, which its supervisor brings back."""

    def __init__(self, folder: Path, clock: Clock, store: Path) -> None:
        super().__init__("server", folder, clock)
        self._store = store

    @property
    def pid(self) -> int | None:
        """The process that the broker's folder names, if it is that one."""
        try:
            pid = int((self._store / f"{chosen_engine().STEM}.pid").read_text(encoding="ascii"))
            said = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self._store).encode() in said else None


async def fight(battle: Battle, say: Callable[[str], None] = print) -> Outcome:
    """Play, break, wait for the end, and compare what is there with the plan."""
    async with scene_of(battle, say) as scene:
        begun = scene.clock.now()
        async with scene.playing():
            striking = asyncio.create_task(scene.strike())
            await scene.over(battle.duration_s * 4 + battle.patience_s)
            striking.cancel()
            (ended,) = await asyncio.gather(striking, return_exceptions=True)
            if isinstance(ended, Exception):
                scene.outcome.problems.append(f"the striking ended with {ended!r}")
        outcome = scene.outcome
        outcome.seconds = scene.clock.now() - begun
        if scene.struck < battle.kills and not outcome.problems:
            outcome.problems.append(
                f"only {scene.struck} of {battle.kills} kills fitted in; play longer"
            )
        scene.judge()
        return outcome


class Scene:
    """Everything that plays, ready to be started and broken."""

    def __init__(
        self, battle: Battle, folder: Path, clock: Clock, say: Callable[[str], None]
    ) -> None:
        self._say = say
        self.battle = battle
        self.folder = folder
        self.clock = clock
        self.event_stream = folder / "story.jsonl"
        self.port = free_port()
        """of the broker"""
        self.brokers: list[Part] = []
        self.server: Part | None = None
        self.player: Player
        self.receivers: list[Receiving] = []
        self.proxies: dict[str, Proxy] = {}
        self.outcome = Outcome()
        self.struck = 0
        self._random = random.Random(battle.seed)  # noqa: S311 - it has to be the same again
        self._read: dict[Path, tuple[int, int]] = {}

    @property
    def parts(self) -> list[Part]:
        """All that runs."""
        return [*self.brokers, self.player, *self.receivers]

    def part(self, name: str) -> Part | None:
        """Return a part by its name."""
        # Behind a proxy a player cannot look up the password of a new broker; a new server has it.
        if name == "server" or (name == "broker" and self.server and self.proxies):
            return self.server
        return next((part for part in self.parts if part.name == name), None)

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Keep player and receivers running, and end them at the end."""
        tasks = [asyncio.create_task(part.keep()) for part in self.watched]
        tasks.append(asyncio.create_task(self._report()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for part in self.watched:
                await part.end()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result

    async def over(self, limit_s: float) -> None:
        """Wait until everybody is done, or one has failed; whoever hangs is named, with its word.

        Never longer than the limit, nor much longer than a player waits for anybody.
        """
        begun = since = self.clock.now()
        seen = self._progress()
        while not all(part.over for part in self.watched):
            if any(part.failed for part in self.watched):
                return
            await self.clock.sleep(_TICK_S)
            now, progress = self.clock.now(), self._progress()
            if progress != seen:
                seen, since = progress, now
            if now - since >= _STUCK_S or now - begun >= limit_s:
                waiting = ", ".join(part.name for part in self.watched if not part.over)
                self.outcome.problems.append(
                    f"after {now - begun:.0f} s there was no end of {waiting}, and for "
                    f"{now - since:.0f} s nothing had happened"
                )
                words = (f"{part.name} said last: {part.last_words()}" for part in self.parts)
                self.outcome.problems += words
                return

    def _progress(self) -> tuple[int, ...]:
        """Return what changes while something happens."""
        return (self.received(), self.struck, *(part.starts for part in self.parts))

    async def until(self, messages: int, limit_s: float = 120.0) -> None:
        """Wait until so many messages have been received by all together."""
        async with asyncio.timeout(limit_s):
            while self.received() < messages:
                await self.clock.sleep(_TICK_S)

    def judge(self) -> Outcome:
        """Compare what is on disk with the plan, and note who failed and who complained."""
        outcome = self.outcome
        outcome.messages = self.received()
        outcome.problems += [part.failed for part in self.watched if part.failed]
        outcome.problems += complaints(self.parts)
        if self.player.run is None:
            outcome.problems.append("no run was begun")
        else:
            outcome.verdicts = judge(planned(self.event_stream), self.player.run, self.receivers)
        outcome.kills = {part.name: part.kills for part in (*self.parts, self.server) if part}
        return outcome

    @property
    def watched(self) -> list[Part]:
        """All that comes to an end by itself."""
        return [self.player, *self.receivers]

    async def strike(self) -> None:
        """Kill one after the other, at moments and in an order that the seed decides.

        Most moments are places in the replay; some come right after the one before, so that what
        is just starting is hit too.
        """
        draw, battle = self._random, self.battle
        total = battle.messages * len(COUNTRIES)
        names = [name for name in battle.victims if self.part(name) is not None]
        blows = ["kill"] * battle.kills + ["fault"] * (battle.kills if battle.proxies else 0)
        draw.shuffle(blows)
        places = sorted(round(draw.uniform(0.001, _LAST) * total) for _ in blows)
        for blow, place in zip(blows, places, strict=True):
            follows = draw.random() < _FOLLOWING
            after = draw.uniform(0.0, min(3.0, 2 * battle.duration_s / len(blows)))
            if follows:
                await self.clock.sleep(after)
            else:
                while self.received() < place:
                    await self.clock.sleep(_TICK_S)
            if blow == "fault":
                await self._disturb(draw)
            else:
                await self._kill(draw, names)

    async def _kill(self, draw: random.Random, names: Sequence[str]) -> None:
        """Kill one part; if that one is done, the next one that is not."""
        order = draw.sample(names, len(names))
        pause = draw.uniform(0.0, 1.0)
        for name in order:
            part = self.part(name)
            assert part is not None
            part.pause_s = pause
            if isinstance(part, Node):
                part.emptied = pause < _EMPTIED
                if not await whole(self.brokers, self.clock):
                    self.outcome.problems.append(f"no whole cluster before {name} was to be killed")
                    return
            if await self._alive(part) and part.kill():
                self.struck += 1
                return

    async def _alive(self, part: Part) -> bool:
        """Wait for a part that is just away."""
        for _ in range(200):
            if part.over:
                return False
            if part.pid is not None:
                return True
            await self.clock.sleep(_TICK_S)
        return False

    async def _disturb(self, draw: random.Random) -> None:
        """Break the connections of one client, in one of the ways of a network."""
        name, fault = draw.choice(sorted(self.proxies)), draw.choice(self.battle.faults)
        length = draw.uniform(0.2, 3.0)
        one = self.proxies[name]
        self.outcome.faults[fault] = self.outcome.faults.get(fault, 0) + 1
        match fault:
            case "cut":
                one.cut()
            case "half-open":
                one.half_open()
            case "delay":
                one.delay_s = draw.uniform(0.01, 0.2)
                await self.clock.sleep(length)
                one.delay_s = 0.0
            case _:
                one.stall()
                await self.clock.sleep(length)
                one.flow()

    async def _report(self) -> None:
        total = self.battle.messages * len(COUNTRIES)
        begun = self.clock.now()
        while True:
            await self.clock.sleep(_REPORT_S)
            faults = sum(self.outcome.faults.values())
            self._say(
                f"{self.clock.now() - begun:6.0f} s  kills {self.struck}/{self.battle.kills}  "
                f"faults {faults}  messages {self.received()}/{total}"
            )

    def received(self) -> int:
        """Count the lines of all files, reading only what is new."""
        total = 0
        for one in self.receivers:
            offset, lines = self._read.get(one.out, (0, 0))
            with contextlib.suppress(OSError), one.out.open("rb") as file:
                file.seek(offset)
                new = file.read()
                offset, lines = offset + len(new), lines + new.count(b"\n")
            self._read[one.out] = (offset, lines)
            total += lines
        return total


@asynccontextmanager
async def scene_of(battle: Battle, say: Callable[[str], None] = print) -> AsyncIterator[Scene]:
    """Have a scene in a folder that is removed afterwards, unless it is to be kept."""
    folder = battle.folder or Path(tempfile.mkdtemp(prefix="feed-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        async with _set_up(battle, folder, say) as scene:
            yield scene
    finally:
        if battle.keep:
            say(f"kept: {folder}")
        elif battle.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _set_up(battle: Battle, folder: Path, say: Callable[[str], None]) -> AsyncIterator[Scene]:
    """Have a broker that runs, and everything else ready to be started."""
    clock = SystemClock()
    scene = Scene(battle, folder, clock, say)
    write_story(scene.event_stream, battle.messages)
    port = scene.port
    async with AsyncExitStack() as stack:
        if battle.broker == CLUSTER:
            scene.brokers += nodes_in(folder, clock)
        else:
            scene.brokers.append(_broker(battle.broker, folder, clock, port))
        if battle.broker == "embedded":
            scene.server = Server(folder, clock, folder / "store")
        for broker in scene.brokers:
            stack.push_async_callback(_ended, asyncio.create_task(broker.keep()), broker)
        if battle.broker == CLUSTER:
            assert await whole(scene.brokers, clock), "the nodes did not find each other"
        else:
            await _listening(port, clock)
        url = {}
        for name in ("player", *COUNTRIES):
            at = port
            if battle.proxies:
                scene.proxies[name.lower()] = between = await stack.enter_async_context(proxy(port))
                at = between.port
            user = await _user(battle, folder, port, name, clock)
            ports = [each.port for each in scene.brokers if isinstance(each, Node)] or [at]
            url[name] = ",".join(f"mqtt://{user}{HOST}:{each}" for each in ports)
        linger = ("--linger", f"{battle.linger_s}s") if battle.linger_s else ()
        rate = "max" if battle.fastest else f"{SPAN_S / battle.duration_s:.6f}"
        scene.player = Player(
            folder,
            clock,
            scenario=scene.event_stream,
            broker=url["player"],
            options=("--rate", rate, *linger),
            wait_for=battle.wait_for,
        )
        scene.receivers = [
            Receiving(country, folder, clock, broker=url[country], exercise=EXERCISE)
            for country in COUNTRIES
        ]
        yield scene


async def _ended(keeping: "asyncio.Task[None]", part: Part) -> None:
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await part.end()


def _broker(kind: str, folder: Path, clock: Clock, port: int) -> Part:
    if kind == "embedded":
        ports = ("--port", str(port), "--websocket-port", str(free_port()))
        command = (*FEED, "broker", *ports, "--store", str(folder / "store"))
        return Supervised("broker", folder, clock, command)
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} {HOST}\nallow_anonymous true\npersistence false\n"
        f"max_queued_messages 0\nmax_inflight_messages 200\nuser {getpass.getuser()}\n",
        encoding="ascii",
    )
    return Supervised("broker", folder, clock, (need("mosquitto"), "-c", str(config)))


async def _listening(port: int, clock: Clock) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.close()
                return
            await clock.sleep(_TICK_S)


async def _user(battle: Battle, folder: Path, port: int, name: str, clock: Clock) -> str:
    """Return as whom a part connects, with the password that the broker gave it.

    A player that is not behind a proxy looks it up itself, and again when the broker has another.
    """
    if battle.broker != "mosquitto" and name == "player" and not battle.proxies:
        return ""
    if battle.broker != "embedded" or name != "player":
        return f"{name.lower()}@"
    async with asyncio.timeout(30):
        while not (found := find_credentials(folder / "home", HOST, port)).passwords:
            await clock.sleep(_TICK_S)
    return f"{found.users.get('player', 'player')}:{found.passwords['player']}@"
