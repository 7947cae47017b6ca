"""The broker a run is played on: the embedded one, or any other."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.broker.find import find_server
from feed.clock import Clock
from feed.files.credentials import find_credentials, keep_credentials
from feed.files.runs import runs_folder
from feed.mqtt.address import BrokerAddress, parse_address

__all__ = ["BrokerInUse", "BrokerOptions", "as_role", "broker_in_use", "home"]


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
    server = find_server(options.nats_server) if options.nats_server else None
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
            home(),
            address.host,
            address.port,
            broker.credentials,
            websocket_port=address.websocket_port,
        ) as kept:
            broker.told(kept)
            yield BrokerInUse(parse_address(broker.url_for("player")), broker)
            broker.told(None)
