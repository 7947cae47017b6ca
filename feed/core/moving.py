"""What everything has that is played under a transport: a scenario's run, and that of a capture."""

from feed.core.actions import State, Verb
from feed.core.transport import Transport

__all__ = ["Moving"]


class Moving:
    """Something whose time moves; whoever has deliveries says when the next one is due."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @property
    def state(self) -> State:
        """The state of the transport."""
        return self.transport.state

    @property
    def playing(self) -> bool:
        """Whether time moves."""
        return self.transport.playing

    @property
    def ended(self) -> bool:
        """Whether nothing more is sent."""
        return self.state is State.ENDED

    @property
    def rate(self) -> float:
        """Seconds of what is played per wall second."""
        return self.transport.head.rate

    def position(self, now: float) -> int:
        """Return the time of what is played at a clock reading, microseconds since 1970."""
        return self.transport.position(now, self._next_due)

    def wake_at(self) -> float | None:
        """Return the clock reading at which there is something to do; None: not by itself."""
        return self.transport.wake_at(self._next_due)

    def automatic(self, now: float) -> Verb | None:
        """Return what is done now by itself, to be applied like any other action.

        It loops, pauses where it was told to, and stops at the end.
        """
        return self.transport.automatic(now, self._next_due)

    @property
    def _next_due(self) -> int | None:
        """When the next delivery is due; None: there is none."""
        raise NotImplementedError
