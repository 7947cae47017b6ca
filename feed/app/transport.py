"""Keys to transport: what each key does to a run."""

from collections.abc import Callable
from math import inf

import structlog

from feed.app.publication import Publication
from feed.core.actions import Next, Pause, Play, Rate, Step, Stop, TransportError, Verb
from feed.core.run import Run
from feed.terminal.keys import Keys

__all__ = ["RATES", "action_of", "faster", "obey_keys", "press", "slower"]

RATES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, inf)
"""The rates that the keys + and - step through."""

log = structlog.get_logger()


def faster(rate: float) -> float:
    """Return the next higher rate of the ladder."""
    return next((step for step in RATES if step > rate), inf)


def slower(rate: float) -> float:
    """Return the next lower rate of the ladder."""
    return next((step for step in reversed(RATES) if step < rate), RATES[0])


_ACTIONS: dict[str, Callable[[Run], Verb]] = {
    "space": lambda run: Pause() if run.playing else Play(),
    "plus": lambda run: Rate(rate=faster(run.rate)),
    "minus": lambda run: Rate(rate=slower(run.rate)),
    "right": lambda _: Step(),
    "n": lambda _: Next(),
    "q": lambda _: Stop(),
}


def action_of(key: str, run: Run) -> Verb | None:
    """Return what a key does to a run; None if it means nothing."""
    made = _ACTIONS.get(key)
    return None if made is None else made(run)


async def obey_keys(publication: Publication, keys: Keys) -> None:
    """Do what the keys say for as long as there are any."""
    with keys:
        async for key in keys:
            await press(publication, key)


async def press(publication: Publication, key: str) -> None:
    """Do what one key says; what the run refuses is said, and harms nothing."""
    action = action_of(key, publication.run)
    try:
        if action is not None:
            await publication.player.do(action)
    except TransportError as error:
        publication.error = str(error)
        log.warning("refused", key=key, why=str(error))
    else:
        publication.error = None
