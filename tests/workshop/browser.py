"""Somebody at the dashboard: Chromium on the real page, until it is ended; prints what it showed.

python tests/workshop browser ADDRESS
"""

import json
import signal
import sys
import threading

from tests.dashboard.browser import Watched, chromium

__all__ = ["main"]

_LOOK_MS = 200
_TEXT = "Array.from(document.querySelectorAll('main'), each => each.innerText).join('\\n')"
LAUNCH = "Intermediate-range ballistic missile"


def main() -> None:
    """Look at the page again and again; nothing that goes wrong on it stays unseen."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    shown: set[str] = set()
    with chromium() as browser:
        watched = Watched(browser, sys.argv[2])
        sys.stdout.write("opened\n")
        sys.stdout.flush()
        while not ended.is_set():
            text = watched.page.evaluate(_TEXT)
            shown |= {word for word in (LAUNCH, "KOR", "JPN", "USA", "J-Alert") if word in text}
            watched.page.wait_for_timeout(_LOOK_MS)
        watched.leave()
    told = {"shown": sorted(shown), "troubles": watched.troubles, "asked": sorted(watched.asked)}
    sys.stdout.write(f"{json.dumps(told)}\n")
