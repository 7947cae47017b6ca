"""What a secured broker is started with, and that it hears of changes."""

import asyncio
from pathlib import Path

import pytest

from feed.app.secured import keep_admitting, known_by, prepared_folder, secured_by
from feed.broker.embedded import EmbeddedBroker
from feed.broker.engines import ENGINES
from feed.broker.engines.engine import Secured
from feed.clock import VirtualClock
from feed.files.certificates import names_of

WALL = 1_767_225_600_000_000


def test_a_broker_is_known_by_its_names_and_its_address() -> None:
    """What listens everywhere has a name, if only that of the machine."""
    assert known_by("192.0.2.7", ["a", "b"]) == ["a", "b", "192.0.2.7"]
    assert known_by("192.0.2.7", []) == ["192.0.2.7"]
    assert known_by("0.0.0.0", ["a"]) == ["a"]  # noqa: S104 - what is asked for
    (name,) = known_by("::", [])
    assert name


async def test_there_are_credentials_for_every_role_of_every_engine(tmp_path: Path) -> None:
    """Countries are data; the certificate is for this machine's own names, too."""
    clock, countries = VirtualClock(wall=WALL), ["NOR", "SWE"]
    secure = prepared_folder(
        tmp_path, countries=countries, host="192.0.2.7", names=["b"], clock=clock
    )
    made = secured_by(secure, ["b"])

    assert names_of(made.certificate.read_bytes()) == [
        *("b", "192.0.2.7", "localhost", "127.0.0.1", "::1")
    ]
    assert {engine.NAME for engine in ENGINES} <= {*made.hashes}
    for hashes in made.hashes.values():
        assert {*hashes} == {"player", "operator", "observer", "nor", "swe"}
    assert made.names == ("b",)


class Broker(EmbeddedBroker):
    """One that only remembers who is admitted."""

    def __init__(self) -> None:
        self.admitted: list[set[str]] = []

    async def admit(self, secured: Secured) -> None:
        """Remember who is."""
        self.admitted.append({*secured.hashes["nats-server"]})


async def test_a_change_is_heard_and_damage_lets_nobody_in_or_out(tmp_path: Path) -> None:
    """Within half a second; then it goes on."""
    clock, broker = VirtualClock(wall=WALL), Broker()
    secure = prepared_folder(tmp_path, countries=["NOR"], host="::1", names=[], clock=clock)
    users = secure.folder / "users.json"
    task = asyncio.create_task(keep_admitting(secure, broker, [], clock))
    await clock.sleep(5)
    assert broker.admitted == []

    secure.revoke("nor")
    await clock.sleep(1)
    assert broker.admitted == [{"player", "operator", "observer"}]
    whole = users.read_bytes()
    users.write_bytes(b"{")
    await clock.sleep(5)
    users.write_bytes(whole)
    await clock.sleep(1)
    assert broker.admitted == [{"player", "operator", "observer"}] * 2

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
