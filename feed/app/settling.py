"""The end of a run: who is waited for, and for how long at most."""

from collections.abc import Sequence

from feed.app.patience import MOMENT_S
from feed.app.player import Player
from feed.app.receivers import Receivers
from feed.core.run import Run

__all__ = ["settled"]


async def settled(
    run: Run, player: Player, receivers: Receivers, *, wanted: Sequence[str], limit_s: float
) -> bool:
    """Wait until everybody here has everything; return whether those that are wanted have it.

    Nobody makes the others wait: neither a crowd beside those that are wanted, nor a country that
    drowns the word of its own receivers in what no receiver says.
    """

    def lacking() -> list[str]:
        sequences = run.sequences
        return [c for c in wanted if not receivers.served(run.epoch, {c: sequences[c]})]

    moment = min(MOMENT_S, limit_s)
    complete = await player.holds(lambda: not run.ended or not lacking(), moment)
    if not complete and not all(map(receivers.drowned, lacking())):
        rest = limit_s - moment
        complete = await player.holds(lambda: not run.ended or not lacking(), rest)
    await player.holds(
        lambda: not run.ended or receivers.settled(run.epoch, run.sequences), MOMENT_S
    )
    return complete
