"""The verbs of exercise control in Python, whoever does them: an operator, or who plays."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Verbs"]

Clock = dict[str, Any]


class Verbs:
    """What can be asked of a run that is being played.

    Each verb returns the run's clock as it is afterwards: ``state``, ``rate``, ``position_s``,
    ``time``, ``epoch`` and so on, as on the topic ``clock``.  A moment is a clock time
    (``"08:24"``), a duration after the start (``"+10m"``), a date-time of RFC 3339, or the id of an
    event; a target is the id of an event or the key of one message.

    Every verb raises ``feed.UsageError`` when it is refused; the text says why.
    """

    async def ask(self, do: str, **members: Any) -> dict[str, Any]:
        """Ask for something by its name, as on the topic ``control``; return the answer.

        Raises:
            UsageError: it is refused; the text says why.
        """
        raise NotImplementedError

    async def status(self) -> dict[str, Any]:
        """Return what plays, since when, what is next, who listens and who is behind."""
        return dict((await self.ask("status"))["status"])

    async def play(self, *, wall: str | None = None) -> Clock:
        """Start, or go on; at a wall time (RFC 3339) if one is given."""
        return await self._clock_after("play", wall=wall)

    async def pause(self, *, wall: str | None = None) -> Clock:
        """Hold the scenario's time; at a wall time (RFC 3339) if one is given."""
        return await self._clock_after("pause", wall=wall)

    async def rate(self, rate: float | str) -> Clock:
        """Go on at another rate: scenario seconds per wall second, or ``"max"``."""
        return await self._clock_after("rate", rate=rate)

    async def seek(self, to: str | None = None, *, by: str | None = None) -> Clock:
        """Go to a moment, or by so much (``"-1m"``): a new epoch, in which numbers begin again."""
        return await self._clock_after("seek", to=to, by=by)

    async def step(self) -> Clock:
        """Send the next message and stand still."""
        return await self._clock_after("step")

    async def burst(self, count: int) -> Clock:
        """Send the next messages at once and stand still."""
        return await self._clock_after("burst", count=count)

    async def next(self) -> Clock:
        """Move to the next first report of an event."""
        return await self._clock_after("next")

    async def loop(self, begin: str | None = None, end: str | None = None) -> Clock:
        """Play from one moment to another again and again; without both, no more."""
        return await self._clock_after("loop", begin=begin, end=end)

    async def until(self, to: str | None = None) -> Clock:
        """Pause by itself at a moment; without one, no more."""
        return await self._clock_after("until", to=to)

    async def stop(self) -> Clock:
        """End the run."""
        return await self._clock_after("stop")

    async def reset(self) -> Clock:
        """Go back to how the run was begun, without everything that was changed in the plan."""
        return await self._clock_after("reset")

    async def inject(self, events: Sequence[Mapping[str, Any]], *, at: str | None = None) -> Clock:
        """Add events, as in a scenario file; those without a time are now, or at a moment."""
        return await self._clock_after("inject", events=[dict(one) for one in events], at=at)

    async def hold(self, target: str) -> Clock:
        """Do not send what is due of a target until it is fired."""
        return await self._clock_after("hold", target=target)

    async def skip(self, target: str) -> Clock:
        """Never send what is due of a target."""
        return await self._clock_after("skip", target=target)

    async def fire(self, target: str) -> Clock:
        """Send at once what is held of a target, or else its next message."""
        return await self._clock_after("fire", target=target)

    async def edit(self, target: str, data: Mapping[str, Any]) -> Clock:
        """Give the next message of a target other members in its body."""
        return await self._clock_after("edit", target=target, data=dict(data))

    async def fault(self, *faults: Mapping[str, Any]) -> Clock:
        """Let faults on purpose happen to what is sent from now on, as in a file of faults.

        The first that happens counts, and these come before those that there are already.
        """
        return await self._clock_after("fault", faults=[dict(one) for one in faults])

    async def heal(self, *names: str) -> Clock:
        """Let faults on purpose happen no more, by their names; without a name, all of them."""
        return await self._clock_after("heal", names=list(names))

    async def faults(self) -> list[dict[str, Any]]:
        """Return the faults that happen on purpose, each with its name and how many it has hit."""
        return list((await self.status())["faults"])

    async def _clock_after(self, do: str, **members: Any) -> Clock:
        """Ask for something and return the clock as it is afterwards."""
        said = {name: value for name, value in members.items() if value is not None}
        return dict((await self.ask(do, **said))["clock"])
