"""A real broker, a real run, the real page on it, and a browser, for all tests of the page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, ViewportSize

from feed.web.page import FOLDER
from tests.brokers import EmbeddedLike, embedded_like, lacking
from tests.commands import Shell
from tests.dashboard.browser import DESK, Watched, chromium

RATE = "1"
"""so that the missile is in the air however long the tests take"""


@dataclass(frozen=True)
class Stage:
    """What the page is opened on."""

    broker: EmbeddedLike
    address: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give the browser; while it is there, no test of this module may be asynchronous."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a run that is seven minutes old, and a page that nobody has opened."""
    if not (FOLDER / "index.html").is_file():
        lacking(f"the page is not built in {FOLDER}")
    shell = Shell(tmp_path_factory.mktemp("stage"))
    broker = embedded_like()
    shell.environment["FEED_BROKER"] = broker.url_for("player")
    played = ("over-aomori-2022", "--rate", RATE, "--start-offset", "7m")
    run = shell.start("run", *played, "--lines")
    page = shell.start(
        "dashboard",
        "--port",
        "0",
        "--websocket-port",
        str(broker.websocket_port),
        "--broker",
        broker.url_for("observer"),
    )
    address = page.until(r"EXERCISE dashboard: (\S+)").group(1)
    run.until(r"track")
    yield Stage(broker, address)
    shell.close()
    broker.close()


@pytest.fixture
def visit(browser: Browser, stage: Stage) -> Iterator[Callable[..., Watched]]:
    """Open the page; afterwards nothing has gone wrong on it."""
    opened: list[Watched] = []

    def give(asked: str = "?lang=en", size: ViewportSize = DESK) -> Watched:
        opened.append(Watched(browser, stage.address + asked, size))
        return opened[-1]

    yield give
    for watched in opened:
        watched.close()
