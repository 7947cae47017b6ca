"""A mosquitto that is bridged to the embedded broker, with the two settings that this takes."""

import re
from collections.abc import Callable
from pathlib import Path

import aiomqtt
import pytest

from tests.brokers import EmbeddedLike, Mosquitto, pause

PAGE = Path(__file__).parents[2] / "docs" / "brokers.md"
TOPIC = "exercise/v1/bridged/feed/jpn/alert/a"
WITHOUT = {
    "try_private": lambda text: text.replace("try_private false", "try_private true"),
    "remote_clientid": lambda text: text.replace("remote_clientid my-jpn-bridge\n", ""),
}


def documented() -> str:
    """Return the lines that the page gives for mosquitto.conf."""
    found = re.search(
        r"^```\n(connection .*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found.group(1)


class Bridged(Mosquitto):
    """A mosquitto with a bridge, as the documentation writes it."""

    def __init__(self, far: EmbeddedLike, change: Callable[[str], str]) -> None:
        self._bridge = change(documented()).replace("127.0.0.1:1883", f"{far.host}:{far.port}")
        super().__init__()

    def start(self) -> None:
        """Start it with its bridge."""
        with (self.folder / "mosquitto.conf").open("a", encoding="utf-8") as file:
            file.write(self._bridge + "restart_timeout 1\n")
        super().start()

    def _command(self) -> list[str]:
        return [str(part) for part in super()._command()] + ["-v"]


async def test_what_the_embedded_broker_publishes_comes_over_the_bridge(
    embedded: EmbeddedLike,
) -> None:
    """A client of the mosquitto beside it gets a country's feed."""
    near = Bridged(embedded, lambda text: text)
    try:
        async with (
            aiomqtt.Client(**embedded.login("player")) as player,
            aiomqtt.Client(near.host, near.port, protocol=aiomqtt.ProtocolVersion.V5) as client,
        ):
            await client.subscribe(TOPIC, qos=1)
            # Retained, so that it comes whenever the bridge stands.
            await player.publish(TOPIC, b"over", qos=1, retain=True)
            message = await anext(aiter(client.messages))
            assert message.payload == b"over"
            await player.publish(TOPIC, b"", qos=1, retain=True)
    finally:
        near.close()


@pytest.mark.nats_server("mosquitto understands its own bridge")
@pytest.mark.parametrize("setting", WITHOUT)
def test_without_either_setting_the_bridge_does_not_come_up(
    embedded: EmbeddedLike, setting: str
) -> None:
    """So both are needed, and the page that names them is right."""
    near = Bridged(embedded, WITHOUT[setting])
    try:
        for _ in range(2000):
            if near.said().count("Connecting bridge (step 1)") > 1:
                break
            pause()
        # It tried, was hung up on, and tried again.
        assert near.said().count("Connecting bridge (step 1)") > 1
        assert "sending SUBSCRIBE" not in near.said()
    finally:
        near.close()
