"""A capture as messages that can be played: where each goes, and when it is due.

Every line is read before anything is played, so that a mistake is said while there is nothing to
take back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from feed.core.foreign import Foreign, ForeignTopics
from feed.errors import Problem, ScenarioError, UsageError
from feed.files.capture import read_capture
from feed.files.captured import Captured
from feed.files.source import InputFile
from feed.wire.envelope import Envelope, decode, moment_of
from feed.wire.topics import Topics

__all__ = ["ForeignCapture"]

_BARE = "received"
"""The topic of a bare payload that does not say whose it is."""


@dataclass(frozen=True)
class ForeignCapture:
    """A file of captured messages, and what is known of it before it is played."""

    source: InputFile
    topics: ForeignTopics
    first: int
    last: int
    count: int
    """messages that are played"""
    left_out: int
    """messages that no filter lets through"""
    cut_off: int
    """messages whose payload the program that wrote the file cut off"""
    largest: tuple[int, str]
    """bytes of the longest payload that is played, and where that stands"""

    @classmethod
    def scan(cls, source: InputFile, topics: ForeignTopics) -> "ForeignCapture":
        """Read a file once from end to end; ScenarioError with what cannot be played."""
        first = last = None
        count = left_out = cut_off = largest = largest_line = 0
        for record, played in _played(source, topics):
            if played is None:
                left_out += 1
                continue
            first = played.due if first is None else first
            last = played.due
            count += 1
            cut_off += not record.whole
            if len(record.payload) > largest:
                largest, largest_line = len(record.payload), record.line
        if first is None or last is None:
            why = "no message of it fits --filter" if left_out else "there is no message in it"
            raise UsageError(f"{source.shown}: {why}, so there is nothing to play")
        longest = largest, f"{source.shown}:{largest_line}"
        return cls(source, topics, first, last, count, left_out, cut_off, longest)

    def records(self) -> Iterator[Foreign]:
        """Yield what is played, from the beginning of the file."""
        return (played for _, played in _played(self.source, self.topics) if played is not None)


def _played(source: InputFile, topics: ForeignTopics) -> Iterator[tuple[Captured, Foreign | None]]:
    due = 0
    for record in read_capture(source.path, source.shown):
        envelope = None if record.topic is not None else _envelope(record)
        wall = record.wall
        if wall is None and envelope is not None:
            wall = moment_of(envelope.sent)
        topic = record.topic or _topic(envelope)
        try:
            target = topics.target(topic)
        except ValueError as error:
            raise ScenarioError([Problem(source.shown, record.line, 1, str(error))]) from error
        if target is None:
            yield record, None
        else:
            # What has no time comes with the one before; a clock that was set back changes nothing.
            due = max(due, wall or 0)
            yield record, Foreign(due, target, record.payload, record.qos, record.retain)


def _envelope(record: Captured) -> Envelope | None:
    try:
        return decode(record.payload)
    except ValueError:
        return None


def _topic(envelope: Envelope | None) -> str:
    """Return the topic of a bare payload, by what it says itself."""
    if envelope is None:
        return _BARE
    exercise = envelope.source.split("/")[2]
    return Topics(exercise).feed(envelope.recipient, envelope.kind, envelope.subject)
