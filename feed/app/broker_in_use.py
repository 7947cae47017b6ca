"""The broker a run is played on: the embedded one, or any other."""

import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.broker.engines import DEFAULT
from feed.broker.ports import written
from feed.clock import Clock
from feed.errors import UsageError
from feed.files.credentials import find_credentials, keep_credentials, known_addresses
from feed.files.runs import runs_folder
from feed.mqtt.address import BrokerAddress, parse_address

__all__ = [
    "USUAL_BROKER",
    "BrokerInUse",
    "BrokerOptions",
    "as_role",
    "broker_in_use",
    "default_broker",
    "home",
]

USUAL_BROKER = "mqtt://127.0.0.1:1883"
_PATIENCE_S = 0.5


@dataclass(frozen=True)
class BrokerOptions:
    """Which broker to use: the one at ``url``, or an embedded one with these settings."""

    url: str | None = None
    host: str = "127.0.0.1"
    port: int = 1883
    websocket_port: int = 8083
    nats_server: str | None = None
    allowed_origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class BrokerInUse:
    """A broker that is there."""

    address: BrokerAddress
    embedded: EmbeddedBroker | None = None

    def role(self, name: str) -> BrokerAddress:
        """Return the address as a role connects to it, such as ``player`` or ``kor``."""
        if self.embedded is None:
            return as_role(self.address, name)
        return parse_address(self.embedded.url_for(name))

    @property
    def shown(self) -> list[str]:
        """The addresses that other people's clients connect to."""
        if self.embedded is None:
            scheme = "mqtts" if self.address.tls else "mqtt"
            return [f"{scheme}://{self.address.shown}"]
        return [self.embedded.address.url, self.embedded.address.websocket_url]


def home() -> Path:
    """Return the folder in which feed keeps what outlives a command."""
    return runs_folder(os.environ).parent


def default_broker() -> str:
    """Return the address that is meant when none is named.

    That is the broker that feed runs on this machine, on whichever port, else the usual address.
    """
    running = [written(*each) for each in known_addresses(home()) if _answers(*each)]
    if len(running) > 1:
        addresses = ", ".join(f"mqtt://{each}" for each in running)
        raise UsageError(f"several brokers are running here; name one with --broker: {addresses}")
    return f"mqtt://{running[0]}" if running else USUAL_BROKER


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _PATIENCE_S):
            return True
    except OSError:
        return False


def as_role(address: BrokerAddress, name: str) -> BrokerAddress:
    """Return an address as a role connects to it, if the user did not say as whom.

    On a broker that was started on this machine the passwords are known; on any other one, a
    country gives its name and no password, which open brokers accept.
    """
    if address.user is not None or name == "observer":
        return address
    kept = find_credentials(home(), address.host, address.port)
    if name in kept.passwords:

        def renewed() -> BrokerAddress:
            now = find_credentials(home(), kept.host, address.port).passwords
            return replace(found, password=now.get(name, found.password))

        # To the very address that it listens on: another spelling may reach somebody else.
        found = replace(address, host=kept.host, user=name, password=kept.passwords[name])
        return replace(found, renew=renewed)
    if name in {"player", "operator"}:
        return address
    return replace(address, user=name, password=None)


@asynccontextmanager
async def broker_in_use(
    options: BrokerOptions,
    *,
    countries: Sequence[str],
    clock: Clock,
    store: Path | None = None,
) -> AsyncIterator[BrokerInUse]:
    """Have a broker: start the embedded one, unless an address of another was given."""
    if options.url is not None:
        yield BrokerInUse(parse_address(options.url))
        return
    kept = home()  # wrong, it is said before anything is started
    server = DEFAULT.find(options.nats_server) if options.nats_server else None
    async with embedded_broker(
        countries=countries,
        clock=clock,
        host=options.host,
        port=options.port,
        websocket_port=options.websocket_port,
        store=store,
        server=server,
        allowed_origins=options.allowed_origins,
    ) as broker:
        address = broker.address
        with keep_credentials(
            kept,
            address.host,
            address.port,
            broker.credentials,
            websocket_port=address.websocket_port,
        ) as kept:
            broker.told(kept)
            yield BrokerInUse(parse_address(broker.url_for("player")), broker)
            broker.told(None)
