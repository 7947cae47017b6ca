"""What other people's clients do on a broker, in one call each."""

import warnings

import paho.mqtt.publish

from tests.brokers import RunningBroker

__all__ = ["retain"]


def retain(broker: RunningBroker, topic: str, payload: bytes, role: str = "player") -> None:
    """Publish a message that stands, as a role."""
    login = broker.login(role)
    user: paho.mqtt.publish.AuthParameter = {"username": login["username"]}
    if login["password"] is not None:
        user["password"] = login["password"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # paho's own call of its old interface
        paho.mqtt.publish.single(
            topic,
            payload,
            qos=1,
            retain=True,
            hostname=login["hostname"],
            port=login["port"],
            auth=user if user["username"] else None,
        )
