"""A real browser on the real page: what it said, what it asked for, and where."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from tests.brokers import lacking, need
from tests.commands import ROOT

__all__ = ["DESK", "PHONE", "Watched", "chromium", "serious"]

DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}

_AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # A name of somebody else that points at this machine, as in an attack by DNS rebinding.
    "--host-resolver-rules=MAP rebound.example 127.0.0.1",
)
_PATIENCE_MS = 15_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, drawing in software, with a profile of its own."""
    program = need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS])
        yield browser
        browser.close()


class Watched:
    """A page of which nothing that goes wrong stays unseen."""

    def __init__(self, browser: Browser, address: str, size: ViewportSize = DESK) -> None:
        self.troubles: list[str] = []
        self.asked: set[str] = set()
        self._context = browser.new_context(viewport=size, locale="en-GB")
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("request", lambda request: self._ask(request.url))
        self.page.on("websocket", lambda socket: self._ask(socket.url))
        self.host = urlsplit(address).netloc
        self.page.goto(address)

    def leave(self) -> None:
        """Close the page."""
        self._context.close()

    def close(self) -> None:
        """Close the page; nothing went wrong, and nothing was asked of anybody else."""
        self.leave()
        assert self.troubles == [], self.troubles
        assert self.asked == {self.host}

    def _console(self, message: ConsoleMessage) -> None:
        # Reading back what was drawn in software is slow, and the driver says so.
        away = "WebSocket connection" in message.text
        if message.type in {"error", "warning"} and "GPU stall" not in message.text and not away:
            self.troubles.append(f"{message.type}: {message.text}")

    def _ask(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"}:
            self.asked.add(parts.netloc)


def serious(page: Page) -> list[str]:
    """Return what axe finds wrong that would keep somebody out."""
    if not _AXE.is_file():
        lacking("axe-core is not installed in dashboard/node_modules")
    # Evaluated from here: the page's own policy lets no script in, and is not loosened for a test.
    page.evaluate(Path(_AXE).read_text(encoding="utf-8") + ";0")
    found = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((result) => JSON.stringify(result.violations"
        ".filter(({impact}) => ['serious', 'critical'].includes(impact))"
        ".map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join(' ')}`)))"
    )
    return [str(each) for each in json.loads(found)]
