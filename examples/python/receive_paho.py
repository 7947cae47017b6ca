"""A receiver of one country's feed: Python, paho-mqtt 2 (``pip install paho-mqtt``).

    python receive_paho.py HOST PORT COUNTRY FILE

It writes every message to FILE before it acknowledges it, and reads FILE when it starts again, so
that neither its own end nor the broker's loses one.  What is missing it asks for.
"""

import json
import sys
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from picture import Feed


def main(host: str, port: str, country: str, path: str) -> None:
    """Receive until somebody ends it."""
    me = f"my-{country}-paho"  # fixed, your own: while you are away the broker keeps what comes
    feed = Feed()

    def connected(client: mqtt.Client, *_: Any) -> None:
        # The feed alone at QoS 1: brokers count what waits over all of a client.
        client.subscribe(f"exercise/v1/+/feed/{country}/#", qos=1)
        for name in (f"head/{country}", f"down/{country}/{me}"):
            client.subscribe(f"exercise/v1/+/{name}", qos=0)

    def arrived(client: mqtt.Client, _: Any, arrival: mqtt.MQTTMessage) -> None:
        said = json.loads(arrival.payload or b"{}")
        if "specversion" in said:  # from the feed, or an answer with the same bytes
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
            file.flush()
            feed.take(said)
        elif "sequence" in said and (gap := feed.missing(said)):
            asked = {"id": "gap", "client": me, "epoch": said["epoch"]}
            asked |= {"from": gap[0], "to": gap[1]}
            base = arrival.topic.removesuffix(f"/head/{country}")
            client.publish(f"{base}/up/{country}/history/{me}", json.dumps(asked), qos=1)
        client.ack(arrival.mid, arrival.qos)

    with Path(path).open("a+", encoding="utf-8") as file:
        file.seek(0)
        for line in file:
            feed.take(json.loads(line))
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, me, clean_session=False)
        client.manual_ack_set(True)
        client.username_pw_set(country)
        client.on_connect, client.on_message = connected, arrived
        client.connect(host, int(port))
        client.loop_forever()  # it connects again by itself


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main(*sys.argv[1:])
