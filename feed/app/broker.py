"""``feed broker``: the embedded broker alone, for publishers and receivers of any kind."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use
from feed.app.dashboard import BesideOptions, dashboard_beside
from feed.app.leaf import LeafOptions, keep_leaf
from feed.broker.acl import KINDS, printed
from feed.broker.printed import CONFIGURED, configuration
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.files.arrangements import load_arrangements

__all__ = ["access_list", "serve", "whole_configuration"]


def access_list(kind: str, arrangements: Path | None) -> str:
    """Return what another broker has to grant to the roles of the countries of a file."""
    if kind not in KINDS:
        raise UsageError(f"--print-acl '{kind}' is not known here; take {', '.join(KINDS)}")
    return printed(kind, load_arrangements(arrangements).countries())


def whole_configuration(kind: str, arrangements: Path | None) -> str:
    """Return a configuration of another broker for the countries of a file, rights included."""
    if kind not in CONFIGURED:
        names = ", ".join(CONFIGURED)
        raise UsageError(f"--print-config '{kind}' is not known here; take one of {names}")
    return configuration(kind, load_arrangements(arrangements).countries())


async def serve(
    options: BrokerOptions,
    *,
    arrangements: Path | None,
    store: Path | None,
    dashboard: BesideOptions | None = None,
    leaf: LeafOptions | None = None,
    started: Callable[[BrokerInUse, Sequence[str], str], None],
) -> int:
    """Run a broker until somebody ends it; ``started`` is told where it and its page are.

    That of a ``leaf`` is for its country alone.
    """
    countries = load_arrangements(arrangements).countries()
    if leaf is not None:
        if leaf.country not in countries:
            raise UsageError(
                f"--leaf {leaf.country} is no participant; there are {', '.join(countries)}"
            )
        countries = (leaf.country,)
    clock = SystemClock()
    async with (
        broker_in_use(options, countries=countries, clock=clock, store=store) as place,
        dashboard_beside(dashboard, place) as page,
    ):
        started(place, countries, page)
        assert place.embedded is not None, "no other broker was asked for"
        if leaf is None:
            raise await asyncio.shield(place.embedded.failed)
        async with asyncio.TaskGroup() as group:
            carrying = group.create_task(keep_leaf(leaf, place, clock))
            failure = await asyncio.shield(place.embedded.failed)
            carrying.cancel()
        raise failure
