"""A dashboard that is opened anew again and again at a site: what stands there, each time.

``watcher COUNTRY`` asks the site's broker as the country, and as an observer whether there is
anything of another country; each look is a line of JSON, until somebody ends it.
"""

import asyncio
import json
import sys

import aiomqtt

from feed.clock import SystemClock

_QUIET_S = 0.7
_EVERY_S = 0.5
_PORT = 1883
_OWN = ("feed", "head", "state", "geo", "metrics")
"""levels below an exercise that are followed by a country"""
CLOCK = SystemClock()


def main() -> None:
    """Look until somebody ends it."""
    asyncio.run(_watch(sys.argv[2].lower()))


async def _watch(country: str) -> None:
    while True:
        stood = await _standing(country, f"exercise/v1/+/state/{country}/#")
        seen = [topic.split("/") for topic in await _standing(None, "exercise/#")]
        others = {parts[4] for parts in seen if parts[3] in _OWN} - {country}
        look = {"at": CLOCK.wall() / 1e6, "stands": stood, "others": sorted(others)}
        sys.stdout.write(json.dumps(look) + "\n")
        sys.stdout.flush()
        await CLOCK.sleep(_EVERY_S)


async def _standing(user: str | None, topics: str) -> list[str]:
    """Return the topics on which something stands, as somebody hears it who has just come."""
    stands: set[str] = set()
    async with aiomqtt.Client("127.0.0.1", _PORT, username=user) as client:
        await client.subscribe(topics, qos=0)
        while True:
            try:
                async with asyncio.timeout(_QUIET_S):
                    async for message in client.messages:
                        if message.retain:
                            stands.add(str(message.topic))
            except TimeoutError:
                return sorted(stands)
