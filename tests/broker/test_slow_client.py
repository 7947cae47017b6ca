"""An ordinary client whose handler takes its time, on the settings that users get."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from feed.broker.engines.engine import ACK_WAIT_S, MAX_ACK_PENDING
from tests.brokers import EmbeddedLike, EmbeddedMosquitto, RunningBroker

TOPIC = "exercise/v1/calm/feed/jpn/alert/a"
HANDLER_S = 1.2
"""longer than the wait with which everything came several times"""
PATIENCE_S = 30

pytestmark = [pytest.mark.slow, pytest.mark.broker]


@pytest.fixture(params=[EmbeddedLike, EmbeddedMosquitto], ids=lambda kind: kind.name)
def users_broker(request: pytest.FixtureRequest) -> Iterator[RunningBroker]:
    """Give a broker with the settings that users get."""
    broker = request.param(ack_wait_s=ACK_WAIT_S, max_ack_pending=MAX_ACK_PENDING)
    yield broker
    broker.close()


def paho(broker: RunningBroker, role: str, name: str) -> mqtt.Client:
    """Return an ordinary client with a session that stays."""
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        clean_session=False,
    )
    client.username_pw_set(broker.users.get(role, role), broker.passwords.get(role))
    return client


class SlowClient:
    """The lines of ``feed connect`` with a handler that takes its time."""

    def __init__(self, broker: RunningBroker, handle: Callable[[], None]) -> None:
        self.calls: Counter[bytes] = Counter()
        self._different = threading.Condition()
        self._subscribed = threading.Event()
        self._handle = handle
        self.client = paho(broker, "jpn", "slow-client")
        self.client.on_connect = lambda client, *_: client.subscribe(TOPIC, qos=1)
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = self._on_message
        self.client.connect(broker.host, broker.port)
        self.client.loop_start()
        assert self._subscribed.wait(PATIENCE_S)

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self._handle()
        with self._different:
            self.calls[bytes(message.payload)] += 1
            self._different.notify()

    def until_different(self, count: int) -> None:
        """Wait until so many different messages were handled."""
        with self._different:
            assert self._different.wait_for(lambda: len(self.calls) >= count, PATIENCE_S)

    def leave(self) -> None:
        """Disconnect; the session stays."""
        self.client.disconnect()
        self.client.loop_stop()


def publish(broker: RunningBroker, *payloads: bytes) -> None:
    """Publish messages, each acknowledged."""
    client = paho(broker, "player", "slow-client-player")
    client.connect(broker.host, broker.port)
    client.loop_start()
    for payload in payloads:
        client.publish(TOPIC, payload, qos=1).wait_for_publish(PATIENCE_S)
    client.disconnect()
    client.loop_stop()


def test_a_slow_handler_gets_each_message_once(users_broker: RunningBroker) -> None:
    """What waits in the client while it works on something else does not come again."""
    client = SlowClient(users_broker, lambda: time.sleep(HANDLER_S))  # noqa: TID251 - the subject
    publish(users_broker, b"1", b"2", b"3")
    client.until_different(3)
    # What was sent again meanwhile comes before what is published now.
    publish(users_broker, b"last")
    client.until_different(4)
    client.leave()

    assert client.calls == {b"1": 1, b"2": 1, b"3": 1, b"last": 1}


def test_a_backlog_drains_once(users_broker: RunningBroker) -> None:
    """A client that was away gets what it missed in order, each message once."""
    SlowClient(users_broker, lambda: None).leave()
    backlog = [str(number).encode() for number in range(100)]
    publish(users_broker, *backlog)
    client = SlowClient(users_broker, lambda: time.sleep(0.02))  # noqa: TID251 - the subject
    client.until_different(100)
    publish(users_broker, b"last")
    client.until_different(101)
    client.leave()

    assert list(client.calls) == [*backlog, b"last"]
    assert set(client.calls.values()) == {1}
