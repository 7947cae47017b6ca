"""A received message, as whoever iterates over a feed gets it."""

from dataclasses import dataclass
from typing import Any

from feed.wire.envelope import Envelope

__all__ = ["ReceivedMessage"]


@dataclass(frozen=True)
class ReceivedMessage:
    """One message of a country's feed, checked, in order, once.

    ``received_us``, ``sent_us`` are wall time, ``due_us`` and ``time_us`` scenario time, all in
    microseconds since 1970.
    """

    envelope: Envelope
    topic: str
    payload: bytes
    """the bytes as they were published"""
    received_us: int
    sent_us: int
    due_us: int
    time_us: int
    offset_s: int = 0
    """seconds east of UTC that its scenario times are written in"""
    from_history: bool = False
    """it was asked for again, after it had been missed"""

    @property
    def sequence(self) -> int:
        """Its number on this country's feed, from 1 in each epoch."""
        return self.envelope.number

    @property
    def kind(self) -> str:
        """What it is about: ``launch``, ``track``, ``alert`` and so on."""
        return self.envelope.kind

    @property
    def act(self) -> str:
        """``alert``, ``update``, ``cancel`` or ``all-clear``."""
        return self.envelope.act

    @property
    def event(self) -> str:
        """The event that it is about."""
        return self.envelope.subject

    @property
    def originator(self) -> str:
        """The country that reports."""
        return self.envelope.originator

    @property
    def data(self) -> dict[str, Any]:
        """The body of its kind."""
        return self.envelope.data

    @property
    def latency_ms(self) -> float:
        """Milliseconds from publishing to receiving, by the two machines' clocks."""
        return (self.received_us - self.sent_us) / 1000

    @property
    def delay_s(self) -> float:
        """Scenario seconds from the originator's report to this recipient."""
        return (self.due_us - self.time_us) / 1e6
