"""The broker a run is played on: the embedded one, or any other."""

import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from feed.app.as_role import as_role, home
from feed.app.connections import Connections, keep_within_connections
from feed.app.quota import keep_within_quota
from feed.app.secured import keep_admitting, known_by, prepared_folder, secured_by
from feed.broker.background import meanwhile
from feed.broker.cluster import NODES, Cluster
from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.broker.engines import chosen_engine
from feed.broker.engines.engine import Engine
from feed.broker.find import Server
from feed.broker.ports import loopback, numeric, written
from feed.clock import Clock
from feed.errors import UsageError
from feed.files.bundle import find_bundle
from feed.files.cluster_secret import cluster_secret
from feed.files.credentials import (
    find_credentials,
    find_websocket_port,
    keep_credentials,
    known_addresses,
)
from feed.mqtt.address import BrokerAddress, parse_address, with_credentials

__all__ = [
    "USUAL_BROKER",
    "BrokerInUse",
    "BrokerOptions",
    "as_role",
    "broker_in_use",
    "broker_of",
    "default_broker",
    "home",
    "named_broker",
    "websocket_port_of",
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
    engine: str | None = None
    """its name; None: that of the environment, or the usual one"""
    programs: tuple[tuple[str, str], ...] = ()
    """(option of an engine, the program of it that the user names)"""
    allowed_origins: tuple[str, ...] = ()
    secure: Path | None = None
    """the folder of its credentials; None: it listens on loopback and needs none"""
    names: tuple[str, ...] = ()
    """by which others reach a secured one"""
    cluster: Cluster | None = None
    """of which it is a node"""
    connections: Connections = field(default_factory=Connections)
    """that each user may have"""


@dataclass(frozen=True)
class BrokerInUse:
    """A broker that is there."""

    address: BrokerAddress
    embedded: EmbeddedBroker | None = None

    def role(self, name: str) -> BrokerAddress:
        """Return the address as a role connects to it, such as ``player`` or ``kor``."""
        return as_role(self.handed(name), name)

    def handed(self, name: str) -> BrokerAddress:
        """Return what ``as_role`` makes the address of a role from, in whatever process."""
        if self.embedded is None or self.address.credentials is not None:
            return self.address
        address = parse_address(self.embedded.url_for(name))
        return replace(address, before_5=not self.embedded.engine.PROMISES.mqtt_5)

    @property
    def shown(self) -> list[str]:
        """The addresses that other people's clients connect to."""
        if self.embedded is None:
            scheme = "mqtts" if self.address.tls else "mqtt"
            return [f"{scheme}://{one.shown}" for one in self.address.each]
        return [self.embedded.address.url, self.embedded.address.websocket_url]


def default_broker() -> str:
    """Return the address that is meant when none is named.

    That is the broker that feed runs on this machine, on whichever port, else the usual address.
    """
    running = [each for each in known_addresses(home()) if _answers(*each)]
    secured = {each for each in running if find_credentials(home(), *each).folder is not None}
    urls = [f"mqtt{'s' * (each in secured)}://{written(*each)}" for each in running]
    if len(urls) > 1:
        raise UsageError(
            f"several brokers are running here; name one with --broker: {', '.join(urls)}"
        )
    return urls[0] if urls else USUAL_BROKER


def named_broker(broker: str | None, credentials: Path | None) -> str:
    """Return the address that a user means with ``--broker`` and ``--credentials``.

    The folder of a role also tells where its broker was last started.
    """
    if credentials is None:
        return broker or default_broker()
    if broker is None:
        broker = find_bundle(credentials, "observer").broker
        if broker is None:
            raise UsageError(
                f"the credentials in {credentials} do not say where their broker is; "
                "add --broker mqtts://host:port"
            )
    return with_credentials(broker, credentials.absolute())


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _PATIENCE_S):
            return True
    except OSError:
        return False


def broker_of(broker: str | None, credentials: str | Path | None) -> str:
    """Return the address that a program means; what it leaves out stands in the environment."""
    if broker and credentials is None and parse_address(broker).credentials is not None:
        return broker  # it names them already
    folder = credentials or os.environ.get("FEED_CREDENTIALS")
    return named_broker(
        broker or os.environ.get("FEED_BROKER") or None, None if not folder else Path(folder)
    )


def websocket_port_of(address: BrokerAddress) -> int | None:
    """Return the port for browsers of a broker, if this machine or its credentials know it."""
    here = find_websocket_port(home(), address.host, address.port)
    if here is not None or address.credentials is None:
        return here
    url = find_bundle(address.credentials, "observer").websocket
    return None if url is None else urlsplit(url).port


def _engine_of(options: BrokerOptions) -> tuple[Engine, Server]:
    """Return the engine of a broker of our own, and its program."""
    engine = chosen_engine(options.engine)
    return engine, engine.find(dict(options.programs).get(engine.OPTION))


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
    engine, server = _engine_of(options)
    cluster = None if options.cluster is None else _joining(options.cluster, options)
    names, secure, secured = known_by(options.host, _names_of_node(options)), None, None
    if options.secure is not None:
        numeric(options.host)  # refused before anything is made
        secure = prepared_folder(
            options.secure, countries=countries, host=options.host, names=names, clock=clock
        )
        secured = secured_by(secure, names)
    async with embedded_broker(
        countries=countries,
        clock=clock,
        host=options.host,
        port=options.port,
        websocket_port=options.websocket_port,
        store=store,
        engine=engine,
        server=server,
        allowed_origins=options.allowed_origins,
        secured=secured,
        cluster=cluster,
        most_connections=options.connections.together(countries),
    ) as broker:
        address = broker.address
        with keep_credentials(
            kept,
            address.here,
            address.port,
            {} if secure else broker.credentials,
            users=broker.users,
            websocket_port=address.websocket_port,
            folder=None if secure is None else secure.folder,
            mqtt_5=engine.PROMISES.mqtt_5,
        ) as kept:
            broker.told(kept)
            if secure is None:
                place = BrokerInUse(parse_address(broker.url_for("player")), broker)
                admitting = []
            else:
                secure.located(_urls(broker, cluster), address.websocket_url)
                here = f"mqtts://{written(address.here, address.port)}"
                place = BrokerInUse(parse_address(with_credentials(here, secure.folder)), broker)
                admitting = [keep_admitting(secure, broker, names, clock)]
            player, most = place.role("player"), options.connections.by_user(countries)
            async with meanwhile(
                keep_within_quota(broker, player, clock),
                keep_within_connections(broker, player, most, clock),
                *admitting,
            ):
                yield place
            broker.told(None)


def _names_of_node(options: BrokerOptions) -> tuple[str, ...]:
    """Return by which names a broker is known; the nodes of a cluster are by those of all three."""
    if options.cluster is None:
        return options.names
    routes = (options.cluster.own, *options.cluster.others.values())
    return tuple(dict.fromkeys((*options.names, *(route.host for route in routes))))


def _joining(cluster: Cluster, options: BrokerOptions) -> Cluster:
    """Return a cluster with what its nodes know each other by; refuse what others could reach."""
    if options.secure is not None:
        return cluster
    for route in cluster.routes:
        loopback(route.host)
    return replace(cluster, secret=cluster_secret(home()))


def _urls(broker: EmbeddedBroker, cluster: Cluster | None) -> str:
    """Return where clients reach a secured broker, at each node of its cluster."""
    hosts = [] if cluster is None else list(dict.fromkeys(each.host for each in cluster.routes))
    if len(hosts) < NODES:
        return broker.address.url
    return ",".join(f"mqtts://{written(host, broker.address.port)}" for host in hosts)
