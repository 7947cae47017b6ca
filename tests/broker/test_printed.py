"""Configurations that are printed for other people's brokers: what real ones make of them."""

import re
import subprocess
from pathlib import Path

import aiomqtt
import pytest

from feed.broker import printed
from feed.broker.acl import mosquitto_acl
from feed.broker.engines import nats_server
from feed.broker.printed import CONFIGURED, configuration
from feed.broker.roles import OBSERVER, PLAYER
from tests.broker.test_roles import EVERYTHING, MAY_READ, MAY_WRITE, ROLES
from tests.brokers import COUNTRIES, RunningBroker, free_port, need

USERS = (PLAYER, "operator", *COUNTRIES)


class Printed(RunningBroker):
    """A broker that runs with what was printed, at other ports and in another folder."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        text = configuration(kind, COUNTRIES).replace(str(printed._FOLDER), str(self.folder))
        text = re.sub(r"\b1883\b", str(self.port), text)
        text = re.sub(r"\b8083\b", str(free_port()), text)
        if kind == "nats":
            for role in ("player", "operator"):
                found = re.search(rf'"user": "{role}",\s+"password": "(\w+)"', text)
                assert found is not None
                self.passwords[role] = found[1]
        else:
            text = f"user root\n{text}"
            self._as_its_head_says()
        (self.folder / "printed.conf").write_text(text, encoding="utf-8")
        self.start()

    def _as_its_head_says(self) -> None:
        rights_file, users = self.folder / "mosquitto.rights", self.folder / "mosquitto.users"
        done = mosquitto_acl(COUNTRIES)
        rights_file.write_text(done, encoding="utf-8")
        users.touch()
        for user in USERS:
            self.passwords[user] = f"password-of-{user}"
            add = [need("mosquitto_passwd"), "-b", str(users), user, self.passwords[user]]
            subprocess.run(add, check=True, timeout=20)
        for path in (rights_file, users):
            path.chmod(0o600)

    def _command(self) -> list[str | Path]:
        program = nats_server.find().path if self.kind == "nats" else need("mosquitto")
        return [program, "-c", self.folder / "printed.conf"]


@pytest.mark.broker
@pytest.mark.parametrize("kind", ["nats", "mosquitto"])
async def test_a_broker_runs_with_what_is_printed(kind: str) -> None:
    """It starts, lets each role in, and hands a country its feed and nothing of another's."""
    broker = Printed(kind)
    try:
        async with (
            aiomqtt.Client(**broker.login(PLAYER)) as player,
            aiomqtt.Client(**broker.login("jpn")) as country,
            aiomqtt.Client(**broker.login("operator")),
            aiomqtt.Client(**broker.login(OBSERVER)),
        ):
            await country.subscribe("exercise/v1/+/feed/jpn/#", qos=1)
            if kind == "mosquitto":
                await country.subscribe("exercise/#", qos=1)
            await player.publish("exercise/v1/x/feed/kor/alert/a", b"another's", qos=1)
            await player.publish("exercise/v1/x/feed/jpn/alert/a", b"its own", qos=1)
            assert (await anext(aiter(country.messages))).payload == b"its own"
    finally:
        broker.close()


@pytest.mark.parametrize("role", ROLES)
def test_the_expressions_for_rabbitmq_are_the_rights(role: str) -> None:
    """Each topic of the contract is granted to whom the roles grant it; so is no wide filter."""
    lines = configuration("rabbitmq", COUNTRIES).splitlines()
    (line,) = (each for each in lines if f"set_topic_permissions {role} amq.topic" in each)
    write, read = re.findall(r"'([^']*)'", line)
    topics = {level: f"exercise.v1.x.{level.replace('/', '.')}" for level in EVERYTHING}
    assert {level for level, topic in topics.items() if re.search(read, topic)} == MAY_READ[role]
    written = {level for level, topic in topics.items() if re.search(write, topic)}
    assert written == MAY_WRITE[role]
    wide = ["#", "exercise.#", "exercise.v1.*.#", "exercise.v1.x.*.jpn.#", "$SYS.#"]
    may = [each for each in wide if re.search(read, each)]
    everything = role in {PLAYER, "operator"}
    assert may == (wide[1:4] if everything else [])


def test_passwords_are_new_at_each_printing() -> None:
    """Nobody runs a broker with one that stands in a document."""
    for kind in CONFIGURED:
        first, second = configuration(kind, COUNTRIES), configuration(kind, COUNTRIES)
        secret = {*re.findall(r"\b[0-9a-f]{32}\b", first)}
        assert secret or kind == "mosquitto"
        assert not secret & {*re.findall(r"\b[0-9a-f]{32}\b", second)}
