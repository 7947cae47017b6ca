"""How a page does over time: frames drawn, memory held, messages taken; by Chromium's own word."""

import json
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page

__all__ = ["Sample", "begin", "sample"]

_COUNT = """() => {
  window.framesDrawn = 0;
  const draw = () => { window.framesDrawn += 1; requestAnimationFrame(draw); };
  requestAnimationFrame(draw);
}"""
_CATEGORY = "disabled-by-default-devtools.timeline.frame"
_FRAME = "BeginMainThreadFrame"
"""A frame that the main thread was in time for; what did not change is not drawn again."""


@dataclass(frozen=True)
class Sample:
    """What was measured in one stretch of time."""

    seconds: float
    frames: float
    """a second, as often as the page was given one to draw"""
    busy: float
    """share of the time in which the page's main thread had something to do"""
    heap_mb: float
    """of JavaScript, after a collection"""
    nodes: int
    """of the document"""


def begin(page: Page) -> CDPSession:
    """Count frames from now on."""
    page.evaluate(_COUNT)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.enable")
    return session


def sample(page: Page, session: CDPSession, seconds: float) -> Sample:
    """Watch a page for so many seconds."""
    before, drawn = _metrics(session), page.evaluate("window.framesDrawn")
    page.wait_for_timeout(seconds * 1000)
    after, now = _metrics(session), page.evaluate("window.framesDrawn")
    took = after["Timestamp"] - before["Timestamp"]
    session.send("HeapProfiler.collectGarbage")
    kept = _metrics(session)
    return Sample(
        seconds=took,
        frames=(now - drawn) / took,
        busy=(after["TaskDuration"] - before["TaskDuration"]) / took,
        heap_mb=kept["JSHeapUsedSize"] / 1e6,
        nodes=int(kept["Nodes"]),
    )


def traced(browser: Browser, page: Page, seconds: float) -> float:
    """Return how many frames a second the page was in time for, by Chromium's trace."""
    browser.start_tracing(page=page, categories=[_CATEGORY])
    page.wait_for_timeout(seconds * 1000)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    frames = sum(1 for each in events if each["name"] == _FRAME)
    return frames / seconds


def _metrics(session: CDPSession) -> dict[str, float]:
    return {
        each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]
    }
