"""``feed dashboard``: the page in a browser, and the way from there to the broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from feed.app.broker_in_use import as_role, home
from feed.broker.ports import loopback
from feed.errors import UsageError
from feed.files.credentials import find_websocket_port
from feed.model.base import slug_of
from feed.mqtt.address import BrokerAddress, parse_address
from feed.web.page import load_page
from feed.web.relay import Target
from feed.web.server import serving

__all__ = ["DashboardOptions", "dashboard", "dashboard_served", "link"]

_WEBSOCKET_PORT = 8083
_OPERATOR = "operator"


@dataclass(frozen=True)
class DashboardOptions:
    """What a user asks of ``feed dashboard``."""

    broker: str
    host: str = "127.0.0.1"
    port: int = 8084
    websocket_port: int | None = None
    """None: that of the broker if it was started on this machine, else the usual one"""
    country: str | None = None
    """the one whose screen it is; None: an observer's"""
    exercise: str | None = None
    operator: bool = False
    language: str | None = None


async def dashboard(options: DashboardOptions, started: Callable[[str], None]) -> int:
    """Serve the page until somebody ends it; ``started`` is told what to open."""
    address = parse_address(options.broker)
    opened = link(address, options)  # refused before anything is begun
    async with dashboard_served(
        address,
        host=loopback(options.host),
        port=options.port,
        websocket_port=options.websocket_port,
    ) as page:
        started(page + opened)
        await asyncio.Event().wait()
    return 0


@asynccontextmanager
async def dashboard_served(
    address: BrokerAddress, *, host: str, port: int, websocket_port: int | None = None
) -> AsyncIterator[str]:
    """Serve the page for a broker while the context lasts; yields the page's address."""

    def target() -> Target:
        known = websocket_port or find_websocket_port(home(), address.host, address.port)
        return Target(address.host, known or _WEBSOCKET_PORT, tls=address.tls)

    async with serving(load_page(), target, host=host, port=port) as page:
        yield page


def link(address: BrokerAddress, options: DashboardOptions) -> str:
    """Return what follows the page's address: whose screen, which exercise, which user.

    User and password stand behind the ``#``, which a browser tells no server.
    """
    asked: dict[str, str] = {}
    if options.country is not None:
        asked["country"] = options.country.lower()
    if options.exercise is not None:
        asked["exercise"] = slug_of(options.exercise)
        if not asked["exercise"]:
            raise UsageError(f"--exercise '{options.exercise}' has no letters or digits a-z")
    if options.language is not None:
        asked["lang"] = options.language
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
    known = as_role(address, _OPERATOR) if options.operator else address
    if options.operator and known.user is None:
        raise UsageError(
            "the operator's password is not known here; start the broker on this machine, "
            "or give it with --broker mqtt://operator:password@host:port"
        )
    user = (
        f"#{known.user}={quote(known.password, safe='')}" if known.user and known.password else ""
    )
    return f"{'?' * bool(query)}{query}{user}"
