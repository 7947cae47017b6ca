"""``feed dashboard``: the page in a browser, and the way from there to the broker."""

import asyncio
from collections import ChainMap
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from secrets import token_hex
from urllib.parse import quote

import structlog

from feed.app.broker_in_use import BrokerInUse, as_role, websocket_port_of
from feed.broker.ports import loopback
from feed.broker.ready import ACCEPTED, greet
from feed.clock import SystemClock
from feed.errors import BrokerError, FilesError, UsageError
from feed.model.base import slug_of
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.errors import refused, tls_context
from feed.mqtt.turns import answering
from feed.web.page import load_page
from feed.web.relay import Target
from feed.web.server import serving
from feed.wire.topics import client_id

__all__ = [
    "BesideOptions",
    "DashboardOptions",
    "beside_options",
    "dashboard",
    "dashboard_beside",
    "dashboard_served",
    "link",
]

USUAL_PORT = 8084

_WEBSOCKET_PORT, _SECURED_PORT = 8083, 8084
_OPERATOR, _OBSERVER = "operator", "observer"
_HOST = "127.0.0.1"

log = structlog.get_logger()


@dataclass(frozen=True)
class DashboardOptions:
    """What a user asks of ``feed dashboard``."""

    broker: str
    host: str = "127.0.0.1"
    port: int | None = None
    """None: the usual one, or a free one if that is taken, as by a secured broker"""
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
    host = loopback(options.host)
    await _let_in(address if options.operator else _secured_as(address, options), options)
    async with AsyncExitStack() as stack:
        page = await _entered(
            stack,
            _secured_as(address, options),
            options.port,
            host=host,
            websocket_port=options.websocket_port,
        )
        started(page + opened)
        await asyncio.Event().wait()
    return 0


async def _let_in(address: BrokerAddress, options: DashboardOptions) -> None:
    """Refuse a user whom the broker refuses; one that is away may still come."""
    known = as_role(address, _OPERATOR) if options.operator else address
    one = await answering(known)
    if one.user is None:
        return
    code = await greet(one.host, one.port, one.user, one.password or "", context=tls_context(one))
    if code is not None and code != ACCEPTED:
        raise refused(one, code)


@asynccontextmanager
async def dashboard_served(
    address: BrokerAddress, *, host: str, port: int, websocket_port: int | None = None
) -> AsyncIterator[str]:
    """Serve the page for a broker, and its alerts, while the context lasts; yields its address.

    The alerts are what the user of ``address`` may read: anybody on this machine can poll them.
    """

    def target() -> Target:
        first, *others = (_target(one, websocket_port) for one in address.each)
        return replace(first, others=tuple(others))

    from feed.app.cap_pages import CapPages  # noqa: PLC0415 - a broker is there without it

    pages, name = CapPages(SystemClock()), client_id("observer", "any", f"cap-{token_hex(4)}")
    async with serving(ChainMap(pages.files, load_page()), target, host=host, port=port) as page:
        listening = asyncio.create_task(pages.listen(address, name))
        try:
            yield page
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


def _target(address: BrokerAddress, websocket_port: int | None) -> Target:
    known = websocket_port or websocket_port_of(address)
    usual = _SECURED_PORT if address.tls else _WEBSOCKET_PORT
    return Target(address.host, known or usual, tls=address.tls, authority=address.authority)


@dataclass(frozen=True)
class BesideOptions:
    """That the page is served beside a run or a broker."""

    port: int | None = None
    """None: the usual one, or a free one if that is taken"""


def beside_options(*, asked: bool, port: int | None) -> BesideOptions | None:
    """Return what ``--dashboard`` and ``--dashboard-port`` ask for; None: no page."""
    return BesideOptions(port) if asked or port is not None else None


@asynccontextmanager
async def dashboard_beside(
    options: BesideOptions | None, place: BrokerInUse, exercise: str | None = None
) -> AsyncIterator[str]:
    """Serve the page of a broker while the context lasts; yields what an observer opens.

    That is empty if no page is asked for, or if none was built: a run does not need it, and the log
    says what is missing.  BrokerError if a port that was named is taken.
    """
    if options is None:
        yield ""
        return
    async with AsyncExitStack() as stack:
        try:
            nobody = place.address.mapped(
                lambda one: replace(one, user=None, password=None, renew=None)
            )
            observer = as_role(nobody, _OBSERVER)
            page = await _entered(stack, observer, options.port)
        except FilesError as error:
            log.warning("there is no dashboard", why=str(error))
            yield ""
            return
        yield page + link(place.address, DashboardOptions("", exercise=exercise), observer=True)


async def _entered(
    stack: AsyncExitStack,
    address: BrokerAddress,
    port: int | None,
    *,
    host: str = _HOST,
    websocket_port: int | None = None,
) -> str:
    """Serve on a port; on any free one if none was named and the usual one is taken."""

    async def served(at: int) -> str:
        page = dashboard_served(address, host=host, port=at, websocket_port=websocket_port)
        return await stack.enter_async_context(page)

    try:
        return await served(USUAL_PORT if port is None else port)
    except BrokerError:
        if port is not None:
            raise
        return await served(0)


def link(address: BrokerAddress, options: DashboardOptions, *, observer: bool = False) -> str:
    """Return what follows the page's address: whose screen, which exercise, which user.

    User and password stand behind the ``#``, which a browser tells no server; ``observer``: none
    do, whoever the address is of.
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
    known = as_role(address, _OPERATOR) if options.operator else _secured_as(address, options)
    if options.operator and known.user is None:
        raise UsageError(
            "the operator's password is not known here; start the broker on this machine, "
            "or give it with --broker mqtt://operator:password@host:port"
        )
    # On a secured broker an observer needs a password, too.
    has_login = known.user and known.password and (known.user == _OBSERVER or not observer)
    user = f"#{known.user}={quote(known.password or '', safe='')}" if has_login else ""
    return f"{'?' * bool(query)}{query}{user}"


def _secured_as(address: BrokerAddress, options: DashboardOptions) -> BrokerAddress:
    """Return the address as the page connects to it: with credentials where they are needed."""
    if not address.tls:
        return address
    return as_role(address, (options.country or _OBSERVER).lower())
