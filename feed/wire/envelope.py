"""Messages as they stand on the wire: CloudEvents 1.0 in structured JSON.

``decode`` reads what anybody may have written, and ignores members it does not know.  What the
player writes is made in ``feed/wire/encoding.py``.
"""

from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from feed.model.message import LARGEST, Message, Type
from feed.model.time import read_instant

__all__ = [
    "CONTRACT",
    "LARGEST",
    "RUN",
    "Envelope",
    "Played",
    "decode",
    "message_of",
    "moment_of",
]

CONTRACT = "v1"
RUN = "^[a-z0-9]+(-[a-z0-9]+)*$"
"""What the id of a run looks like; receivers name folders by it."""


class Played(NamedTuple):
    """What every message of a run says about the run."""

    run: str
    epoch: int
    exercise: str
    """the name as it is written, such as ``MORNING CALM``"""
    slug: str


class Envelope(BaseModel):
    """A message of a country's feed: CloudEvents 1.0 with the extensions of this feed.

    ``id`` is the delivery (run.epoch.recipient.sequence), ``message`` the report itself, the same
    for every recipient, epoch and run.  ``time``, ``due`` and ``expires`` are scenario time;
    ``sent`` is wall time.  Unknown members are ignored.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: str = Field(max_length=300, description="run.epoch.recipient.sequence")
    message: str = Field(max_length=200, description="event.originator.n")
    source: str = Field(
        pattern="^/exercise/[a-z0-9-]+/[a-z]{3}$",
        max_length=300,
        description="/exercise/<exercise>/<originator>",
    )
    type: str = Field(
        pattern=r"^exercise\.[a-z]+\.(alert|update|cancel|all-clear)\.v1$",
        description="exercise.<kind>.<alert|update|cancel|all-clear>.v1",
    )
    subject: str = Field(pattern="^[a-z0-9-]+$", max_length=100, description="the event")
    time: str = Field(max_length=40, description="RFC 3339: scenario time at the originator")
    due: str = Field(max_length=40, description="RFC 3339: scenario time at the recipient")
    sent: str = Field(max_length=40, description="RFC 3339: wall time of publishing")
    expires: str | None = Field(
        default=None, max_length=40, description="RFC 3339: not current after this scenario time"
    )
    datacontenttype: str = "application/json"
    dataschema: str | None = Field(default=None, description="urn:feed:schema:<kind>:1")
    status: Literal["Exercise"]
    exercise: str = Field(description="EXERCISE and the name of the exercise")
    run: str = Field(pattern=RUN, max_length=64)
    epoch: int = Field(
        strict=True, ge=1, le=10**9, description="grows by one at every jump in time"
    )
    sequence: Annotated[str, Field(pattern="^[0-9]{1,18}$")] = Field(
        description="counts from 1 in each epoch, without gaps, for each recipient"
    )
    recipient: str = Field(pattern="^[A-Z]{3}$")
    releasableto: str | None = None
    arrangement: str | None = Field(default=None, description="what allowed the delivery")
    path: str | None = Field(default=None, description="countries that it passed, joined by >")
    late: bool | None = Field(default=None, description="it waited for a link that was down")
    references: str | None = Field(
        default=None, description="message keys that this one updates, cancels or ends"
    )
    signature: str | None = None
    data: dict[str, Any] = Field(description="the body of the kind")

    @property
    def kind(self) -> str:
        """The kind of the message, such as ``track``; a client ignores kinds it does not know."""
        return self.type.split(".")[1]

    @property
    def act(self) -> str:
        """``alert``, ``update``, ``cancel`` or ``all-clear``."""
        return self.type.split(".")[2]

    @property
    def originator(self) -> str:
        """The country that reports."""
        return self.source.rsplit("/", 1)[-1].upper()

    @property
    def number(self) -> int:
        """The sequence as a number."""
        return int(self.sequence)


def decode(payload: bytes) -> Envelope:
    """Return a payload as an envelope; ``ValueError`` with one sentence if it is none."""
    if len(payload) > LARGEST:
        raise ValueError(f"{len(payload)} bytes are more than a message may have ({LARGEST})")
    try:
        return Envelope.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the payload"
        why = first["msg"][:1].lower() + first["msg"][1:]
        raise ValueError(f"not a message of the feed ({where}: {why})") from error


def message_of(envelope: Envelope) -> tuple[Message, int]:
    """Return a received message for the fold, and when it was due (microseconds since 1970).

    ``ValueError`` with one sentence if a time in it is none, or its number.
    """
    if not envelope.number:
        raise ValueError("its sequence is 0; messages are counted from 1")
    at = _instant(envelope.time)
    expires = None if envelope.expires is None else moment_of(envelope.expires)
    message = Message(
        key=envelope.message,
        event=envelope.subject,
        kind=envelope.kind,
        type=cast("Type", envelope.act),
        originator=envelope.originator,
        at=at.us,
        offset_s=at.offset_s,
        expires=expires,
        references=tuple((envelope.references or "").split()),
        release="",
        to=None,
        partial=bool(envelope.data.get("remaining") or envelope.data.get("parts")),
        data=envelope.data,
    )
    return message, moment_of(envelope.due)


def moment_of(text: str) -> int:
    """Return an RFC 3339 time in microseconds since 1970; ``ValueError`` says why it is none."""
    return _instant(text).us


# Several messages are of one moment, and sent in one.
_instant = lru_cache(maxsize=1024)(read_instant)
