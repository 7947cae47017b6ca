"""Fixtures that several rooms share: real brokers and unique names."""

import asyncio
import functools
import hashlib
import inspect
import os
import re
from collections.abc import Awaitable, Callable, Iterator

import pytest
from hypothesis import settings

from feed.broker.engines import chosen_engine
from tests import brokers
from tests.brokers import EmbeddedLike, EmbeddedMosquitto, Mosquitto, RunningBroker

# A busy machine is no mistake: no property depends on how long an example takes.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

KINDS: dict[str, Callable[[], RunningBroker]] = {
    kind.name: kind for kind in (EmbeddedLike, EmbeddedMosquitto, Mosquitto)
}
ENGINES = (EmbeddedLike.name, EmbeddedMosquitto.name)
"""on which every test of a broker is run; other people's is for the tests that kill one"""
# Shorter than the limit of pytest-timeout, which cannot say what a coroutine waits for.
LIMIT_S = 150
NEED_A_BROKER = {"broker", "own_broker", "embedded", "nats", "mosquitto"}
NATS_SERVER = "nats_server"
"""the marker of tests about nats-server itself, with why; they are skipped with another engine"""
UNDER_TEST = EmbeddedLike.name if chosen_engine() is EmbeddedLike.engine else EmbeddedMosquitto.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden files be written anew."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden and the list of scenarios anew",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one worker more than there are processors: half of the time tests wait for others."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that ask for a broker, so that ``-m 'not broker'`` leaves them out.

    And give each coroutine its time limit.
    """
    for item in items:
        if NEED_A_BROKER.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("broker")
        about = item.get_closest_marker(NATS_SERVER)
        if about is not None and EmbeddedLike.name != UNDER_TEST:
            item.add_marker(pytest.mark.skip(f"about nats-server itself: {about.args[0]}"))
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = limited(item.obj)


def limited(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Let a test that hangs fail at the line that it waits in."""

    @functools.wraps(test)
    async def run(*args: object, **arguments: object) -> None:
        async with asyncio.timeout(LIMIT_S):
            await test(*args, **arguments)

    return run


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the runs of tests out of the home of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FEED_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def shared() -> Iterator[Callable[[str], RunningBroker]]:
    """Give the one broker of a kind that all tests share, started when first asked for."""
    running: dict[str, RunningBroker] = {}

    def give(kind: str) -> RunningBroker:
        if kind not in running:
            running[kind] = KINDS[kind]()
        if not running[kind].alive:
            running[kind].restart()
        return running[kind]

    yield give
    for broker in running.values():
        broker.close()


@pytest.fixture(params=ENGINES)
def broker(request: pytest.FixtureRequest, shared: Callable[[str], RunningBroker]) -> RunningBroker:
    """Give each of the brokers that are supported; other tests use it too."""
    return shared(request.param)


@pytest.fixture(params=list(KINDS))
def own_broker(request: pytest.FixtureRequest) -> Iterator[RunningBroker]:
    """Give a broker of each kind that no other test uses, to be killed."""
    broker = KINDS[request.param]()
    yield broker
    broker.close()


@pytest.fixture
def embedded(shared: Callable[[str], RunningBroker]) -> EmbeddedLike:
    """Give the embedded broker's server, of the engine under test; other tests use it too."""
    broker = shared(UNDER_TEST)
    assert isinstance(broker, EmbeddedLike)
    return broker


@pytest.fixture
def nats(shared: Callable[[str], RunningBroker], request: pytest.FixtureRequest) -> EmbeddedLike:
    """Give nats-server, for what is about it alone; other tests use it too."""
    assert request.node.get_closest_marker(NATS_SERVER), "a test of nats-server says why it is one"
    broker = shared(EmbeddedLike.name)
    assert isinstance(broker, EmbeddedLike)
    return broker


@pytest.fixture
def mosquitto(shared: Callable[[str], RunningBroker]) -> RunningBroker:
    """Give mosquitto alone; other tests use it too."""
    return shared(Mosquitto.name)


@pytest.fixture
def exercise(request: pytest.FixtureRequest) -> str:
    """Give the name of an exercise that no other test uses."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    digest = hashlib.blake2b(request.node.nodeid.encode(), digest_size=4).hexdigest()
    return f"{words[:24].strip('-')}-{digest}"


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Give a function that returns a free loopback port."""
    return brokers.free_port
