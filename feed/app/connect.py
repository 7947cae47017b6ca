"""``feed connect``: lines to paste, for other people's clients on this running broker."""

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from feed.app.broker_in_use import as_role, home, websocket_port_of
from feed.app.exercises import exercises
from feed.broker.ports import written
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.files.arrangements import load_arrangements
from feed.files.bundle import ABOUT
from feed.files.countries import country_advice
from feed.files.identity import identity
from feed.model.base import slug_of
from feed.model.quoting import quoted
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.turns import answering
from feed.wire.topics import ROOT, Topics, own_end
from feed.wording.text import clean

__all__ = ["ConnectOptions", "connect", "country_code", "recipes"]

_WEBSOCKET_PORT = 8083
_CODE = re.compile(r"[A-Za-z]{3}")

_PAHO = """\
{imports}import paho.mqtt.client as mqtt

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id={client}, clean_session=False)
client.username_pw_set({user}{password}){tls}
client.on_connect = lambda client, *_: client.subscribe({filter}, qos=1)
client.on_message = lambda client, data, message: print(message.topic, message.payload.decode())
client.connect({host}, {port})
client.loop_forever()
"""

_MQTTJS = """\
import mqtt from "mqtt"; // npm install mqtt; in a browser import it from your bundle

const client = mqtt.connect({url}, {{
  protocolVersion: 4, clientId: {client}, clean: false, username: {user},{password}{tls}
}});
client.on("connect", () => client.subscribe({filter}, {{ qos: 1 }}));
client.on("message", (topic, payload) => console.log(topic, JSON.parse(payload.toString())));
"""

_PAHO_LOGIN = ', json.load(open({file}))["password"]'
_MQTTJS_LOGIN = """
  password: JSON.parse((await import("node:fs")).readFileSync({file})).password,"""
_MQTTJS_TLS = """
  ca: (await import("node:fs")).readFileSync({authority}), // a browser has to trust it itself"""


@dataclass(frozen=True)
class ConnectOptions:
    """What a user asks of ``feed connect``."""

    broker: str
    country: str | None = None
    exercise: str | None = None
    websocket_port: int | None = None
    """None: that of the broker if it was started on this machine, else the usual one"""


async def connect(options: ConnectOptions) -> str:
    """Return the lines for a broker that was seen to answer."""
    wanted = None if options.country is None else country_code(options.country)
    slug = None if options.exercise is None else slug_of(options.exercise)
    if slug == "":
        raise UsageError(f"--exercise '{options.exercise}' has no letters or digits")
    address = await answering(parse_address(options.broker))
    port = options.websocket_port or websocket_port_of(as_role(address, "observer"))
    options = replace(options, exercise=slug, websocket_port=port)
    clock = SystemClock()
    found = await exercises(as_role(address, "observer"), clock)
    countries = [
        country
        for exercise in found
        if slug in {None, exercise.slug}
        for country in exercise.manifest.countries
    ]
    known = list(dict.fromkeys(countries))
    participants = load_arrangements().countries()
    if wanted is not None and wanted not in {*known, *participants}:
        raise UsageError(
            f"{wanted} is no participant; "
            + (
                f"the feeds here are those of {', '.join(known)}"
                if known
                else f"the arrangements have {', '.join(participants)}, and nothing is played here"
            )
        )
    own = _owner(address, participants)
    if own is not None and wanted not in {None, own}:
        raise UsageError(
            f"the credentials in {address.credentials} are those of '{own.lower()}', which may not "
            f"read the feed of {wanted}; give those of '{wanted.lower()}'"
        )
    country = wanted or own or (known or participants)[0]
    said = [
        f"# {exercise.slug}: {clean(exercise.manifest.title)} ({exercise.state or 'no clock'}; "
        f"for {', '.join(exercise.manifest.countries)})"
        for exercise in found
    ]
    if not said:
        said = ["# no exercise is being played here at present; these lines wait for one"]
    if known and country not in known:
        said.append(f"# nothing comes for {country}: the feeds are those of {', '.join(known)}")
    mine = _as_country(address, country.lower())
    everything = None if mine.user == country.lower() and own else as_role(address, "observer")
    lines = recipes(mine, country, options, identity(home()), everything)
    return "\n".join([*said, "", lines])


def _owner(address: BrokerAddress, participants: Sequence[str]) -> str | None:
    """Return the country whose credentials were given, if they are one's alone."""
    user = as_role(address, "observer").user if address.credentials is not None else None
    return next((each for each in participants if each.lower() == user), None)


def _as_country(address: BrokerAddress, code: str) -> BrokerAddress:
    """Return an address as a country connects to it, or as whoever the credentials are of."""
    if not address.tls:
        return address
    try:
        return as_role(address, code)
    except UsageError:
        return as_role(address, "observer")


def country_code(text: str) -> str:
    """Return a country's code as users write it, in capital letters."""
    if not _CODE.fullmatch(text):
        advice = country_advice(text)
        raise UsageError(
            f"{quoted(text)} is not a three-letter country code (ISO 3166-1 alpha-3){advice}"
        )
    return text.upper()


def recipes(
    address: BrokerAddress,
    country: str,
    options: ConnectOptions,
    own_key: str,
    everything: BrokerAddress | None = None,
) -> str:
    """Return what to paste, for mosquitto_sub, paho and MQTT.js.

    ``everything`` is how somebody connects who may see all of it; None: nobody is known.

    Each has a client id of its own, so that they can be tried side by side: a broker hangs up on
    the older of two clients with one id.  ``own_key`` is what the ids are made with, so that
    nobody else has them.
    """
    code = country.lower()
    user = code if address.user is None else address.user
    topic_filter = Topics(options.exercise or "+").feed_filter(country)
    topic = shlex.quote(topic_filter)
    authority = "" if address.authority is None else str(address.authority)
    secret = json.dumps(str(address.credentials / ABOUT)) if address.credentials else ""
    names = {kind: f"my-{code}-{kind}" for kind in ("client", "paho", "mqttjs")}
    mine = {kind: f"{name}-{own_end(own_key, name)}" for kind, name in names.items()}
    scheme, websocket_port = "wss" if address.tls else "ws", options.websocket_port
    url = f"{scheme}://{written(address.host, websocket_port or _WEBSOCKET_PORT)}/mqtt"
    guess = "" if options.websocket_port else "; if the port is another: --websocket-port"
    return "\n".join(
        [
            f"# the feed of {country}: QoS 1 and a fixed client id, so that nothing is missed",
            *_password_note(address),
            f"{_mosquitto_sub(address, user)} -i {mine['client']} -c -q 1 -v -t {topic}",
            "",
            *_beside(address, user, country, everything),
            "",
            "# Python, paho-mqtt 2",
            _PAHO.format(
                host=json.dumps(address.host),
                port=address.port,
                user=json.dumps(user),
                imports="import json\n\n" * bool(secret),
                password=_PAHO_LOGIN.format(file=secret) if secret else "",
                tls=f"\nclient.tls_set({json.dumps(authority) if authority else ''})" * address.tls,
                client=json.dumps(mine["paho"]),
                filter=json.dumps(topic_filter),
            ),
            f"// JavaScript, MQTT.js over WebSocket{guess}",
            _MQTTJS.format(
                url=json.dumps(url),
                tls=_MQTTJS_TLS.format(authority=json.dumps(authority)) if authority else "",
                user=json.dumps(user),
                password=_MQTTJS_LOGIN.format(file=secret) if secret else "",
                client=json.dumps(mine["mqttjs"]),
                filter=json.dumps(topic_filter),
            ),
        ]
    )


def _mosquitto_sub(address: BrokerAddress, user: str | None) -> str:
    """Return the start of a command line; nothing stands unquoted in what is pasted."""
    line = f"mosquitto_sub -h {shlex.quote(address.host)} -p {address.port}"
    if address.tls:
        authority = address.authority
        known = f"--cafile {shlex.quote(str(authority))}" if authority else "--tls-use-os-certs"
        line += f" {known}"
    return line if user is None else f"{line} -u {shlex.quote(user)}"


def _beside(
    address: BrokerAddress, user: str, country: str, everything: BrokerAddress | None
) -> list[str]:
    """Return how to see more than a feed: all of it, or what one country may see."""
    if everything is not None:
        return [
            "# everything that an observer may see: feeds, pictures, clock",
            *_password_note(everything),
            f"{_mosquitto_sub(everything, everything.user)} -q 1 -v -t '{ROOT}/#'",
        ]
    topics = Topics("+")
    filters = (f"{topics.base}/state/{country.lower()}/#", topics.clock, topics.manifest)
    return [
        f"# what else {country} may see: pictures, clock, what is played",
        f"{_mosquitto_sub(address, user)} -q 1 -v" + "".join(f" -t '{each}'" for each in filters),
    ]


def _password_note(address: BrokerAddress) -> list[str]:
    """Say that a password is left out of the lines, and where it is."""
    if not address.password:
        return []
    where = "" if address.credentials is None else f"; it is in {address.credentials / ABOUT}"
    return [f"# (your password is left out: add it with -P{where})"]
