"""The probe of a player, on real brokers."""

from dataclasses import replace

import pytest

from feed.app import probe
from feed.app.probe import read_back, try_size
from feed.broker.engines.engine import LARGEST_PAYLOAD
from feed.errors import BrokerError
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from tests.app.stage import Stage


async def probed(stage: Stage, role: str) -> list[str]:
    """Let a role try it; return the topics of what came."""
    heard: list[str] = []
    topics, address = stage.topics, stage.address("player")
    listener = Subscriber(address, f"l-{stage.exercise}", [(topics.probe, 1)], clock=stage.clock)
    publisher = Publisher(stage.address(role), f"p-{stage.exercise}")

    def heed(_: Subscriber, arrival: Arrival) -> None:
        heard.append(arrival.topic)

    async with listener, publisher:
        await read_back(listener, publisher, topics, "01run", heed)
    return heard


async def test_what_may_be_written_comes_back(stage: Stage) -> None:
    """And is heeded like everything else."""
    assert await probed(stage, "player") == [stage.topics.probe]


async def test_who_may_not_write_is_told(secured: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publish without a right is acknowledged all the same."""
    monkeypatch.setattr(probe, "_PROBE_S", 0.3)
    with pytest.raises(BrokerError, match="did not come back; give a user who may"):
        await probed(secured, "operator")


async def test_what_is_too_large_is_said_at_once(
    secured: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its place, and before anything is played; small payloads are not tried."""
    stage, address = secured, secured.address("player")
    await try_size(address, stage.topics, (LARGEST_PAYLOAD // 2, "site.jsonl:7"), stage.clock)
    monkeypatch.setattr(probe, "_PROBE_S", 0.3)
    with pytest.raises(BrokerError, match=r"payload of 300,000 bytes \(site.jsonl:7\); let it"):
        await try_size(address, stage.topics, (300_000, "site.jsonl:7"), stage.clock)
    nowhere = replace(address, port=9)
    await try_size(nowhere, stage.topics, (64 * 1024, "site.jsonl:7"), stage.clock)
