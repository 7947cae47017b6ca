"""What a receiver tells about itself."""

from collections import Counter, deque
from dataclasses import dataclass, field

from feed.app.message import ReceivedMessage

__all__ = ["Account"]

_SAMPLES = 1000


@dataclass
class Account:
    """What a receiver tells about itself."""

    received: int = 0
    """new messages since it started"""
    duplicates: int = 0
    malformed: int = 0
    """payloads on this feed that are no messages of it"""
    recovered: int = 0
    """messages that were missed and came by history"""
    kinds: Counter[str] = field(default_factory=Counter)
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_SAMPLES))
    recent: deque[ReceivedMessage] = field(default_factory=lambda: deque(maxlen=50))

    def note(self, message: ReceivedMessage) -> None:
        """Count a message that is new."""
        self.received += 1
        self.recovered += message.from_history
        self.kinds[message.kind] += 1
        if not message.from_history:
            self.latencies_ms.append(message.latency_ms)
