"""A real RabbitMQ with what ``feed broker --print-config rabbitmq`` prints: what holds there.

It takes most of a minute to configure, so ``make rabbitmq`` runs it, and nothing else does.
"""

import asyncio
import contextlib
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiomqtt
import pytest

from feed.broker.printed import configuration
from feed.broker.roles import PLAYER
from feed.mqtt.connection import connection, unless_lost
from feed.mqtt.errors import number_of
from feed.mqtt.versions import REFUSED, most_at_once
from tests.app.stage import COUNTRIES as RECIPIENTS
from tests.app.stage import Stage, everything, fast, many, planned
from tests.broker.test_roles import EVERYTHING, MAY_READ, MAY_WRITE, ROLES
from tests.brokers import COUNTRIES, HOST, RunningBroker, free_port, lacking, pause
from tests.mqtt.peers import CLOCK, LIMIT_S, address_of

TOOLS = Path("/usr/lib/rabbitmq/bin")
"""beside what is on the PATH of Debian, which would become another user first"""
_STEPS = 9_000
pytestmark = [
    pytest.mark.slow,
    pytest.mark.broker,
    pytest.mark.skipif(
        "FEED_RABBITMQ" not in os.environ,
        reason="a RabbitMQ takes a minute to configure: 'make rabbitmq' runs it",
    ),
]


class RabbitMQ(RunningBroker):
    """A RabbitMQ on loopback ports and in a folder of its own, as its printed head says."""

    name = "rabbitmq"

    def __init__(self) -> None:
        if not (TOOLS / "rabbitmq-server").exists():
            lacking("RabbitMQ is not installed: apt install rabbitmq-server")
        super().__init__()
        text = configuration("rabbitmq", COUNTRIES)
        self.passwords = dict(re.findall(r"add_user (\w+) (\w+)", text))
        observer = re.findall(r"(mqtt\.default_(?:user|pass) = \w+)", text)
        assert len(observer) == 2, "its head says who comes without a name"
        web, amqp, spread, names = (free_port() for _ in range(4))
        self._own = {
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"feed-{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "store"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_DIST_PORT": str(spread),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": HOST,
        }
        self._environment = {**os.environ, **self._own}
        settings = [
            f"listeners.tcp.1 = {HOST}:{amqp}",
            f"mqtt.listeners.tcp.1 = {HOST}:{self.port}",
            f"web_mqtt.tcp.ip = {HOST}",
            f"web_mqtt.tcp.port = {web}",
            *observer,
        ]
        (self.folder / "rabbitmq.conf").write_text("\n".join(settings) + "\n", encoding="ascii")
        # A server that is yet to be configured lets nobody in, and has to speak MQTT to be asked.
        (self.folder / "plugins").write_text("[rabbitmq_mqtt,rabbitmq_web_mqtt].\n")
        script = self.folder / "printed.sh"
        script.write_text(text, encoding="utf-8")
        try:
            self._configuring = True
            self.start()
            done = subprocess.run(
                ["sh", script],
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=240,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        except BaseException:
            self.close()
            raise
        self._configuring = False

    def start(self) -> None:
        """Start it; it takes longer than any other."""
        super().start()
        for _ in range(_STEPS):
            if not self.alive or self._answers():
                break
            pause()
        assert self._answers(), self.said()

    def close(self) -> None:
        """End it, and what gives Erlang's nodes their names."""
        super().close()
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                ["epmd", "-kill"],
                env=self._environment,
                capture_output=True,
                timeout=20,
                check=False,
            )

    def kill(self) -> None:
        """Kill the machine of Erlang, which the first process only waits for."""
        if self.alive:
            os.killpg(self.pid, 9)
        super().kill()

    def _command(self) -> Sequence[str | Path]:
        return ["env", *(f"{name}={value}" for name, value in self._own.items()), "rabbitmq-server"]

    def _answers(self) -> bool:
        if self._configuring:
            return "Server startup complete" in self.said()
        return super()._answers()


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitMQ]:
    """Give the one that all tests here share."""
    broker = RabbitMQ()
    yield broker
    broker.close()


async def subscribes(broker: RabbitMQ, role: str, topic: str) -> bool:
    """Tell whether a role may subscribe; who may not is refused, or hung up on."""
    client = aiomqtt.Client(**broker.login(role), timeout=LIMIT_S)
    with contextlib.suppress(aiomqtt.MqttError):
        async with connection(client) as connected:
            (code,) = await unless_lost(connected, connected.subscribe(topic, qos=1))
            return number_of(code) < REFUSED
    return False


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_reads_what_it_may(rabbit: RabbitMQ, exercise: str, role: str) -> None:
    """The table of rights holds for subscriptions to single topics."""
    base = f"exercise/v1/{exercise}"
    found = {each for each in EVERYTHING if await subscribes(rabbit, role, f"{base}/{each}")}
    assert found == MAY_READ[role]
    everything = role in {PLAYER, "operator"}
    assert await subscribes(rabbit, role, "exercise/#") == everything
    assert not await subscribes(rabbit, role, "#")


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_writes_what_it_may(rabbit: RabbitMQ, exercise: str, role: str) -> None:
    """What a role must not write reaches nobody."""
    base, written = f"exercise/v1/{exercise}", set[str]()
    async with aiomqtt.Client(**rabbit.login("operator")) as listener:
        await listener.subscribe(f"{base}/#", qos=1)
        for topic in EVERYTHING:
            client = aiomqtt.Client(**rabbit.login(role), timeout=LIMIT_S)
            with contextlib.suppress(aiomqtt.MqttError):
                async with connection(client) as connected:
                    await unless_lost(connected, connected.publish(f"{base}/{topic}", b"x", qos=1))
        async with aiomqtt.Client(**rabbit.login(PLAYER)) as player:
            await player.publish(f"{base}/last", b"last", qos=1)
        async for message in listener.messages:
            if message.payload == b"last":
                break
            written.add(message.topic.value.removeprefix(f"{base}/"))
    assert written == MAY_WRITE[role]


async def test_what_is_said_of_it_holds(rabbit: RabbitMQ, exercise: str) -> None:
    """It refuses MQTT 5, and serves what stands to a topic, not to a wildcard."""
    assert await most_at_once(address_of(rabbit)) == 0
    topic = f"exercise/v1/{exercise}/clock"
    async with aiomqtt.Client(**rabbit.login(PLAYER)) as player:
        await player.publish(topic, b"stands", qos=1, retain=True)
    for wanted, comes in ((topic, True), (f"exercise/v1/{exercise}/+", False)):
        async with aiomqtt.Client(**rabbit.login("operator")) as operator:
            await operator.subscribe(wanted, qos=1)
            async with aiomqtt.Client(**rabbit.login(PLAYER)) as player:
                await player.publish(topic, b"now", qos=1)
            first = await anext(aiter(operator.messages))
            assert first.payload == (b"stands" if comes else b"now")


async def test_a_run_is_complete(rabbit: RabbitMQ, exercise: str, tmp_path: Path) -> None:
    """Each of three countries gets each message once, in order."""
    stage, plan = Stage(rabbit, exercise, tmp_path), many(500)
    player = stage.publication(plan, fast(wait_for=RECIPIENTS))
    got = await stage.play(player, *(stage.receiver(country) for country in RECIPIENTS))
    for country in RECIPIENTS:
        expected = [delivery.message.key for delivery in planned(plan, country)]
        assert [one.envelope.message for one in got[country.lower()]] == expected


async def test_a_run_is_complete_when_it_is_killed(
    rabbit: RabbitMQ, exercise: str, tmp_path: Path
) -> None:
    """Killed in the middle with ``kill -9`` and started again on its store."""
    stage, plan = Stage(rabbit, exercise, tmp_path), many(2000)
    player = stage.publication(
        plan, fast(rate=300.0, wait_for=RECIPIENTS, settle_s=60.0, wait_s=60.0)
    )

    async def strike() -> None:
        while player.run.sent < 1500:
            await CLOCK.sleep(0.01)
        rabbit.kill()
        await asyncio.to_thread(rabbit.start)

    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        receivers = [stage.receiver(country) for country in RECIPIENTS]
        tasks = {one.country: group.create_task(everything(one)) for one in receivers}
        complete = group.create_task(player.play())
        group.create_task(strike())
    assert complete.result()
    for country in RECIPIENTS:
        expected = [delivery.message.key for delivery in planned(plan, country)]
        assert [one.envelope.message for one in tasks[country].result()] == expected
