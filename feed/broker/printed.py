"""Whole configurations of other people's brokers, printed from the roles that ours enforces."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from feed.broker.engines import mosquitto, nats_server
from feed.broker.engines.engine import Settings
from feed.broker.roles import OBSERVER, PLAYER, SECRET, Rights, rights

__all__ = ["CONFIGURED", "configuration"]

CONFIGURED = ("nats", "mosquitto", "rabbitmq")
"""the brokers whose configuration can be printed"""

_FOLDER = Path("/var/lib/alert-feed")
_NATS = """\
# nats-server 2.15 or later, on loopback: nats-server -c THIS-FILE
# The folder {folder} has to be there, and be its own. Countries connect by their code without a
# password, observers without a name; player and operator by the passwords below, which are new at
# each printing: feed publish --broker mqtt://player:PASSWORD@127.0.0.1:1883
# For other machines: 'feed broker --secure DIR', which makes certificates and passwords too.
"""
_MOSQUITTO = """\
# mosquitto 2.0 or later, on loopback: mosquitto -c THIS-FILE
# Beside it, in {folder}, which has to be there and be its own:
#   feed broker --print-acl mosquitto > {folder}/mosquitto.rights
#   touch {folder}/mosquitto.users
#   mosquitto_passwd -b {folder}/mosquitto.users USER PASSWORD    for player, operator, each country
# Observers give no name. Who is in no list is not let in; here a country needs its password.
# For other machines: 'feed broker --engine mosquitto --secure DIR', which makes certificates too.
"""
_RABBITMQ = """\
# RabbitMQ 3.10 or later with its MQTT plugin: sh THIS-FILE, as its user or root.
# The passwords are new at each printing. It speaks MQTT 3.1.1, has no list of who reads what of a
# wide subscription, so nobody but player and operator may subscribe to exercise/# there, and it
# serves what stands retained to subscriptions without a wildcard only.
# rabbitmq.conf, for observers without a name:  mqtt.default_user = observer
#                                               mqtt.default_pass = {observer}
set -e
rabbitmq-plugins enable rabbitmq_mqtt rabbitmq_web_mqtt
"""
_QUEUES = "^mqtt-subscription-.*"
_QUEUES_AND_TOPICS = r"^(mqtt-subscription-.*|amq\.topic)$"


def configuration(kind: str, countries: Sequence[str]) -> str:
    """Return a configuration for some countries; KeyError for a kind that is not known."""
    return {"nats": _nats, "mosquitto": _mosquitto, "rabbitmq": _rabbitmq}[kind](
        tuple(country.lower() for country in countries)
    )


def _settings(countries: tuple[str, ...]) -> Settings:
    return Settings(
        host="127.0.0.1",
        port=1883,
        websocket_port=8083,
        folder=_FOLDER,
        countries=countries,
        passwords={role: secrets.token_hex(16) for role in SECRET},
    )


def _nats(countries: tuple[str, ...]) -> str:
    return _NATS.format(folder=_FOLDER) + nats_server.config(_settings(countries))


def _mosquitto(countries: tuple[str, ...]) -> str:
    # As a service runs it, under a user of its own, with its log where the system keeps logs.
    lines = [
        line for line in mosquitto.config(_settings(countries)).splitlines() if line != "user root"
    ]
    place = next(number for number, line in enumerate(lines) if line.startswith("listener "))
    lines.insert(place, f"password_file {_FOLDER}/mosquitto.users")
    return _MOSQUITTO.format(folder=_FOLDER) + "".join(f"{line}\n" for line in lines)


def _rabbitmq(countries: tuple[str, ...]) -> str:
    roles = rights(countries)
    passwords = {role: secrets.token_hex(16) for role in roles}
    lines = []
    for role, allowed in roles.items():
        both = f"'{_QUEUES_AND_TOPICS}' '{_QUEUES_AND_TOPICS}'"
        topics = f"'{_writing(role, allowed)}' '{_reading(allowed)}'"
        lines += [
            "",
            f"rabbitmqctl add_user {role} {passwords[role]}",
            f"rabbitmqctl set_permissions {role} '{_QUEUES}' {both}",
            f"rabbitmqctl set_topic_permissions {role} amq.topic {topics}",
        ]
    head = _RABBITMQ.format(observer=passwords[OBSERVER])
    return head + "".join(f"{line}\n" for line in lines)


def _writing(role: str, allowed: Rights) -> str:
    """Return what a role may write as a regular expression over topics with dots."""
    kept_out = "".join(f"(?!{_expression(each)}$)" for each in allowed.but_write)
    names = "|".join(_expression(each) for each in allowed.write)
    return f"^{kept_out if role == PLAYER else ''}({names})$" if names else "^$"


def _reading(allowed: Rights) -> str:
    """Return what a role may subscribe to; the filters themselves are matched, wildcards and all.

    From a wide right of which something is taken away only single levels can be left.
    """
    if not allowed.but_read:
        return f"^({'|'.join(_expression(each) for each in allowed.read)})$"
    levels = sorted({each.split("/")[3] for each in allowed.but_read})
    return rf"^exercise\.v1\.[^.]+\.(?!{'|'.join(levels)}|[*#])[^.]+(\..*)?$"


def _expression(topic_filter: str) -> str:
    """Return a topic filter as a regular expression; ``a/#`` matches ``a`` too."""
    below = topic_filter.endswith("/#")
    plain = topic_filter.removesuffix("/#").replace("/", r"\.").replace("+", "[^.]+")
    return plain + (r"(\..*)?" if below else "")
