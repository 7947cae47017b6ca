"""Where a player gives its messages: a broker, or memory.

A sink says how much room it has, takes encoded messages, and tells which of them are safe.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from feed.core.faults import PASS, Effect
from feed.mqtt.publisher import Publisher

__all__ = ["Key", "MemorySink", "MqttSink", "Outgoing", "Sink"]

Key = tuple[int, str, int]
"""epoch, recipient, sequence"""


class Outgoing(NamedTuple):
    """A message on its way to one recipient."""

    key: Key
    topic: str
    payload: bytes
    due: int = 0
    """scenario time at which it is due, microseconds since 1970"""
    effect: Effect = PASS
    """the fault on purpose that happens to it; a sink that knows of none ignores it"""


class Sink(Protocol):
    """What takes messages."""

    changed: Callable[[], None]
    """called when there may be more room, or something is safe"""

    @property
    def room(self) -> int:
        """How many messages can be given now."""

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Take messages, for which there is room."""

    def take_safe(self) -> list[Key]:
        """Return what has become safe since this was last asked."""


class MqttSink:
    """A broker: a message is safe when it was acknowledged."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._safe: list[Key] = []
        self.changed: Callable[[], None] = lambda: None
        publisher.on_acknowledged = self._acknowledged

    @property
    def room(self) -> int:
        """How many messages may still be under way; none while the broker is away."""
        return self._publisher.room

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Publish messages."""
        self._publisher.send([(one.topic, one.payload, one.key) for one in messages])

    def take_safe(self) -> list[Key]:
        """Return what the broker has acknowledged."""
        safe, self._safe = self._safe, []
        return safe

    def _acknowledged(self, keys: Sequence[Key]) -> None:
        self._safe += keys
        self.changed()


class MemorySink:
    """A list; everything is safe at once."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.sent: list[Outgoing] = []
        self.room = room
        self.changed: Callable[[], None] = lambda: None
        self._safe: list[Key] = []

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Keep messages."""
        taken = list(messages)
        assert len(taken) <= self.room, "more than there is room for"
        self.sent += taken
        self._safe += [one.key for one in taken]

    def take_safe(self) -> list[Key]:
        """Return what was sent."""
        safe, self._safe = self._safe, []
        return safe
