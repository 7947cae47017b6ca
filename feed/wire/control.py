"""Requests of operators to a player, as they stand on the control topic, and their answers.

``decode_request`` reads what anybody may have written.  Times in requests are written as in options
and files: a clock time, a duration after the start, a date-time; where a moment of the scenario is
meant the id of an event will do, too.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from feed.core.actions import MOST_AT_ONCE, MOST_FAULTS, FaultName, RateValue, Target

__all__ = ["LARGEST_REQUEST", "Refused", "Request", "decode_request"]

LARGEST_REQUEST = 30_000
"""Bytes of a request, which is read whole; events that are added can be long."""
_LEVEL = "^[a-z0-9-]{1,100}$"

Time = Annotated[str, Field(min_length=1, max_length=100)]
Wall = Annotated[str, Field(min_length=1, max_length=40)]


class _Base(BaseModel):
    # Unlike on the feed, a member that nobody knows is a mistake: it would be left undone silently.
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=100)
    client: str = Field(pattern=_LEVEL)


class _Scheduled(_Base):
    wall: Wall | None = Field(default=None, description="RFC 3339: do it then, not now")


class StatusRequest(_Base):
    """How the run stands, who listens, and how far each is."""

    do: Literal["status"]


class PlayRequest(_Scheduled):
    """Start, or go on."""

    do: Literal["play"]


class PauseRequest(_Scheduled):
    """Hold the scenario's time."""

    do: Literal["pause"]


class ToggleRequest(_Base):
    """Pause if it plays, play if not."""

    do: Literal["toggle"]


class RateRequest(_Base):
    """Go on at another rate."""

    do: Literal["rate"]
    rate: RateValue


class SeekRequest(_Base):
    """Go to a moment or an event, or so much further; ``by`` may begin with a minus sign."""

    do: Literal["seek"]
    to: Time | None = None
    by: Time | None = None


class NextRequest(_Base):
    """Move to the next first report of an event."""

    do: Literal["next"]


class StepRequest(_Base):
    """Send the next message and stand still."""

    do: Literal["step"]


class BurstRequest(_Base):
    """Send the next messages at once and stand still."""

    do: Literal["burst"]
    count: int = Field(ge=1, le=MOST_AT_ONCE)


class LoopRequest(_Base):
    """Play from ``begin`` to ``end`` again and again; without both, no more."""

    do: Literal["loop"]
    begin: Time | None = None
    end: Time | None = None


class UntilRequest(_Base):
    """Pause by itself at a moment; without one, no more."""

    do: Literal["until"]
    to: Time | None = None


class StopRequest(_Base):
    """End the run."""

    do: Literal["stop"]


class ResetRequest(_Base):
    """Back to how the run was begun."""

    do: Literal["reset"]


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class InjectRequest(_Base):
    """Add events, as in a scenario file; without a time: now."""

    do: Literal["inject"]
    events: Annotated[
        list[dict[str, Any]], BeforeValidator(_listed), Field(min_length=1, max_length=100)
    ]
    at: Time | None = Field(default=None, description="for those that have no time of their own")


class HoldRequest(_Base):
    """Do not send what is due of a target until it is fired."""

    do: Literal["hold"]
    target: Target


class SkipRequest(_Base):
    """Never send what is due of a target."""

    do: Literal["skip"]
    target: Target


class FireRequest(_Base):
    """Send at once what is held of a target, or else its next message."""

    do: Literal["fire"]
    target: Target


class EditRequest(_Base):
    """Give a planned message other members in its body."""

    do: Literal["edit"]
    target: Target
    data: dict[str, Any] = Field(min_length=1)


class FaultRequest(_Base):
    """Let faults on purpose happen to what is sent from now on, before those that there are."""

    do: Literal["fault"]
    faults: Annotated[
        list[dict[str, Any]],
        BeforeValidator(_listed),
        Field(min_length=1, max_length=MOST_FAULTS, description="as in a file of faults"),
    ]


class HealRequest(_Base):
    """Let faults on purpose happen no more; without names: all of them."""

    do: Literal["heal"]
    names: list[FaultName] = Field(default=[], max_length=MOST_FAULTS)


Request = (
    StatusRequest
    | PlayRequest
    | PauseRequest
    | ToggleRequest
    | RateRequest
    | SeekRequest
    | NextRequest
    | StepRequest
    | BurstRequest
    | LoopRequest
    | UntilRequest
    | StopRequest
    | ResetRequest
    | InjectRequest
    | HoldRequest
    | SkipRequest
    | FireRequest
    | EditRequest
    | FaultRequest
    | HealRequest
)
REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="do")])
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
_CLIENT: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=_LEVEL)])
_WORDS = {
    "bool_type": "is neither true nor false",
    "dict_type": "is not a group of members",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "finite_number": "is not a finite number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "is not a list",
    "string_pattern_mismatch": "may have only lower-case letters, digits and '-'",
    "string_too_long": "is longer than {max_length} letters",
    "string_too_short": "is empty",
    "string_type": "is not a text",
    "too_long": "has more than {max_length} entries",
    "too_short": "is empty",
}
"""what is wrong with a member, in the words of whoever wrote it"""


class Refused(NamedTuple):
    """A request that cannot be read, and whom to tell; None: nobody can be told."""

    id: str
    client: str | None
    why: str


def decode_request(payload: bytes) -> Request | Refused:
    """Return a payload as a request; ``Refused`` with one sentence if it is none."""
    try:
        if len(payload) > LARGEST_REQUEST:
            why = f"{len(payload)} bytes are more than {LARGEST_REQUEST}; ask in several parts"
            return Refused("", None, why)
        said = _OBJECT.validate_json(payload)
    except ValidationError:
        return Refused("", None, "not a JSON object")
    try:
        return REQUEST.validate_python(said)
    except ValidationError as error:
        return Refused(_id_of(said), _client_of(said), _sentence(error))


def _id_of(said: Mapping[str, Any]) -> str:
    value = said.get("id")
    # JSON can name half a surrogate pair, which no answer could be written with.
    return value[:100] if isinstance(value, str) and value.isprintable() else ""


def _client_of(said: Mapping[str, Any]) -> str | None:
    try:
        return _CLIENT.validate_python(said.get("client"), strict=True)
    except ValidationError:
        return None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        verbs = ", ".join(kind.model_fields["do"].annotation.__args__[0] for kind in _kinds())
        return f"'do' must be one of {verbs}"
    verb, *where = [str(step) for step in first["loc"]] or [""]
    place = ".".join(where) or verb
    if first["type"] == "extra_forbidden":
        return f"'{verb}' has no '{place}'; leave it out"
    if first["type"] == "missing":
        return f"'{verb}' needs '{place}'"
    words = _WORDS.get(first["type"])
    if words is None:
        return f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    limits = {
        name: f"{limit:f}" if isinstance(limit, float) else limit
        for name, limit in first.get("ctx", {}).items()
    }
    return f"'{place}' {words.format_map(limits)}"


def _kinds() -> tuple[Any, ...]:
    return Request.__args__
