"""What an exporter is given, and what it gives: deliveries in, parts of files out.

An exporter is a pure function of what was, or would be, delivered; it holds no more of it than its
format asks for, and yields what it has as soon as it can.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.export.reading import texts
from feed.model.message import Delivery, Message
from feed.wording.headline import headline, kind_and_act

__all__ = ["ByteQueue", "ExportContext", "ExportFormat", "Exported", "Part"]

_USUAL = "en"


class Exported(NamedTuple):
    """One delivery as it was sent, or would be."""

    delivery: Delivery
    sequence: int
    sent: int
    """wall time, microseconds since 1970; of a plan, which nobody sent, the due time"""
    topic: str
    payload: bytes


class Part(NamedTuple):
    """Bytes that follow in a file."""

    file: str
    """its name inside the folder; empty if the format is one file"""
    data: bytes
    whole: bool = False
    """it is the whole file, in the place of what was there before"""


@dataclass(frozen=True)
class ExportContext:
    """What is known of the whole."""

    exercise: str
    """the name as it is written, such as ``MORNING CALM``"""
    slug: str
    run: str
    epoch: int
    title: str = ""
    zone: str = ""
    """the IANA time zone of the one country it is for; empty if there is none"""
    schemas: Mapping[str, bytes] = field(default_factory=dict)
    """the JSON Schema of a whole message, by kind"""
    live: bool = False
    """it is sent while it is written: what is there is not held back, and the moment counts"""
    datagrams: bool = False
    """each part travels by itself, not in a stream"""
    language: str = ""
    """what is told in one language is told in this one where it has it, and several begin with it;
    empty: English, and the order that they have"""
    left_out: Counter[str] = field(default_factory=Counter)
    """why messages were left out by an exporter, and how many"""

    @property
    def mark(self) -> str:
        """The exercise mark, as it stands in every payload."""
        return f"EXERCISE {self.exercise}"

    def told(self, message: Message) -> str:
        """Return one line about a message; empty if its body says nothing that is known."""
        return headline(message.kind, message.type, message.data, self.language or _USUAL)

    def called(self, message: Message) -> str:
        """Return what kind of message it is, and what it does."""
        return kind_and_act(message.kind, message.type, self.language or _USUAL)

    def text(self, value: Any) -> str:
        """Return a text under the banner, in the language or one that it has; empty if none."""
        by_language = texts(value)
        wanted = (by_language.get(each) for each in (self.language, _USUAL))
        return next(filter(None, (*wanted, *by_language.values())), "")


Write = Callable[[Iterable[Exported], ExportContext], Iterator[Part]]


@dataclass(frozen=True)
class ExportFormat:
    """One format: its name, what it can say, and the function that writes it."""

    name: str
    what: str
    """in a few words, for the help"""
    write: Write
    kinds: tuple[str, ...] = ()
    """the kinds of messages that it has a place for; none named: all"""
    folder: bool = False
    """it is several files, in a folder"""
    one_country: bool = True
    """it shows what one country knows, and cannot hold the copies of several"""
    single: bool = False
    """each part is a message by itself, which can be sent on as it comes"""
    told: bool = True
    """it tells in words what a message says, in one language or that one first"""
    needs: tuple[str, ...] = ()
    """the modules of other people that it is written with"""


class ByteQueue:
    """A file that a library can write to; what it wrote is taken out again, piece by piece."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def write(self, data: bytes) -> int:
        """Take bytes in."""
        self._pieces.append(bytes(data))
        self._length += len(data)
        return len(data)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._length

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def close(self) -> None:
        """Do nothing: what is left can still be taken."""

    def readable(self) -> bool:
        """Tell that nothing can be read from it."""
        return False

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def seekable(self) -> bool:
        """Tell that there is no way back."""
        return False

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data
