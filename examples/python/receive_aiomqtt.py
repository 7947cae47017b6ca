"""A receiver of one country's feed: Python, aiomqtt 2 (``pip install 'aiomqtt<3'``).

    python receive_aiomqtt.py HOST PORT COUNTRY FILE

It writes every message to FILE, and reads FILE when it starts again.  aiomqtt acknowledges what has
arrived before your code has it; what is lost with a crash is missing then, and asked for.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import IO, Any

import aiomqtt
from picture import Feed


async def main(host: str, port: str, country: str, path: str) -> None:
    """Receive until somebody ends it; connect again when the connection is lost."""
    me = f"my-{country}-aiomqtt"  # fixed, your own: while you are away the broker keeps what comes
    feed = Feed()
    with Path(path).open("a+", encoding="utf-8") as file:
        file.seek(0)
        for line in file:
            feed.take(json.loads(line))
        while True:
            client = aiomqtt.Client(
                host, int(port), username=country, identifier=me, clean_session=False
            )
            try:
                async with client:
                    # The feed alone at QoS 1: brokers count what waits over all of a client.
                    await client.subscribe(f"exercise/v1/+/feed/{country}/#", qos=1)
                    for name in (f"head/{country}", f"down/{country}/{me}"):
                        await client.subscribe(f"exercise/v1/+/{name}", qos=0)
                    async for arrival in client.messages:
                        await arrived(client, arrival, file, feed, country, me)
            except aiomqtt.MqttError as error:
                print(f"{error}; trying again", file=sys.stderr)
                await asyncio.sleep(1)


async def arrived(
    client: aiomqtt.Client, arrival: Any, file: IO[str], feed: Feed, country: str, me: str
) -> None:
    """Take in whatever came."""
    said = json.loads(arrival.payload or b"{}")
    if "specversion" in said:  # from the feed, or an answer with the same bytes
        file.write(json.dumps(said, ensure_ascii=False) + "\n")
        file.flush()
        feed.take(said)
    elif "sequence" in said and (gap := feed.missing(said)):
        asked = {"id": "gap", "client": me, "epoch": said["epoch"], "from": gap[0], "to": gap[1]}
        base = str(arrival.topic).removesuffix(f"/head/{country}")
        await client.publish(f"{base}/up/{country}/history/{me}", json.dumps(asked), qos=1)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    asyncio.run(main(*sys.argv[1:]))
