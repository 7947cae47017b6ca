"""Eighteen objects at 20 messages a second each: the page takes all, in bounded memory.

How many frames that leaves is no question for a machine that runs other tests beside it; ``make
load`` measures it.
"""

import re

import pytest
from playwright.sync_api import expect

from feed.web.page import FOLDER
from tests.brokers import embedded_like, lacking
from tests.dashboard.browser import DESK, Watched, chromium
from tests.dashboard.load.measure import begin, sample
from tests.dashboard.load.page import served
from tests.dashboard.load.salvo import OBJECTS, Salvo

pytestmark = [pytest.mark.broker, pytest.mark.slow]

RATE = 20
ENOUGH_MB = 60
"""Four times what an idle page holds; eighteen unbounded tracks pass it within two minutes."""


def test_the_page_takes_eighteen_objects_at_20_messages_a_second_each() -> None:
    """None is missing or left out, it still draws, and what it keeps is bounded."""
    if not (FOLDER / "index.html").is_file():
        lacking(f"the page is not built in {FOLDER}")
    broker = embedded_like()
    salvo = Salvo(broker, RATE)
    try:
        with served(broker) as address, chromium() as browser:
            watched = Watched(browser, f"{address}?lang=en&theme=dark&exercise=load", DESK)
            page = watched.page
            expect(page.locator(".brief")).to_have_count(OBJECTS, timeout=30_000)
            session = begin(page)
            measured = sample(page, session, 5)
            salvo.close()
            sent = f"{salvo.sent:,} messages"
            health = page.get_by_role("region", name="Feed")
            expect(health).to_contain_text(sent, timeout=20_000)
            expect(health).not_to_contain_text(re.compile("missing|left out"))
            assert measured.frames > 1
            assert measured.heap_mb < ENOUGH_MB
            watched.close()
    finally:
        salvo.close()
        broker.close()
