"""The page of a site in Chromium: what somebody sees who looks at it, and who opens it anew.

``page URL`` looks once a second and reloads every tenth time; each look is a line of JSON, until
somebody ends it.
"""

import json
import signal
import sys

from playwright.sync_api import Page, expect

from feed.clock import SystemClock
from tests.dashboard.browser import Watched, chromium

_EVERY_MS = 1000
_RELOAD_EVERY = 10
_PATIENCE_MS = 10_000
REGIONS = ("In the air", "Who knows", "Alerts")
CLOCK = SystemClock()


def main() -> None:
    """Look until somebody ends it."""
    signal.signal(signal.SIGTERM, _end)
    with chromium() as browser:
        watched = Watched(browser, sys.argv[2])
        _filled(watched.page)
        for number in range(1, 100_000):
            if number % _RELOAD_EVERY == 0:
                watched.page.reload()
                _filled(watched.page)
            look = {
                "at": CLOCK.wall() / 1e6,
                "reloaded": number % _RELOAD_EVERY == 0,
                "troubles": watched.troubles,
                **{name: _text(watched.page, name) for name in REGIONS},
            }
            sys.stdout.write(json.dumps(look) + "\n")
            sys.stdout.flush()
            watched.page.wait_for_timeout(_EVERY_MS)


def _filled(page: Page) -> None:
    """Wait until a page that was just opened shows something, or for long enough."""
    try:
        expect(page.locator("li.launch").first).to_be_visible(timeout=_PATIENCE_MS)
    except AssertionError:
        return  # what it shows instead is what counts


def _text(page: Page, region: str) -> str:
    return page.get_by_role("region", name=region, exact=True).first.inner_text()


def _end(number: int, frame: object) -> None:
    del number, frame
    sys.exit(0)
