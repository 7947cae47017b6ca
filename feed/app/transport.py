"""Keys to transport: what each key does to a player."""

from math import inf

import structlog

from feed.app.player import Player
from feed.core.playhead import TransportError
from feed.terminal.keys import Keys

__all__ = ["RATES", "faster", "obey_keys", "press", "slower"]

RATES = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, inf)
"""The rates that the keys + and - step through."""

log = structlog.get_logger()


def faster(rate: float) -> float:
    """Return the next higher rate of the ladder."""
    return next((step for step in RATES if step > rate), inf)


def slower(rate: float) -> float:
    """Return the next lower rate of the ladder."""
    return next((step for step in reversed(RATES) if step < rate), RATES[0])


async def obey_keys(player: Player, keys: Keys) -> None:
    """Do what the keys say for as long as there are any."""
    with keys:
        async for key in keys:
            await press(player, key)


async def press(player: Player, key: str) -> None:
    """Do what one key says; what the player refuses is said, and harms nothing."""
    try:
        match key:
            case "space":
                player.deck.toggle()
            case "plus":
                player.deck.set_rate(faster(player.playhead.rate))
            case "minus":
                player.deck.set_rate(slower(player.playhead.rate))
            case "right":
                await player.step()
            case "n":
                player.deck.next_event()
            case "q":
                player.deck.stop()
    except TransportError as error:
        player.progress.error = str(error)
        log.warning("refused", key=key, why=str(error))
    else:
        player.progress.error = None
