"""A sink that does what brokers and networks may do: deliver again, or in another order.

A broker that lost a connection delivers again what was not acknowledged, and then what it had sent
before comes after what follows it.
"""

from collections.abc import Callable, Iterable

from feed.app.sink import Key, Outgoing, Sink

__all__ = ["DisturbedSink"]


class DisturbedSink:
    """Stands around another sink, and disturbs what is asked for."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._swap: dict[str, int] = {}
        self._kept: dict[str, list[Outgoing]] = {}
        self._repeat: dict[str, int] = {}

    @property
    def changed(self) -> Callable[[], None]:
        """Called when there may be more room, or something is safe."""
        return self._sink.changed

    @changed.setter
    def changed(self, changed: Callable[[], None]) -> None:
        self._sink.changed = changed

    @property
    def room(self) -> int:
        """How many messages can be given now: those that are repeated need room twice."""
        return max(0, self._sink.room // 2)

    def swap(self, country: str, count: int) -> None:
        """Give the next so many messages to a country in reverse order, when the last is there."""
        self._swap[country] = count

    def repeat(self, country: str, count: int) -> None:
        """Give each of the next so many messages to a country twice."""
        self._repeat[country] = count

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Take messages."""
        self._sink.send([each for one in messages for each in self._disturbed(one)])

    def take_safe(self) -> list[Key]:
        """Return what has become safe."""
        return self._sink.take_safe()

    def _disturbed(self, one: Outgoing) -> list[Outgoing]:
        _, country, _ = one.key
        if self._swap.get(country):
            kept = self._kept.setdefault(country, [])
            kept.append(one)
            self._swap[country] -= 1
            return list(reversed(self._kept.pop(country))) if not self._swap[country] else []
        if self._repeat.get(country):
            self._repeat[country] -= 1
            return [one, one]
        return [one]
