"""The events a scenario can contain.

* ``launch`` - something was launched; its track and impact follow from its flight
* ``alert`` - an authority warned a public
* ``correction`` - an update, cancel or all-clear of an earlier event
* ``meeting``, ``agreement``, ``incident``, ``statement`` - what else is on record
* ``link`` - a link between participants goes down or comes up; no message of its own

To add a kind: write its file, and add its class to ``AnyEvent``.  Nothing else lists them: the
tables below are made of what the files say.
"""

from typing import Annotated, Any, get_args

from pydantic import Discriminator, Tag

from feed.model.agreement import Agreement
from feed.model.alert import Alert
from feed.model.base import slug_of
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.incident import Incident
from feed.model.kind import MessageKind
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.meeting import Meeting
from feed.model.statement import Statement

__all__ = [
    "EVENT_WORDS",
    "KINDS",
    "KINDS_OF_EVENTS",
    "LASTING",
    "MESSAGE_KINDS",
    "OVER",
    "AnyEvent",
    "id_in",
    "tag_of",
    "word_in",
]


def tag_of(word: str) -> str:
    """Return the union tag of an event kind; it cannot be mistaken for a key of the file."""
    return f"<{word}>"


def _which(value: Any) -> str | None:
    if isinstance(value, EventBase):
        return tag_of(value.word)
    word = word_in(value)
    return None if word is None else tag_of(word)


def word_in(data: Any) -> str | None:
    """Return the key that says of what kind the data of an event are; None: there is none."""
    keys = list(data) if isinstance(data, dict) else []
    for key in keys:  # the kind is the first key that is one, as a reader reads it
        if key in EVENT_WORDS:
            return str(key)
    return None


def id_in(data: Any) -> str | None:
    """Return the id that is written in the data of an event; None if there is none that fits."""
    word = word_in(data)
    name = None if word is None else data[word]
    return name if isinstance(name, str) and slug_of(name) == name else None


AnyEvent = Annotated[
    Annotated[Launch, Tag("<launch>")]
    | Annotated[Alert, Tag("<alert>")]
    | Annotated[Correction, Tag("<correction>")]
    | Annotated[Meeting, Tag("<meeting>")]
    | Annotated[Agreement, Tag("<agreement>")]
    | Annotated[Incident, Tag("<incident>")]
    | Annotated[Statement, Tag("<statement>")]
    | Annotated[LinkChange, Tag("<link>")],
    Discriminator(
        _which, custom_error_type="event_kind", custom_error_message="no key is an event kind"
    ),
]

KINDS_OF_EVENTS: tuple[type[EventBase], ...] = tuple(
    get_args(member)[0] for member in get_args(get_args(AnyEvent)[0])
)
EVENT_WORDS: tuple[str, ...] = tuple(kind.word for kind in KINDS_OF_EVENTS)

MESSAGE_KINDS: dict[str, MessageKind] = {
    kind.name: kind for event in KINDS_OF_EVENTS for kind in event.kinds
}
"""every kind of message, by name"""
KINDS: tuple[str, ...] = tuple(MESSAGE_KINDS)
LASTING: dict[str, str] = {
    name: kind.lasts_as for name, kind in MESSAGE_KINDS.items() if kind.lasts_as
}
"""The kinds that have a present picture, and the kind under which it is shown."""
OVER: dict[str, tuple[str, ...]] = {name: kind.over for name, kind in MESSAGE_KINDS.items()}
"""The states in which an event of a kind is over without an all-clear."""
