"""A broker for tests: the embedded one, on free ports of this machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from feed.app.receive import keep_quiet
from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.clock import SystemClock
from feed.mqtt.address import BrokerAddress, parse_address
from feed.testing.background import Background

__all__ = ["BrokerForTests", "broker_for_tests"]


_ACK_WAIT_S = 1
"""No test waits for minutes until it sees that what was not acknowledged comes again."""


class BrokerForTests:
    """A broker that runs for as long as the tests do."""

    def __init__(self, broker: EmbeddedBroker, background: Background) -> None:
        self.background = background
        """where it runs"""
        self._broker = broker

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self._broker.address.host

    @property
    def port(self) -> int:
        """Its MQTT port."""
        return self._broker.address.port

    def url(self, role: str) -> str:
        """Return the address for a country such as ``"JPN"``, ``"player"`` or ``"operator"``.

        It has the form ``mqtt://user:password@host:port``; countries have no password.
        """
        return self._broker.url_for(role.lower())

    def address(self, role: str) -> BrokerAddress:
        """Return the address for a role, as the parts of ``feed`` use it."""
        return parse_address(self.url(role))


@contextmanager
def broker_for_tests(countries: Sequence[str]) -> Iterator[BrokerForTests]:
    """Run a broker for the feeds of some countries, beside the tests."""
    keep_quiet()
    with Background() as background:
        context = embedded_broker(
            countries=countries,
            clock=SystemClock(),
            port=0,
            websocket_port=0,
            ack_wait_s=_ACK_WAIT_S,
        )
        with background.entered(context) as broker:
            yield BrokerForTests(broker, background)
