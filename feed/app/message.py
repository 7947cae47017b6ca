"""A received message, as whoever iterates over a feed gets it."""

from dataclasses import dataclass, replace
from typing import Any, Self

from feed.files.recording import Key
from feed.model.base import Model
from feed.model.message import Message
from feed.mqtt.subscriber import Arrival
from feed.wire.bodies import typed_body
from feed.wire.envelope import Envelope, decode, message_of, moment_of
from feed.wire.topics import Topics

__all__ = ["ReceivedMessage"]


@dataclass(frozen=True)
class ReceivedMessage:
    """One message of a country's feed, checked, in order, once.

    ``received_us`` and ``sent_us`` are wall time, ``due_us`` and ``time_us`` scenario time, all in
    microseconds since 1970.
    """

    envelope: Envelope
    report: Message
    """what it says, as the picture folds it"""
    topic: str
    payload: bytes
    """the bytes as they were published"""
    received_us: int
    sent_us: int
    due_us: int
    from_history: bool = False
    """it was asked for again, after it had been missed"""

    @classmethod
    def read(
        cls, topic: str, payload: bytes, received_us: int, *, from_history: bool = False
    ) -> Self:
        """Return a payload as a message; ``ValueError`` with one sentence if it is none."""
        envelope = decode(payload)
        report, due = message_of(envelope)
        return cls(
            envelope=envelope,
            report=report,
            topic=topic,
            payload=payload,
            received_us=received_us,
            sent_us=moment_of(envelope.sent),
            due_us=due,
            from_history=from_history,
        )

    @classmethod
    def of(cls, country: str, client: str, topics: Topics, arrival: Arrival, wall: int) -> Self:
        """Return what arrived at a receiver as a message of its country's feed.

        ``ValueError`` with one sentence if it does not belong where it came; what was asked for
        comes on a topic that names no event.
        """
        answer = arrival.topic == topics.down(country, client)
        received = cls.read(arrival.topic, arrival.payload, wall, from_history=answer)
        envelope = received.envelope
        if envelope.recipient != country:
            raise ValueError(f"is for {envelope.recipient}, not for {country}")
        run, epoch, recipient, number = received.key
        if envelope.id != f"{run}.{epoch}.{recipient.lower()}.{number}":
            raise ValueError("its id is not that of a delivery")
        topic = topics.feed(country, received.kind, received.event)
        if answer:
            return replace(received, topic=topic)
        if arrival.topic != topic:
            raise ValueError("its topic names another kind or event")
        return received

    @property
    def key(self) -> Key:
        """What makes it the same message as another: run, epoch, recipient and number."""
        envelope = self.envelope
        return Key(envelope.run, envelope.epoch, envelope.recipient, envelope.number)

    @property
    def sequence(self) -> int:
        """Its number on this country's feed, from 1 in each epoch."""
        return self.envelope.number

    @property
    def kind(self) -> str:
        """What it is about: ``launch``, ``track``, ``alert`` and so on."""
        return self.report.kind

    @property
    def act(self) -> str:
        """``alert``, ``update``, ``cancel`` or ``all-clear``."""
        return self.report.type

    @property
    def event(self) -> str:
        """The event that it is about."""
        return self.report.event

    @property
    def exercise(self) -> str:
        """The exercise that it belongs to, as it stands in topics."""
        return self.envelope.source.split("/")[2]

    @property
    def originator(self) -> str:
        """The country that reports."""
        return self.report.originator

    @property
    def data(self) -> dict[str, Any]:
        """The body of its kind, as JSON."""
        return self.report.data

    @property
    def body(self) -> Model:
        """The body as the pydantic model of its kind, such as ``feed.model.alert.AlertBody``.

        ``ValueError`` if the kind is not known here, or the body is none of it.
        """
        return typed_body(self.kind, self.data)

    @property
    def epoch(self) -> int:
        """Grows by one at every jump in time; numbers and the picture begin again with it."""
        return self.envelope.epoch

    @property
    def late(self) -> bool:
        """Whether it waited for a link that was down: it is no news."""
        return bool(self.envelope.late)

    @property
    def references(self) -> tuple[str, ...]:
        """The keys of the messages that it updates, cancels or ends."""
        return self.report.references

    @property
    def time_us(self) -> int:
        """Scenario time at the originator."""
        return self.report.at

    @property
    def offset_s(self) -> int:
        """Seconds east of UTC that its scenario times are written in."""
        return self.report.offset_s

    @property
    def latency_ms(self) -> float:
        """Milliseconds from publishing to receiving, by the two machines' clocks."""
        return (self.received_us - self.sent_us) / 1000

    @property
    def delay_s(self) -> float:
        """Scenario seconds from the originator's report to this recipient."""
        return (self.due_us - self.time_us) / 1e6
