"""A participant of a workshop that does all it can with the credentials that it was handed."""

import asyncio
import contextlib
import json
import ssl
import sys
from pathlib import Path
from typing import Any

import aiomqtt

from feed.clock import SystemClock

CLOCK = SystemClock()
EXERCISE = "exercise/v1/snow-goose"


async def main(bundle: Path, host: str, port: int) -> None:
    """Attack until somebody ends it; whatever is refused is tried again."""
    about = json.loads((bundle / "credentials.json").read_text(encoding="utf-8"))
    context = ssl.create_default_context(cafile=bundle / "ca.pem")

    def client(**options: Any) -> aiomqtt.Client:
        login = {"username": about["user"], "password": about["password"], "timeout": 5}
        return aiomqtt.Client(host, port, tls_context=context, **{**login, **options})

    country = about["user"]
    await asyncio.gather(
        again(client, lambda one: crowd(one, country)),
        again(client, lambda one: thirst(one, country)),
        again(client, forge),
        again(client, lambda one: takeover(client, one)),
        guesses(client),
    )


async def again(client: Any, attack: Any) -> None:
    """Do something again and again, over any number of connections."""
    while True:
        with contextlib.suppress(aiomqtt.MqttError):
            async with client() as one:
                await attack(one)
        await CLOCK.sleep(0.2)


async def crowd(one: aiomqtt.Client, country: str) -> None:
    """Invent receivers, and say rubbish in their names."""
    for number in range(3000):
        up = f"{EXERCISE}/up/{country}"
        await one.publish(f"{up}/presence/a{number}", b"online", qos=1, retain=True)
        said = {"run": "01x", "epoch": 1, "sequence": 2**60, "missing": [[1, 2**59]]}
        await one.publish(f"{up}/ack/a{number}", json.dumps(said), qos=1)
        await one.publish(f"{up}/ack/a{number}", b"[" * 6000, qos=1, retain=True)


async def thirst(one: aiomqtt.Client, country: str) -> None:
    """Ask for everything again and again."""
    for number in range(100_000):
        asked = {"id": str(number), "client": "t", "epoch": 1, "from": 1, "to": 10**9}
        await one.publish(f"{EXERCISE}/up/{country}/history/t", json.dumps(asked), qos=1)


async def forge(one: aiomqtt.Client) -> None:
    """Publish as if it were the player, where it may not."""
    head = {"run": "zzzz", "epoch": 999, "sequence": 10**17, "final": True}
    for number in range(100_000):
        for level in ("head/jpn", "clock", "manifest", "state/jpn/alert/x"):
            await one.publish(f"{EXERCISE}/{level}", json.dumps(head), qos=1, retain=True)
        await one.publish(f"{EXERCISE}/feed/jpn/alert/x", b"{}", qos=1)
        await one.publish(f"{EXERCISE}/control", b'{"id":"1","client":"c","do":"stop"}', qos=1)
        await CLOCK.sleep(0.01 * (number % 2))


async def takeover(client: Any, one: aiomqtt.Client) -> None:
    """Connect with the ids of others, as far as they can be known."""
    del one
    for name in (
        "player-snow-goose-publisher",
        "player-snow-goose-listener",
        "receiver-snow-goose-jpn",
        "receiver-snow-goose-kor-aside",
    ):
        with contextlib.suppress(aiomqtt.MqttError):
            async with client(identifier=f"feed-{name}"):
                await CLOCK.sleep(0.05)


async def guesses(client: Any) -> None:
    """Guess passwords."""
    while True:
        with contextlib.suppress(aiomqtt.MqttError):
            async with client(username="player", password="password"):  # noqa: S106 - a guess
                sys.stdout.write("let in as the player\n")
                sys.stdout.flush()
        await CLOCK.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
