"""Stories as they are played: over a real broker, to a receiver of each country, and judged.

These are few, chosen for what they have; ``make library`` plays every story the same way.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.played import judged, one_broker

pytestmark = [pytest.mark.broker, pytest.mark.slow]

SAMPLE = {
    "hub-down": "flights, and a link that fails and comes back",
    "pattern-pre-alert": "an alert that becomes another",
    "the-slow-report": "what some countries get and others do not",
    "week-of-2023-11": "every other kind of event",
}


@pytest.fixture
async def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Give the address of an embedded broker, in a home of its own."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    async with one_broker() as url:
        yield url


async def test_stories_are_clean_from_check_to_verify(broker: str) -> None:
    """The strictest check, the fastest rate, three receivers, and nothing to find fault with."""
    found = [await judged(name, broker) for name in SAMPLE]

    assert [each.said for each in found if each.wrong] == []
    assert all(len(each.counts) == len({"published", "KOR", "JPN", "USA"}) for each in found)
    assert all(count for each in found for count in each.counts.values())
