"""``feed connect``: lines to paste, for other people's clients on this running broker."""

from dataclasses import dataclass
from urllib.parse import quote

from feed.app.exercises import exercises
from feed.app.venue import as_role
from feed.clock import SystemClock
from feed.files.arrangements import load_arrangements
from feed.mqtt.address import BrokerAddress, parse_address
from feed.wire.topics import ROOT, Topics

__all__ = ["ConnectOptions", "connect", "recipes"]

_WEBSOCKET_PORT = 8083

_PAHO = """\
import paho.mqtt.client as mqtt

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="{client}", clean_session=False)
client.username_pw_set("{user}")
client.on_connect = lambda client, *_: client.subscribe("{filter}", qos=1)
client.on_message = lambda client, data, message: print(message.topic, message.payload.decode())
client.connect("{host}", {port})
client.loop_forever()
"""

_MQTTJS = """\
import mqtt from "mqtt"; // npm install mqtt; in a browser import it from your bundle

const client = mqtt.connect("ws://{host}:{websocket_port}/mqtt", {{
  protocolVersion: 4, clientId: "{client}", clean: false, username: "{user}",
}});
client.on("connect", () => client.subscribe("{filter}", {{ qos: 1 }}));
client.on("message", (topic, payload) => console.log(topic, JSON.parse(payload.toString())));
"""


@dataclass(frozen=True)
class ConnectOptions:
    """What a user asks of ``feed connect``."""

    broker: str
    country: str | None = None
    exercise: str | None = None
    websocket_port: int = _WEBSOCKET_PORT


async def connect(options: ConnectOptions) -> str:
    """Return the lines for a broker that was seen to answer."""
    clock = SystemClock()
    address = parse_address(options.broker)
    found = await exercises(as_role(address, "observer"), clock)
    countries = [
        str(country)
        for standing in found
        if options.exercise in {None, standing.slug}
        for country in standing.manifest.get("countries", [])
    ]
    known = list(dict.fromkeys(countries))
    country = (options.country or (known or load_arrangements().countries())[0]).upper()
    said = [
        f"# {standing.slug}: {standing.manifest.get('title', '')} "
        f"({standing.clock.get('state', 'no clock')}; "
        f"for {', '.join(map(str, standing.manifest.get('countries', [])))})"
        for standing in found
    ]
    if not said:
        said = ["# no exercise is being played here at present; these lines wait for one"]
    return "\n".join([*said, "", recipes(address, country, options)])


def recipes(address: BrokerAddress, country: str, options: ConnectOptions) -> str:
    """Return what to paste, for mosquitto_sub, paho and MQTT.js."""
    topics = Topics(options.exercise or "+")
    user = quote(country.lower() if address.user is None else address.user)
    names = {
        "host": address.host,
        "port": address.port,
        "websocket_port": options.websocket_port,
        "user": user,
        "client": f"my-{country.lower()}-client",
        "filter": topics.feed_filter(country),
    }
    subscribe = (
        "mosquitto_sub -h {host} -p {port} -u {user} -i {client} -c -q 1 -v -t '{filter}'"
    ).format(**names)
    everything = f"mosquitto_sub -h {address.host} -p {address.port} -q 1 -v -t '{ROOT}/#'"
    return "\n".join(
        [
            f"# the feed of {country}: QoS 1 and a fixed client id, so that nothing is missed",
            subscribe,
            "",
            "# everything that an observer may see: feeds, pictures, clock",
            everything,
            "",
            "# Python, paho-mqtt 2",
            _PAHO.format(**names),
            "// JavaScript, MQTT.js over WebSocket",
            _MQTTJS.format(**names),
        ]
    )
