"""Peers: what they are fed is acknowledged, and one that fails is no figure."""

import pytest

from feed.bench.peers import aiomqtt_script, mosquitto_pub, mosquitto_sub, there
from feed.errors import IncompleteError
from tests.app.stage import Stage
from tests.brokers import need

PEERS = {"mosquitto_pub": mosquitto_pub, "aiomqtt": aiomqtt_script}


@pytest.mark.parametrize("name", list(PEERS))
async def test_what_a_peer_publishes_arrives(stage: Stage, name: str) -> None:
    """As often as it was told to."""
    if name == "mosquitto_pub":
        need("mosquitto_pub")
    topic = f"{stage.topics.base}/feed/jpn/incident/x"
    async with stage.client("jpn", topic) as client:
        rate = await PEERS[name](stage.broker.url_for("player"), topic, b"payload", 300)
        await client.until(lambda: len(client.heard) == 300)
    assert rate > 0
    assert {payload for _, payload in client.heard} == {b"payload"}


async def test_a_peer_that_fails_is_no_figure() -> None:
    """Nobody listens there."""
    with pytest.raises(IncompleteError, match="nothing is measured"):
        await aiomqtt_script("mqtt://player:wrong@127.0.0.1:1", "topic", b"payload", 3)


def test_a_subscriber_ends_by_itself() -> None:
    """Its command counts."""
    command = mosquitto_sub("mqtt://jpn@127.0.0.1:1883", "peer", "topic/#", 7)
    assert command[command.index("-C") + 1] == "7"
    assert not there("no-such-program")
