"""``feed broker``: the embedded broker alone, for publishers and receivers of any kind."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use
from feed.clock import SystemClock
from feed.files.arrangements import load_arrangements

__all__ = ["serve"]


async def serve(
    options: BrokerOptions,
    *,
    arrangements: Path | None,
    store: Path | None,
    started: Callable[[BrokerInUse, Sequence[str]], None],
) -> int:
    """Run a broker until somebody ends it; ``started`` is told where it is."""
    countries = load_arrangements(arrangements).countries()
    clock = SystemClock()
    async with broker_in_use(options, countries=countries, clock=clock, store=store) as place:
        started(place, countries)
        assert place.embedded is not None, "no other broker was asked for"
        raise await asyncio.shield(place.embedded.failed)
